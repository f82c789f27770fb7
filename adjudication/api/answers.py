"""What the API says of orders, rulings, exhibits, journal and ledger; the schema is made from the same words."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from adjudication.api.fields import Answer, Instant, Money
from adjudication.cases.offers import Offer
from adjudication.deadlines.explain import counted, explain, extended
from adjudication.deadlines.models import Deadline, Extension
from adjudication.escrow import balances
from adjudication.escrow.models import Account, Entry, Payout, Posting
from adjudication.evidence.drafts import Draft
from adjudication.evidence.models import Exhibit
from adjudication.journal.models import Event
from adjudication.orders.messages import Message
from adjudication.orders.models import Line, Order, ParcelReport, Party
from adjudication.parties import Role
from adjudication.policy.terms import Remedy
from adjudication.rulings.models import Finding, Proposal, Ruling, Winner


class ErrorAnswer(Answer):
    """What is wrong with one field."""

    field = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemAnswer(Answer):
    """A refusal: problem details after RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    errors = ErrorAnswer(many=True)  # type: ignore[assignment]  # a field of the answer


class PartyAnswer(Answer):
    """One side, by the marketplace's id."""

    id = serializers.CharField(source="external_id")
    name = serializers.CharField()


class StaffAnswer(Answer):
    """A member of staff."""

    username = serializers.CharField()


class EscrowAnswer(Answer):
    """What became of an order's price: paid = held + released + refunded + fees."""

    paid = Money()
    held = Money()
    released = Money()
    refunded = Money()
    fees = Money()


class DeadlineAnswer(Answer):
    """One term: the rule it runs by, what opened it, until when it runs, and what silence will do."""

    kind = serializers.ChoiceField(choices=Deadline.Kind.choices)
    binds = serializers.ChoiceField(choices=Deadline.Binds.choices)
    anchored_at = Instant(help_text=_("The moment its length is counted from (UTC)."))
    anchor_event = serializers.IntegerField(
        source="anchor_sequence", help_text=_("The event that started it, by its number in the journal.")
    )
    started_at = Instant()
    due_at = Instant()
    if_silent = serializers.ChoiceField(choices=Deadline.Silence.choices)
    explanation = serializers.SerializerMethodField()
    counted = serializers.SerializerMethodField()
    policy_version = serializers.IntegerField(source="policy_version_id")

    def get_explanation(self, deadline: Deadline) -> str:
        """Who must do what until when, and what silence will do."""
        return explain(deadline)

    def get_counted(self, deadline: Deadline) -> str:
        """By which rule, since when."""
        return counted(deadline)


class ExtensionAnswer(Answer):
    """Why the running term ends later than it did."""

    due_before = Instant()
    due_after = Instant()
    extended_at = Instant()
    by = serializers.CharField(source="by.username", default=None, allow_null=True)
    reason = serializers.CharField()
    explanation = serializers.SerializerMethodField()

    def get_explanation(self, extension: Extension) -> str:
        """By whom or for which outage, in one sentence."""
        return extended(extension)


class EndedTermAnswer(DeadlineAnswer):
    """A term that is over: how it ended, and why it ended when it did."""

    end = serializers.ChoiceField(choices=Deadline.End.choices)
    ended_at = Instant()
    extensions = ExtensionAnswer(many=True, source="extensions.all")


class LineAnswer(Answer):
    """One line of an order."""

    line = serializers.CharField(source="label")
    sku = serializers.CharField()
    title = serializers.CharField()
    category = serializers.CharField()
    unit_price_minor = serializers.IntegerField()
    quantity = serializers.IntegerField()
    price_minor = serializers.IntegerField(help_text=_("Its share of the order's price."))
    held_minor = serializers.IntegerField()
    parcel = serializers.ChoiceField(choices=Line.Parcel.choices)


class ParcelReportAnswer(Answer):
    """What the marketplace reported of parcels."""

    kind = serializers.ChoiceField(choices=ParcelReport.Kind.choices)
    lines = serializers.ListField(child=serializers.CharField(), source="line_labels")
    carrier = serializers.CharField()
    tracking_number = serializers.CharField()
    signed_by = serializers.CharField()
    reported_at = Instant()
    recorded_at = Instant()


class MessageAnswer(Answer):
    """One message of the platform's chat."""

    number = serializers.IntegerField(help_text=_("By this it is quoted."))
    text = serializers.CharField()
    sent_at = Instant()
    recorded_at = Instant()
    sha256 = serializers.CharField(help_text=_("Of sender, words and time; it stays when words are erased."))

    def get_fields(self) -> dict[str, Any]:
        """Also `from`, which Python keeps for itself."""
        sender = serializers.ChoiceField(choices=Message.By.choices, source="by")
        return {"number": None, "from": sender, **super().get_fields()}


