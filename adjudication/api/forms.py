"""What the API takes: the form of each request. Whether it fits the case is for the acts to say."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from adjudication.api.fields import Flag, Form, Instant, Money, Price, Text, Upload, Whole, one_line, order_number
from adjudication.api.paging import PageQuery
from adjudication.cases.models import Forum
from adjudication.cases.states import Outcome, State
from adjudication.escrow.models import Payout
from adjudication.evidence.models import Exhibit
from adjudication.money import MAX_MINOR
from adjudication.orders.messages import LONGEST, MOST_AT_ONCE, Message
from adjudication.parties import SIDES
from adjudication.policy.terms import Channel, Reason, RejectionReason, Remedy
from adjudication.procedure.appeal import NamedError
from adjudication.procedure.return_goods import DisputeReason
from adjudication.rulings.models import Finding, Winner

Choice = serializers.ChoiceField
SIDE_CHOICES = [(side.value, side.label) for side in SIDES]


class BuyerForm(Form):
    """The buyer of an order."""

    id = one_line(max_length=120)
    name = one_line(max_length=200)
    email = serializers.EmailField(required=False, allow_blank=True, default="", max_length=254)


class ShopForm(Form):
    """The shop of an order."""

    id = one_line(max_length=120)
    name = one_line(max_length=200)
    category = one_line(max_length=120)
    email = serializers.EmailField(required=False, allow_blank=True, default="", max_length=254)
    return_address = Text(required=False, allow_blank=True, default="", max_length=1000)


class ItemForm(Form):
    """One line of an order."""

    line = one_line(max_length=60, required=False, allow_blank=True, default="")
    sku = one_line(max_length=120, allow_blank=True)
    title = one_line(max_length=500)
    category = one_line(max_length=120, required=False, allow_blank=True, default="")
    unit_price_minor = Whole(min_value=0, max_value=MAX_MINOR)
    quantity = Whole(min_value=1, max_value=1_000_000)
    snapshot = serializers.DictField(required=False, allow_null=True, default=None, help_text=_("The listing."))


class OrderForm(Form):
    """A paid order; price = items + shipping − discount."""

    order_number = order_number()
    buyer = BuyerForm()
    shop = ShopForm()
    items = ItemForm(many=True, min_length=1, max_length=500)  # type: ignore[call-arg]  # of the list
    shipping_minor = Whole(required=False, default=0, min_value=0, max_value=MAX_MINOR)
    discount_minor = Whole(required=False, default=0, min_value=0, max_value=MAX_MINOR)
    price = Price()
    paid_at = Instant()


class LinesForm(Form):
    """Which lines of the order; absent: all."""

    lines = serializers.ListField(child=Text(max_length=60), required=False, min_length=1, max_length=500)


class ShipmentForm(LinesForm):
    """A parcel has left."""

    carrier = one_line(max_length=120)
    tracking_number = one_line(max_length=120)
    shipped_at = Instant()


class DeliveryForm(LinesForm):
    """A parcel has arrived."""

    delivered_at = Instant()
    signed_by = one_line(max_length=200, required=False, allow_blank=True, default="")


class RefusalForm(LinesForm):
    """The buyer did not take the parcel."""

    refused_at = Instant()


class ReceiptForm(Form):
    """The buyer has the goods."""

    confirmed_at = Instant()


class MessageForm(Form):
    """One message of the platform's chat."""

    text = Text(max_length=LONGEST, trim_whitespace=False)
    sent_at = Instant()

    def get_fields(self) -> dict[str, Any]:
        """Also `from`, which Python keeps for itself."""
        return {"from": Choice(choices=Message.By.choices), **super().get_fields()}


class MessagesForm(Form):
    """What the two sides said to each other."""

    messages = MessageForm(many=True, min_length=1, max_length=MOST_AT_ONCE)  # type: ignore[call-arg]  # of the list


class CaseForm(Form):
    """What the buyer asks for."""

    order_number = order_number()
    lines = serializers.ListField(child=Text(max_length=60), required=False, default=list, max_length=500)
    reason = Choice(choices=Reason.choices)
    remedy = Choice(choices=Remedy.choices)
    amount = Money()
    statement = Text()
    channel = Choice(choices=Channel.choices, required=False)
    by = Choice(choices=SIDE_CHOICES, required=False)


class ActForm(Form):
    """An act that needs no more words; `by` says for which side, where either could."""

    by = Choice(choices=SIDE_CHOICES, required=False)


def facts_named(**options: Any) -> serializers.ListField:
    """What an exhibit is said to prove: codes of the case's checklist."""
    told = _("Codes of the case’s checklist.")
    options = options or {"default": list}
    return serializers.ListField(
        child=one_line(max_length=40), required=False, max_length=20, help_text=told, **options
    )


class NewExhibitForm(Form):
    """An exhibit of words, filed together with an act."""

    kind = Choice(choices=Exhibit.Kind.choices)
    title = one_line(max_length=200)
    text = Text(max_length=20_000)
    facts = facts_named()


