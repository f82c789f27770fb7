"""Who hears a case: whom it suits best, and nobody whom it touches themselves."""

import json

import pytest
from django.contrib.auth.models import Group, User
from django.db import DatabaseError, connection, transaction

from adjudication import clock, docket
from adjudication.cases.desks import Desk, Interest
from adjudication.cases.notes import Note
from adjudication.errors import NoStanding, OutOfOrder
from adjudication.journal.models import Event
from adjudication.orders.models import Order, Party
from adjudication.parties import Actor, Role
from adjudication.procedure import extend, intervene, rule, tick
from tests import walk


def arbitrator(name, **desk):
    user = User.objects.create_user(name, is_staff=True)
    user.groups.add(Group.objects.get(name="arbitrator"))
    Desk.objects.create(user=user, **desk)
    return user


def interest_of(user, party_id, kind=Interest.Kind.RELATION):
    return Interest.objects.create(
        user_id=user, party_id=party_id, kind=kind, declared_by_id=user, declared_at=walk.START
    )


def ruled_past_the_code(case, by):
    """As if the act had not looked."""
    with docket.take(case.number) as (taken, at):
        taken.papers.interested = frozenset()
        rule.rule(taken, by=by, given=walk.a_ruling(taken), at=at)


def heard_by_after_a_tick(case):
    with clock.simulated(walk.START):
        tick.assign_waiting(at=clock.now())
    return walk.look(case).arbitrator.username


def test_who_reads_the_parties_language_comes_before_who_hears_fewer(db):
    arbitrator("ada", languages=["en"])
    arbitrator("bo", languages=["zh", "en"])
    first, second = walk.intervened(), walk.intervened()
    Party.objects.filter(pk=second.buyer_id).update(language="zh-hans")
    assert heard_by_after_a_tick(second) == "bo"
    assert walk.look(first).arbitrator is not None


def test_who_knows_the_category_comes_first_and_who_knows_another_last(db):
    case = walk.intervened()
    arbitrator("ada", categories=["toys"])
    arbitrator("bo")
    arbitrator("cy", categories=[case.shop.category])
    assert heard_by_after_a_tick(case) == "cy"


@pytest.mark.parametrize("desk", [{"is_away": True}, {"most_cases": 0}])
def test_who_is_away_or_hears_enough_is_passed_over(db, desk):
    arbitrator("ada", **desk)
    arbitrator("bo", languages=["fr"])
    assert heard_by_after_a_tick(walk.intervened()) == "bo"


@pytest.mark.parametrize("side", ["buyer_id", "shop_id"])
def test_who_is_related_to_a_party_is_not_assigned_and_cannot_take_the_case(db, side):
    user, case = arbitrator("ada"), walk.intervened()
    interest_of(user.pk, getattr(case, side))
    before = walk.snapshot()
    with clock.simulated(walk.START):
        assert tick.assign_waiting(at=clock.now()) == 0
        me = Actor(Role.ARBITRATOR, user.pk)
        with pytest.raises(NoStanding, match="related to or have traded"), docket.take(case.number) as (taken, at):
            intervene.assign(taken, by=me, to=me, at=at)
    assert walk.snapshot() == before


def test_who_has_ever_bought_from_the_shop_does_not_hear_its_cases(db):
    user, case, other = arbitrator("ada"), walk.intervened(), walk.intervened()
    account = Party.objects.create(kind="buyer", external_id="ada at home")
    interest_of(user.pk, account.pk, Interest.Kind.ACCOUNT)
    assert heard_by_after_a_tick(other) == "ada", "an account alone excludes nobody"
    row = Order.objects.get(pk=case.order_id)
    row.pk, row.number, row.buyer = None, "bought by ada", account
    Order.objects.bulk_create([row])
    again = walk.intervened()
    with clock.simulated(walk.START):
        assert tick.assign_waiting(at=clock.now()) == 0
    assert walk.look(again).arbitrator is None


def test_an_interest_found_late_stops_the_ruling_in_the_code_and_in_the_database(db):
    case = walk.in_ruling()
    interest = interest_of(case.arbitrator_id, case.shop_id)
    me, before = Actor(Role.ARBITRATOR, case.arbitrator_id), walk.snapshot()
    with clock.simulated(walk.START), pytest.raises(NoStanding), docket.take(case.number) as (taken, at):
        rule.rule(taken, by=me, given=walk.a_ruling(taken), at=at)
    assert walk.snapshot() == before
    with clock.simulated(walk.START), pytest.raises(DatabaseError, match="related to or have traded"):
        ruled_past_the_code(case, me)
    Interest.objects.filter(pk=interest.pk).update(ended_at=walk.START, ended_by=walk.arbitrator("sol").id)
    with clock.simulated(walk.START), docket.take(case.number) as (taken, at):
        rule.rule(taken, by=me, given=walk.a_ruling(taken), at=at)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM adjudication_interest",
        "UPDATE adjudication_interest SET party_id = party_id + 1",
        "TRUNCATE adjudication_interest",
        "UPDATE adjudication_note SET text = 'other'",
        "DELETE FROM adjudication_note",
        "TRUNCATE adjudication_note",
    ],
)
def test_what_was_declared_and_noted_stays_on_record(db, statement):
    case = walk.in_evidence()
    interest_of(case.arbitrator_id, case.shop_id)
    Note.objects.create(case=case, by_id=case.arbitrator_id, text="Look twice.", written_at=walk.START)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="refused"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_case_is_handed_over_by_who_hears_it_with_a_reason_that_only_staff_read(db):
    case, other = walk.in_evidence(), arbitrator("bo")
    me, to = Actor(Role.ARBITRATOR, case.arbitrator_id), Actor(Role.ARBITRATOR, other.pk)
    with clock.simulated(walk.START), docket.take(case.number) as (taken, at):
        intervene.assign(taken, by=me, to=to, reason=" I am away from Monday. ", at=at)
    note = Note.objects.get()
    assert (note.kind, note.text, note.by_id) == ("handover", "I am away from Monday.", me.id)
    told = json.loads(Event.objects.filter(case=case, kind="case.assigned").latest("sequence").body)["facts"]
    assert told == {"from": me.id, "arbitrator": other.pk}
    before = walk.snapshot()
    with clock.simulated(walk.START), pytest.raises(NoStanding), docket.take(case.number) as (taken, at):
        intervene.assign(taken, by=me, to=Actor(Role.ARBITRATOR, me.id + 500), at=at)
    assert walk.snapshot() == before


def test_whoever_hears_the_case_reminds_the_bound_side_five_times_a_term_at_most(db):
    case = walk.in_evidence()
    me = Actor(Role.ARBITRATOR, case.arbitrator_id)
    for _time in range(5):
        with clock.simulated(walk.START), docket.take(case.number) as (taken, at):
            extend.remind_by_hand(taken, by=me, at=at)
    before = walk.snapshot()
    with clock.simulated(walk.START), pytest.raises(OutOfOrder), docket.take(case.number) as (taken, at):
        extend.remind_by_hand(taken, by=me, at=at)
    assert walk.snapshot() == before
    assert walk.look(case).papers.deadline.reminders == 5
