"""What opens a case, moves it on, and finds it in the list."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from adjudication.api.fields import Form, Instant, Money, Price, Text, Upload, Whole, one_line, order_number
from adjudication.api.forms import SIDE_CHOICES, ActForm, Choice
from adjudication.api.forms.exhibits import ExhibitNamed, FilesForm, NewExhibitsForm
from adjudication.api.paging import PageQuery
from adjudication.cases.models import Forum
from adjudication.cases.states import Outcome, State
from adjudication.policy.terms import Channel, Reason, RejectionReason, Remedy
from adjudication.procedure.appeal import NamedError
from adjudication.procedure.return_goods import DisputeReason


class CaseForm(Form):
    """What the buyer asks for."""

    order_number = order_number()
    lines = serializers.ListField(child=Text(max_length=60), required=False, default=list, max_length=500)
    reason = Choice(choices=Reason.choices)
    remedy = Choice(choices=Remedy.choices)
    amount = Price()
    statement = Text()
    channel = Choice(choices=Channel.choices, required=False)
    by = Choice(choices=SIDE_CHOICES, required=False)


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


class OfferForm(ActForm):
    """A settlement: a remedy, and how much of the claim the buyer would get."""

    remedy = Choice(choices=Remedy.choices)
    amount = Price()
    text = Text(required=False, allow_blank=True, default="")
    until = Instant(required=False)


class InterveneForm(ActForm):
    """What the buyer tells the platform."""

    forum = Choice(choices=Forum.choices, required=False, default=Forum.STAFF)
    statement = Text(required=False, allow_blank=True, default="")


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


class ReturnDisputeForm(NewExhibitsForm):
    """What is wrong with what came back."""

    reason = Choice(choices=DisputeReason.choices)
    text = Text()


class ReturnDisputeUploadForm(FilesForm):
    """The same as multipart."""

    reason = Choice(choices=DisputeReason.choices)
    text = Text()


class AssignForm(Form):
    """Who is to hear the case; absent: the caller takes it."""

    arbitrator = one_line(max_length=150, required=False)
    reason = Text(required=False, allow_blank=True, default="", max_length=2_000)


class ExtendForm(Form):
    """How much longer the running term takes, and why."""

    seconds = Whole(min_value=1, max_value=10 * 366 * 86_400)
    reason = Text()


class RemindForm(Form):
    """Nothing more than that."""
