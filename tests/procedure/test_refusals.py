"""Bad input gets a clear refusal that says what would be right, and nothing is changed."""

import contextlib
import uuid

import pytest

from adjudication import docket
from adjudication.cases.models import Forum
from adjudication.errors import Refused
from adjudication.evidence.models import Exhibit
from adjudication.money import Amount
from adjudication.parties import Actor, Role
from adjudication.policy.terms import Reason, Remedy
from adjudication.procedure import intervene, request, respond, rule, take_evidence
from adjudication.procedure.request import Claim
from adjudication.procedure.rule import FindingGiven
from adjudication.rulings.models import Finding, Winner
from tests import walk


def claim(**changes):
    return Claim(
        **{"reason": Reason.QUALITY, "remedy": Remedy.REFUND, "amount": Amount(10_000, "CNY"), "statement": "Cracked."}
        | changes
    )


BAD_CLAIMS = [
    ("nothing", claim(amount=Amount(0, "CNY")), "invalid"),
    ("negative", claim(amount=Amount(-1, "CNY")), "invalid"),
    ("another currency", claim(amount=Amount(10_000, "EUR")), "unprocessable"),
    ("more than is held", claim(amount=Amount(10_001, "CNY")), "unprocessable"),
    ("a line the order has not", claim(lines=("9",)), "unprocessable"),
    ("a remedy the reason does not allow", claim(reason=Reason.SIZE_OR_TASTE), "unprocessable"),
    ("a remedy that is only ever ordered", claim(remedy=Remedy.RELEASE), "unprocessable"),
]


@pytest.mark.parametrize(("claim", "code"), [row[1:] for row in BAD_CLAIMS], ids=[row[0] for row in BAD_CLAIMS])
def test_a_request_is_refused_for(claim, code):
    order = walk.register(walk.given_order())
    before = walk.snapshot()
    with pytest.raises(Refused) as refused, docket.take_order(order.number, opening_case=True) as (taken, at):
        request.request(taken, by=walk.buyer_of(taken), claim=claim, at=at)
    assert refused.value.code == code
    assert str(refused.value.detail)
    assert walk.snapshot() == before


def ask(order, by=None):
    with docket.take_order(order.number, opening_case=True) as (taken, at):
        return request.request(taken, by=by or walk.buyer_of(taken), claim=claim(), at=at)


def test_a_second_case_over_a_line_conflicts_with_the_open_one():
    case = walk.requested()
    before = walk.snapshot()
    with pytest.raises(Refused) as refused:
        ask(case.order)
    assert refused.value.code == "conflict"
    assert walk.snapshot() == before


def test_only_the_buyer_asks_and_another_buyer_knows_no_such_order():
    order = walk.register(walk.given_order())
    for by, code in ((walk.seller_of(order), "no_standing"), (Actor(Role.BUYER, order.buyer_id + 99), "not_found")):
        with pytest.raises(Refused) as refused:
            ask(order, by)
        assert refused.value.code == code


def test_after_three_cases_over_a_line_no_more_are_taken():
    order = walk.register(walk.given_order())
    walk.deliver(order)
    for _time in range(3):
        case = walk.requested(order)
        with docket.take(case.number) as (taken, at):
            respond.withdraw(taken, by=walk.buyer_of(taken), at=at)
    with pytest.raises(Refused, match="3 cases"):
        ask(order)


def test_after_a_ruling_has_been_settled_its_lines_are_not_disputed_again():
    case = walk.after_silence(walk.ruled(winner=Winner.SELLER)[0])
    with walk.clock.simulated(case.closed_at), pytest.raises(Refused, match="not reopened"):
        ask(case.order)


def test_a_request_after_the_orders_term_is_late_even_before_any_sweep():
    order = walk.register(walk.given_order())
    with walk.at_due(order), pytest.raises(Refused) as refused:
        ask(order)
    assert refused.value.code == "too_late"


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"exhibits": []}, "at least one exhibit"),
        ({"text": " "}, "Say why"),
        ({"reason": "other", "text": "too short"}, "at least 20"),
    ],
)
def test_a_refusal_carries_its_grounds(changes, match):
    case = walk.requested()
    given = {"reason": "signed_for", "text": "Signed for.", "exhibits": [walk.an_exhibit()]} | changes
    before = walk.snapshot()
    with pytest.raises(Refused, match=match), docket.take(case.number) as (taken, at):
        respond.reject(taken, by=walk.seller_of(taken), at=at, **given)
    assert walk.snapshot() == before


def test_an_exhibit_already_on_file_is_ground_enough():
    case = walk.requested()
    walk.filed(case, walk.seller_of(case))
    with docket.take(case.number) as (taken, at):
        respond.reject(taken, by=walk.seller_of(taken), reason="signed_for", text="Signed for.", at=at)
    assert walk.look(case).state == "rejected"


def test_a_jury_is_refused_where_none_sits():
    case = walk.rejected()
    with pytest.raises(Refused, match="arbitrator"), docket.take(case.number) as (taken, at):
        intervene.intervene(taken, by=walk.buyer_of(taken), forum=Forum.JURY, at=at)


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"title": " "}, "title"),
        ({"text": ""}, "text, a file, or both"),
        ({"replaces": uuid.UUID(int=1)}, "correction"),
    ],
)
def test_an_exhibit_is_refused_for(given, match):
    case = walk.in_evidence()
    exhibit = walk.ExhibitGiven(**{"kind": Exhibit.Kind.DOCUMENT, "title": "A", "text": "B"} | given)
    before = walk.snapshot()
    with pytest.raises(Refused, match=match) as refused, docket.take(case.number) as (taken, at):
        take_evidence.file_exhibit(taken, by=walk.buyer_of(taken), given=exhibit, at=at)
    assert refused.value.code == "evidence_refused"
    assert walk.snapshot() == before


