"""The buyer asks for a refund: first the order, then the lines, why, what and how much, in the buyer's words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from adjudication import docket
from adjudication.errors import NoStanding, NotFound, Refused
from adjudication.money import Amount
from adjudication.orders.models import Line, Order
from adjudication.pages.forms import TEXT_MOST, choose, in_minor
from adjudication.pages.session import for_parties
from adjudication.parties import Actor, Role
from adjudication.policy import versions
from adjudication.policy.terms import Reason, Remedy
from adjudication.procedure.request import Claim
from adjudication.procedure.request import request as ask

#: How many orders are offered to choose from, the newest first.
MOST_ORDERS = 50
FORM_REFUSED = 400


class RequestForm(forms.Form):
    """What the buyer asks for, checked for form alone."""

    lines = forms.MultipleChoiceField(label=gettext_lazy("Which items"), widget=forms.CheckboxSelectMultiple)
    reason = forms.ChoiceField(label=gettext_lazy("What is wrong"))
    remedy = forms.ChoiceField(
        label=gettext_lazy("What you ask for"),
        help_text=gettext_lazy("Which of these are possible depends on what is wrong."),
        widget=forms.RadioSelect,
    )
    amount = forms.DecimalField(
        label=gettext_lazy("How much you ask for"),
        required=False,
        help_text=gettext_lazy("Leave it empty to ask for all that is held for these items."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    statement = forms.CharField(
        label=gettext_lazy("What happened"),
        help_text=gettext_lazy(
            "The seller reads this, and an arbitrator if it comes to that. You can add photos next."
        ),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=TEXT_MOST,
    )

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        """Offer the order's lines that something is held for, and what the policy allows."""
        super().__init__(*args, **kwargs)
        self.order = order
        allowed = {reason: rule.remedies for reason, rule in versions.current().reasons.items()}
        choose(self.fields["lines"], [(line.label, line.title) for line in free_lines(order)])
        choose(self.fields["reason"], [("", _("Choose a reason")), *((r, r.label) for r in Reason if allowed[r])])
        remedies = [r for r in Remedy if any(r in each for each in allowed.values())]
        choose(self.fields["remedy"], [(remedy.value, remedy.label) for remedy in remedies])
        self.fields["remedy"].initial = Remedy.REFUND.value
        self.fields["lines"].initial = [line.label for line in free_lines(order)]
        self.fields["amount"].label = _("How much you ask for, in %(currency)s") % {"currency": order.currency}

    def clean_amount(self) -> int | None:
        """The amount in smallest units; exactly as typed, or refused."""
        return in_minor(self.cleaned_data["amount"], self.order.currency)

    def claim(self) -> Claim:
        """What is asked for."""
        said = self.cleaned_data
        held = sum(line.held_minor for line in self.order.papers.lines if line.label in said["lines"])
        return Claim(
            reason=Reason(said["reason"]),
            remedy=Remedy(said["remedy"]),
            amount=Amount(said["amount"] or held, self.order.currency),
            statement=said["statement"],
            lines=tuple(said["lines"]),
        )

    def tell(self, refused: Refused) -> None:
        """Put a refusal beside the fields it speaks of."""
        for fault in refused.faults:
            field = fault.field.partition(".")[0]
            if field == "amount":  # the fault itself speaks of smallest units, as machines do
                self.add_error(field, str(refused.detail))
            elif field in self.fields:
                self.add_error(field, str(fault.detail))


def free_lines(order: Order) -> list[Line]:
    """The lines that something is held for and no case is open over."""
    return [line for line in order.papers.lines if line.held_minor and not line.is_disputed]


@require_http_methods(["GET", "HEAD", "POST"])
@for_parties
def new_case(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Choose an order, or ask for a refund over the one chosen."""
    if actor.role is not Role.BUYER:
        raise NoStanding(
            _("Only the buyer asks for a refund. A request over an order of yours stands among your cases.")
        )
    number = request.POST.get("order") or request.GET.get("order")
    if not number:
        return render(request, "pages/choose_order.html", {"orders": _orders_of(actor)})
    order = _own_order(number, actor)
    if request.method != "POST":
        return _form_page(request, order, RequestForm(order=order))
    form = RequestForm(request.POST, order=order)
    if not form.is_valid():
        return _form_page(request, order, form, status=FORM_REFUSED)
    try:
        with docket.take_order(number, opening_case=True) as (taken, at):
            case = ask(taken, by=actor, claim=form.claim(), at=at)
    except Refused as refused:
        form.tell(refused)
        return _form_page(request, order, form, status=refused.status, refused=refused)
    messages.success(request, _("Your request is filed. The seller has been given a term to answer."))
    return redirect("pages:case", case.number)


def _orders_of(actor: Actor) -> list[Order]:
    bought = Order.objects.filter(buyer_id=actor.id, lines__held_minor__gt=0, lines__is_disputed=False).distinct()
    return list(
        bought.select_related("shop__party").prefetch_related("lines").order_by("-registered_at", "-id")[:MOST_ORDERS]
    )


def _own_order(number: str, actor: Actor) -> Order:
    """The order, if it is this buyer's; another's is as if unknown."""
    if "\x00" in number:
        raise NotFound(_("There is no such order."))
    order = docket.look_at_order(number)
    if order.buyer_id != actor.id:
        raise NotFound(_("There is no such order."))
    return order


def _form_page(
    request: HttpRequest, order: Order, form: RequestForm, *, status: int = 200, refused: Refused | None = None
) -> HttpResponseBase:
    context = {"order": order, "form": form, "refused": refused, "free_lines": free_lines(order), "party": order.buyer}
    return render(request, "pages/new_case.html", context, status=status)
