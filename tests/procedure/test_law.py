"""The law as one table: who may do what in which state, and what is answered otherwise. Written by hand."""

import uuid
from datetime import timedelta

import pytest
from django.db import transaction

from adjudication import docket
from adjudication.cases.models import Forum
from adjudication.cases.states import State
from adjudication.errors import Refused
from adjudication.evidence.models import Exhibit
from adjudication.parties import PLATFORM, Actor, Role
from adjudication.procedure import (
    acts,
    appeal,
    correct_kind,
    drafts,
    extend,
    inquire,
    intervene,
    negotiate,
    respond,
    return_goods,
    rule,
    take_evidence,
)
from tests import walk

WHO = ("buyer", "seller", "arbitrator", "supervisor")

# ok: it is done. order: out of order. none: no standing. The auditor never has standing; a stranger knows no case.
# The case is in its first hearing; it was ruled for the buyer; the goods it returns are not shipped yet.
TABLE = """
                            requested rejected intervention evidence ruling ruled returning closed
accept             buyer      none      none     none         none     none   none  none      none
accept             seller     ok        ok       ok           ok       order  order order     order
accept             arbitrator none      none     none         none     none   none  none      none
accept             supervisor none      none     none         none     none   none  none      none
reject             buyer      none      none     none         none     none   none  none      none
reject             seller     ok        order    order        order    order  order order     order
reject             arbitrator none      none     none         none     none   none  none      none
reject             supervisor none      none     none         none     none   none  none      none
withdraw           buyer      ok        ok       ok           ok       order  order order     order
withdraw           seller     none      none     none         none     none   none  none      none
withdraw           arbitrator none      none     none         none     none   none  none      none
withdraw           supervisor none      none     none         none     none   none  none      none
intervene          buyer      order     ok       order        order    order  order order     order
intervene          seller     none      none     none         none     none   none  none      none
intervene          arbitrator none      none     none         none     none   none  none      none
intervene          supervisor none      none     none         none     none   none  none      none
assign             buyer      none      none     none         none     none   none  none      none
assign             seller     none      none     none         none     none   none  none      none
assign             arbitrator order     order    ok           order    order  none  order     order
assign             supervisor order     order    ok           ok       ok     order order     order
file_exhibit       buyer      ok        ok       ok           ok       order  order order     order
file_exhibit       seller     ok        ok       ok           ok       order  order order     order
file_exhibit       arbitrator none      none     none         none     none   none  none      none
file_exhibit       supervisor none      none     none         none     none   none  none      none
keep_draft         buyer      ok        ok       ok           ok           order  none  none      order
keep_draft         seller     ok        ok       ok           ok           order  ok    ok        order
keep_draft         arbitrator none      none     none         none         none   none  none      none
keep_draft         supervisor none      none     none         none         none   none  none      none
change_draft       buyer      order     order    order        order        order  none  none      order
change_draft       seller     order     order    order        order        order  order order     order
change_draft       arbitrator none      none     none         none         none   none  none      none
change_draft       supervisor none      none     none         none         none   none  none      none
file_draft         buyer      order     order    order        order        order  order order     order
file_draft         seller     order     order    order        order        order  order order     order
file_draft         arbitrator none      none     none         none         none   none  none      none
file_draft         supervisor none      none     none         none         none   none  none      none
drop_draft         buyer      order     order    order        order        order  order order     order
drop_draft         seller     order     order    order        order        order  order order     order
drop_draft         arbitrator none      none     none         none         none   none  none      none
drop_draft         supervisor none      none     none         none         none   none  none      none
rest               buyer      order     order    order        ok       order  order order     order
rest               seller     order     order    order        ok       order  order order     order
rest               arbitrator none      none     none         none     none   none  none      none
rest               supervisor none      none     none         none     none   none  none      none
rule               buyer      none      none     none         none     none   none  none      none
rule               seller     none      none     none         none     none   none  none      none
rule               arbitrator none      none     none         order    ok     none  none      none
rule               supervisor none      none     none         none     none   none  none      none
confirm            buyer      none      none     none         none     none   none  none      none
confirm            seller     none      none     none         none     none   none  none      none
confirm            arbitrator none      none     none         none     none   none  none      none
confirm            supervisor order     order    order        order    order  order order     order
send_back          buyer      none      none     none         none     none   none  none      none
send_back          seller     none      none     none         none     none   none  none      none
send_back          arbitrator none      none     none         none     none   none  none      none
send_back          supervisor order     order    order        order    order  order order     order
make_offer         buyer      ok        ok       ok           ok       order  order order     order
make_offer         seller     ok        ok       ok           ok       order  order order     order
make_offer         arbitrator none      none     none         none     none   none  none      none
make_offer         supervisor none      none     none         none     none   none  none      none
answer_offer       buyer      order     order    order        order    order  order order     order
answer_offer       seller     order     order    order        order    order  order order     order
answer_offer       arbitrator none      none     none         none     none   none  none      none
answer_offer       supervisor none      none     none         none     none   none  none      none
appeal             buyer      order     order    order        order    order  none  order     order
appeal             seller     order     order    order        order    order  ok    order     order
appeal             arbitrator none      none     none         none     none   none  none      none
appeal             supervisor none      none     none         none     none   none  none      none
withdraw_appeal    buyer      order     order    order        order    order  order order     order
withdraw_appeal    seller     order     order    order        order    order  order order     order
withdraw_appeal    arbitrator none      none     none         none     none   none  none      none
withdraw_appeal    supervisor none      none     none         none     none   none  none      none
ship_return        buyer      order     order    order        order    order  order ok        order
ship_return        seller     none      none     none         none     none   none  none      none
ship_return        arbitrator none      none     none         none     none   none  none      none
ship_return        supervisor none      none     none         none     none   none  none      none
acknowledge_return buyer      none      none     none         none     none   none  none      none
acknowledge_return seller     order     order    order        order    order  order order     order
acknowledge_return arbitrator none      none     none         none     none   none  none      none
acknowledge_return supervisor none      none     none         none     none   none  none      none
dispute_return     buyer      none      none     none         none     none   none  none      none
dispute_return     seller     order     order    order        order    order  order order     order
dispute_return     arbitrator none      none     none         none     none   none  none      none
dispute_return     supervisor none      none     none         none     none   none  none      none
extend             buyer      none      none     none         none     none   none  none      none
extend             seller     none      none     none         none     none   none  none      none
extend             arbitrator none      none     none         ok       order  ok    none      none
extend             supervisor ok        ok       order        ok       order  ok    ok        order
remind             buyer      none      none     none         none     none   none  none      none
remind             seller     none      none     none         none     none   none  none      none
remind             arbitrator none      none     none         ok       order  ok    none      none
remind             supervisor ok        ok       order        ok       order  ok    ok        order
inquire            buyer      none      none      none      none      none      none      none      none
inquire            seller     none      none      none      none      none      none      none      none
inquire            arbitrator none      none      none      ok        ok        order     none      none
inquire            supervisor order     order     order     ok        ok        order     order     order
reply              buyer      order     order     order     order     order     order     order     order
reply              seller     order     order     order     order     order     order     order     order
reply              arbitrator none      none      none      none      none      none      none      none
reply              supervisor none      none      none      none      none      none      none      none
correct_kind       buyer      none      none      none      none      none      none      none      none
correct_kind       seller     none      none      none      none      none      none      none      none
correct_kind       arbitrator none      none      none      ok        ok        order     none      none
correct_kind       supervisor order     order     order     ok        ok        order     order     order
"""
HEAD, *LINES = [line.split() for line in TABLE.strip().splitlines()]
LAW = {(State(state), line[0], line[1]): answer for line in LINES for state, answer in zip(HEAD, line[2:], strict=True)}
ROWS = [
    (state, act.name, {who: LAW[state, act.name, who] for who in WHO} | {"auditor": "none", "stranger": "unknown"})
    for state in State
    for act in acts.ACTS
]
CODES = {"order": "out_of_order", "none": "no_standing", "unknown": "not_found"}