class ExhibitNamed(serializers.Field[Any, Any, Any, Any]):
    """An exhibit already on file or drafted, by its id, or a new one."""

    default_error_messages = {
        "invalid": _("must be the id of an exhibit or of a draft, or an object with kind, title, text")
    }

    def to_internal_value(self, data: Any) -> UUID | dict[str, Any]:
        """Tell the two apart."""
        if isinstance(data, dict):
            filled: dict[str, Any] = NewExhibitForm().run_validation(data)
            return filled
        if not isinstance(data, str):
            self.fail("invalid")
        named: UUID = serializers.UUIDField().run_validation(data)
        return named

    def to_representation(self, value: Any) -> Any:
        """Not used: this is input."""
        return value


@extend_schema_field({"type": "string", "maxLength": 0})
class NothingField(serializers.Field[Any, Any, Any, Any]):
    """Null, and nothing else."""

    default_error_messages = {"invalid": _("can only be null; a file is sent as multipart")}

    def to_internal_value(self, data: Any) -> None:
        """Nothing but null gets here."""
        self.fail("invalid")

    def to_representation(self, value: Any) -> Any:
        """Not used: this is input."""
        return value


class AcceptForm(ActForm):
    """The seller accepts; where goods go back first, they may say where to."""

    return_address = Text(required=False, allow_blank=True, default="", max_length=1000)


class RejectForm(ActForm):
    """Why the seller refuses, with at least one exhibit on file or sent along."""

    reason = Choice(choices=RejectionReason.choices)
    text = Text()
    exhibits = serializers.ListField(child=ExhibitNamed(), required=False, default=list, max_length=50)


class RejectUploadForm(ActForm):
    """The same as multipart, with files that become exhibits by their content."""

    reason = Choice(choices=RejectionReason.choices)
    text = Text()
    exhibits = serializers.ListField(child=serializers.UUIDField(), required=False, default=list, max_length=50)
    files = serializers.ListField(child=Upload(), required=False, default=list, max_length=20)


class NewExhibitsForm(ActForm):
    """Words, with new exhibits of words, and drafts by their ids."""

    exhibits = serializers.ListField(child=ExhibitNamed(), required=False, default=list, max_length=20)


class FilesForm(ActForm):
    """Words, with drafts by their ids, and files that become exhibits by their content."""

    exhibits = serializers.ListField(child=serializers.UUIDField(), required=False, default=list, max_length=20)
    files = serializers.ListField(child=Upload(), required=False, default=list, max_length=20)


class AppealForm(NewExhibitsForm):
    """Why the first ruling is wrong: with a new exhibit, or naming the error."""

    grounds = Text(max_length=20_000)
    error = Choice(choices=NamedError.choices, required=False)


class AppealUploadForm(FilesForm):
    """The same as multipart."""

    grounds = Text(max_length=20_000)
    error = Choice(choices=NamedError.choices, required=False)


class ReturnShipmentForm(ActForm):
    """The buyer has sent the goods back."""

    carrier = one_line(max_length=120)
    tracking_number = one_line(max_length=120)
    cost = Money(required=False)


class ExtendForm(Form):
    """How much longer the running term takes, and why."""

    seconds = Whole(min_value=1, max_value=10 * 366 * 86_400)
    reason = Text()


class InquireForm(Form):
    """What is asked of whom."""

    to = serializers.ListField(child=Choice(choices=SIDE_CHOICES), min_length=1, max_length=2)
    text = Text()
    challenge = serializers.BooleanField(
        required=False, default=False, help_text=_("Ask for a photo that shows a one-time code.")
    )


class ReplyForm(NewExhibitsForm):
    """An answer in words, with new exhibits of words."""

    text = Text(required=False, allow_blank=True, default="")


class ReplyUploadForm(FilesForm):
    """The same as multipart."""

    text = Text(required=False, allow_blank=True, default="")


class KindForm(Form):
    """What an exhibit really is, and why."""

    kind = Choice(choices=Exhibit.Kind.choices)
    reason = Text()


class ReturnDisputeForm(NewExhibitsForm):
    """What is wrong with what came back."""

    reason = Choice(choices=DisputeReason.choices)
    text = Text()


class ReturnDisputeUploadForm(FilesForm):
    """The same as multipart."""

    reason = Choice(choices=DisputeReason.choices)
    text = Text()


class OfferForm(ActForm):
    """A settlement: a remedy, and how much of the claim the buyer would get."""

    remedy = Choice(choices=Remedy.choices)
    amount = Money()
    text = Text(required=False, allow_blank=True, default="")
    until = Instant(required=False)


class SendBackForm(Form):
    """Why the proposed ruling goes back."""

    note = Text()


class NothingForm(Form):
    """No body is needed."""


class InterveneForm(ActForm):
    """What the buyer tells the platform."""

    forum = Choice(choices=Forum.choices, required=False, default=Forum.STAFF)
    statement = Text(required=False, allow_blank=True, default="")


