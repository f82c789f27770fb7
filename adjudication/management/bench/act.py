"""S3: one act alone, the seller's refusal, beside the same rows written by hand on psycopg, turn and turn about."""

from __future__ import annotations

import statistics
import time
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.core.management import CommandError

from adjudication import clock, docket
from adjudication.cases.models import Case
from adjudication.evidence.intake import ExhibitGiven
from adjudication.evidence.models import Exhibit
from adjudication.management.bench import by_hand, meter
from adjudication.management.bench.same import differences, fingerprint
from adjudication.management.bench.scratch import Scratch
from adjudication.parties import Actor, Role
from adjudication.policy.terms import RejectionReason
from adjudication.procedure import respond

COMPARED, WARM = 10, 10


def reject(number: str) -> None:
    """The seller refuses, through the product."""
    given = ExhibitGiven(Exhibit.Kind.DOCUMENT, by_hand.TITLE, by_hand.TEXT)
    with docket.take(number) as (case, at):
        seller = Actor(Role.SELLER, case.shop_id)
        reason = RejectionReason(by_hand.REASON)
        respond.reject(case, by=seller, reason=reason, text=by_hand.WHY, exhibits=[given], at=at)


def bench(databases: Scratch, source: str, at: datetime, acts: int) -> dict[str, Any]:
    """Compare the rows of a few, then time `acts` of either kind; the database must hold that many cases not due."""
    _require_same(databases, source, at)
    databases.clone("round", source)
    databases.use("round")
    waiting = Case.objects.filter(state="requested", requested_at__gt=at - timedelta(hours=71)).order_by("id")
    numbers = list(waiting.values_list("number", flat=True)[: 2 * (acts + WARM)])
    if len(numbers) < 2 * (acts + WARM):
        raise CommandError(f"To time {acts} acts of either kind, fill in at least {2 * (acts + WARM)} other cases.")
    seconds: dict[str, list[float]] = {"ours": [], "by_hand": []}
    with databases.connect("round") as raw:
        raw.execute("SET random_page_cost = 1.1")
        for first, second in zip(numbers[::2], numbers[1::2], strict=True):
            start = time.perf_counter()
            reject(first)
            middle = time.perf_counter()
            by_hand.reject(raw, second, uuid4())
            seconds["by_hand"].append(time.perf_counter() - middle)
            seconds["ours"].append(middle - start)
    p50 = {name: 1000 * statistics.median(each[WARM:]) for name, each in seconds.items()}
    return {
        "p50_ratio_to_hand": round(p50["ours"] / p50["by_hand"], 2),
        "p50_ms": round(p50["ours"], 2),
        "p50_ms_by_hand": round(p50["by_hand"], 2),
        "acts": acts,
        "statements": _statements(databases, source, at),
    }


def _require_same(databases: Scratch, source: str, at: datetime) -> None:
    """Both ways write the same rows, at a moment before the first term ended."""
    before = at - timedelta(hours=9)
    databases.clone("round", source)
    databases.use("round")
    with clock.simulated(before):
        for case in Case.objects.filter(pk__lte=COMPARED).order_by("id"):
            reject(case.number)
    chosen: dict[str, UUID] = dict(Exhibit.objects.values_list("case__number", "pk"))
    with databases.connect("round") as raw:
        ours = fingerprint(raw, COMPARED)
    databases.clone("round", source)
    with databases.connect("round") as raw:
        for number, exhibit in sorted(chosen.items()):
            by_hand.reject(raw, number, exhibit, before)
        if tables := differences(ours, fingerprint(raw, COMPARED)):
            raise CommandError(f"The refusal by hand wrote other rows in: {', '.join(tables)}.")


def _statements(databases: Scratch, source: str, at: datetime) -> int:
    number = Case.objects.filter(state="requested", requested_at__gt=at - timedelta(hours=71)).order_by("-id")[0].number
    return meter.statements(lambda: reject(number)).work
