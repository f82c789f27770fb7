"""Over RabbitMQ: terms lapse once and the books are sound with it, without it and with it again."""

import pytest

from tests.brokers import rules
from tests.brokers.servers import RabbitMQ
from tests.brokers.service import Service

pytestmark = [pytest.mark.brokers, pytest.mark.processes]
BROKER = RabbitMQ


def test_absent_at_start_the_web_takes_calls_and_the_worker_comes_by_itself(service: Service) -> None:
    rules.absent_at_start(service)


def test_a_silent_seller_refunds_and_the_refund_is_paid_out(service: Service) -> None:
    rules.silent_seller(service)


def test_killed_while_terms_fall_due_and_back_empty_nothing_waits_or_lapses_twice(service: Service) -> None:
    rules.killed_while_terms_fall_due(service)


def test_hanging_it_stops_neither_calls_nor_terms(service: Service) -> None:
    rules.hanging(service)
