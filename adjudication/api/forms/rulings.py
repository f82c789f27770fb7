"""What a ruling is made of."""

from __future__ import annotations

from rest_framework import serializers

from adjudication.api.fields import Form, Text, one_line
from adjudication.api.forms import Choice
from adjudication.policy.terms import Remedy
from adjudication.rulings.models import Finding, Winner


class FindingForm(Form):
    """What was found on one exhibit."""

    exhibit = serializers.UUIDField()
    supports = Choice(choices=Finding.Supports.choices)
    weight = Choice(choices=Finding.Weight.choices)
    note = Text()


class RulingForm(Form):
    """A ruling; the award follows from it."""

    winner = Choice(choices=Winner.choices)
    findings = FindingForm(many=True, required=False, default=list, max_length=200)  # type: ignore[call-arg]  # the list's
    answers = serializers.DictField(required=False, default=dict)
    remedy = Choice(choices=Remedy.choices)
    rule = one_line(max_length=40)
    reasons = Text(max_length=20_000)
    cited_exhibits = serializers.ListField(child=serializers.UUIDField(), required=False, default=list, max_length=200)


class SendBackForm(Form):
    """Why the proposed ruling goes back."""

    note = Text()


class PreviewQuery(Form):
    """Compute the award and change nothing."""

    preview = serializers.BooleanField(required=False, default=False)
