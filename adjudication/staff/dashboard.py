"""The dashboard: how much waits, where it is found, and what a person has to look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from adjudication.credentials.staff import staff_roles
from adjudication.deadlines.models import Deadline
from adjudication.escrow.models import Payout
from adjudication.parties import DECIDERS
from adjudication.staff.doors import actor_of
from adjudication.staff.tabs import TABS, capped_count, counts

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with what it counts, where it leads, and whether it is alarming."""

    label: StrOrPromise
    count: str
    address: str
    is_alarming: bool = False


def standing_work(request: HttpRequest) -> list[Figure]:
    """The queue's numbers, then what has gone wrong: terms that could not lapse, payouts that failed."""
    user_id = actor_of(request).id
    hears = bool(staff_roles(request.user) & frozenset(DECIDERS))
    figures = []
    counted = counts(user_id)
    for key, label in TABS.items():
        if key == "parked" or (key == "mine" and not hears):  # parked terms of orders too are counted below
            continue
        count = counted[key]
        figures.append(Figure(label, count, f"{reverse('admin:queue')}?tab={key}", key == "overdue" and count != "0"))
    parked = capped_count(Deadline.objects.filter(ended_at=None, parked_at__isnull=False))
    failed = capped_count(Payout.objects.filter(state=Payout.State.FAILED))
    deadlines, payouts = (
        reverse("admin:adjudication_deadline_changelist"),
        reverse("admin:adjudication_payout_changelist"),
    )
    return [
        *figures,
        Figure(_("Terms that could not lapse"), parked, f"{deadlines}?parked_at__isempty=0&end=", parked != "0"),
        Figure(_("Failed payouts"), failed, f"{payouts}?state__exact=failed", failed != "0"),
    ]