class OrderAnswer(Answer):
    """An order."""

    order_number = serializers.CharField(source="number")
    buyer = PartyAnswer()
    shop = PartyAnswer(source="shop.party")
    items = LineAnswer(many=True, source="papers.lines")
    price = Money()
    shipping_minor = serializers.IntegerField()
    discount_minor = serializers.IntegerField()
    paid_at = Instant()
    registered_at = Instant()
    policy_version = serializers.IntegerField(source="policy_version_id")
    messages_count = serializers.IntegerField(help_text=_("How many messages of the platform’s chat are kept of it."))
    parcel_reports = ParcelReportAnswer(many=True, source="parcel_reports.all")
    deadline = DeadlineAnswer(source="papers.deadline", allow_null=True)
    extensions = ExtensionAnswer(many=True, source="papers.extensions", help_text=_("Those of the running term."))
    ended_terms = EndedTermAnswer(many=True, source="papers.ended_terms", help_text=_("The order's own."))
    escrow = serializers.SerializerMethodField()
    cases = serializers.SerializerMethodField()

    @extend_schema_field(EscrowAnswer)
    def get_escrow(self, order: Order) -> dict[str, Any]:
        """Its money."""
        return escrow_of(order)

    def get_cases(self, order: Order) -> list[str]:
        """The numbers of its cases, first to last."""
        return list(order.cases.order_by("id").values_list("number", flat=True))


class CorrectionAnswer(Answer):
    """What staff said last of an exhibit's kind."""

    kind = serializers.ChoiceField(choices=Exhibit.Kind.choices)
    reason = serializers.CharField()
    corrected_as = serializers.ChoiceField(choices=Role.choices)
    corrected_at = Instant()


class ExhibitAnswer(Answer):
    """One item of evidence; a draft has no number, label or time of filing yet, and a version for If-Match."""

    id = serializers.UUIDField()
    number = serializers.IntegerField(allow_null=True)
    label = serializers.CharField(allow_null=True)  # type: ignore[assignment]  # a field of the answer
    by = serializers.ChoiceField(choices=Exhibit.FiledBy.choices)
    instance = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Exhibit.Kind.choices, source="kind_now")
    filed_as = serializers.ChoiceField(
        choices=Exhibit.Kind.choices, source="kind", help_text=_("What it was filed as, before staff corrected it.")
    )
    title = serializers.CharField()
    text = serializers.CharField()
    replaces = serializers.UUIDField(source="replaces_id", allow_null=True)
    admissible = serializers.BooleanField(source="may_be_cited")
    of_record = serializers.BooleanField(
        source="is_of_record", help_text=_("Its words are the platform’s own record, and nobody typed them.")
    )
    inquiry = serializers.UUIDField(source="inquiry_id", allow_null=True, help_text=_("The inquiry that it answers."))
    correction = CorrectionAnswer(source="last_correction", allow_null=True)
    sha256 = serializers.CharField(help_text=_("Of the file's bytes: the receipt. Empty without a file."))
    size_bytes = serializers.IntegerField()
    media_type = serializers.CharField()
    facts = serializers.ListField(child=serializers.CharField(), help_text=_("What it is said to prove."))
    filed_at = Instant(allow_null=True)
    draft = serializers.SerializerMethodField()
    version = serializers.SerializerMethodField()
    file = serializers.SerializerMethodField()
    pages = serializers.IntegerField(help_text=_("Of a picture 1, of a document its pages, of a film 0."))
    copies = serializers.SerializerMethodField()
    thumbnail = serializers.SerializerMethodField()

    def to_representation(self, instance: Exhibit | Draft) -> dict[str, Any]:
        """A draft is called by nothing yet."""
        answer: dict[str, Any] = super().to_representation(instance)
        return {**answer, "label": None} if isinstance(instance, Draft) else answer

    def get_draft(self, exhibit: Exhibit | Draft) -> bool:
        """Is it not filed yet?"""
        return isinstance(exhibit, Draft)

    def get_version(self, exhibit: Exhibit | Draft) -> int | None:
        """Of a draft: what If-Match names."""
        return exhibit.version if isinstance(exhibit, Draft) else None

    def get_file(self, exhibit: Exhibit | Draft) -> str | None:
        """Where its file is fetched."""
        return f"/api/v1/exhibits/{exhibit.pk}/file" if exhibit.file_name else None

    def get_copies(self, exhibit: Exhibit | Draft) -> list[str]:
        """Where its first pages are fetched as pictures, upright and without metadata: what may be shown of it."""
        return [f"/api/v1/exhibits/{exhibit.pk}/pages/{page}" for page in exhibit.shown]

    def get_thumbnail(self, exhibit: Exhibit | Draft) -> str | None:
        """Where a small picture of it is fetched."""
        return f"/api/v1/exhibits/{exhibit.pk}/thumbnail" if exhibit.pages_shown else None


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
        return FindingAnswer(findings_of(ruling), many=True).data

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


