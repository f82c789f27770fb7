"""The bound side is reminded when a third of the term is left and six hours before its end, once each."""

from datetime import timedelta

import pytest

from adjudication import clock, docket
from adjudication.errors import Stale
from adjudication.journal.models import Event
from adjudication.policy import versions
from adjudication.procedure import respond, tick
from tests import walk
from tests.walk import HOUR, MICROSECOND, START

MINUTE = timedelta(minutes=1)
pytestmark = pytest.mark.usefixtures("db")


def reminders(case):
    return Event.objects.filter(case=case, kind="deadline.reminder").count()


def requested():
    with clock.simulated(START):
        return walk.requested()


def after(moment):
    with clock.simulated(moment):
        return tick.tick().reminded


def test_at_a_third_left_and_at_six_hours_left_and_at_no_other_time():
    case = requested()
    due = case.papers.deadline.due_at
    told = [
        after(START + HOUR),
        after(due - 24 * HOUR - MICROSECOND),
        after(due - 24 * HOUR),
        after(due - 24 * HOUR),
        after(due - 6 * HOUR - MICROSECOND),
        after(due - 6 * HOUR),
        after(due - MICROSECOND),
    ]
    assert told == [0, 0, 1, 0, 0, 1, 0]
    assert reminders(case) == 2


def test_two_points_that_were_both_missed_are_one_reminder():
    case = requested()
    assert after(case.papers.deadline.due_at - HOUR) == 1
    assert after(case.papers.deadline.due_at - HOUR) == 0


def test_a_term_that_is_over_is_not_reminded_of():
    case = requested()
    with walk.at_due(case):
        done = tick.tick()
    assert (done.reminded, done.lapsed) == (0, 1)
    assert reminders(case) == 0


def test_a_term_that_was_met_is_not_reminded_of():
    case = requested()
    with clock.simulated(START + HOUR), docket.take(case.number) as (taken, at):
        respond.withdraw(taken, by=walk.buyer_of(taken), at=at)
    after(case.papers.deadline.due_at - HOUR)
    assert reminders(case) == 0


def test_a_term_too_short_for_six_hours_is_reminded_of_once():
    versions.load("[terms_seconds]\nseller_answers = 3600")
    case = requested()
    assert case.papers.deadline.due_at == START + HOUR
    assert after(START + 40 * MINUTE - MICROSECOND) == 0
    assert after(START + 40 * MINUTE) == 1
    assert after(START + HOUR - MICROSECOND) == 0


def test_an_order_is_reminded_of_too():
    with clock.simulated(START):
        order = walk.register(walk.given_order())
    assert after(docket.look_at_order(order.number).papers.deadline.due_at - 240 * HOUR) == 1
    assert Event.objects.filter(order=order, kind="deadline.reminder").count() == 1


def test_a_reminder_makes_nobodys_page_stale_but_any_other_event_does():
    seen = requested()
    after(seen.papers.deadline.due_at - 24 * HOUR)
    with clock.simulated(START + 50 * HOUR):
        with docket.take(seen.number, version=seen.version) as (taken, at):
            respond.reject(
                taken,
                by=walk.seller_of(taken),
                reason="signed_for",
                text="Signed.",
                exhibits=[walk.an_exhibit()],
                at=at,
            )
        with pytest.raises(Stale), docket.take(seen.number, version=seen.version) as (taken, at):
            respond.withdraw(taken, by=walk.buyer_of(taken), at=at)


def test_an_extended_term_is_reminded_of_again():
    from adjudication.procedure.extend import extend

    with clock.simulated(START):
        case = walk.in_evidence()
    assert after(case.papers.deadline.due_at - 16 * HOUR) == 1
    with walk.at_due(case, -HOUR), docket.take(case.number) as (taken, at):
        extend(taken, by=walk.arbitrator(), by_length=timedelta(hours=24), reason="More time.", at=at)
    again = walk.look(case).papers.deadline
    assert again.remind_at == again.due_at - 24 * HOUR
    assert after(again.remind_at) == 1
