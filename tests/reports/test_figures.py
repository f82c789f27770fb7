"""The figures are what a person counts by hand over the same cases; a share of nothing is nothing, not zero."""

from datetime import date
from itertools import pairwise

import pytest

from adjudication import clock, docket
from adjudication.parties import PLATFORM, Role
from adjudication.policy.terms import Reason
from adjudication.procedure import appeal, intervene, lapse, rule, take_evidence
from adjudication.reports import figures
from adjudication.reports.figures import Appeals, Course, Deciding, Money, Ruled, Share, wilson
from adjudication.reports.periods import SHOWN, Every, before, ending_with, period_of
from adjudication.rulings.models import Winner
from tests import walk

SPLIT = {"usable_percent": 40, "fault": "seller"}  # 60.00 of 100.00 for the buyer


def hours(passed):
    return clock.simulated(walk.START + passed * walk.HOUR)


def awaiting(by):
    return walk.in_ruling(walk.in_evidence(by=by))


def ruled(case, winner, by):
    answers = SPLIT if winner == Winner.SPLIT else {}
    with docket.take(case.number) as (taken, at):
        rule.rule(taken, by=by, given=walk.a_ruling(taken, winner, answers=answers), at=at)


def appealed(case, by, senior):
    with docket.take(case.number) as (taken, at):
        appeal.appeal(taken, by=by, grounds="Look again.", error=appeal.NamedError.FACT, at=at)
    with docket.take(case.number) as (taken, at):
        intervene.assign(taken, by=PLATFORM, to=senior, at=at)
    for side in (walk.buyer_of(case), walk.seller_of(case)):
        with docket.take(case.number) as (taken, at):
            take_evidence.rest(taken, by=side, at=at)


def two_weeks():
    """Six cases of one week and one of the next, with every way in which they can be counted; 2 March is a Monday."""
    one, two = walk.arbitrator("one"), walk.arbitrator("two")
    senior = walk.arbitrator("senior", Role.SUPERVISOR)
    with hours(0):
        walk.requested(reason=Reason.COUNTERFEIT)  # accepted by silence after 72 hours
        plain, turned, kept, changed, _forgotten = (awaiting(by) for by in (one, one, two, one, one))
    with hours(10):
        ruled(plain, Winner.BUYER, one)  # final after 82
    with hours(20):
        ruled(turned, Winner.SELLER, one)
    with hours(30):
        ruled(kept, Winner.SPLIT, two)
        ruled(changed, Winner.BUYER, one)
    with hours(40):
        appealed(turned, walk.buyer_of(turned), senior)
        appealed(kept, walk.seller_of(kept), senior)
        appealed(changed, walk.seller_of(changed), senior)
    with hours(46):
        ruled(turned, Winner.BUYER, senior)
    with hours(50):
        ruled(kept, Winner.SPLIT, senior)
        ruled(changed, Winner.SPLIT, senior)
    for passed in (
        72,
        82,
        96,
        168,
    ):  # `forgotten`: overdue at 72, the last resort at 96, final at 168, in the next week
        with hours(passed):
            lapse.sweep()
    with hours(168):
        walk.requested()


@pytest.fixture
def weeks(db):
    """The periods that end with the second of the two weeks."""
    return ending_with(period_of(date(2026, 3, 9), Every.WEEK))


def test_the_figures_are_what_one_counts_by_hand(weeks):
    two_weeks()
    assert figures.course(weeks)[-2:] == [Course(opened=6, closed=5, overdue=1), Course(1, 1, 0)]
    # 10, 20, 30, 30 hours from the intervention, and 6, 10, 10 from the appeal; the last resort is nobody's ruling
    assert figures.ruled(weeks)[-2:] == [Ruled(7, 10, 30), Ruled(0, None, None)]
    assert figures.outcomes(weeks) == {
        ("quality", "refunded"): 3,
        ("quality", "partly_refunded"): 2,
        ("counterfeit", "refunded"): 1,
    }
    assert figures.appeals(weeks)[-2:] == [Appeals(upheld=1, varied=1, reversed=1), Appeals()]
    assert figures.arbitrators(weeks) == [
        Deciding("one", buyer=2, seller=1, split=0),
        Deciding("senior", buyer=1, seller=0, split=2),
        Deciding("two", buyer=0, seller=0, split=1),
    ]
    assert figures.money(weeks, currency="CNY")[-2:] == [
        Money(claimed=60_000, to_buyers=42_000, to_sellers=8_000, fees=0),
        Money(10_000, 10_000, 0, 0),
    ]
    assert figures.money(weeks, currency="JPY")[-2:] == [Money(0, 0, 0, 0)] * 2
    assert figures.currencies() == ["CNY"]


