"""The signs of a case's exhibits over HTTP: for staff's keys alone."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from adjudication.api import documented
from adjudication.api.doors import Door
from adjudication.api.fields import Answer
from adjudication.credentials.models import Scope
from adjudication.evidence.models import Exhibit
from adjudication.evidence.signs import signs_of
from adjudication.orders.models import ParcelReport
from adjudication.parties import Role


class PointedToAnswer(Answer):
    """Another exhibit that a sign points to."""

    case = serializers.CharField(help_text=_("Its case's number."))
    exhibit = serializers.UUIDField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of the answer
    by = serializers.ChoiceField(choices=Exhibit.FiledBy.choices)


class SignAnswer(Answer):
    """One sign, never decisive by itself."""

    exhibit = serializers.UUIDField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of the answer
    code = serializers.CharField()
    text = serializers.CharField(source="sentence")
    others = PointedToAnswer(many=True)


class SignsAnswer(Answer):
    """Every sign of a case."""

    signs = SignAnswer(many=True)


class SignsDoor(Door):
    """`cases/{number}/signs`."""

    @documented.reading(
        "Read what the exhibits' files give away of where they come from; never decisive by itself",
        SignsAnswer,
        tags=["evidence"],
        operation_id="read_signs",
    )
    def get(self, request: Request, number: str) -> Response:
        """For arbitrators, supervisors and auditors; neither side, nor the marketplace, is told."""
        case = self.case(number, Scope.EVIDENCE_READ)
        self.caller.require_role(Role.ARBITRATOR, Role.SUPERVISOR, Role.AUDITOR)
        parcels = ParcelReport.objects.filter(order_id=case.order_id)
        answer: Any = SignsAnswer.write({"signs": signs_of(case, parcels=parcels)})
        return Response(answer)
