"""An arbitrator asks; who is asked answers once and in time; no term moves for it, and no ruling waits."""

from datetime import timedelta

import pytest

from adjudication import clock, docket
from adjudication.cases.inquiries import CLEAR, Asking, new_code
from adjudication.cases.states import State
from adjudication.deadlines.models import Outage
from adjudication.errors import EvidenceRefused, Malformed, NoStanding, NotFound, OutOfOrder, Refused, TooLate
from adjudication.evidence.intake import ExhibitGiven, StoredFile
from adjudication.evidence.models import Exhibit
from adjudication.parties import Role
from adjudication.policy import versions
from adjudication.procedure import appeal, inquire, rule
from tests import walk
from tests.docket.test_races import at_once, taken_up

DAY = timedelta(hours=24)


@pytest.fixture(autouse=True)
def _a_day_long_past(request):
    if "own_database" not in request.fixturenames:
        request.getfixturevalue("db")
    with clock.simulated(walk.START):
        yield


def a_photo(title="The cup with the code"):
    return ExhibitGiven(Exhibit.Kind.PHOTO, title, file=StoredFile("aa/x.png", "x.png", "image/png", 9, "a" * 64, 1, 1))


def refused(kind, case, by, inquiry, *exhibits, text="300 g."):
    before = walk.snapshot()
    with pytest.raises(kind):
        walk.replied(case, by, inquiry, *exhibits, text=text)
    assert walk.snapshot() == before


@pytest.mark.parametrize("state", [State.EVIDENCE, State.RULING])
def test_an_inquiry_moves_no_term(state):
    case = walk.in_state(state)
    inquiry = walk.asked(case, Role.BUYER, Role.SELLER)
    after = walk.look(case)
    assert (after.state, after.papers.deadline.due_at) == (state, case.papers.deadline.due_at)
    assert [asking.side for asking in inquiry.asked] == ["buyer", "seller"]
    assert inquiry.due_at == walk.START + DAY


def test_it_ends_with_the_rulings_term_at_the_latest():
    case = walk.in_ruling()
    with walk.at_due(case, -walk.HOUR):
        assert walk.asked(case).due_at == case.papers.deadline.due_at
        assert walk.asked(case).due_at == case.papers.deadline.due_at


@pytest.mark.parametrize(
    ("shift", "is_late"), [(-walk.MICROSECOND, False), (timedelta(), True), (walk.MICROSECOND, True)]
)
def test_at_its_due_moment_an_answer_is_late(shift, is_late):
    case = walk.in_ruling()
    inquiry = walk.asked(case)
    with clock.simulated(inquiry.due_at + shift):
        if is_late:
            refused(TooLate, case, walk.buyer_of(case), inquiry)
        else:
            walk.replied(case, walk.buyer_of(case), inquiry)
        listed = {act.name for act in walk.acts_of(case, walk.buyer_of(case))}
    assert "reply" not in listed


def test_that_the_evidence_term_has_run_out_makes_no_answer_late():
    case = walk.in_evidence()
    with walk.at_due(case, -walk.HOUR):
        inquiry = walk.asked(case)
    with walk.at_due(case):
        walk.replied(case, walk.buyer_of(case), inquiry)
    assert walk.look(case).papers.inquiries[0].asked[0].reply == "300 g."


def test_a_side_answers_once_and_only_what_it_is_asked():
    case = walk.in_ruling()
    inquiry = walk.asked(case)
    refused(NoStanding, case, walk.seller_of(case), inquiry)
    refused(NoStanding, case, walk.arbitrator(), inquiry)
    refused(EvidenceRefused, case, walk.buyer_of(case), inquiry, text=" ")
    walk.replied(case, walk.buyer_of(case), inquiry)
    refused(OutOfOrder, case, walk.buyer_of(case), inquiry)
    again = walk.asked(case)
    other = walk.in_ruling()
    refused(OutOfOrder, other, walk.buyer_of(other), again)
    walk.asked(other)
    refused(NotFound, other, walk.buyer_of(other), again)


def test_exhibits_that_come_with_an_answer_are_filed_though_evidence_has_closed_and_are_weighed():
    case = walk.in_ruling()
    inquiry = walk.asked(case)
    walk.replied(case, walk.buyer_of(case), inquiry, walk.an_exhibit("On the scales"))
    case = walk.look(case)
    assert [(e.label, e.inquiry_id) for e in case.papers.exhibits][-1] == ("B3", inquiry.pk)
    incomplete = walk.a_ruling(case, findings=walk.a_ruling(case).findings[:-1])
    with pytest.raises(Refused), docket.take(case.number) as (taken, at):
        rule.rule(taken, by=walk.arbitrator(), given=incomplete, at=at)
    assert walk.ruled(case)[0].state == State.RULED


def test_they_do_not_count_towards_the_quota_but_are_five_at_most():
    versions.load("[evidence]\nexhibits_per_side = 1")
    case = walk.in_evidence()
    walk.filed(case, walk.buyer_of(case))
    inquiry = walk.asked(case)
    five = [walk.an_exhibit(str(number)) for number in range(5)]
    refused(EvidenceRefused, case, walk.buyer_of(case), inquiry, *five, walk.an_exhibit("6"))
    walk.replied(case, walk.buyer_of(case), inquiry, *five)
    assert walk.look(case).exhibits_count == 7


