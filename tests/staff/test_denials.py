"""Whom the desk turns away: a line each, outside what was rolled back, bounded, and read by those who oversee."""

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from adjudication import clock
from adjudication.credentials import denials, keys
from adjudication.credentials.models import Denial
from adjudication.errors import Refused
from adjudication.staff.records.access import WHYS
from tests import walk
from tests.api.conftest import Caller
from tests.staff.test_ruling import page, typed

BACKEND = "django.contrib.auth.backends.ModelBackend"
LIST = "admin:adjudication_denial_changelist"


def lines():
    return list(Denial.objects.order_by("pk").values_list("user__username", "act", "case_number", "why", "tries"))


def test_what_was_rolled_back_is_written_down_all_the_same(own_database):
    with clock.simulated(walk.START):
        case = walk.in_ruling()
    user = User.objects.get(username="arbitrator")
    user.groups.add(walk.group("arbitrator"))
    client = Client()
    client.force_login(user, backend=BACKEND)
    before = walk.snapshot()
    answer = client.post(page(case, "ruling_issue"), {**typed(case), "version": "1"})
    assert answer.status_code == 409
    assert walk.snapshot() == before
    with own_database.superuser() as raw:  # another connection sees only what was committed
        told = raw.execute("SELECT act, case_number, why, told FROM adjudication_denial").fetchone()
    assert told[:3] == ("POST ruling_issue", case.number, "stale")
    assert "moved on" in told[3]


def test_equal_tries_of_a_minute_are_one_line_that_counts(signed_in):
    case = walk.in_ruling()
    client = signed_in("auditor")
    for _try in range(3):
        client.post(page(case, "take_case"), {"version": "1"})
    assert lines() == [("auditor", "POST take_case", case.number, "no_standing", 3)]
    with clock.simulated(walk.START + walk.HOUR):
        client.post(page(case, "take_case"), {"version": "1"})
    assert [line[-1] for line in lines()] == [3, 1]


def test_a_flood_makes_no_flood_of_lines():
    for number in range(9):
        denials.note(user_id=None, act=f"POST act_{number}", why="no_standing", most=4)
        denials.note(user_id=None, act="POST act_1", why="no_standing", most=4)
    told = {(line[1], line[3]): line[-1] for line in lines()}
    assert len(told) == 5
    assert told["", denials.MORE] == 5
    assert told["POST act_1", "no_standing"] == 10
    assert sum(told.values()) == 18


def test_a_number_that_is_no_cases_is_not_kept(signed_in):
    client = signed_in("arbitrator")
    client.post(reverse("admin:take_case", args=["2026-123456-78"]), {"version": "1"})
    client.post(reverse("admin:take_case", args=["my-password"]), {"version": "1"})
    assert lines() == [("arbitrator", "POST take_case", "", "not_found", 2)]


def test_reading_an_address_that_is_not_there_is_no_try_and_nor_is_a_preview(signed_in):
    case = walk.in_ruling()
    client = signed_in("arbitrator")
    assert client.get(reverse("admin:hearing", args=["2026-123456-78"])).status_code == 404
    assert client.get(reverse("admin:queue"), {"tab": "x"}).status_code == 400
    assert client.post(page(case, "ruling_preview"), {"version": case.version}).status_code == 400
    assert lines() == []


def test_many_at_once_leave_a_line_for_each_that_was_refused(signed_in):
    ours, theirs = walk.in_ruling(), walk.ruled()[0]
    client = signed_in("arbitrator", "another")
    form = {"act": "remind", "case": [ours.number, theirs.number]}
    assert client.post(reverse("admin:act_on_many"), form).status_code == 200
    told = [line[:3] for line in lines()]
    assert ("another", "POST act_on_many remind", theirs.number) in told


def test_a_staff_keys_denied_tries_are_written_down_and_a_partys_are_not(staff):
    case = walk.in_ruling()
    _key, text = keys.create("audit", scopes=["cases:read", "cases:act"], user=staff("auditor"))
    assert Caller(text).post(f"cases/{case.number}/assign", {}).status_code == 403
    assert Caller(text).get("cases/2026-123456-78").status_code == 404
    _key, text = keys.create("buyer", scopes=["cases:read", "cases:act"], party=case.buyer)
    assert Caller(text).post(f"cases/{case.number}/reject", {}).status_code in (400, 403)
    assert [line[:4] for line in lines()] == [("auditor", "POST api assign", case.number, "no_standing")]


def test_supervisors_and_auditors_read_them_and_nobody_else(signed_in):
    denials.note(user_id=None, act="sign_in", why="unknown_name", address="192.0.2.1")
    denials.note(user_id=User.objects.create(username="mei").pk, act="POST take_case", why="stale", told="Look again.")
    for role in ("supervisor", "auditor"):
        shown = signed_in(role).get(reverse(LIST)).text
        assert "192.0.2.1" in shown
        assert "Look again." in shown
        assert reverse(LIST) in signed_in(role).get("/admin/").text
        at_the_door = signed_in(role).get(reverse(LIST), {"where": "sign_in"}).text
        assert "Look again." not in at_the_door
        assert "192.0.2.1" in at_the_door
        assert "192.0.2.1" not in signed_in(role).get(reverse(LIST), {"why": "stale"}).text
        assert "192.0.2.1" not in signed_in(role).get(reverse(LIST), {"q": "mei"}).text
    for role in ("arbitrator", "operator"):
        assert signed_in(role).get(reverse(LIST)).status_code == 403
        assert reverse(LIST) not in signed_in(role).get("/admin/").text


def test_lines_are_sought_by_every_code_that_a_refusal_can_have():
    def codes(kind):
        return {kind.code}.union(*(codes(below) for below in kind.__subclasses__()))

    assert codes(Refused) - denials.NOT_DENIED <= set(WHYS)


def test_they_are_counted_in_the_metrics():
    denials.note(user_id=None, act="sign_in", why="wrong_password")
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (now,) = cursor.fetchone()
    with clock.simulated(now):
        for _try in range(2):
            denials.note(user_id=None, act="sign_in", why="wrong_password")
    told = Client().get("/metrics").text
    assert 'adjudication_denials_total{why="wrong_password"} 2.0' in told


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE adjudication_denial SET why = 'stale'",
        "UPDATE adjudication_denial SET tries = 0",
        "UPDATE adjudication_denial SET tries = tries + 5",
        "UPDATE adjudication_denial SET user_id = NULL, tries = tries + 1",
        "DELETE FROM adjudication_denial",
        "TRUNCATE adjudication_denial",
        "UPDATE adjudication_accesschange SET reason = 'None.'",
        "DELETE FROM adjudication_accesschange",
        "TRUNCATE adjudication_accesschange",
    ],
)
def test_the_database_keeps_the_lines_as_they_are(staff, statement):
    denials.note(user_id=staff("arbitrator").pk, act="POST take_case", why="no_standing")
    keys.create("till", scopes=["cases:read"])
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert lines() == [("arbitrator", "POST take_case", "", "no_standing", 1)]


def test_a_refusal_stands_where_its_line_cannot_be_written(signed_in):
    case = walk.in_ruling()
    client = signed_in("auditor")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE adjudication_denial ADD CONSTRAINT none_at_all CHECK (false) NOT VALID")
    assert client.post(page(case, "take_case"), {"version": "1"}).status_code == 403
    assert lines() == []