class AssignForm(Form):
    """Who is to hear the case; absent: the caller takes it."""

    arbitrator = one_line(max_length=150, required=False)
    reason = Text(required=False, allow_blank=True, default="", max_length=2_000)


class RemindForm(Form):
    """Nothing more than that."""


class ExhibitForm(ActForm):
    """One item to be filed, of words; or kept as a draft, which may still lack its title."""

    also = {
        "if": {"properties": {"draft": {"const": True}}, "required": ["draft"]},
        "else": {"properties": {"title": {"pattern": r"\S"}}, "required": ["title"]},
    }
    kind = Choice(choices=Exhibit.Kind.choices)
    title = one_line(max_length=200, required=False, allow_blank=True, default="")
    text = Text(required=False, allow_blank=True, default="", max_length=20_000)
    replaces = serializers.UUIDField(required=False)
    messages = serializers.ListField(
        child=Whole(min_value=1),
        required=False,
        default=list,
        max_length=50,
        help_text=_("Quote these messages of the order’s chat; the words are filled in from the record."),
    )
    facts = facts_named()
    draft = Flag(required=False, default=False, help_text=_("Keep it for this side alone, and file it later."))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """What is filed at once has a title."""
        if not attrs["draft"] and not attrs["title"]:
            raise serializers.ValidationError({"title": [serializers.ErrorDetail(str(_("is required")), "required")]})
        return attrs


class ExhibitUploadForm(ExhibitForm):
    """One item to be filed, with a file."""

    messages = None  # type: ignore[assignment]  # what is quoted comes from the record, without a file
    file = Upload(required=False)


class DraftForm(Form):
    """What of a draft is to change; what is left out stays. `draft: false` files it."""

    kind = Choice(choices=Exhibit.Kind.choices, required=False)
    title = one_line(max_length=200, required=False, allow_blank=True)
    text = Text(required=False, allow_blank=True, max_length=20_000)
    replaces = serializers.UUIDField(required=False, allow_null=True)
    facts = facts_named(allow_empty=True)
    draft = Flag(required=False, help_text=_("false: file it now, as it is then."))


class DraftWithoutFileForm(DraftForm):
    """The same as JSON, where a file can be taken away."""

    file = NothingField(required=False, allow_null=True, help_text=_("null: the draft has no file any more."))


class DraftUploadForm(DraftForm):
    """The same as multipart, with a file that takes the place of the one before."""

    file = Upload(required=False)


class ExhibitsQuery(PageQuery):
    """Exhibits, or the caller's own drafts."""

    drafts = Flag(required=False, default=False, help_text=_("The caller’s own drafts instead, all on one page."))


class FindingForm(Form):
    """What was found on one exhibit."""

    exhibit = serializers.UUIDField()
    supports = Choice(choices=Finding.Supports.choices)
    weight = Choice(choices=Finding.Weight.choices)
    note = Text()


class RulingForm(Form):
    """A ruling; the award follows from it."""

    winner = Choice(choices=Winner.choices)
    findings = FindingForm(many=True, required=False, default=list, max_length=200)  # type: ignore[call-arg]
    answers = serializers.DictField(required=False, default=dict)
    remedy = Choice(choices=Remedy.choices)
    rule = one_line(max_length=40)
    reasons = Text(max_length=20_000)
    cited_exhibits = serializers.ListField(child=serializers.UUIDField(), required=False, default=list, max_length=200)


class PaidForm(Form):
    """The marketplace has paid."""

    provider_reference = one_line(max_length=200)


class FailedForm(Form):
    """The marketplace could not pay."""

    why = Text(max_length=500)


class LinkForm(Form):
    """Which side: buyer, seller, or the marketplace's id of one of the two."""

    party = one_line(max_length=130)


class PreviewQuery(Form):
    """Compute the award and change nothing."""

    preview = serializers.BooleanField(required=False, default=False)


class CaseQuery(PageQuery):
    """Which cases."""

    state = Choice(choices=State.choices, required=False)
    outcome = Choice(choices=Outcome.choices, required=False)
    shop = Text(max_length=120, required=False, help_text=_("The marketplace's id."))
    buyer = Text(max_length=120, required=False, help_text=_("The marketplace's id."))
    arbitrator = Text(max_length=150, required=False, help_text=_("The username."))
    overdue = serializers.BooleanField(required=False, allow_null=True, default=None)
    updated_after = Instant(required=False)
    order_number = Text(max_length=120, required=False)


class PayoutQuery(PageQuery):
    """Which payouts."""

    state = Choice(choices=Payout.State.choices, required=False)


class FeedQuery(Form):
    """From where the feed is read on."""

    limit = serializers.IntegerField(min_value=1, max_value=100, default=100)
    after = serializers.RegexField(
        r"\A[0-9]{1,18}-[0-9]{1,18}\Z",
        required=False,
        help_text=_("The `cursor` of the last event that was read, or `after` of the last page."),
    )
