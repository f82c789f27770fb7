"""Many cases at once: each by its own act, and one that is refused stops no other."""

import pytest

from adjudication.orders.register import ItemGiven
from adjudication.parties import Actor, Role
from tests import walk
from tests.staff.test_queue import QUEUE, numbers

MANY = "/admin/queue/many/"


def _in_evidence(order):
    return walk.in_evidence(walk.intervened(walk.rejected(walk.requested(order))))


def results(answer):
    return {number: is_done for number, is_done, _words in answer.context["results"]}


def test_the_chosen_cases_are_taken_and_what_was_refused_is_said_beside_it(staff, signed_in):
    waiting, theirs = walk.intervened(), walk.requested()
    answer = signed_in("arbitrator").post(MANY, {"act": "take", "case": [waiting.number, theirs.number, "2020-1-1"]})
    assert results(answer) == {waiting.number: True, theirs.number: False, "2020-1-1": False}
    assert walk.look(waiting).arbitrator.username == "arbitrator"
    assert walk.look(theirs).arbitrator is None


def test_the_bound_sides_are_reminded_by_who_hears_the_case(staff, signed_in):
    mine = walk.in_evidence(by=Actor(Role.ARBITRATOR, staff("arbitrator").pk))
    other = walk.in_evidence(by=Actor(Role.ARBITRATOR, staff("arbitrator", "other").pk))
    answer = signed_in("arbitrator").post(MANY, {"act": "remind", "case": [mine.number, other.number]})
    assert results(answer) == {mine.number: True, other.number: False}
    assert (walk.look(mine).papers.deadline.reminders, walk.look(other).papers.deadline.reminders) == (1, 0)


@pytest.mark.parametrize(
    "said", [{}, {"act": "take"}, {"act": "close", "case": ["1"]}, {"act": "take", "case": ["1"] * 51}]
)
def test_nothing_chosen_or_too_much_is_refused(signed_in, said):
    before = walk.snapshot()
    assert signed_in("arbitrator").post(MANY, said).status_code == 400
    assert walk.snapshot() == before


@pytest.mark.parametrize("role", ["auditor", "operator"])
def test_who_only_reads_acts_on_none(signed_in, role):
    case = walk.intervened()
    before = walk.snapshot()
    assert signed_in(role).post(MANY, {"act": "take", "case": [case.number]}).status_code == 403
    assert b"Take the chosen" not in signed_in(role).get(QUEUE, {"tab": "open"}).content
    assert walk.snapshot() == before


def test_large_claims_and_parked_terms_have_tabs_of_their_own(signed_in):
    order = walk.register(walk.given_order(items=(ItemGiven("VASE", "Vase", unit_price_minor=600_000, quantity=1),)))
    walk.deliver(order)
    large, small = walk.in_ruling(_in_evidence(order)), walk.in_ruling()
    parked = walk.look(small).papers.deadline
    type(parked).objects.filter(pk=parked.pk).update(parked_at=walk.START, failures=5, failure="as a test")
    client = signed_in("supervisor")
    assert numbers(client.get(QUEUE, {"tab": "large"})) == [large.number]
    assert numbers(client.get(QUEUE, {"tab": "parked"})) == [small.number]
    assert numbers(client.get(QUEUE, {"tab": "appeals"})) == []


def test_the_page_that_asks_gets_a_line_each_without_another_page(signed_in):
    waiting = walk.intervened()
    said = {"act": "take", "case": [waiting.number, "2020/1", ""]}
    answer = signed_in("arbitrator").post(MANY, said, headers={"accept": "application/json"})
    lines = answer.json()["results"]
    assert [(line["number"], line["is_done"]) for line in lines] == [(waiting.number, True), ("2020/1", False)]
    assert lines[0]["words"] == "It is yours."


def test_nobody_takes_many_cases_away_from_a_colleague(staff, signed_in):
    theirs = walk.in_evidence(by=Actor(Role.ARBITRATOR, staff("arbitrator", "other").pk))
    before = walk.snapshot()
    for role in ("arbitrator", "supervisor"):
        assert results(signed_in(role).post(MANY, {"act": "take", "case": [theirs.number]})) == {theirs.number: False}
    assert walk.snapshot() == before
