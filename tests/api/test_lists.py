"""Lists are read to the end without missing or repeating anything; the feed skips nothing still being written."""

import time
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from adjudication import clock
from adjudication.escrow.models import Payout
from tests import walk
from tests.api.conftest import a_key


def cases(count):
    made = []
    for index in range(count):
        with clock.simulated(walk.START + timedelta(minutes=index // 2)):
            made.append(walk.requested())
    return made


def everything_is_told():
    """Wait until no transaction that began before ours, in whichever database of the server, still runs."""
    until = time.monotonic() + 120
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute(
                "SELECT max(transaction_id) < pg_snapshot_xmin(pg_current_snapshot())::text::bigint "
                "FROM adjudication_event"
            )
            if cursor.fetchone()[0]:
                return
            time.sleep(0.05)
    pytest.fail("a transaction of another test ran for two minutes")


def read_through(caller, path):
    """Every page, forwards."""
    found = []
    while path:
        page = caller.get(path).json()
        found.append(page)
        path = (page["next"] or "").partition("testserver")[2]
    return found


def test_every_case_is_on_exactly_one_page_whatever_the_size_of_the_pages(marketplace):
    made = [case.number for case in reversed(cases(7))]
    for limit in (1, 2, 3, 7, 100):
        pages = read_through(marketplace, f"/api/v1/cases?limit={limit}")
        assert [row["number"] for page in pages for row in page["results"]] == made
        assert pages[0]["previous"] is None
        assert pages[-1]["next"] is None
        assert all(len(page["results"]) <= limit for page in pages)


def test_the_way_back_shows_the_same_pages(marketplace):
    cases(7)
    pages = read_through(marketplace, "/api/v1/cases?limit=3")
    for before, after in pairwise(pages):
        back = marketplace.get(after["previous"].partition("testserver")[2]).json()
        assert back["results"] == before["results"]
    first = marketplace.get(pages[1]["previous"].partition("testserver")[2]).json()
    assert first["previous"] is None


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("state=requested", 1),
        ("state=ruled", 0),
        ("state=closed", 1),
        ("outcome=refunded", 1),
        ("outcome=released", 0),
        ("shop=s-1", 3),
        ("shop=s-2", 0),
        ("buyer=b-1", 3),
        ("arbitrator=arbitrator", 1),
        ("overdue=true", 0),
        ("overdue=false", 3),
        ("updated_after=2026-03-02T08:59:59Z", 3),
        ("updated_after=2026-03-02T09:00:00Z", 1),
        ("order_number=nonsense", 0),
    ],
)
def test_each_filter_finds_its_cases(marketplace, query, count):
    walk.after_silence(walk.requested())
    walk.requested()
    walk.in_evidence()
    assert len(marketplace.get(f"cases?{query}").json()["results"]) == count


def queries(caller, path):
    caller.get(path)  # notes when the key was last used
    with CaptureQueriesContext(connection) as captured:
        assert caller.get(path).status_code == 200
    return len(captured)


def test_a_list_costs_the_same_number_of_queries_however_long_it_is(marketplace):
    cases(1)
    few = queries(marketplace, "cases")
    cases(6)
    assert queries(marketplace, "cases") == few


def test_a_case_costs_the_same_number_of_queries_however_much_is_on_file(marketplace):
    case = walk.in_evidence()
    few = queries(marketplace, f"cases/{case.number}")
    for _each in range(5):
        walk.filed(case, walk.buyer_of(case))
    assert queries(marketplace, f"cases/{case.number}") == few


def test_payouts_and_exhibits_and_events_come_in_pages_too(marketplace):
    case = walk.in_evidence()
    for _each in range(3):
        walk.filed(case, walk.buyer_of(case))
    for below in ("exhibits", "events"):
        pages = read_through(marketplace, f"/api/v1/cases/{case.number}/{below}?limit=2")
        ids = [row["id"] for page in pages for row in page["results"]]
        assert len(ids) == len(set(ids)) > 2
    for _each in range(3):
        walk.after_silence(walk.requested())
    pages = read_through(marketplace, "/api/v1/payouts?limit=1")
    ids = [row["id"] for page in pages for row in page["results"]]
    assert sorted(ids) == sorted(str(pk) for pk in Payout.objects.values_list("pk", flat=True))


def test_the_feed_tells_everything_once_and_reads_on_where_it_stopped(own_database):
    caller = a_key()
    case = walk.rejected()
    everything_is_told()
    pages = read_through(caller, "/api/v1/events?limit=3")
    told = [event for page in pages for event in page["results"]]
    assert len({event["id"] for event in told}) == len(told)
    own = [event["type"] for event in told if event["case"] == case.number]
    assert own == ["case.requested", "exhibit.filed", "case.rejected"]
    after = pages[-1]["after"]
    assert caller.get(f"events?after={after}").json() == {"next": None, "previous": None, "results": [], "after": after}
    walk.intervened(case)
    everything_is_told()
    news = caller.get(f"events?after={after}").json()["results"]
    assert [event["type"] for event in news] == ["case.intervened"]


def test_the_feed_waits_for_a_transaction_that_began_earlier_and_commits_later(own_database):
    caller = a_key()
    with own_database.superuser() as raw:
        with raw.transaction():
            raw.execute("SELECT pg_current_xact_id()")
            walk.requested()
            assert caller.get("events").json()["results"] == []
        everything_is_told()
        assert caller.get("events").json()["results"] != []


def test_a_party_reads_its_own_feed(own_database):
    from adjudication.orders.models import Party
    from adjudication.orders.register import BuyerGiven

    walk.requested()
    other = walk.register(walk.given_order(buyer=BuyerGiven(id="b-2", name="Wu")))
    stranger = a_key(party=Party.objects.get(external_id="b-2"))
    everything_is_told()
    told = stranger.get("events").json()["results"]
    assert {event["order_number"] for event in told} == {other.number}