PERFORM = {
    "accept": lambda case, by, at: respond.accept(case, by=by, at=at),
    "reject": lambda case, by, at: respond.reject(
        case, by=by, reason="signed_for", text="Signed for.", exhibits=[walk.an_exhibit()], at=at
    ),
    "withdraw": lambda case, by, at: respond.withdraw(case, by=by, at=at),
    "intervene": lambda case, by, at: intervene.intervene(case, by=by, forum=Forum.STAFF, at=at),
    "assign": lambda case, by, at: intervene.assign(case, by=by, to=by, at=at),
    "file_exhibit": lambda case, by, at: take_evidence.file_exhibit(case, by=by, given=walk.an_exhibit(), at=at),
    "keep_draft": lambda case, by, at: drafts.keep_draft(case, by=by, given=walk.an_exhibit(), at=at),
    "change_draft": lambda case, by, at: drafts.change_draft(
        case, by=by, draft_id=uuid.UUID(int=1), given=walk.an_exhibit(), at=at
    ),
    "file_draft": lambda case, by, at: drafts.file_draft(case, by=by, draft_id=uuid.UUID(int=1), at=at),
    "drop_draft": lambda case, by, at: drafts.drop_draft(case, by=by, draft_id=uuid.UUID(int=1), at=at),
    "rest": lambda case, by, at: take_evidence.rest(case, by=by, at=at),
    "rule": lambda case, by, at: rule.rule(case, by=by, given=walk.a_ruling(case), at=at),
    "confirm": lambda case, by, at: rule.confirm(case, by=by, at=at),
    "send_back": lambda case, by, at: rule.send_back(case, by=by, note="Look again.", at=at),
    "make_offer": lambda case, by, at: negotiate.make_offer(case, by=by, remedy="refund", amount_minor=5_000, at=at),
    "answer_offer": lambda case, by, at: negotiate.accept_offer(case, by=by, offer_id=uuid.UUID(int=1), at=at),
    "appeal": lambda case, by, at: appeal.appeal(case, by=by, grounds="Not so.", error="fact", at=at),
    "withdraw_appeal": lambda case, by, at: appeal.withdraw_appeal(case, by=by, at=at),
    "ship_return": lambda case, by, at: return_goods.ship_return(
        case, by=by, carrier="SF", tracking_number="SF1", at=at
    ),
    "acknowledge_return": lambda case, by, at: return_goods.acknowledge_return(case, by=by, at=at),
    "dispute_return": lambda case, by, at: return_goods.dispute_return(
        case, by=by, reason="empty", text="Empty.", exhibits=[walk.an_exhibit()], at=at
    ),
    "remind": lambda case, by, at: extend.remind_by_hand(case, by=by, at=at),
    "inquire": lambda case, by, at: inquire.inquire(case, by=by, to=["buyer"], text="What does it weigh?", at=at),
    "reply": lambda case, by, at: inquire.reply(case, by=by, inquiry_id=uuid.UUID(int=1), text="300 g.", at=at),
    "correct_kind": lambda case, by, at: correct_kind.correct_kind(
        case,
        by=by,
        exhibit_id=case.papers.exhibits[0].pk if case.papers.exhibits else uuid.UUID(int=1),
        kind=Exhibit.Kind.OFF_PLATFORM_CHAT,
        reason="It is a chat from elsewhere.",
        at=at,
    ),
    "extend": lambda case, by, at: extend.extend(
        case, by=by, by_length=timedelta(hours=24), reason="The carrier answers tomorrow.", at=at
    ),
}


