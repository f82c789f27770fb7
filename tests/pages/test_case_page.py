"""The case page shows each side its case, and nobody else anything."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from adjudication import docket
from adjudication.cases.states import State
from adjudication.evidence.models import Exhibit
from adjudication.orders.register import BuyerGiven, ShopGiven
from adjudication.procedure import acts, extend, return_goods
from tests import walk
from tests.pages.conftest import signed_in

MOST_QUERIES = 12


@pytest.mark.parametrize("state", [state for state in State if state != State.RETURNING])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_each_side_sees_its_case_in_every_state(state, language, buyer, seller):
    case = walk.in_state(state)
    for client in (buyer(case), seller(case)):
        for address in ("/cases/", f"/cases/{case.number}/"):
            answer = client.get(address, headers={"accept-language": language})
            assert answer.status_code == 200
            assert f'<html lang="{language}">' in answer.text
            assert case.number in answer.text


@pytest.mark.parametrize("state", [state for state in State if state != State.RETURNING])
def test_the_page_offers_exactly_the_acts_that_are_allowed(state, buyer, seller):
    case = walk.in_state(state)
    shown = walk.look(case)
    from adjudication import clock

    for client, actor in ((buyer(case), walk.buyer_of(case)), (seller(case), walk.seller_of(case))):
        allowed = {act.name for act in acts.allowed(shown, actor, at=clock.now())}
        text = client.get(f"/cases/{case.number}/").text
        offered = {act.name for act in acts.ACTS if f'id="act-{act.name}"' in text}
        assert offered == allowed


def test_an_unknown_case_and_another_partys_case_are_answered_alike():
    case = walk.in_evidence()
    filed = walk.filed(case, walk.buyer_of(case))
    other = walk.register(
        walk.given_order(buyer=BuyerGiven(id="b-2", name="Wu"), shop=ShopGiven(id="s-2", name="Other", category="home"))
    )
    for stranger in (signed_in(other.buyer), signed_in(other.shop.party)):
        unknown = stranger.get("/cases/2026-999999-99/")
        for address in (f"/cases/{case.number}/", f"/cases/{case.number}/exhibits/{filed.pk}/file", "/nowhere/"):
            answer = stranger.get(address)
            assert (answer.status_code, _words(answer.text)) == (404, _words(unknown.text)), address
        before = walk.snapshot()
        refused = stranger.post(f"/cases/{case.number}/rest/", {"confirmed": "on", "version": case.version})
        assert refused.status_code == 404
        assert walk.snapshot() == before
        assert case.number not in stranger.get("/cases/").text


def test_a_stranger_is_led_to_the_sign_in_and_cannot_act():
    case = walk.requested()
    answer = Client().get(f"/cases/{case.number}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/?next=%2Fcases%2F{case.number}%2F")
    before = walk.snapshot()
    assert Client().post(f"/cases/{case.number}/accept/", {"confirmed": "on"}).status_code == 401
    assert walk.snapshot() == before


def test_the_number_of_queries_does_not_grow_with_exhibits_and_events(buyer):
    case = walk.in_evidence()
    client = buyer(case)
    few = _queries(client, case)
    for number in range(15):
        walk.filed(case, walk.buyer_of(case), walk.an_exhibit(f"Exhibit {number}"))
        walk.filed(case, walk.seller_of(case), walk.an_exhibit(f"Exhibit {number}"))
    assert _queries(client, case) == few <= MOST_QUERIES
    awaiting = walk.in_ruling(case)
    assert _queries(client, awaiting) <= MOST_QUERIES
    assert _queries(client, walk.ruled(awaiting)[0]) <= MOST_QUERIES


def test_the_number_of_queries_of_the_list_does_not_grow_with_its_cases(buyer):
    client = buyer(walk.requested())
    few = _queries(client, None)
    for _ in range(4):
        walk.requested()
    assert _queries(client, None) == few


def test_the_list_shows_first_what_waits_for_the_reader_and_closed_cases_last(buyer):
    closed, waiting, mine = walk.requested(), walk.requested(), walk.rejected()
    with_arbitrator = walk.in_evidence()
    walk.after_silence(closed)
    text = buyer(mine).get("/cases/").text
    places = [text.index(case.number) for case in (with_arbitrator, mine, waiting, closed)]
    assert places == sorted(places)


def test_an_inadmissible_exhibit_is_marked(seller):
    case = walk.in_evidence()
    walk.filed(case, walk.buyer_of(case), walk.an_exhibit("Messenger", Exhibit.Kind.OFF_PLATFORM_CHAT))
    assert "Inadmissible." in seller(case).get(f"/cases/{case.number}/").text


@pytest.mark.parametrize(
    ("language", "quality", "nothing_shipped"),
    [("en", "Rule cited: quality,", "Rule cited: nothing was shipped,"), ("zh-hans", "质量", "")],
)
def test_the_rule_that_a_ruling_cites_is_told_in_words(buyer, language, quality, nothing_shipped):
    by_a_person, _ruling = walk.ruled()
    unshipped = walk.register(walk.given_order())
    by_default = walk.intervened(walk.rejected(walk.requested(unshipped, reason="not_shipped")))
    for case, words in ((by_a_person, quality), (by_default, nothing_shipped)):
        text = buyer(case).get(f"/cases/{case.number}/", headers={"accept-language": language}).text
        assert words in text
        assert "no_shipment" not in text


def test_goods_that_count_as_received_are_told_as_such(buyer):
    case = walk.returning()
    with docket.take(case.number) as (taken, at):
        by = walk.buyer_of(taken)
        return_goods.ship_return(taken, by=by, carrier="SF", tracking_number="1", cost_minor=0, at=at)
    case = walk.after_silence(walk.look(case))
    text = buyer(case).get(f"/cases/{case.number}/").text
    assert "The goods that were sent back count as received." in text
    assert "The clock" not in text


def test_script_that_a_party_wrote_is_shown_and_never_run(seller):
    script = "<script>alert(1)</script>"
    case = walk.in_evidence(walk.intervened(walk.rejected(walk.requested(statement=script))))
    walk.filed(case, walk.buyer_of(case), walk.an_exhibit(script))
    answer = seller(case).get(f"/cases/{case.number}/")
    assert script not in answer.text
    assert answer.text.count("&lt;script&gt;alert(1)") >= 2
    assert "default-src 'self'" in answer["Content-Security-Policy"]


def _queries(client, case):
    address = f"/cases/{case.number}/" if case else "/cases/"
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    # The simulated clock of the tests saves the one query for the time.
    return len(captured) + 1


def _words(text):
    return text[text.index("<main") : text.index("</main>")]


def test_both_sides_read_why_a_term_was_extended(buyer, seller):
    case = walk.in_evidence()
    with docket.take(case.number) as (taken, at):
        extend.extend(taken, by=walk.arbitrator(), by_length=walk.HOUR, reason="The carrier answers on Monday.", at=at)
    for side in (buyer, seller):
        assert "The carrier answers on Monday." in side(case).get(f"/cases/{case.number}/").content.decode()


def test_who_let_a_term_run_out_reads_why_and_when_it_ended_in_either_language(buyer, seller):
    case = walk.after_silence(walk.requested())
    for side in (buyer, seller):
        text = _words(side(case).get(f"/cases/{case.number}/").text)
        assert "Lapsed on " in text
        assert "the seller is taken to accept" in text
    told = seller(case).get(f"/cases/{case.number}/", headers={"accept-language": "zh-CN"}).text
    assert "逾期" in told
