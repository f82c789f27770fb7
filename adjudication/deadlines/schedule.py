"""The schedule: open, meet, lapse, supersede and extend the one term that moves a case or order on (DOMAIN section 3).

An act at or after the due moment is late, even when nothing has swept yet; a sweep before it is too early. Terms are
exact durations in seconds, so a change of the clocks lengthens and shortens nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from adjudication.cases.models import Case
from adjudication.deadlines.models import Deadline, Extension, Outage
from adjudication.deadlines.reminders import next_reminder
from adjudication.errors import OutOfOrder, Stale, TooEarly, TooLate
from adjudication.orders.models import Order
from adjudication.papers import Papers
from adjudication.policy import versions
from adjudication.statements import Statements, insert, require_rows

Kind, Binds, Silence, End = Deadline.Kind, Deadline.Binds, Deadline.Silence, Deadline.End

#: The terms of a hearing all count from the act that called for it: an extension of one moves those that open after it.
HEARING = frozenset({Kind.EVIDENCE, Kind.RULING})
COUNTED_FROM_THE_HEARING = HEARING - {Kind.RULING} | {Kind.ARBITRATOR_ASSIGNED}


def meet(matter: Case | Order, *, at: datetime) -> None:
    """The bound side acted in time.

    Raises:
        TooLate: `at` is the due moment or later.

    """
    deadline = _running(matter)
    if at >= deadline.due_at:
        raise TooLate(
            _("The term ended at %(due)s UTC; what its silence means takes effect now.")
            % {"due": f"{deadline.due_at:%Y-%m-%d %H:%M:%S}"}
        )
    _end(matter, deadline, End.MET, at)


def lapse(matter: Case | Order, *, at: datetime) -> Deadline:
    """The term ran out in silence; returns it.

    Raises:
        TooEarly: it is still running.

    """
    deadline = _running(matter)
    if at < deadline.due_at:
        raise TooEarly(_("The term still runs until %(due)s UTC.") % {"due": f"{deadline.due_at:%Y-%m-%d %H:%M:%S.%f}"})
    _end(matter, deadline, End.LAPSED, at)
    return deadline


def supersede(matter: Case | Order, *, at: datetime) -> None:
    """Something else made the term pointless; without an open term this does nothing."""
    if matter.papers.deadline is not None:
        _end(matter, matter.papers.deadline, End.SUPERSEDED, at)


def extend(
    matter: Case | Order,
    *,
    due_at: datetime,
    at: datetime,
    outage: Outage | None = None,
    by_id: int | None = None,
    reason: str = "",
) -> Extension:
    """Move the end of the open term to `due_at`, later than it was; what the hearing opens after it moves along.

    Returns:
        the extension, as it will stand beside the deadline: by a person with a reason, or for an outage.

    """
    deadline = _running(matter)
    extension = Extension(
        deadline=deadline,
        by_id=by_id,
        outage=outage,
        reason=reason,
        due_before=deadline.due_at,
        due_after=due_at,
        extended_at=at,
    )
    if isinstance(matter, Case) and deadline.kind in COUNTED_FROM_THE_HEARING:
        matter.heard_extension += due_at - deadline.due_at
    deadline.due_at = due_at
    deadline.remind_at = next_reminder(deadline, versions.get(deadline.policy_version_id), after=at)
    _note_move(matter, deadline)
    matter.papers.new_extensions.append(extension)
    return extension


def remind(matter: Case | Order, *, at: datetime) -> Deadline:
    """The bound side is reminded now; returns the open term, with the time of its next reminder."""
    deadline = _running(matter)
    deadline.reminders += 1
    deadline.remind_at = next_reminder(deadline, versions.get(deadline.policy_version_id), after=at)
    _note_move(matter, deadline)
    return deadline


def open_term(
    matter: Case | Order,
    kind: Deadline.Kind,
    *,
    binds: str,
    if_silent: Deadline.Silence,
    at: datetime,
    counted_from: datetime | None = None,
    length: timedelta | None = None,
) -> Deadline:
    """Open the next term of a matter: of the policy's length (or `length`), counted from `counted_from` or from `at`.

    Call it before recording the event that causes it: the row names that event as its anchor.
    """
    if matter.papers.deadline is not None:
        raise OutOfOrder(_("The term before it is still open."))
    since = counted_from or at
    case = matter if isinstance(matter, Case) else None
    policy = versions.get(matter.policy_version_id)
    deadline = Deadline(
        order_id=case.order_id if case else matter.pk,
        case_id=case.pk if case else None,
        kind=kind,
        binds=binds,
        if_silent=if_silent,
        policy_version_id=matter.policy_version_id,
        instance=case.instance if case else 1,
        anchor_sequence=matter.version + 1,
        anchored_at=since,
        started_at=at,
        due_at=since + (policy.terms[kind] if length is None else length),
    )
    if case is not None and kind in HEARING:
        deadline.due_at += case.heard_extension
    deadline.remind_at = next_reminder(deadline, policy, after=at)
    matter.papers.deadline = deadline
    matter.papers.deadlines.append(deadline)
    return deadline


def ruling_ends_at(case: Case) -> datetime | None:
    """Until when a case that is heard is to be ruled on, as its terms stand now; None of one that is not heard."""
    if case.papers.deadline is not None and case.papers.deadline.kind in (Kind.RULING, Kind.RULING_ONCE_OVERDUE):
        return case.papers.deadline.due_at
    if case.heard_from is None:
        return None
    return case.heard_from + versions.get(case.policy_version_id).terms[Kind.RULING] + case.heard_extension


def _running(matter: Case | Order) -> Deadline:
    if matter.papers.deadline is None:
        raise OutOfOrder(_("No term is running."))
    return matter.papers.deadline


def _note_move(matter: Case | Order, deadline: Deadline) -> None:
    if deadline.pk is not None and deadline not in matter.papers.moved_deadlines:
        matter.papers.moved_deadlines.append(deadline)


def _end(matter: Case | Order, deadline: Deadline, end: Deadline.End, at: datetime) -> None:
    deadline.end, deadline.ended_at = end, at
    if deadline.pk is not None:
        matter.papers.deadlines.append(deadline)
    matter.papers.deadline = None


#: One statement ends what ended and then opens what opened: the count forces that order, which the unique index needs.
WRITE_DEADLINES = """
WITH ended AS (
    UPDATE adjudication_deadline d SET "end" = u.how, ended_at = u.at
    FROM unnest(%b::bigint[], %b::text[], %b::timestamptz[]) AS u(id, how, at)
    WHERE d.id = u.id AND d.ended_at IS NULL RETURNING d.id),