def test_each_period_holds_its_own(weeks):
    two_weeks()
    march = period_of(date(2026, 3, 1), Every.MONTH)
    assert figures.course(ending_with(march))[-1] == Course(7, 6, 1)
    assert figures.course(ending_with(before(march))) == [Course(0, 0, 0)] * 12
    assert sum(each.opened for each in figures.course(weeks[:-2])) == 0
    assert figures.appeals(ending_with(period_of(date(2026, 6, 30), Every.QUARTER)))[-2].reversed == 1


def test_of_nothing_there_are_no_shares(weeks):
    assert figures.course(weeks) == [Course(0, 0, 0)] * len(weeks)
    assert figures.ruled(weeks) == [Ruled(0, None, None)] * len(weeks)
    assert figures.outcomes(weeks) == {}
    assert figures.arbitrators(weeks) == []
    assert {each.reversals.rate for each in figures.appeals(weeks)} == {None}
    assert (Share(0, 0).rate, Share(0, 0).interval) == (None, None)


def test_a_withdrawn_appeal_and_a_disputed_return_are_no_decided_appeals(weeks):
    case = walk.ruled()[0]
    with docket.take(case.number) as (taken, at):
        appeal.appeal(taken, by=walk.seller_of(case), grounds="Look.", error=appeal.NamedError.FACT, at=at)
    with docket.take(case.number) as (taken, at):
        appeal.withdraw_appeal(taken, by=walk.seller_of(case), at=at)
    assert {each.reversals.of for each in figures.appeals(weeks)} == {0}


@pytest.mark.parametrize(
    ("part", "of", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (1, 1, 0.2065, 1),
    ],
)
def test_the_interval_is_the_one_of_the_literature(part, of, low, high):
    """R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3; the last by hand: 1 / (1 + z²)."""
    assert wilson(part, of) == (pytest.approx(low, abs=6e-5), pytest.approx(high, abs=6e-5))


@pytest.mark.parametrize(
    ("day", "every", "since", "until", "name"),
    [
        (date(2026, 3, 2), Every.WEEK, date(2026, 3, 2), date(2026, 3, 9), "2026-W10"),
        (date(2026, 3, 8), Every.WEEK, date(2026, 3, 2), date(2026, 3, 9), "2026-W10"),
        (date(2027, 1, 1), Every.WEEK, date(2026, 12, 28), date(2027, 1, 4), "2026-W53"),
        (date(2028, 2, 29), Every.MONTH, date(2028, 2, 1), date(2028, 3, 1), "2028-02"),
        (date(2026, 12, 31), Every.MONTH, date(2026, 12, 1), date(2027, 1, 1), "2026-12"),
        (date(2026, 12, 31), Every.QUARTER, date(2026, 10, 1), date(2027, 1, 1), "2026-Q4"),
        (date(2026, 1, 1), Every.QUARTER, date(2026, 1, 1), date(2026, 4, 1), "2026-Q1"),
    ],
)
def test_a_period_is_the_calendars(day, every, since, until, name):
    period = period_of(day, every)
    assert (period.since, period.until, period.name) == (since, until, name)


@pytest.mark.parametrize("every", Every)
def test_periods_follow_each_other_without_a_gap(every):
    periods = ending_with(period_of(date(2026, 3, 31), every))
    assert len(periods) == SHOWN[every]
    assert all(one.until == next_one.since for one, next_one in pairwise(periods))
