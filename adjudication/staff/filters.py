"""What the queue is narrowed to: it stands in the address, so that a link to it can be sent, and adds to any tab."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from adjudication.cases.inquiries import Asking
from adjudication.cases.states import State
from adjudication.deadlines.models import Deadline
from adjudication.errors import Fault, Malformed
from adjudication.money import MAX_MINOR, decimals, require_currency
from adjudication.policy.terms import Reason

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

OPEN_STATES = [(state.value, state.label) for state in State if state is not State.CLOSED]
#: The languages that this site speaks, by their first part; a party may write in others.
LANGUAGES = tuple(dict.fromkeys(code.partition("-")[0] for code, _name in settings.LANGUAGES))
YES = "1"
_CODE = re.compile(r"[a-z]{2,3}")
_AMOUNT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,9})?")


@dataclass(frozen=True, slots=True)
class Filter:
    """As typed, once it is known to be right; what is empty narrows nothing."""

    reason: str = ""
    state: str = ""
    currency: str = ""
    amount: str = ""
    language: str = ""
    category: str = ""
    question: str = ""
    overdue: str = ""

    @property
    def named(self) -> dict[str, str]:
        """What it narrows by, in the order of the form."""
        return {name: value for name in self.__slots__ if (value := getattr(self, name))}

    def __bool__(self) -> bool:
        """Does it narrow anything?"""
        return bool(self.named)

    def address(self, tab: str, **more: str) -> str:
        """The queue's own query with this filter."""
        return "?" + urlencode({"tab": tab, **self.named, **more})

    def narrow(self, found: QuerySet[Deadline], *, at: datetime) -> QuerySet[Deadline]:
        """Only the open terms of cases that it lets through."""
        given = self.named
        exact = {"reason": "case__reason", "state": "case__state", "currency": "case__currency"}
        exact["category"] = "case__shop__category"
        found = found.filter(**{lookup: given[name] for name, lookup in exact.items() if name in given})
        if "amount" in given:
            found = found.filter(case__amount_minor__gte=in_minor(self.amount, self.currency))
        if "language" in given:
            written = Q()
            for party in ("case__buyer", "case__shop__party"):
                written |= Q(**{f"{party}__language__iexact": self.language})
                written |= Q(**{f"{party}__language__istartswith": f"{self.language}-"})
            found = found.filter(written)
        if "question" in given:
            waiting = Asking.objects.filter(inquiry__case=OuterRef("case_id"), replied_at=None, inquiry__due_at__gt=at)
            found = found.filter(Exists(waiting), case__inquiries_count__gt=0)
        if "overdue" in given:
            found = found.filter(case__is_overdue=True)
        return found


def asked_for(given: QueryDict) -> Filter:
    """What the address asks for.

    Raises:
        Malformed: with what is wrong of each field; nothing is put in its place.

    """
    typed = as_typed(given)
    faults: list[Fault] = []
    known: dict[str, list[Any]] = {
        "reason": Reason.values,
        "state": [value for value, _label in OPEN_STATES],
        "question": [YES],
        "overdue": [YES],
    }
    for name, values in known.items():
        if typed.named.get(name, values[0]) not in values:
            faults.append(Fault(name, _("must be one of: %(known)s") % {"known": ", ".join(values)}))
    if typed.language and not _CODE.fullmatch(typed.language):
        faults.append(Fault("language", _("must be two or three small letters, as in: zh")))
    if "\0" in typed.category or len(typed.category) > 120:
        faults.append(Fault("category", _("no shop has this category")))
    faults += _faults_of_money(typed)
    if faults:
        raise Malformed(_("The queue cannot be narrowed like this."), *faults)
    return replace(typed, amount=plain(typed.amount)) if typed.amount else typed


def as_typed(given: QueryDict) -> Filter:
    """What stands in the fields, right or not."""
    typed = {name: given.get(name, "").strip() for name in Filter.__slots__}
    return Filter(**{**typed, "currency": typed["currency"].upper(), "language": typed["language"].lower()})


def plain(amount: str) -> str:
    """`5,000.00` → `5000.00`."""
    return amount.replace(",", "").replace("，", "").replace(" ", "")


def in_minor(amount: str, currency: str) -> int:
    """`"50.5", "CNY"` → 5050; a part of the smallest unit counts as a whole one, for less is not enough."""
    exact = Decimal(plain(amount)).scaleb(decimals(currency))
    return int(exact.to_integral_value(rounding="ROUND_CEILING"))


def _faults_of_money(typed: Filter) -> list[Fault]:
    if typed.currency:
        try:
            require_currency(typed.currency)
        except Malformed as refused:
            return [Fault("currency", refused.detail)]
    if not typed.amount:
        return []
    if not typed.currency:
        told: StrOrPromise = _("say in which currency, as in CNY: amounts are never converted")
        return [Fault("currency", told)]
    is_written = _AMOUNT.fullmatch(plain(typed.amount)) is not None
    right = is_written and 0 < in_minor(typed.amount, typed.currency) <= MAX_MINOR
    return [] if right else [Fault("amount", _("must be an amount above 0, as in 5000 or 49.90"))]