class OfferAnswer(Answer):
    """A proposed settlement."""

    id = serializers.UUIDField()
    by = serializers.ChoiceField(choices=Offer.By.choices)
    remedy = serializers.ChoiceField(choices=Remedy.choices)
    amount = serializers.SerializerMethodField()
    text = serializers.CharField()
    until = Instant(allow_null=True)
    state = serializers.ChoiceField(choices=Offer.State.choices)
    made_at = Instant()
    ended_at = Instant(allow_null=True)

    @extend_schema_field(Money)
    def get_amount(self, offer: Offer) -> dict[str, Any]:
        """What of the claim the buyer would get."""
        return money(offer.amount_minor, offer.case.currency)


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


class EventAnswer(Answer):
    """One thing that happened; `facts` hold ids, codes, amounts and hashes."""

    id = serializers.IntegerField()
    sequence = serializers.IntegerField(help_text=_("1, 2, 3, … without a gap within its case or order."))
    type = serializers.CharField(source="kind")
    case = serializers.CharField(allow_null=True)
    order_number = serializers.CharField(allow_null=True)
    by = serializers.CharField(help_text=_("The role that acted."))
    occurred_at = Instant()
    recorded_at = Instant()
    facts = serializers.DictField()
    hash = serializers.CharField(help_text=_("SHA-256 over the hash before it and the event."))
    cursor = serializers.CharField(help_text=_("For `after` of the feed."))

    def to_representation(self, instance: Event) -> dict[str, Any]:
        """Read the event's body out."""
        body = json.loads(instance.body)
        return {
            "id": instance.pk,
            "sequence": instance.sequence,
            "type": instance.kind,
            "case": body.get("case"),
            "order_number": body.get("order"),
            "by": body["by"]["role"],
            "occurred_at": Instant().to_representation(instance.occurred_at),
            "recorded_at": Instant().to_representation(instance.recorded_at),
            "facts": body["facts"],
            "hash": bytes(instance.hash).hex(),
            "cursor": cursor_of(instance),
        }


class PostingAnswer(Answer):
    """One line of an entry: a debit or a credit."""

    account = serializers.ChoiceField(choices=Account.Kind.choices, source="account.kind")
    debit_minor = serializers.IntegerField()
    credit_minor = serializers.IntegerField()


class EntryAnswer(Answer):
    """One movement of money."""

    id = serializers.IntegerField()
    reference = serializers.CharField()
    case = serializers.SerializerMethodField()
    total = serializers.SerializerMethodField()
    occurred_at = Instant()
    recorded_at = Instant()
    postings = serializers.SerializerMethodField()

    def get_case(self, entry: Entry) -> str | None:
        """The case that moved it; null for the order's own."""
        return entry.case.number if entry.case else None

    @extend_schema_field(Money)
    def get_total(self, entry: Entry) -> dict[str, Any]:
        """The sum of either side."""
        return money(entry.total_minor, entry.currency)

    @extend_schema_field(PostingAnswer(many=True))
    def get_postings(self, entry: Entry) -> Any:
        """Its lines."""
        lines: list[Posting] = sorted(entry.postings.all(), key=lambda line: line.pk)
        return PostingAnswer(lines, many=True).data


class PayeeAnswer(PartyAnswer):
    """Who is paid."""

    kind = serializers.ChoiceField(choices=Party.Kind.choices)


class PayoutAnswer(Answer):
    """Money that leaves for one payee, once."""

    id = serializers.UUIDField()
    order_number = serializers.CharField(source="order.number")
    case = serializers.SerializerMethodField()
    payee = PayeeAnswer()
    amount = Money()
    state = serializers.ChoiceField(choices=Payout.State.choices)
    attempts = serializers.IntegerField()
    next_try_at = Instant()
    provider_reference = serializers.CharField()
    failure = serializers.CharField()
    created_at = Instant()
    paid_at = Instant(allow_null=True)

    def get_case(self, payout: Payout) -> str | None:
        """The case that made it payable, if one did."""
        return payout.case.number if payout.case else None


class LinkAnswer(Answer):
    """An address that signs one side in, once."""

    url = serializers.URLField()
    expires_at = Instant()


class PolicyAnswer(Answer):
    """A policy version: every number and table in force under it."""

    version = serializers.IntegerField()
    loaded_at = Instant()
    tables = serializers.SerializerMethodField()

    def get_tables(self, row: Any) -> dict[str, Any]:
        """As in a policy file: terms in seconds, limits in minor units."""
        return dict(row.tables)


def money(minor: int, currency: str) -> dict[str, Any]:
    """Write an amount."""
    return {"amount_minor": minor, "currency": currency}


def escrow_of(order: Order) -> dict[str, Any]:
    """What became of the order's price."""
    return {name: money(minor, order.currency) for name, minor in balances.of_order(order.pk).as_dict().items()}


def findings_of(ruling: Ruling) -> list[Finding]:
    """What the ruling found, drafted or stored, in the order of filing."""
    drafted = getattr(ruling, "findings_drafted", None)
    return drafted if drafted is not None else sorted(ruling.findings.all(), key=lambda found: found.pk)


def cursor_of(event: Event) -> str:
    """Name the place of an event in the feed."""
    return f"{event.transaction_id}-{event.pk}"