def test_an_open_inquiry_stops_no_ruling_and_then_cannot_be_answered():
    case = walk.in_ruling()
    inquiry = walk.asked(case)
    case = walk.ruled(case)[0]
    refused(OutOfOrder, case, walk.buyer_of(case), inquiry)


def test_one_of_an_earlier_hearing_cannot_be_answered_any_more():
    case = walk.in_ruling()
    inquiry = walk.asked(case)
    case = walk.ruled(case)[0]
    with docket.take(case.number) as (taken, at):
        appeal.appeal(taken, by=walk.seller_of(taken), grounds="No.", error=appeal.NamedError.FACT, at=at)
    refused(OutOfOrder, case, walk.buyer_of(case), inquiry)


def test_ten_in_a_case_and_no_more():
    case = walk.in_evidence()
    for _inquiry in range(10):
        walk.asked(case)
    before = walk.snapshot()
    with pytest.raises(OutOfOrder):
        walk.asked(case)
    assert walk.snapshot() == before


@pytest.mark.parametrize(("to", "text"), [((), "What?"), ((Role.BUYER,), " ")])
def test_nobody_or_nothing_asked_is_refused(to, text):
    case = walk.in_evidence()
    before = walk.snapshot()
    with pytest.raises(Malformed), docket.take(case.number) as (taken, at):
        inquire.inquire(taken, by=walk.arbitrator(), to=to, text=text, at=at)
    assert walk.snapshot() == before


def test_a_challenge_gives_each_side_a_code_of_its_own_and_wants_a_photo():
    case = walk.in_ruling()
    inquiry = walk.asked(case, Role.BUYER, Role.SELLER, is_challenge=True)
    codes = {asking.code for asking in inquiry.asked}
    assert len(codes) == 2
    assert all(set(code) <= set(CLEAR) | {"-"} and len(code) == 9 for code in codes)
    refused(EvidenceRefused, case, walk.buyer_of(case), inquiry)
    refused(EvidenceRefused, case, walk.buyer_of(case), inquiry, walk.an_exhibit())
    walk.replied(case, walk.buyer_of(case), inquiry, a_photo())
    assert walk.look(case).papers.inquiries[0].asked[0].replied_at == walk.START
    assert Asking.objects.exclude(code="").count() == 2


def test_no_two_codes_are_alike():
    assert len({new_code() for _code in range(1000)}) == 1000


def test_one_that_fell_due_in_an_outage_can_be_answered_until_its_grace_ends_but_never_beyond_the_ruling():
    case = walk.in_ruling()
    inquiry = walk.asked(case)
    due = inquiry.due_at
    Outage.objects.create(
        cause="noticed", began_at=due - walk.HOUR, ended_at=due + walk.HOUR, grace_ends_at=due + 5 * walk.HOUR
    )
    with clock.simulated(due + 5 * walk.HOUR):
        refused(TooLate, case, walk.buyer_of(case), inquiry)
    with clock.simulated(due + 5 * walk.HOUR - walk.MICROSECOND):
        walk.replied(case, walk.buyer_of(case), inquiry)
    assert walk.look(case).papers.deadline.due_at == case.papers.deadline.due_at


@pytest.mark.parametrize("round_", range(3))
def test_answer_and_ruling_at_once_come_one_after_the_other(own_database, round_):
    case = walk.in_ruling()
    inquiry = walk.asked(case)

    def answer(taken, at):
        given = [walk.an_exhibit("On the scales")]
        inquire.reply(taken, by=walk.buyer_of(taken), inquiry_id=inquiry.pk, text="300 g.", exhibits=given, at=at)

    given = walk.a_ruling(case)

    def decide(taken, at):
        rule.rule(taken, by=walk.arbitrator(), given=given, at=at)

    answered, decided = at_once(
        taken_up(case.number, answer, walk.START, locked=True), taken_up(case.number, decide, walk.START, locked=True)
    )
    assert (getattr(answered, "code", None), getattr(decided, "code", None)) in (
        ("out_of_order", None),  # ruled first
        (None, "unprocessable"),  # answered first: the ruling says nothing of the new exhibit
    )
    assert walk.look(case).exhibits_count == len(case.papers.exhibits) + (answered is None)


def test_a_proposed_ruling_is_confirmed_only_while_it_speaks_of_everything_on_file():
    from tests.api.test_allowed_acts import proposed

    case = proposed()
    inquiry = walk.asked(case)
    walk.replied(case, walk.buyer_of(case), inquiry, walk.an_exhibit("On the scales"))
    senior = walk.arbitrator("senior", Role.SUPERVISOR)
    assert not {"confirm"} & {act.name for act in walk.acts_of(case, senior)}
    before = walk.snapshot()
    with pytest.raises(OutOfOrder), docket.take(case.number) as (taken, at):
        rule.confirm(taken, by=senior, at=at)
    assert walk.snapshot() == before