opened AS (
    INSERT INTO adjudication_deadline (order_id, case_id, kind, binds, if_silent, policy_version_id, instance,
        anchor_sequence, anchored_at, started_at, due_at, remind_at, "end", ended_at, failure)
    SELECT u.*, '' FROM unnest(%b::bigint[], %b::bigint[], %b::text[], %b::text[], %b::text[], %b::int[],
        %b::smallint[], %b::int[], %b::timestamptz[], %b::timestamptz[], %b::timestamptz[], %b::timestamptz[],
        %b::text[], %b::timestamptz[]) AS u
    WHERE (SELECT count(*) FROM ended) >= 0)
SELECT FROM ended"""


def write(statements: Statements, papers: Sequence[Papers]) -> None:
    """Write every term that moved, with its extensions, and every one that ended or opened, in one statement.

    Raises:
        Stale: a term had ended already.

    """
    if moved := [deadline for each in papers for deadline in each.moved_deadlines]:
        _write_moved(statements, moved)
    insert(statements, [extension for each in papers for extension in each.new_extensions])
    touched = [deadline for each in papers for deadline in each.deadlines]
    if not touched:
        return
    ended = [d for d in touched if d.pk is not None]
    opened = [d for d in touched if d.pk is None]
    statements.send(
        WRITE_DEADLINES,
        [
            [d.pk for d in ended],
            [str(d.end) for d in ended],
            [d.ended_at for d in ended],
            [d.order_id for d in opened],
            [d.case_id for d in opened],
            [str(d.kind) for d in opened],
            [str(d.binds) for d in opened],
            [str(d.if_silent) for d in opened],
            [d.policy_version_id for d in opened],
            [d.instance for d in opened],
            [d.anchor_sequence for d in opened],
            [d.anchored_at for d in opened],
            [d.started_at for d in opened],
            [d.due_at for d in opened],
            [d.remind_at for d in opened],
            [str(d.end) for d in opened],
            [d.ended_at for d in opened],
        ],
        require_rows(len(ended), _ended_already),
    )


MOVE_DEADLINES = """
UPDATE adjudication_deadline d SET due_at = u.due_at, remind_at = u.remind_at, reminders = u.reminders
FROM unnest(%b::bigint[], %b::timestamptz[], %b::timestamptz[], %b::smallint[]) AS u(id, due_at, remind_at, reminders)
WHERE d.id = u.id AND d.ended_at IS NULL"""


def _write_moved(statements: Statements, moved: list[Deadline]) -> None:
    statements.send(
        MOVE_DEADLINES,
        [[d.pk for d in moved], [d.due_at for d in moved], [d.remind_at for d in moved], [d.reminders for d in moved]],
        require_rows(len(moved), _ended_already),
    )


def _ended_already() -> Stale:
    return Stale(_("A term had ended already."))
