"""The queue: due next first, each role its own, page after page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from adjudication import clock
from adjudication.parties import Actor, Role
from adjudication.procedure import lapse
from adjudication.staff import queue, tabs
from tests import walk

QUEUE = "/admin/queue/"


def numbers(answer):
    return [row.case.number for row in answer.context["rows"]]


def assigned_to(user, case=None):
    return walk.in_evidence(case, by=Actor(Role.ARBITRATOR, user.pk))


def test_the_case_due_next_stands_first(signed_in):
    late = walk.requested()
    with clock.simulated(walk.START - 30 * walk.HOUR):
        early = walk.requested()
    soonest = walk.intervened()
    assert numbers(signed_in("auditor").get(QUEUE)) == [soonest.number, early.number, late.number]


def test_each_arbitrator_sees_their_own_cases_first(staff, signed_in):
    mine, theirs = assigned_to(staff("arbitrator")), assigned_to(staff("arbitrator", "other"))
    assert numbers(signed_in("arbitrator").get(QUEUE)) == [mine.number]
    assert numbers(signed_in("arbitrator", "other").get(QUEUE)) == [theirs.number]
    assert set(numbers(signed_in("arbitrator").get(QUEUE, {"tab": "open"}))) == {mine.number, theirs.number}


def test_unassigned_shows_what_waits_for_somebody_to_hear_it(staff, signed_in):
    assigned_to(staff("arbitrator"))
    walk.requested()
    waiting = walk.intervened()
    answer = signed_in("arbitrator").get(QUEUE, {"tab": "unassigned"})
    assert numbers(answer) == [waiting.number]
    assert answer.context["rows"][0].may_take


def test_overdue_shows_rulings_that_were_not_made_in_time(signed_in):
    case = walk.in_ruling()
    walk.in_ruling()
    with walk.at_due(case):
        lapse.sweep()
        answer = signed_in("supervisor").get(QUEUE, {"tab": "overdue"})
        assert case.number in numbers(answer)


def test_the_time_left_is_told_in_hours_and_coloured_by_how_pressing_it_is(signed_in):
    walk.requested()
    client = signed_in("auditor")

    def left(at):
        with clock.simulated(at):
            row = client.get(QUEUE).context["rows"][0]
        return row.left.words, row.left.tone

    assert left(walk.START) == ("72 h 00 min left", "calm")
    assert left(walk.START + 47 * walk.HOUR) == ("25 h 00 min left", "calm")
    assert left(walk.START + 48 * walk.HOUR) == ("24 h 00 min left", "soon")
    assert left(walk.START + 73 * walk.HOUR) == ("1 h 00 min over", "late")


def test_pages_follow_one_another_without_gap_or_repetition(signed_in, monkeypatch):
    monkeypatch.setattr(queue, "PAGE", 3)
    cases = [walk.requested().number for _ in range(7)]
    client, address, seen = signed_in("auditor"), QUEUE, []
    while address:
        answer = client.get(address)
        seen += numbers(answer)
        address = QUEUE + answer.context["next_page"] if answer.context["next_page"] else ""
    assert seen == cases


@pytest.mark.parametrize("mark", ["x", "1-2-3", "-", "9" * 40 + "-1"])
def test_a_mark_that_is_not_the_queues_is_malformed(signed_in, mark):
    assert signed_in("auditor").get(QUEUE, {"after": mark}).status_code == 400


def test_a_tab_that_does_not_exist_is_malformed(signed_in):
    assert signed_in("auditor").get(QUEUE, {"tab": "none"}).status_code == 400


def test_counts_stop_where_they_no_longer_matter(signed_in, monkeypatch):
    monkeypatch.setattr(tabs, "MOST_COUNTED", 2)
    for _ in range(3):
        walk.requested()
    counts = {tab.key: tab.count for tab in signed_in("auditor").get(QUEUE).context["tabs"]}
    assert counts.pop("open") == "2+"
    assert set(counts.values()) == {"0"}


def test_the_queue_asks_the_same_number_of_questions_however_long_it_is(signed_in):
    client = signed_in("auditor")
    walk.rejected()
    client.get(QUEUE)
    with CaptureQueriesContext(connection) as few:
        client.get(QUEUE)
    for _ in range(5):
        walk.in_evidence()
    with CaptureQueriesContext(connection) as many:
        client.get(QUEUE)
    assert len(many) == len(few)
    assert len(many) <= 14


def test_the_queue_is_read_with_get_alone(signed_in):
    assert signed_in("supervisor").post(QUEUE).status_code == 405


@pytest.mark.parametrize("role", ["arbitrator", "supervisor"])
def test_who_hears_cases_takes_one(staff, signed_in, role):
    case = walk.intervened()
    answer = signed_in(role).post(reverse("admin:take_case", args=[case.number]), {"version": case.version})
    assert answer.status_code == 302
    assert walk.look(case).arbitrator == staff(role)


@pytest.mark.parametrize("role", ["auditor", "operator"])
def test_who_only_reads_takes_none(signed_in, role):
    case = walk.intervened()
    before = walk.snapshot()
    client = signed_in(role)
    assert client.post(reverse("admin:take_case", args=[case.number]), {"version": case.version}).status_code == 403
    assert client.get(reverse("admin:ruling", args=[case.number])).status_code == 403
    assert not client.get(QUEUE, {"tab": "unassigned"}).context["rows"][0].may_take
    assert walk.snapshot() == before


def test_of_two_who_take_one_case_the_second_is_told_that_it_has_moved_on(staff, signed_in):
    case = walk.intervened()
    address, seen = reverse("admin:take_case", args=[case.number]), {"version": case.version}
    assert signed_in("arbitrator").post(address, seen).status_code == 302
    before = walk.snapshot()
    assert signed_in("arbitrator", "other").post(address, seen).status_code == 409
    assert walk.snapshot() == before
    assert walk.look(case).arbitrator == staff("arbitrator")


def test_a_case_is_taken_by_post_alone(signed_in):
    case = walk.intervened()
    before = walk.snapshot()
    assert signed_in("arbitrator").get(reverse("admin:take_case", args=[case.number])).status_code == 405
    assert walk.snapshot() == before
