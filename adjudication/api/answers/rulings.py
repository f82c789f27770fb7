"""What the API says of questions, rulings and proposals."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from adjudication.api.answers.parties import StaffAnswer
from adjudication.api.fields import Answer, Instant, Money
from adjudication.parties import Role
from adjudication.policy.terms import Remedy
from adjudication.rulings.models import Finding, Proposal, Ruling, Winner


class QuestionChoiceAnswer(Answer):
    """One answer that can be given."""

    value = serializers.CharField()
    text = serializers.CharField()


class QuestionAnswer(Answer):
    """One question of fact."""

    id = serializers.CharField()
    text = serializers.CharField()
    type = serializers.ChoiceField(choices=["boolean", "choice", "percent"])
    choices = QuestionChoiceAnswer(many=True)
    required = serializers.BooleanField()  # type: ignore[assignment]  # a field of the answer


class FindingAnswer(Answer):
    """What was found on one exhibit."""

    exhibit = serializers.UUIDField(source="exhibit_id")
    supports = serializers.ChoiceField(choices=Finding.Supports.choices)
    weight = serializers.ChoiceField(choices=Finding.Weight.choices)
    note = serializers.CharField()
    is_cited = serializers.BooleanField()


class AwardAnswer(Answer):
    """How the claim is split."""

    buyer = Money(source="to_buyer")
    seller = Money(source="to_seller", help_text=_("Before fees."))


class RulingAnswer(Answer):
    """A decision; of a preview, what it would be, with neither id nor digest."""

    id = serializers.UUIDField(allow_null=True)
    instance = serializers.IntegerField()
    winner = serializers.ChoiceField(choices=Winner.choices)
    remedy = serializers.ChoiceField(choices=Remedy.choices)
    award = AwardAnswer(source="*")
    answers = serializers.DictField()
    rule = serializers.CharField()
    reasons = serializers.CharField()
    findings = serializers.SerializerMethodField()
    cited_exhibits = serializers.SerializerMethodField()
    decided_as = serializers.ChoiceField(choices=Role.choices)
    decided_by = StaffAnswer(allow_null=True)
    confirmed_by = StaffAnswer(allow_null=True, help_text=_("The second person, above the policy's limit."))
    issued_at = Instant(allow_null=True)
    digest = serializers.CharField()
    is_preview = serializers.SerializerMethodField()

    @extend_schema_field(FindingAnswer(many=True))
    def get_findings(self, ruling: Ruling) -> Any:
        """One for each admissible exhibit."""
        return FindingAnswer.write_all(findings_of(ruling))

    def get_cited_exhibits(self, ruling: Ruling) -> list[str]:
        """What it rests on."""
        return [str(finding.exhibit_id) for finding in findings_of(ruling) if finding.is_cited]

    def get_is_preview(self, ruling: Ruling) -> bool:
        """It was not issued."""
        return not ruling.digest


class ProposalAnswer(Answer):
    """A ruling above the policy's limit, which waits for a second person."""

    id = serializers.UUIDField()
    instance = serializers.IntegerField()
    state = serializers.ChoiceField(choices=Proposal.State.choices)
    proposed_by = StaffAnswer()
    proposed_at = Instant()
    content = serializers.DictField(help_text=_("The ruling as it was proposed."))


def findings_of(ruling: Ruling) -> list[Finding]:
    """What the ruling found, drafted or stored, in the order of filing."""
    drafted = getattr(ruling, "findings_drafted", None)
    return drafted if drafted is not None else sorted(ruling.findings.all(), key=lambda found: found.pk)
