"""The questions of fact that a ruling answers, by the reason of the case (DOMAIN section 7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from adjudication.errors import Fault, Unprocessable
from adjudication.policy.terms import Reason

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class AtFault(models.TextChoices):
    """Whose fault it was."""

    SELLER = "seller", _("the seller's")
    CARRIER = "carrier", _("the carrier's")
    SHARED = "shared", _("shared")
    BUYER = "buyer", _("the buyer's")


@dataclass(frozen=True, slots=True)
class Question:
    """One question of fact: `boolean`, `choice` or `percent` (0 … 100)."""

    id: str
    text: StrOrPromise
    type: str
    choices: tuple[tuple[str, StrOrPromise], ...] = ()
    required: bool = False


SHIPPED = Question("shipped", _("Were the goods shipped?"), "boolean")
AS_DESCRIBED = Question("as_described", _("Are the goods as they were described?"), "boolean")
FAULT = Question("fault", _("Whose fault was it?"), "choice", tuple((choice.value, choice.label) for choice in AtFault))
USABLE = Question("usable_percent", _("How much of the goods' use is left, in percent?"), "percent")

ASKED: dict[str, tuple[Question, ...]] = {
    Reason.NOT_SHIPPED: (SHIPPED, FAULT, USABLE),
    Reason.NOT_RECEIVED: (SHIPPED, FAULT, USABLE),
    Reason.QUALITY: (AS_DESCRIBED, FAULT, USABLE),
    Reason.NOT_AS_DESCRIBED: (AS_DESCRIBED, FAULT, USABLE),
    Reason.COUNTERFEIT: (AS_DESCRIBED, FAULT, USABLE),
    Reason.DAMAGED_IN_TRANSIT: (FAULT, USABLE),
    Reason.SIZE_OR_TASTE: (AS_DESCRIBED, FAULT, USABLE),
    Reason.LATE_DELIVERY: (SHIPPED, FAULT, USABLE),
    Reason.OTHER: (SHIPPED, AS_DESCRIBED, FAULT, USABLE),
}


def check_answers(reason: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers if each answers a question of this reason in its own form.

    Raises:
        Unprocessable: a question that is not asked, or an answer of another form; one fault each.

    """
    asked = {question.id: question for question in ASKED[reason]}
    faults: list[Fault] = []
    for name, answer in answers.items():
        question = asked.get(name)
        if question is None:
            faults.append(Fault(f"answers.{name}", _("is not asked for this reason"), "unknown_question"))
        elif question.type == "boolean" and not isinstance(answer, bool):
            faults.append(Fault(f"answers.{name}", _("must be true or false")))
        elif question.type == "choice" and answer not in dict(question.choices):
            known = ", ".join(dict(question.choices))
            faults.append(Fault(f"answers.{name}", _("must be one of: %(choices)s") % {"choices": known}))
        elif question.type == "percent" and (type(answer) is not int or not 0 <= answer <= 100):
            faults.append(Fault(f"answers.{name}", _("must be a whole number from 0 to 100")))
    if faults:
        raise Unprocessable(_("The questions of fact are not answered in their form."), *faults)
    return dict(answers)
