"""The law as one table: who may do what in which state, and what is answered otherwise. Written by hand."""

import pytest

from adjudication import docket
from adjudication.cases.models import Forum
from adjudication.cases.states import State
from adjudication.errors import Refused
from adjudication.parties import PLATFORM, Actor, Role
from adjudication.procedure import acts, intervene, respond, rule, take_evidence
from tests import walk

# ok: it is done. order: out of order. none: no standing. unknown: as if there were no such case.
TABLE = """
state         act          buyer  seller arbitrator colleague auditor stranger
requested     accept       none   ok     none       none      none    unknown
requested     reject       none   ok     none       none      none    unknown
requested     withdraw     ok     none   none       none      none    unknown
requested     intervene    order  none   none       none      none    unknown
requested     assign       none   none   order      order     none    unknown
requested     file_exhibit ok     ok     none       none      none    unknown
requested     rest         order  order  none       none      none    unknown
requested     rule         none   none   none       none      none    unknown
rejected      accept       none   ok     none       none      none    unknown
rejected      reject       none   order  none       none      none    unknown
rejected      withdraw     ok     none   none       none      none    unknown
rejected      intervene    ok     none   none       none      none    unknown
rejected      assign       none   none   order      order     none    unknown
rejected      file_exhibit ok     ok     none       none      none    unknown
rejected      rest         order  order  none       none      none    unknown
rejected      rule         none   none   none       none      none    unknown
intervention  accept       none   ok     none       none      none    unknown
intervention  reject       none   order  none       none      none    unknown
intervention  withdraw     ok     none   none       none      none    unknown
intervention  intervene    order  none   none       none      none    unknown
intervention  assign       none   none   ok         ok        none    unknown
intervention  file_exhibit ok     ok     none       none      none    unknown
intervention  rest         order  order  none       none      none    unknown
intervention  rule         none   none   none       none      none    unknown
evidence      accept       none   ok     none       none      none    unknown
evidence      reject       none   order  none       none      none    unknown
evidence      withdraw     ok     none   none       none      none    unknown
evidence      intervene    order  none   none       none      none    unknown
evidence      assign       none   none   order      ok        none    unknown
evidence      file_exhibit ok     ok     none       none      none    unknown
evidence      rest         ok     ok     none       none      none    unknown
evidence      rule         none   none   order      none      none    unknown
ruling        accept       none   order  none       none      none    unknown
ruling        reject       none   order  none       none      none    unknown
ruling        withdraw     order  none   none       none      none    unknown
ruling        intervene    order  none   none       none      none    unknown
ruling        assign       none   none   order      ok        none    unknown
ruling        file_exhibit order  order  none       none      none    unknown
ruling        rest         order  order  none       none      none    unknown
ruling        rule         none   none   ok         none      none    unknown
ruled         accept       none   order  none       none      none    unknown
ruled         reject       none   order  none       none      none    unknown
ruled         withdraw     order  none   none       none      none    unknown
ruled         intervene    order  none   none       none      none    unknown
ruled         assign       none   none   none       order     none    unknown
ruled         file_exhibit order  order  none       none      none    unknown
ruled         rest         order  order  none       none      none    unknown
ruled         rule         none   none   none       none      none    unknown
closed        accept       none   order  none       none      none    unknown
closed        reject       none   order  none       none      none    unknown
closed        withdraw     order  none   none       none      none    unknown
closed        intervene    order  none   none       none      none    unknown
closed        assign       none   none   order      order     none    unknown
closed        file_exhibit order  order  none       none      none    unknown
closed        rest         order  order  none       none      none    unknown
closed        rule         none   none   none       none      none    unknown
"""
HEAD, *LINES = [line.split() for line in TABLE.strip().splitlines()]
ROWS = [(State(row[0]), row[1], dict(zip(HEAD[2:], row[2:], strict=True))) for row in LINES]
CODES = {"order": "out_of_order", "none": "no_standing", "unknown": "not_found"}

PERFORM = {
    "accept": lambda case, by, at: respond.accept(case, by=by, at=at),
    "reject": lambda case, by, at: respond.reject(
        case, by=by, reason="signed_for", text="Signed for.", exhibits=[walk.an_exhibit()], at=at
    ),
    "withdraw": lambda case, by, at: respond.withdraw(case, by=by, at=at),
    "intervene": lambda case, by, at: intervene.intervene(case, by=by, forum=Forum.STAFF, at=at),
    "assign": lambda case, by, at: intervene.assign(case, by=by, arbitrator_id=by.id, at=at),
    "file_exhibit": lambda case, by, at: take_evidence.file_exhibit(case, by=by, given=walk.an_exhibit(), at=at),
    "rest": lambda case, by, at: take_evidence.rest(case, by=by, at=at),
    "rule": lambda case, by, at: rule.rule(case, by=by, given=walk.a_ruling(case), at=at),
}


def actors(case):
    return {
        "buyer": walk.buyer_of(case),
        "seller": walk.seller_of(case),
        "arbitrator": walk.arbitrator(),
        "colleague": walk.arbitrator("colleague"),
        "auditor": Actor(Role.AUDITOR, walk.arbitrator("auditor").id),
        "stranger": Actor(Role.BUYER, case.buyer_id + 1000),
    }


def test_the_table_speaks_of_every_state_and_act():
    states = {state for state, _act, _answers in ROWS}
    assert states == set(State) - {State.RETURNING}
    assert {(state, act) for state, act, _answers in ROWS} == {(s, a.name) for s in states for a in acts.ACTS}


@pytest.mark.parametrize(("state", "act", "answers"), ROWS, ids=[f"{row[0]}-{row[1]}" for row in ROWS])
def test_the_law(state, act, answers):
    case = walk.in_state(state)
    for who, answer in answers.items():
        by, before = actors(case)[who], walk.snapshot()
        listed = act in [allowed.name for allowed in acts.allowed(walk.look(case), by, at=walk.START)]
        assert listed == (answer == "ok"), f"{who}: allowed acts say {listed}"
        if answer == "ok":
            continue
        with pytest.raises(Refused) as refused, docket.take(case.number) as (taken, at):
            PERFORM[act](taken, by, at)
        assert refused.value.code == CODES[answer], who
        assert walk.snapshot() == before
    for who in [who for who, answer in answers.items() if answer == "ok"][:1]:
        with docket.take(case.number) as (taken, at):
            PERFORM[act](taken, actors(case)[who], at)
        assert walk.look(case).version > case.version


@pytest.mark.parametrize("state", [s for s in State if s not in (State.RETURNING, State.CLOSED)])
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
        intervene.assign(taken, by=PLATFORM, arbitrator_id=walk.arbitrator().id, at=at)
    assert refused.value.code == "out_of_order"
