"""The form of each act: what it takes beyond a yes, in the words of those who fill it in."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext_lazy as _

from adjudication.cases.offers import Offer
from adjudication.pages.forms import TEXT_MOST, ActForm, ConfirmForm, FilesForm, FilingForm, choose, in_minor
from adjudication.policy import versions
from adjudication.policy.terms import RejectionReason, Remedy
from adjudication.procedure.appeal import NamedError
from adjudication.procedure.carry_out import AFTER_RETURN, goods_are_out
from adjudication.procedure.return_goods import DisputeReason


class AcceptForm(ConfirmForm):
    """A deliberate yes; where goods go back first, also where to."""

    return_address = forms.CharField(
        label=_("Where the goods are to be sent back"),
        help_text=_("The buyer sees this address. Leave it empty to use your shop’s."),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
        max_length=1000,
        required=False,
    )
    field_order = ("return_address", "confirmed")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Ask for an address only where goods would go back."""
        super().__init__(*args, **kwargs)
        if self.case.remedy in AFTER_RETURN and goods_are_out(self.case):
            self.fields["return_address"].initial = self.case.shop.return_address
        else:
            del self.fields["return_address"]


class RejectForm(FilingForm):
    """The seller's refusal: reason, words, and what shows it."""

    reason = forms.ChoiceField(label=_("Reason"), choices=[("", _("Choose a reason")), *RejectionReason.choices])
    text = forms.CharField(
        label=_("Why you refuse"),
        help_text=_("The buyer and the arbitrator read this. Say what happened, in your own words."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=TEXT_MOST,
    )
    field_order = ("reason", "text")


class AppealForm(FilingForm):
    """Why a ruling is wrong: grounds, and a new exhibit or the error by name."""

    grounds = forms.CharField(
        label=_("Why the ruling is wrong"), widget=forms.Textarea(attrs={"rows": 6}), max_length=TEXT_MOST
    )
    error = forms.ChoiceField(
        label=_("The error"),
        help_text=_("Name it, or file a new exhibit below."),
        choices=[("", _("I file a new exhibit")), *NamedError.choices],
        required=False,
    )
    field_order = ("grounds", "error")


class ShipReturnForm(ActForm):
    """How the goods go back."""

    carrier = forms.CharField(label=_("Carrier"), max_length=120)
    tracking_number = forms.CharField(label=_("Tracking number"), max_length=120)
    cost = forms.DecimalField(
        label=_("What you paid for the way back"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )

    def clean_cost(self) -> int:
        """In smallest units; nothing typed is nothing paid."""
        return in_minor(self.cleaned_data["cost"], self.case.currency, least=0) or 0


class DisputeReturnForm(FilingForm):
    """What is wrong with what came back."""

    reason = forms.ChoiceField(label=_("What is wrong"), choices=[("", _("Choose")), *DisputeReason.choices])
    text = forms.CharField(
        label=_("What came back, and in what condition"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=TEXT_MOST,
    )
    field_order = ("reason", "text")


class OfferForm(ActForm):
    """A settlement to propose."""

    remedy = forms.ChoiceField(label=_("What you propose"))
    amount = forms.DecimalField(
        label=_("What the buyer would get"),
        help_text=_("At most the claim. Leave it empty to propose the whole claim."),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    until = forms.DateField(
        label=_("Wait until the end of"),
        help_text=_("Only where you propose to wait longer."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        required=False,
    )
    text = forms.CharField(
        label=_("Words to the other side"),
        help_text=_("An offer may not ask for a review to be changed or removed."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=TEXT_MOST,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the remedies that the policy allows for this case's reason; ask for a day only where one can wait."""
        super().__init__(*args, **kwargs)
        allowed = versions.get(self.case.policy_version_id).reasons[self.case.reason].remedies
        choose(self.fields["remedy"], [(each.value, each.label) for each in Remedy if each in allowed])
        if Remedy.WAIT not in allowed:
            del self.fields["until"]

    def clean_amount(self) -> int:
        """In smallest units; the whole claim if nothing is typed."""
        return in_minor(self.cleaned_data["amount"], self.case.currency) or self.case.amount_minor

    def clean(self) -> dict[str, Any]:
        """A day goes with waiting, and waiting with a day."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        waits = said.get("remedy") == Remedy.WAIT
        if waits and not said.get("until") and "until" not in self.errors:
            self.add_error("until", _("Say until when the buyer would wait."))
        elif said.get("until") and not waits:
            self.add_error("until", _("Leave this empty unless you propose to wait longer."))
        return said

    def ends_at(self) -> datetime | None:
        """The end of the day that was chosen, in the reader's own time."""
        day = self.cleaned_data.get("until")
        return datetime.combine(day, time.max, get_current_timezone()) if day else None


class AnswerOfferForm(ActForm):
    """Yes or no to the other side's open offer."""

    ACCEPT, DECLINE = "accept", "decline"
    answer = forms.ChoiceField(
        label=_("Your answer"),
        choices=[(ACCEPT, _("I accept the offer")), (DECLINE, _("I decline the offer"))],
        widget=forms.RadioSelect,
    )
    offer = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Name the offer that is answered, so that no other is."""
        super().__init__(*args, **kwargs)
        if (offer := self.open_offer()) is not None:
            self.fields["offer"].initial = offer.pk

    def open_offer(self) -> Offer | None:
        """The other side's open offer."""
        offers = self.case.papers.offers
        return next((o for o in offers if o.by != self.role and o.state == Offer.State.OPEN), None)


class InterveneForm(ActForm):
    """What the buyer tells the platform."""

    text = forms.CharField(
        label=_("What the platform should know"),
        help_text=_("Why is the seller’s refusal wrong? The seller reads this too."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=TEXT_MOST,
    )


class ReplyForm(FilesForm):
    """An answer to the arbitrator's question that waits for this side."""

    text = forms.CharField(
        label=_("Your answer"), widget=forms.Textarea(attrs={"rows": 5}), max_length=TEXT_MOST, required=False
    )
    inquiry = forms.UUIDField(widget=forms.HiddenInput)
    field_order = ("text",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Name the question that is answered, so that no other is."""
        super().__init__(*args, **kwargs)
        waiting = [inquiry for inquiry in self.case.papers.inquiries if inquiry.waits_for(self.role)]
        if waiting:
            self.fields["inquiry"].initial = waiting[0].pk
            if waiting[0].is_challenge:
                self.fields["exhibits"].help_text = _("At least one photo of the goods that shows the code.")
