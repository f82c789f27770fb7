"""Reminders: the bound side hears of a term before it ends, at the policy's points, once each."""

from __future__ import annotations

from datetime import datetime, timedelta

from adjudication.deadlines.models import Deadline
from adjudication.policy.versions import Policy


def next_reminder(deadline: Deadline, policy: Policy, *, after: datetime) -> datetime | None:
    """The first of the policy's points that lies after `after`; None when none is left.

    The points are where a part of the term is left (a third), and where a time is left (six hours), as long as they lie
    within the time in which the term is open.
    """
    due, part = deadline.due_at, policy.number("reminders", "part_left")
    points = (
        due - (due - deadline.anchored_at) / part,
        due - timedelta(seconds=policy.number("reminders", "seconds_left")),
    )
    return min((point for point in points if after < point < due and point > deadline.started_at), default=None)
