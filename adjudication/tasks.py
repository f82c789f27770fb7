"""Celery's door: one tick. A message carries no truth; lost, late or doubled ones change nothing."""

from __future__ import annotations

import logging

from celery import shared_task

from adjudication.reports.heartbeat import WORKER
from adjudication.rounds import deliver as deliver_webhooks
from adjudication.rounds import make_round

log = logging.getLogger(__name__)


@shared_task(name="adjudication.tasks.tick", ignore_result=True)  # type: ignore[untyped-decorator]  # Celery has no types
def tick() -> None:
    """Make a round: the same function as `manage.py sweep`."""
    done = make_round(WORKER)
    if done:
        log.info("tick: %s", done)


@shared_task(name="adjudication.tasks.deliver", ignore_result=True)  # type: ignore[untyped-decorator]  # as above
def deliver() -> None:
    """Send the webhooks that are due; apart from the tick, which waits for no receiver."""
    accepted = deliver_webhooks()
    if accepted:
        log.info("webhooks: %d accepted", accepted)
