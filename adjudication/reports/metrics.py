"""Metrics: the readings in Prometheus' text format, without a name or number of any case, order or person."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable, Iterator, Mapping

from django.conf import settings
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

from adjudication import clock
from adjudication.reports import heartbeat, readings
from adjudication.reports.alarms import Name, ringing

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
LAPSES = readings.LapseCount()


def exposition() -> bytes:
    """All of it, as a scrape takes it."""
    registry = CollectorRegistry()
    registry.register(_Readings())
    return generate_latest(registry)


class _Readings(Collector):
    """Reads everything from the database at every scrape, so all web processes say the same."""

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand: registering must not ask the database."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Family by family."""
        began_at = time.perf_counter()
        now, ages = readings.now(), heartbeat.ages()
        yield _by("terms_open", "Terms that run or are due.", "kind", readings.open_by_kind())
        yield _one("terms_overdue", "Terms that are due and have not lapsed; parked ones apart.", now.terms_overdue)
        yield _one("terms_overdue_oldest_seconds", "How long the oldest of them is due.", now.oldest_overdue_seconds)
        yield _one("terms_parked", "Terms that kept failing to lapse; a person must look.", now.terms_parked)
        lapses = LAPSES.read(clock.now())
        counted = CounterMetricFamily(
            "adjudication_lapses", "Terms lapsed; starts again at midnight UTC.", labels=["kind"]
        )
        for kind, today in lapses.today.items():
            counted.add_metric([kind], today)
        yield counted
        yield _by("lapses_last_minute", "Terms lapsed in the last minute.", "kind", lapses.last_minute)
        yield _one("cases_overdue", "Cases whose ruling is overdue.", now.cases_overdue)
        yield _one("cases_unassigned", "Cases that wait for somebody to hear them.", now.cases_unassigned)
        yield _one(
            "cases_unassigned_oldest_seconds", "How long the first of them waits.", now.oldest_unassigned_seconds
        )
        yield _one("outbox_waiting", "Events that are still to be announced.", now.outbox_waiting)
        yield _one("outbox_oldest_seconds", "How long the first of them waits.", now.outbox_oldest_seconds)
        unpaid = {"due": now.payouts_due, "failed": now.payouts_failed}
        yield _by("payouts_unpaid", "Payouts that are due, and those whose last try failed.", "state", unpaid)
        webhooks = {"due": now.webhooks_due, "parked": now.webhooks_parked}
        yield _by("webhooks", "Webhooks that are due, and those given up at endpoints in use.", "state", webhooks)
        yield _one(
            "webhooks_oldest_due_seconds", "How long the oldest of them is due.", now.webhooks_oldest_due_seconds
        )
        yield _one("webhook_endpoints_failing", "Endpoints that do not answer, or are gone.", now.webhooks_failing)
        yield _one("publications_late", "Final rulings not published within the working days.", now.publications_late)
        denied = CounterMetricFamily(
            "adjudication_denials", "What staff tried and were denied; starts again at midnight UTC.", labels=["why"]
        )
        for why, tries in readings.denied_today().items():
            denied.add_metric([why], tries)
        yield denied
        yield _by("heartbeat_age_seconds", "How long ago each part last did its work.", "part", ages)
        if (queued := readings.queued()) is not None:
            yield _one("queue_messages", "Messages in the queue within this database.", queued)
        free = shutil.disk_usage(settings.DATA_DIR).free
        yield _one("disk_free_bytes", "Room where this host keeps its files.", free)
        rings = {alarm.name for alarm in ringing(now, ages, unassigned_after=readings.assigned_within_seconds())}
        alarms = {name.value: int(name in rings) for name in Name}
        yield _by("alarm", "1 for what is wrong now, as the admin shows it.", "name", alarms)
        yield _one("scrape_seconds", "How long it took to read all this.", time.perf_counter() - began_at)


def _one(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(f"adjudication_{name}", what, value=value)


def _by(name: str, what: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(f"adjudication_{name}", what, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
