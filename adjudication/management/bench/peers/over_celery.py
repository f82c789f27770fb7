"""Celery, one task a case: its processes keep their connections, take messages ahead and acknowledge them early.

The broker is a Redis that writes nothing to disk, reached over a socket; without one, pgmq in the same database.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import psycopg
from celery import Celery

from adjudication.management.bench.peers import job
from adjudication.management.bench.peers.place import Place

FOR_EVER = 10**9


def enqueue(place: Place) -> None:
    """Send a message a case."""
    if not place.broker:
        from pgmq.install import install_pgmq_from_sql

        with psycopg.connect(place.dsn) as raw:
            install_pgmq_from_sql(conn=raw)
    task = _task(_app(place))
    for number in job.numbers(place):
        task.delay(number)


def work(place: Place, wait_for_start: Callable[[], None]) -> None:
    """Be a worker with as many processes as jobs shall run at once."""
    app = _app(place)
    _task(app)
    os.environ["CELERY_SKIP_CHECKS"] = "1"  # it starts sooner; nothing else
    wait_for_start()
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel=ERROR"]
    app.worker_main(["worker", "--pool=prefork", f"--concurrency={place.processes * place.threads}", *quiet])


def _app(place: Place) -> Celery:
    app = Celery("peers", broker=place.broker or "pgmq://localhost/")
    app.conf.update(
        task_ignore_result=True,
        task_acks_late=False,
        worker_prefetch_multiplier=16,
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        CELERY_DB_REUSE_MAX=FOR_EVER,
    )
    if not place.broker:
        app.conf.broker_transport_options = {
            "conn_string": place.dsn,
            "init_extension": False,
            "visibility_timeout": 600,
            "polling_interval": 0.05,
            "wait_time_seconds": 0,
        }
    return app


def _task(app: Celery) -> Any:
    return app.task(name="lapse_case")(job.lapse_one)
