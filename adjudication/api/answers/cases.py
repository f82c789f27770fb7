"""What the API says of a case: where it stands, until when, who may do what now, and what became of the money."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from adjudication import docket
from adjudication.api.acts import TABLE
from adjudication.api.answers.inquiries import InquiryAnswer, write_inquiry
from adjudication.api.answers.money import EscrowAnswer, escrow_of
from adjudication.api.answers.offers import OfferAnswer
from adjudication.api.answers.parties import PartyAnswer, StaffAnswer
from adjudication.api.answers.rulings import ProposalAnswer, RulingAnswer
from adjudication.api.answers.terms import DeadlineAnswer, EndedTermAnswer, ExtensionAnswer
from adjudication.api.callers import Caller
from adjudication.api.fields import Answer, Instant, Money
from adjudication.cases.models import Case, Forum
from adjudication.cases.states import Outcome, State
from adjudication.parties import Role
from adjudication.policy.terms import Channel, Reason, RejectionReason, Remedy
from adjudication.procedure import acts


class AllowedActAnswer(Answer):
    """One act that would succeed now, and how it is done."""

    act = serializers.CharField()
    by = serializers.ChoiceField(choices=Role.choices)
    method = serializers.CharField()
    href = serializers.CharField()


class LinkedCaseAnswer(Answer):
    """Another case over the same lines: the one before, or one that followed."""

    number = serializers.CharField()
    relation = serializers.ChoiceField(choices=["before", "after"])
    state = serializers.ChoiceField(choices=State.choices)
    outcome = serializers.CharField()
    href = serializers.CharField()


#: What has an address of its own below a case's.
LINKED_BELOW = ("exhibits", "checklist", "manifest", "rulings", "questions", "events", "ledger", "inquiries", "bundle")


class LinksAnswer(Answer):
    """Where the rest of the case is found."""

    self = serializers.CharField()
    order = serializers.CharField()
    exhibits = serializers.CharField()
    checklist = serializers.CharField()
    manifest = serializers.CharField()
    rulings = serializers.CharField()
    questions = serializers.CharField()
    events = serializers.CharField()
    ledger = serializers.CharField()
    inquiries = serializers.CharField()
    bundle = serializers.CharField()
    page = serializers.CharField()


class CaseInListAnswer(Answer):
    """A case in a list."""

    number = serializers.CharField()
    order_number = serializers.CharField(source="order.number")
    state = serializers.ChoiceField(choices=State.choices)
    outcome = serializers.ChoiceField(choices=[*Outcome.choices, ("", "–")])
    instance = serializers.IntegerField()
    forum = serializers.ChoiceField(choices=[*Forum.choices, ("", "–")])
    reason = serializers.ChoiceField(choices=Reason.choices)
    remedy = serializers.ChoiceField(choices=Remedy.choices)
    amount = Money(source="claim")
    buyer = PartyAnswer()
    shop = PartyAnswer(source="shop.party")
    arbitrator = StaffAnswer(allow_null=True)
    is_overdue = serializers.BooleanField()
    policy_version = serializers.IntegerField(source="policy_version_id")
    requested_at = Instant()
    updated_at = Instant()
    closed_at = Instant(allow_null=True)
    version = serializers.IntegerField(help_text=_("The number of its last event, for If-Match."))
    deadline = serializers.SerializerMethodField()

    @extend_schema_field(DeadlineAnswer(allow_null=True))
    def get_deadline(self, case: Case) -> Any:
        """The open term, as it was looked up for the whole list."""
        running = self.context["deadlines"].get(case.pk)
        return None if running is None else DeadlineAnswer.write(running)


class CaseAnswer(CaseInListAnswer):
    """A case, in full."""

    lines = serializers.SerializerMethodField()
    statement = serializers.CharField()
    channel = serializers.ChoiceField(choices=[*Channel.choices, ("", "–")])
    rejection_reason = serializers.ChoiceField(choices=[*RejectionReason.choices, ("", "–")])
    rejection_text = serializers.CharField()
    intervention_text = serializers.CharField()
    return_address = serializers.CharField(
        source="goods_go_back_to", help_text=_("Where goods go back to: as the seller said, or the shop's address.")
    )
    extensions = ExtensionAnswer(many=True, source="papers.extensions", help_text=_("Those of the running term."))
    ended_terms = EndedTermAnswer(many=True, source="papers.ended_terms", help_text=_("The earliest first."))
    ruling = serializers.SerializerMethodField()
    proposed_ruling = serializers.SerializerMethodField()
    offers = OfferAnswer(many=True, source="papers.offers")
    inquiries = serializers.SerializerMethodField()
    escrow = serializers.SerializerMethodField()
    linked_cases = serializers.SerializerMethodField()
    allowed_acts = serializers.SerializerMethodField()
    links = serializers.SerializerMethodField()

    @extend_schema_field(DeadlineAnswer(allow_null=True))
    def get_deadline(self, case: Case) -> Any:
        """The open term."""
        return None if case.papers.deadline is None else DeadlineAnswer.write(case.papers.deadline)

    def get_lines(self, case: Case) -> list[str]:
        """The labels of the lines it is over; those of an open case lie on its papers."""
        if case.state != State.CLOSED:
            return [line.label for line in case.papers.lines]
        return list(case.case_lines.order_by("line_id").values_list("line__label", flat=True))

    @extend_schema_field(RulingAnswer(allow_null=True))
    def get_ruling(self, case: Case) -> Any:
        """The last one."""
        return RulingAnswer.write(case.papers.rulings[-1]) if case.papers.rulings else None

    @extend_schema_field(ProposalAnswer(allow_null=True))
    def get_proposed_ruling(self, case: Case) -> Any:
        """What waits for the second person; for staff alone."""
        proposal = acts.open_proposal(case)
        is_staff = self.context["caller"].key.user_id is not None
        return ProposalAnswer.write(proposal) if proposal is not None and is_staff else None

    @extend_schema_field(InquiryAnswer(many=True))
    def get_inquiries(self, case: Case) -> list[Any]:
        """What the arbitrator has asked, with what was answered."""
        return [write_inquiry(inquiry, case, self.context["caller"]) for inquiry in case.papers.inquiries]

    @extend_schema_field(EscrowAnswer)
    def get_escrow(self, case: Case) -> dict[str, Any]:
        """The order's money."""
        return escrow_of(case.order)

    @extend_schema_field(LinkedCaseAnswer(many=True))
    def get_linked_cases(self, case: Case) -> list[dict[str, Any]]:
        """The case before it and those that followed; none follows an open one."""
        if case.follows_id is None and case.state != State.CLOSED:
            return []
        others = Case.objects.filter(Q(pk=case.follows_id) | Q(follows=case.pk)).order_by("id")
        return [
            {
                "number": other.number,
                "relation": "before" if other.pk == case.follows_id else "after",
                "state": other.state,
                "outcome": other.outcome,
                "href": f"/api/v1/cases/{other.number}",
            }
            for other in others
        ]

    @extend_schema_field(AllowedActAnswer(many=True))
    def get_allowed_acts(self, case: Case) -> list[dict[str, str]]:
        """What this key may do now, and for whom."""
        return allowed_acts(case, self.context["caller"], at=self.context["at"])

    @extend_schema_field(LinksAnswer)
    def get_links(self, case: Case) -> dict[str, str]:
        """Addresses."""
        own = f"/api/v1/cases/{case.number}"
        below = {name: f"{own}/{name}" for name in LINKED_BELOW}
        return {
            "self": own,
            "order": f"/api/v1/orders/{case.order.number}",
            **below,
            "page": f"/cases/{case.number}/",
        }


def allowed_acts(case: Case, caller: Caller, *, at: datetime) -> list[dict[str, str]]:
    """List what would succeed now for everyone this key acts as, with the scopes it has."""
    return [
        {
            "act": name,
            "by": str(actor.role),
            "method": TABLE[act.name].method,
            "href": f"/api/v1/{place}",
        }
        for actor in caller.actors(case)
        for act in acts.allowed(case, actor, at=at)
        if act.name in TABLE and TABLE[act.name].scope in caller.key.scopes
        for name, place in TABLE[act.name].offered(case, actor)
    ]


def answer_case(number: str, caller: Caller) -> dict[str, Any]:
    """Look at the case again and write it out in full."""
    case, at = docket.look(number)
    return write_case(case, caller, at=at)


def write_case(case: Case, caller: Caller, *, at: datetime) -> dict[str, Any]:
    """Write a case that was looked at out in full."""
    return CaseAnswer.write(case, caller=caller, at=at)


def write_list(cases: Iterable[Case], deadlines: dict[int, Any]) -> list[Any]:
    """Write cases out for a list, with the open terms looked up for all of them at once."""
    return CaseInListAnswer.write_all(cases, deadlines=deadlines)
