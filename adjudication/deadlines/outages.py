"""Outages: what fell due while the service was not ready is due when people have had time again.

The sign of life is the sweep's: where none came for longer than the policy's tolerance, whoever notices first writes
the outage down, and whoever notices later lengthens it. An operator may declare one too, also ahead of time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from adjudication import clock
from adjudication.deadlines.models import Deadline, Outage
from adjudication.errors import Fault, Malformed, Unprocessable
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


def instant(text: str) -> datetime:
    """Read a moment as RFC 3339 writes it, with its offset from UTC: what people type where an outage is declared.

    Raises:
        Malformed: it is no moment, or does not say by whose clock.

    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise Malformed(_("“%(text)s” is not a moment such as 2026-03-01T08:00:00Z.") % {"text": text}) from error
    if moment.tzinfo is None:
        raise Malformed(
            _(
                "“%(text)s” is not a moment such as 2026-03-01T08:00:00Z: add Z where it is in UTC, or its offset, "
                "such as +08:00."
            )
            % {"text": text}
        )
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise Malformed(_("“%(text)s” is not a moment such as 2026-03-01T08:00:00Z.") % {"text": text}) from error


def declare(*, began_at: datetime, ended_at: datetime, note: str, user_id: int | None = None) -> Outage:
    """Declare that people cannot rely on the service between two moments, also ahead of them for a planned pause.

    It cannot be taken back: terms have moved by it. Two that are declared never overlap; one may begin where another
    ends, and a term that falls into the one and then into the other is due at the end of both.

    Raises:
        Malformed: no reason for the parties to read, it does not end after it begins, is over with its grace, is longer
            or further ahead than the policy allows.
        Unprocessable: it overlaps one that was declared before.

    """
    note, policy, at = note.strip(), versions.current(), clock.now()
    grace, longest, ahead = (
        timedelta(seconds=policy.number("outages", f"{name}_seconds")) for name in ("grace", "longest", "ahead")
    )
    if ended_at <= began_at:
        raise Malformed(_("An outage ends after it begins."), Fault("ended_at", _("must be after its beginning")))
    if ended_at <= at - grace:
        raise Malformed(
            _("This outage is over, and what fell due inside it has been decided."),
            Fault("ended_at", _("must not lie further back than the policy’s grace")),
        )
    if began_at > at + ahead:
        raise Malformed(
            _("An outage is declared at most %(days)d days before it begins.") % {"days": ahead.days},
            Fault("began_at", _("must not lie after %(latest)s") % {"latest": _minute(at + ahead)}),
        )
    if ended_at - began_at > longest:
        raise Malformed(
            _("An outage that is declared lasts at most %(days)d days.") % {"days": longest.days},
            Fault("ended_at", _("must not lie after %(latest)s") % {"latest": _minute(began_at + longest)}),
        )
    if not note:
        raise Malformed(
            _("Say why people could not rely on the service; the parties read it."),
            Fault("note", _("must not be empty")),
        )
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('adjudication.outage'))")
        declared = Outage.objects.filter(cause=Outage.Cause.DECLARED, began_at__lt=ended_at, ended_at__gt=began_at)
        if (other := declared.order_by("began_at").first()) is not None:
            raise Unprocessable(
                _("From %(from)s to %(to)s an outage has been declared already: declare only what lies beside it.")
                % {"from": _minute(other.began_at), "to": _minute(other.ended_at)},
                Fault("began_at", _("must not overlap another declared outage")),
            )
        return Outage.objects.create(
            cause=Outage.Cause.DECLARED,
            began_at=began_at,
            ended_at=ended_at,
            grace_ends_at=ended_at + grace,
            note=note,
            declared_by_id=user_id,
        )


def _minute(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def over(deadline: Deadline, outages: Sequence[Outage]) -> Outage | None:
    """The outage that this open term fell into, or so shortly after that nobody had the policy's grace; or None.

    Where its grace ends within another, the term falls into that one too: it is the last of them.
    """
    return _over(deadline.started_at, deadline.due_at, outages)


def lengthened(since: datetime, due_at: datetime, outages: Sequence[Outage]) -> datetime | None:
    """Until when something that is no term lasts if it fell due in an outage; None if it did not."""
    outage = _over(since, due_at, outages)
    return outage.grace_ends_at if outage else None


def _over(since: datetime, due_at: datetime, outages: Sequence[Outage]) -> Outage | None:
    last: Outage | None = None
    # Each ends later than the one before, or nothing would fall into it; so this comes to an end.
    while inside := [o for o in outages if o.began_at <= due_at < o.grace_ends_at and since < o.ended_at]:
        last = max(inside, key=lambda outage: outage.grace_ends_at)
        due_at = last.grace_ends_at
    return last


def known(since: datetime) -> list[Outage]:
    """The outages whose grace ends after `since`."""
    return list(Outage.objects.filter(grace_ends_at__gt=since).order_by("grace_ends_at"))