def test_each_side_files_twenty_exhibits_and_no_more():
    case = walk.in_evidence()
    for number in range(20):
        walk.filed(case, walk.buyer_of(case), walk.an_exhibit(f"No. {number}"))
    with pytest.raises(Refused, match="20 exhibits"):
        walk.filed(case, walk.buyer_of(case))
    walk.filed(case, walk.seller_of(case))


def test_whoever_has_rested_files_no_more_and_the_other_side_still_does():
    case = walk.in_evidence()
    with docket.take(case.number) as (taken, at):
        take_evidence.rest(taken, by=walk.buyer_of(taken), at=at)
    with pytest.raises(Refused) as refused:
        walk.filed(case, walk.buyer_of(case))
    assert refused.value.code == "out_of_order"
    walk.filed(case, walk.seller_of(case))


# --- Rulings ----------------------------------------------------------------------------------------------------------


def refused_ruling(case, **changes):
    before = walk.snapshot()
    winner = changes.pop("winner", Winner.BUYER)
    with pytest.raises(Refused) as refused, docket.take(case.number) as (taken, at):
        rule.rule(taken, by=walk.arbitrator(), given=walk.a_ruling(taken, winner, **changes), at=at)
    assert walk.snapshot() == before
    return refused.value


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"findings": []}, "finding_required"),
        ({"reasons": "Too short."}, "reasons_too_short"),
        ({"cited_exhibits": []}, "citation_required"),
        ({"rule": "counterfeit"}, "rule_does_not_apply"),
        ({"remedy": Remedy.RELEASE}, "remedy_not_allowed"),
        ({"winner": Winner.SELLER, "remedy": Remedy.REFUND}, "remedy_not_allowed"),
        ({"cited_exhibits": [uuid.UUID(int=1)]}, "unknown_exhibit"),
    ],
)
def test_a_ruling_is_refused_for(changes, fault):
    refused = refused_ruling(walk.in_ruling(), **changes)
    assert refused.code == "unprocessable"
    assert fault in [each.code for each in refused.faults]


def test_a_ruling_finds_on_nothing_outside_its_case():
    case = walk.in_ruling()
    foreign = FindingGiven(uuid.UUID(int=7), Finding.Supports.BUYER, Finding.Weight.SOME, "Not ours.")
    refused = refused_ruling(case, findings=[*walk.a_ruling(case).findings, foreign])
    assert "unknown_exhibit" in [each.code for each in refused.faults]


def test_off_platform_chat_is_on_file_and_cannot_be_cited():
    case = walk.in_evidence()
    chat = walk.filed(case, walk.seller_of(case), walk.an_exhibit("Chat", Exhibit.Kind.OFF_PLATFORM_CHAT))
    assert not chat.is_admissible
    refused = refused_ruling(walk.in_ruling(case), cited_exhibits=[chat.pk])
    assert refused.code == "inadmissible_citation"


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"fault": "seller"},
        {"fault": "seller", "usable_percent": 0},
        {"fault": "buyer", "usable_percent": 50},
        {"fault": "nobody", "usable_percent": 50},
        {"fault": "seller", "usable_percent": 101},
        {"fault": "seller", "usable_percent": True},
        {"weather": "rain"},
    ],
)
def test_a_split_needs_answers_that_split(answers):
    assert refused_ruling(walk.in_ruling(), winner=Winner.SPLIT, answers=answers).code == "unprocessable"


def test_nobody_rules_twice():
    case, _ruling = walk.ruled()
    assert refused_ruling(case).code in ("out_of_order", "no_standing")


def test_a_preview_computes_the_award_and_changes_nothing():
    case = walk.in_ruling()
    before = walk.snapshot()
    _ruling, award = rule.consider(case, by=walk.arbitrator(), given=walk.a_ruling(case, Winner.SPLIT), at=walk.START)
    assert (award.buyer_minor, award.seller_minor) == (6_000, 4_000)
    assert walk.snapshot() == before


def swallow_a_refusal_and_go_on(case):
    with docket.take(case.number) as (taken, at):
        with contextlib.suppress(Refused):
            respond.reject(taken, by=walk.seller_of(taken), reason="other", text="short", exhibits=[], at=at)
        take_evidence.file_exhibit(taken, by=walk.buyer_of(taken), given=walk.an_exhibit(), at=at)


def test_a_refusal_that_the_caller_swallows_still_writes_nothing():
    case = walk.requested()
    before = walk.snapshot()
    with pytest.raises(Refused, match="half way"):
        swallow_a_refusal_and_go_on(case)
    assert walk.snapshot() == before


def test_whoever_saw_an_older_version_is_told_that_the_case_has_moved_on():
    case = walk.requested()
    walk.filed(case, walk.buyer_of(case))
    before = walk.snapshot()
    with pytest.raises(Refused) as refused, docket.take(case.number, version=case.version) as (taken, at):
        respond.accept(taken, by=walk.seller_of(taken), at=at)
    assert refused.value.code == "stale"
    assert walk.snapshot() == before
