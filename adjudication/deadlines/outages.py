"""Outages: what fell due while the service was not ready is due when people have had time again.

The sign of life is the sweep's: where none came for longer than the policy's tolerance, whoever notices first writes
the outage down, and whoever notices later lengthens it. An operator may declare one too, also ahead of time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import gettext as _

from adjudication import clock
from adjudication.deadlines.models import Deadline, Outage
from adjudication.errors import Fault, Malformed
from adjudication.policy import versions

#: An outage once noticed grows with the silence it was noticed in, however many notice it, and is never written twice.
NOTICE = """
INSERT INTO adjudication_outage (cause, began_at, ended_at, grace_ends_at, note)
SELECT 'noticed', h.beaten_at, t.at, t.at + make_interval(secs => %(grace)s), ''
FROM adjudication_heartbeat h CROSS JOIN (SELECT statement_timestamp() AS at) t
WHERE h.part = 'sweep' AND t.at - h.beaten_at > make_interval(secs => %(tolerance)s)
ON CONFLICT (began_at) WHERE cause = 'noticed' DO UPDATE
    SET ended_at = greatest(adjudication_outage.ended_at, excluded.ended_at),
        grace_ends_at = greatest(adjudication_outage.grace_ends_at, excluded.grace_ends_at)
RETURNING id"""


def notice() -> bool:
    """Write down that the service was not ready, if the sweep's last sign of life is too old; says whether it was."""
    policy = versions.current()
    seconds = {name: policy.number("outages", f"{name}_seconds") for name in ("tolerance", "grace")}
    with connection.cursor() as cursor:
        cursor.execute(NOTICE, seconds)
        return cursor.fetchone() is not None


def declare(*, began_at: datetime, ended_at: datetime, note: str, user_id: int | None = None) -> Outage:
    """Declare that people cannot rely on the service between two moments, also ahead of them.

    Raises:
        Malformed: it does not end after it begins, or is already over with its grace.

    """
    grace = timedelta(seconds=versions.current().number("outages", "grace_seconds"))
    if ended_at <= began_at:
        raise Malformed(_("An outage ends after it begins."), Fault("ended_at", _("must be after its beginning")))
    if ended_at + grace <= clock.now():
        raise Malformed(
            _("This outage is over, and what fell due inside it has been decided."),
            Fault("ended_at", _("must not lie further back than the policy’s grace")),
        )
    return Outage.objects.create(
        cause=Outage.Cause.DECLARED,
        began_at=began_at,
        ended_at=ended_at,
        grace_ends_at=ended_at + grace,
        note=note,
        declared_by_id=user_id,
    )


def over(deadline: Deadline, outages: Sequence[Outage]) -> Outage | None:
    """The outage that this open term fell into, or so shortly after that nobody had the policy's grace; or None."""
    return _over(deadline.started_at, deadline.due_at, outages)


def lengthened(since: datetime, due_at: datetime, outages: Sequence[Outage]) -> datetime | None:
    """Until when something that is no term lasts if it fell due in an outage; None if it did not."""
    outage = _over(since, due_at, outages)
    return outage.grace_ends_at if outage else None


def _over(since: datetime, due_at: datetime, outages: Sequence[Outage]) -> Outage | None:
    inside = [
        outage for outage in outages if outage.began_at <= due_at < outage.grace_ends_at and since < outage.ended_at
    ]
    return max(inside, key=lambda outage: outage.grace_ends_at, default=None)


def known(since: datetime) -> list[Outage]:
    """The outages whose grace ends after `since`."""
    return list(Outage.objects.filter(grace_ends_at__gt=since).order_by("grace_ends_at"))
