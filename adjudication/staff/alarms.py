"""The alarms in the staff's words: each leads to where it is dealt with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from adjudication.reports.alarms import Name, alarms

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: (the page's name, the query behind it)
DEALT_WITH: dict[Name, tuple[str, str]] = {
    Name.SWEEP_LATE: ("ready", ""),
    Name.BEAT_LATE: ("ready", ""),
    Name.WORKER_LATE: ("ready", ""),
    Name.TERMS_LATE: ("admin:queue", "?tab=open"),
    Name.TERMS_PARKED: ("admin:adjudication_deadline_changelist", "?parked_at__isempty=0&end="),
    Name.RULINGS_OVERDUE: ("admin:queue", "?tab=overdue"),
    Name.CASES_UNASSIGNED: ("admin:queue", "?tab=unassigned"),
    Name.OUTBOX_LATE: ("admin:adjudication_event_changelist", ""),
    Name.WEBHOOKS_FAILING: ("admin:adjudication_webhookendpoint_changelist", ""),
    Name.WEBHOOKS_PARKED: ("admin:adjudication_webhookdelivery_changelist", "?state__exact=parked"),
    Name.PUBLICATIONS_LATE: ("admin:publications", ""),
    Name.PAYOUTS_FAILING: ("admin:adjudication_payout_changelist", "?state__exact=failed"),
}


@dataclass(frozen=True, slots=True)
class Notice:
    """One line of the banner."""

    label: StrOrPromise
    figure: str
    address: str


def notices() -> list[Notice]:
    """What is wrong now, each with where it is dealt with."""
    return [
        Notice(alarm.name.label, alarm.figure, reverse(DEALT_WITH[alarm.name][0]) + DEALT_WITH[alarm.name][1])
        for alarm in alarms()
    ]