def actors(case):
    return {
        "buyer": walk.buyer_of(case),
        "seller": walk.seller_of(case),
        "arbitrator": walk.arbitrator(),
        "supervisor": walk.arbitrator("supervisor", Role.SUPERVISOR),
        "auditor": Actor(Role.AUDITOR, walk.arbitrator("auditor").id),
        "stranger": Actor(Role.BUYER, case.buyer_id + 1000),
    }


def test_the_table_speaks_of_every_state_and_act():
    assert set(LAW) == {(state, act.name, who) for state in State for act in acts.ACTS for who in WHO}


class TakenBack(Exception):
    """Undoes what an act did, so that the next one meets the same case."""


def done_and_taken_back(case, act, by):
    """The version that the act leads to, and how many drafts there are then: a draft moves no version."""
    try:
        with transaction.atomic():
            with docket.take(case.number) as (taken, at):
                PERFORM[act](taken, by, at)
            after = walk.look(case)
            raise TakenBack
    except TakenBack:
        return after.version, after.drafts_count


@pytest.mark.parametrize("state", State)
def test_the_law(state):
    case = walk.in_state(state)
    by, before = actors(case), walk.snapshot()
    seen = walk.look(case)
    listed = {who: {act.name for act in acts.allowed(seen, by[who], at=walk.START)} for who in by}
    for _state, act, answers in [row for row in ROWS if row[0] == state]:
        for who, answer in answers.items():
            told = f"{act} by {who}"
            assert (act in listed[who]) == (answer == "ok"), f"{told}: the case lists {listed[who]}"
            if answer == "ok":
                assert done_and_taken_back(case, act, by[who]) > (case.version, case.drafts_count), told
            else:
                with pytest.raises(Refused) as refused, docket.take(case.number) as (taken, at):
                    PERFORM[act](taken, by[who], at)
                assert refused.value.code == CODES[answer], told
            assert walk.snapshot() == before, told


@pytest.mark.parametrize("state", [s for s in State if s != State.CLOSED])
def test_at_its_due_moment_every_act_is_late_even_before_any_sweep(state):
    case = walk.in_state(state)
    possible = [(who, act) for s, act, answers in ROWS for who, a in answers.items() if s == state and a == "ok"]
    before = walk.snapshot()
    for who, act in possible:
        with walk.at_due(case), pytest.raises(Refused) as refused, docket.take(case.number) as (taken, at):
            PERFORM[act](taken, actors(case)[who], at)
        assert refused.value.code == "too_late", (who, act)
    assert walk.snapshot() == before


@pytest.mark.parametrize("state", [State.REQUESTED, State.EVIDENCE])
def test_one_microsecond_before_it_is_in_time(state):
    case = walk.in_state(state)
    with walk.at_due(case, -walk.MICROSECOND), docket.take(case.number) as (taken, at):
        respond.accept(taken, by=walk.seller_of(taken), at=at)
    assert not walk.look(case).is_open


def test_the_platform_itself_assigns_and_nobody_is_assigned_before_the_intervention():
    case = walk.rejected()
    with pytest.raises(Refused) as refused, docket.take(case.number) as (taken, at):
        intervene.assign(taken, by=PLATFORM, to=walk.arbitrator(), at=at)
    assert refused.value.code == "out_of_order"
