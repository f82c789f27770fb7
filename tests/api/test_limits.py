"""Rates: of a key and of an address, in one statement, over all processes; who is refused has done nothing."""

import threading
from datetime import timedelta
from ipaddress import ip_network

import pytest
from django.db import connection
from django.test import Client

from adjudication.credentials import keys, limits
from adjudication.credentials.models import RateBucket
from adjudication.errors import RateLimited
from adjudication.management.bench import meter
from tests import walk
from tests.api.conftest import Caller, a_claim, a_key, an_order, refused

GUESS = "x" * 43


def test_every_answer_tells_what_is_left(marketplace):
    answers = [marketplace.get("cases"), marketplace.post("orders", raw=b"{")]
    assert [answer.headers["RateLimit-Limit"] for answer in answers] == ["1200", "1200"]
    assert all(1190 < int(answer.headers["RateLimit-Remaining"]) < 1200 for answer in answers)
    assert all(int(answer.headers["RateLimit-Reset"]) <= 1 for answer in answers)


def test_a_key_that_asks_too_much_is_refused_before_anything_is_done_and_let_through_later(marketplace, settings):
    settings.RATE_LIMIT_PER_MINUTE = 3
    walk.deliver(walk.register(walk.given_order("A-1")))
    for _each in range(3):
        assert marketplace.get("cases").status_code == 200
    before = walk.snapshot()
    answer = marketplace.post("cases", a_claim("A-1"), Idempotency_Key="k")
    refused(answer, 429, "rate_limited")
    assert 1 <= int(answer.headers["Retry-After"]) <= 20
    assert walk.snapshot() == before
    assert a_key().get("cases").status_code == 200  # another key has its own
    bucket = RateBucket.objects.get(tokens__lt=0)
    RateBucket.objects.update(filled_at=bucket.filled_at - timedelta(seconds=int(answer.headers["Retry-After"])))
    assert marketplace.post("cases", a_claim("A-1"), Idempotency_Key="k").status_code == 201


def test_who_asks_on_while_refused_is_let_through_no_later_for_it(day, settings):
    settings.RATE_LIMIT_PER_MINUTE = 1
    limits.draw_for_key(1)
    for _each in range(50):
        with pytest.raises(RateLimited) as caught:
            limits.draw_for_key(1)
    assert caught.value.retry_after_seconds <= 60


def test_tries_without_a_valid_key_are_counted_by_address_and_harm_no_key(marketplace, settings):
    settings.RATE_LIMIT_PER_MINUTE_UNAUTHENTICATED = 2
    for _each in range(2):
        refused(Caller("adj_nobody").get("cases"), 401, "unauthenticated")
    refused(Caller("adj_nobody").get("cases"), 429, "rate_limited")
    assert marketplace.get("cases").status_code == 200


def test_guesses_at_sign_in_links_are_counted_too(day, settings):
    settings.RATE_LIMIT_PER_MINUTE_UNAUTHENTICATED = 2
    client = Client()
    assert [client.get(f"/sign-in/{GUESS}/").status_code for _each in range(2)] == [410, 410]
    assert client.get(f"/sign-in/{GUESS}/").status_code == 429
    assert client.post(f"/sign-in/{GUESS}/").status_code == 429
    for path in ("/live", "/metrics"):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    ("remote", "forwarded", "trusted", "found"),
    [
        ("203.0.113.9", "", [], "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1", [], "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1", ["10.0.0.0/8"], "198.51.100.1"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.1, 10.0.0.2", ["10.0.0.0/8"], "198.51.100.1"),
        ("203.0.113.9", "6.6.6.6", ["10.0.0.0/8"], "203.0.113.9"),
        ("10.0.0.1", "nonsense", ["10.0.0.0/8"], "10.0.0.1"),
        ("2001:db8:1:2:3::4", "", [], "2001:db8:1:2::"),
        ("", "", [], "unknown"),
    ],
)
def test_the_address_is_read_past_the_proxies_that_are_named(settings, remote, forwarded, trusted, found):
    settings.TRUSTED_PROXIES = [ip_network(named) for named in trusted]
    assert limits.address_of({"REMOTE_ADDR": remote, "HTTP_X_FORWARDED_FOR": forwarded}) == found


def test_it_costs_one_statement(day):
    key, _text = keys.create("x", scopes=["cases:read"])
    assert meter.statements(lambda: limits.draw_for_key(key.pk)).work == 1


def test_requests_at_once_draw_from_one_bucket(own_database, settings):
    settings.RATE_LIMIT_PER_MINUTE = 20
    caller = a_key()
    answers = []

    def ask():
        answers.append(caller.get("cases").status_code)
        connection.close()

    threads = [threading.Thread(target=ask) for _each in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count(200) in range(20, 25)  # what fills while they ask
    assert answers.count(429) == 30 - answers.count(200)


def test_an_order_registered_under_a_limit_is_registered_once(marketplace, settings):
    settings.RATE_LIMIT_PER_MINUTE = 1
    assert marketplace.post("orders", an_order(), Idempotency_Key="k").status_code == 201
    refused(marketplace.post("orders", an_order(), Idempotency_Key="k"), 429, "rate_limited")
    settings.RATE_LIMIT_PER_MINUTE = 1200
    RateBucket.objects.all().delete()
    assert marketplace.post("orders", an_order(), Idempotency_Key="k").headers["Idempotent-Replayed"] == "true"
