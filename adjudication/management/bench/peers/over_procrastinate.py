"""procrastinate, one deferred job a case: a worker a processor, each with threads for its jobs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from procrastinate import App, PsycopgConnector  # type: ignore[import-not-found,unused-ignore]  # of the group `bench`

from adjudication.management.bench.peers import job
from adjudication.management.bench.peers.place import Place


def enqueue(place: Place) -> None:
    """Defer all jobs in one statement."""
    app = _app(place)
    with app.open():
        app.schema_manager.apply_schema()
        _task(app).batch_defer(*({"number": number} for number in job.numbers(place)))


def work(place: Place, wait_for_start: Callable[[], None]) -> None:
    """Be one of the workers; jobs that are plain functions run in threads of their own."""
    app = _app(place)
    _task(app)
    wait_for_start()
    app.run_worker(concurrency=place.threads, listen_notify=False)


def _app(place: Place) -> Any:
    return App(connector=PsycopgConnector(conninfo=place.dsn, min_size=1, max_size=place.threads + 2))


def _task(app: Any) -> Any:
    return app.task(name="lapse_case")(job.lapse_one)
