"""What the API says of an inquiry: whom it asks, until when, what was answered; a code only to who may see it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from adjudication.api.callers import Caller
from adjudication.api.fields import Answer, Instant
from adjudication.cases.inquiries import Asking, Inquiry
from adjudication.cases.models import Case
from adjudication.parties import Role


class AskingAnswer(Answer):
    """One side that is asked, and what it answered."""

    side = serializers.ChoiceField(choices=Asking.Side.choices)
    code = serializers.CharField(
        allow_null=True,
        help_text=_(
            "To be written on paper and shown in the photo; told to this side while it can answer, and to staff."
        ),
    )
    reply = serializers.CharField()
    replied_at = Instant(allow_null=True)
    exhibits = serializers.ListField(child=serializers.UUIDField(), help_text=_("What was filed with the answer."))


class InquiryAnswer(Answer):
    """What an arbitrator asks."""

    id = serializers.UUIDField()
    number = serializers.IntegerField(help_text=_("1, 2, 3, … within its case."))
    instance = serializers.IntegerField()
    to = serializers.SerializerMethodField()
    text = serializers.CharField()
    challenge = serializers.BooleanField(source="is_challenge")
    state = serializers.ChoiceField(choices=Inquiry.State.choices)
    made_as = serializers.ChoiceField(choices=Role.choices)
    made_at = Instant()
    due_at = Instant(source="ends_at", help_text=_("From this moment on an answer is late."))
    asked = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=Asking.Side.choices)))
    def get_to(self, inquiry: Inquiry) -> list[str]:
        """Whom it asks."""
        return [asking.side for asking in inquiry.asked]

    @extend_schema_field(AskingAnswer(many=True))
    def get_asked(self, inquiry: Inquiry) -> list[Any]:
        """Each side that is asked."""
        case, caller = self.context["case"], self.context["caller"]
        side = None if caller.party_id is None else caller.role.value
        return [
            AskingAnswer.write(
                {
                    "side": asking.side,
                    "code": inquiry.code_told_to(side, asking),
                    "reply": asking.reply,
                    "replied_at": asking.replied_at,
                    "exhibits": [e.pk for e in case.papers.exhibits if answers(e, inquiry, asking)],
                }
            )
            for asking in inquiry.asked
        ]


def answers(exhibit: Any, inquiry: Inquiry, asking: Asking) -> bool:
    """Was the exhibit filed with this side's answer?"""
    return bool(exhibit.inquiry_id == inquiry.pk and exhibit.by == asking.side)


def write_inquiry(inquiry: Inquiry, case: Case, caller: Caller) -> dict[str, Any]:
    """Write an inquiry out for this caller."""
    return InquiryAnswer.write(inquiry, case=case, caller=caller)
