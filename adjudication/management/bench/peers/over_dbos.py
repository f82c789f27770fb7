"""DBOS, one durable workflow a case, the lapse as its one step; its tables in the same database.

Each process claims its whole share in one statement, so that nothing is polled for while the clock runs.
"""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable

import sqlalchemy  # type: ignore[import-not-found,unused-ignore]  # of the group `bench`
from dbos import (  # type: ignore[import-not-found,unused-ignore]  # as above
    DBOS,
    DBOSClient,
    run_dbos_database_migrations,
)

from adjudication.management.bench.peers import job
from adjudication.management.bench.peers.place import Place

NAME, VERSION, QUEUE = "peers", "1", "lapses"


def enqueue(place: Place) -> None:
    """Enqueue a workflow a case."""
    run_dbos_database_migrations(_url(place))
    client = DBOSClient(system_database_url=_url(place), application_name=NAME)
    client.register_queue(QUEUE, worker_concurrency=math.ceil(place.cases / place.processes))
    for number in job.numbers(place):
        client.enqueue({"workflow_name": "lapse_case", "queue_name": QUEUE, "app_version": VERSION}, number)
    client.destroy()


def work(place: Place, wait_for_start: Callable[[], None]) -> None:
    """Be one of the executors."""
    DBOS(
        config={
            "name": NAME,
            "system_database_url": _url(place),
            "application_version": VERSION,
            "executor_id": str(os.getpid()),
            "max_executor_threads": place.threads,
            "run_migrations": False,
            "log_level": "ERROR",
        }
    )
    step = DBOS.step(name="lapse")(job.lapse_one)

    def lapse_case(number: str) -> None:
        step(number)

    DBOS.workflow(name="lapse_case")(lapse_case)
    wait_for_start()
    DBOS.launch()
    threading.Event().wait()


def _url(place: Place) -> str:
    reached = {name: str(value) for name, value in place.parameters.items()}
    url = sqlalchemy.URL.create("postgresql+psycopg", database=place.database, query=reached)
    return str(url.render_as_string(hide_password=False))
