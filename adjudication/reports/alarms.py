"""Alarms: what is wrong now and needs a person, as data: one list for the banner in the admin and for the metrics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from adjudication.reports import heartbeat, readings
from adjudication.reports.readings import Now

#: A term so long overdue means that neither path sweeps, or that both cannot keep up.
TERMS_LATE_SECONDS = 120
#: An event so long unannounced means that nobody hears what happens.
OUTBOX_LATE_SECONDS = 300

#: Whether it is so many or ten times as many changes nothing about what has to be done.
MANY = 1000


class Name(models.TextChoices):
    """What can be wrong, the most pressing first; the value is the `name` in the metrics."""

    SWEEP_LATE = "sweep_late", gettext_lazy("Nothing sweeps: no term lapses")
    TERMS_LATE = "terms_late", gettext_lazy("Terms lapse late")
    TERMS_PARKED = "terms_parked", gettext_lazy("Terms kept failing and were parked")
    PAYOUTS_FAILING = "payouts_failing", gettext_lazy("Payouts fail")
    RULINGS_OVERDUE = "rulings_overdue", gettext_lazy("Rulings are overdue")
    CASES_UNASSIGNED = "cases_unassigned", gettext_lazy("Cases have waited too long for somebody to hear them")
    OUTBOX_LATE = "outbox_late", gettext_lazy("Events are announced late")
    WEBHOOKS_FAILING = "webhooks_failing", gettext_lazy("Webhook receivers do not answer")
    WEBHOOKS_PARKED = "webhooks_parked", gettext_lazy("Webhooks were given up")
    PUBLICATIONS_LATE = "publications_late", gettext_lazy("Final rulings are not published in time")
    BEAT_LATE = "beat_late", gettext_lazy("Beat sends nothing: the second path sweeps")
    WORKER_LATE = "worker_late", gettext_lazy("No worker ticks: the second path sweeps")


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing that is wrong, and the figure that shows it."""

    name: Name
    figure: str


def alarms() -> list[Alarm]:
    """What is wrong now; empty when all is well."""
    return ringing(readings.now(most=MANY), heartbeat.ages(), unassigned_after=readings.assigned_within_seconds())


def ringing(now: Now, ages: Mapping[str, float], *, unassigned_after: float) -> list[Alarm]:
    """What of these readings is wrong.

    Beat and worker are missed only where there have been any: `manage.py sweep --loop` may do it all. A worker that is
    sent nothing cannot be told from one that does nothing, so it is missed only while beat sends.
    """
    sweep, beat, worker = (ages.get(part) for part in (heartbeat.SWEEP, heartbeat.BEAT, heartbeat.WORKER))
    beat_sends = beat is not None and not heartbeat.is_late(beat)
    wrong: dict[Name, tuple[bool, str]] = {
        Name.SWEEP_LATE: (heartbeat.is_late(sweep), _("never yet") if sweep is None else _ago(sweep)),
        Name.TERMS_LATE: (now.oldest_overdue_seconds > TERMS_LATE_SECONDS, _so_many(now.terms_overdue)),
        Name.TERMS_PARKED: (now.terms_parked > 0, _so_many(now.terms_parked)),
        Name.PAYOUTS_FAILING: (now.payouts_failed > 0, _so_many(now.payouts_failed)),
        Name.RULINGS_OVERDUE: (now.cases_overdue > 0, _so_many(now.cases_overdue)),
        Name.CASES_UNASSIGNED: (now.oldest_unassigned_seconds > unassigned_after, _so_many(now.cases_unassigned)),
        Name.OUTBOX_LATE: (
            now.is_announced and now.outbox_oldest_seconds > OUTBOX_LATE_SECONDS,
            _so_many(now.outbox_waiting),
        ),
        Name.WEBHOOKS_FAILING: (now.webhooks_failing > 0, _so_many(now.webhooks_failing)),
        Name.WEBHOOKS_PARKED: (now.webhooks_parked > 0, _so_many(now.webhooks_parked)),
        Name.PUBLICATIONS_LATE: (now.publications_late > 0, _so_many(now.publications_late)),
        Name.BEAT_LATE: (beat is not None and not beat_sends, _ago(beat or 0)),
        Name.WORKER_LATE: (
            beat_sends and heartbeat.is_late(worker),
            _("never yet") if worker is None else _ago(worker),
        ),
    }
    return [Alarm(name, figure) for name, (is_wrong, figure) in wrong.items() if is_wrong]


def _so_many(count: int) -> str:
    return f"{MANY}+" if count >= MANY else str(count)


def _ago(seconds: float) -> str:
    minutes = int(seconds) // 60
    length = _("%(hours)d h %(minutes)02d min") % {"hours": minutes // 60, "minutes": minutes % 60}
    return _("last %(time)s ago") % {"time": length}
