"""Celery's door: one tick. A message carries no truth; lost, late or doubled ones change nothing."""

from __future__ import annotations

import logging

from celery import shared_task

from adjudication.procedure import tick as ticking
from adjudication.reports.heartbeat import beat

log = logging.getLogger(__name__)


@shared_task(name="adjudication.tasks.tick", ignore_result=True)  # type: ignore[untyped-decorator]  # Celery has no types
def tick() -> None:
    """Lapse what is due, assign what waits, pay what is payable: the same function as `manage.py sweep`."""
    done = ticking.tick()
    beat("sweep")
    if done:
        log.info("tick: %s", done)
