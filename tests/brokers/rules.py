"""What holds over any broker, one rule a function; each says its figures on one line.

By hand, with a broker that is gone for minutes: `FAULTS=large pytest tests/brokers -n0 -s`.
"""

from __future__ import annotations

import time

from tests.brokers.service import ANSWERS_WITHIN_SECONDS, LATE_SECONDS, Service
from tests.processes import LARGE

#: For how long a killed broker is gone at least, and how often somebody files a case meanwhile.
GONE_SECONDS, PAUSE_SECONDS = (180.0, 1.0) if LARGE else (0.0, 0.0)


def absent_at_start(service: Service) -> None:
    """The web process takes calls without a broker; once it is there, the worker comes by itself."""
    assert service.up.get("/ready") == 503
    service.refunded(service.file_case(), LATE_SECONDS)
    starting = service.broker.start()
    found = service.until_a_tick_comes_through()
    cases, latest = service.all_lapsed_once()
    print(
        f"absent at start: it took {starting:.1f} s, ticks came {found:.1f} s later; {cases} cases, {latest:.1f} s late"
    )
    assert service.up.get("/ready") == 200


def silent_seller(service: Service) -> None:
    """From the request over the seller's silence to the payout, through the broker alone."""
    service.with_its_broker()
    with service.without_second_path():
        number = service.file_case()
        service.refunded(number, LATE_SECONDS)
        order = service.marketplace.get(f"cases/{number}")["order_number"]
        service.until_paid_out(number)
    assert service.marketplace.get(f"orders/{order}")["escrow"]["refunded"]["amount_minor"] == 10_000
    service.all_lapsed_once()


def killed_while_terms_fall_due(service: Service) -> None:
    """Calls are answered and terms lapse while the broker is gone; ticks run through it when it is back, empty."""
    service.with_its_broker()
    service.slowest_answer = 0.0
    falling_due = [service.file_case() for _ in range(5)]
    service.broker.kill()
    gone = time.monotonic()
    while len(falling_due) < 10 or time.monotonic() - gone < GONE_SECONDS:
        falling_due.append(service.file_case())
        time.sleep(PAUSE_SECONDS)
    assert service.up.get("/ready") == 503
    for number in falling_due:
        service.refunded(number, LATE_SECONDS)
    service.until_the_outbox_is_empty()
    slowest, away = service.slowest_answer, time.monotonic() - gone
    starting = service.broker.start()
    found = service.until_a_tick_comes_through()
    cases, latest = service.all_lapsed_once()
    print(
        f"broker killed for {away:.0f} s: slowest answer without it {slowest:.2f} s; back after {starting:.1f} s, "
        f"ticks came {found:.1f} s later; {cases} cases lapsed once, {latest:.1f} s late at most"
    )
    assert service.up.get("/ready") == 200
    assert slowest < ANSWERS_WITHIN_SECONDS
    assert latest < LATE_SECONDS


def hanging(service: Service) -> None:
    """A broker that takes connections and says nothing stops neither calls nor terms, and `/ready` says so."""
    service.with_its_broker()
    service.slowest_answer = 0.0
    with service.broker.hanging():
        began = time.monotonic()
        ready = service.up.get("/ready")
        looked = time.monotonic() - began
        service.refunded(service.file_case(), LATE_SECONDS)
        slowest = service.slowest_answer
    found = service.until_a_tick_comes_through()
    cases, latest = service.all_lapsed_once()
    print(
        f"broker hung: /ready {ready} after {looked:.1f} s, slowest answer {slowest:.2f} s; ticks came {found:.1f} s "
        f"after it went on; {cases} cases lapsed once, {latest:.1f} s late at most"
    )
    assert ready == 503
    assert slowest < ANSWERS_WITHIN_SECONDS
    assert latest < LATE_SECONDS
