"""Desks: everybody's own, a supervisor's to set; what is declared stays, and is ended by somebody else."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from adjudication import clock
from adjudication.cases.desks import Desk, DeskChange, Interest
from adjudication.orders.models import Order, Party
from adjudication.procedure import tick
from tests import walk

GIVEN = {"languages": "zh, EN", "categories": "home\n", "most_cases": "12"}


def address(name, user, *more):
    return reverse(f"admin:{name}", args=[user.pk, *more])


def last_change(user):
    return DeskChange.objects.filter(user=user).values_list("pk", flat=True).first() or 0


def set_desk(client, user, **said):
    return client.post(address("set_desk", user), {"seen": last_change(user), **GIVEN, **said})


def kept():
    """All that stands on desks and interests."""
    return [list(model.objects.order_by("pk").values()) for model in (Desk, DeskChange, Interest)]


def declare(client, user, party, kind="relation"):
    said = {"kind": kind, "party_kind": party.kind, "party": party.external_id}
    return client.post(address("declare_interest", user), said)


@pytest.fixture
def home():
    """A case, so that there is a shop in the category “home”."""
    return walk.intervened()


def test_an_arbitrator_sets_their_own_desk_and_who_and_when_stays_on_record(home, staff, signed_in):
    ada, client = staff("arbitrator"), signed_in("arbitrator")
    answer = set_desk(client, ada, is_away="on", away_until="2026-03-09T08:30")
    assert answer.status_code == 302
    desk = Desk.objects.get()
    back = walk.START + timedelta(days=6, hours=23, minutes=30)
    assert desk.says() == (["zh", "en"], ["home"], 12, True, back)
    change = DeskChange.objects.get()
    assert (change.by, change.changed_at, change.says()) == (ada, walk.START, desk.says())
    shown = client.get(answer["Location"]).text
    assert "reads Chinese, English" in shown
    assert "away until 2026-03-09 08:30 UTC" in shown


def test_a_desk_that_says_so_already_is_not_recorded_again(home, staff, signed_in):
    ada, client = staff("arbitrator"), signed_in("arbitrator")
    set_desk(client, ada)
    before = kept()
    assert (
        b"was set like this already"
        in client.post(address("set_desk", ada), {"seen": last_change(ada), **GIVEN}, follow=True).content
    )
    assert kept() == before


def test_a_supervisor_sets_anybodys_desk_and_an_arbitrator_nobodys_but_their_own(home, staff, signed_in):
    ada, bea, sol = staff("arbitrator", "ada"), staff("arbitrator", "bea"), staff("supervisor", "sol")
    assert set_desk(signed_in("supervisor", "sol"), ada).status_code == 302
    assert DeskChange.objects.get().by == sol
    before = kept()
    client = signed_in("arbitrator", "bea")
    assert set_desk(client, ada).status_code == 404
    assert client.get(address("desk", ada)).status_code == 404
    assert client.get(reverse("admin:desks")).headers["Location"] == address("desk", bea)
    assert kept() == before


@pytest.mark.parametrize("role", ["auditor", "operator"])
def test_who_hears_no_cases_sets_no_desk_and_declares_nothing(role, home, staff, signed_in):
    ada, client, before = staff("arbitrator", "ada"), signed_in(role), kept()
    assert set_desk(client, ada).status_code == 403
    assert declare(client, ada, home.buyer).status_code == 403
    assert client.get(address("set_desk", ada)).status_code == 405
    assert client.get(address("desk", ada)).status_code == (200 if role == "auditor" else 404)
    assert client.get(reverse("admin:desk", args=[staff(role).pk])).status_code == 404, "they have none"
    assert kept() == before


@pytest.mark.parametrize(
    ("said", "field", "told"),
    [
        ({"languages": "zh klingon"}, "languages", "no language has this code: klingon"),
        ({"languages": " ".join(f"x{n}" for n in range(50))}, "languages", "40 at most"),
        ({"categories": "home\nhouses"}, "categories", "no shop has this category: houses"),
        ({"categories": "ho\0me"}, "categories", "no shop has this category"),
        ({"most_cases": "-1"}, "most_cases", "whole number from 0 to 1000"),
        ({"most_cases": "1001"}, "most_cases", "whole number from 0 to 1000"),
        ({"most_cases": "٣"}, "most_cases", "whole number from 0 to 1000"),
        ({"away_until": "2026-03-09T08:30"}, "away_until", "say that they are away"),
        ({"is_away": "on", "away_until": "2026-02-30T08:30"}, "away_until", "must be a date and a time"),
        ({"is_away": "on", "away_until": "next week"}, "away_until", "must be a date and a time"),
        ({"is_away": "on", "away_until": "9999-12-31T23:59"}, "away_until", "must be a date and a time"),
        ({"is_away": "on", "away_until": "2026-03-02T08:59"}, "away_until", "still to come"),
        ({"seen": ""}, "seen", "is unknown"),
    ],
)
def test_what_a_desk_cannot_be_set_to_is_told_beside_its_field_and_nothing_is_lost(
    said, field, told, home, staff, signed_in
):
    ada, client, before = staff("arbitrator"), signed_in("arbitrator"), kept()
    answer = set_desk(client, ada, **said)
    assert answer.status_code == 400
    assert told in str(answer.context["faults"][field])
    assert answer.context["field"] == {"seen": "0", **GIVEN, **said}
    assert kept() == before


def test_of_two_who_set_one_desk_the_second_is_told(home, staff, signed_in):
    ada, seen = staff("arbitrator", "ada"), 0
    set_desk(signed_in("supervisor"), ada)
    before = kept()
    answer = signed_in("arbitrator", "ada").post(address("set_desk", ada), {"seen": seen, **GIVEN, "most_cases": "3"})
    assert answer.status_code == 409
    assert answer.context["field"]["most_cases"] == "3", "what was typed is still there"
    assert answer.context["seen"] == last_change(ada), "beside what the other has set"
    assert "at most 12 open cases" in answer.text
    assert kept() == before


def test_who_is_away_until_a_moment_is_assigned_cases_from_then_on(home, staff):
    ada = staff("arbitrator")
    Desk.objects.create(user=ada, is_away=True, away_until=walk.START + walk.HOUR)
    assert tick.assign_waiting(at=clock.now()) == 0
    with clock.simulated(walk.START + walk.HOUR):
        assert tick.assign_waiting(at=clock.now()) == 1
    assert walk.look(home).arbitrator == ada


def test_what_is_declared_keeps_the_case_away_and_says_which_are_to_be_handed_over(staff, signed_in):
    case = walk.in_evidence(by=walk.arbitrator("ada"))
    ada, client = staff("arbitrator", "ada"), signed_in("arbitrator", "ada")
    answer = client.post(
        address("declare_interest", ada),
        {"kind": "relation", "party_kind": "buyer", "party": f" {case.buyer.external_id} "},
        follow=True,
    )
    assert f"Hand these over, for they can no longer be ruled on from this desk: {case.number}" in answer.text
    interest = Interest.objects.get()
    assert (interest.user, interest.declared_by, interest.declared_at) == (ada, ada, walk.START)
    assert client.get(reverse("admin:hearing", args=[case.number])).context["may_rule"] is False


def test_an_own_account_names_the_cases_of_whom_it_has_traded_with(staff, signed_in):
    case = walk.in_evidence(by=walk.arbitrator("ada"))
    account = Party.objects.create(kind="buyer", external_id="ada at home")
    row = Order.objects.get(pk=case.order_id)
    row.pk, row.number, row.buyer = None, "bought by ada", account
    Order.objects.bulk_create([row])
    client, ada = signed_in("arbitrator", "ada"), staff("arbitrator", "ada")
    assert declare(client, ada, account, "account").status_code == 302
    assert case.number in client.get(address("desk", ada)).text


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"party": "nobody"}, 422),
        ({"party": ""}, 400),
        ({"party": "b\0"}, 400),
        ({"party_kind": "carrier"}, 400),
        ({"kind": "friend"}, 400),
        ({}, 409),
    ],
)
def test_what_cannot_be_declared_changes_nothing_and_loses_nothing(said, status, home, staff, signed_in):
    ada, client = staff("arbitrator"), signed_in("arbitrator")
    declare(client, ada, home.buyer)
    before = kept()
    typed = {"kind": "relation", "party_kind": "buyer", "party": home.buyer.external_id, **said}
    answer = client.post(address("declare_interest", ada), typed)
    assert answer.status_code == status
    assert answer.context["declared"] == typed
    assert kept() == before


def test_an_interest_is_ended_by_a_supervisor_and_never_by_whom_it_keeps_away(home, staff, signed_in):
    sol, sue = staff("supervisor", "sol"), staff("supervisor", "sue")
    own, other = signed_in("supervisor", "sol"), signed_in("supervisor", "sue")
    declare(own, sol, home.buyer)
    interest, before = Interest.objects.get(), kept()
    end = address("end_interest", sol, interest.pk)
    assert own.post(end).status_code == 403
    assert signed_in("arbitrator").post(end).status_code == 404
    assert other.get(end).status_code == 405
    assert other.post(address("end_interest", staff("arbitrator"), interest.pk)).status_code == 404
    assert kept() == before
    assert other.post(end).status_code == 302
    interest.refresh_from_db()
    assert (interest.ended_by, interest.ended_at) == (sue, walk.START)
    ended = kept()
    assert other.post(end).status_code == 409
    assert kept() == ended
    assert "ended by sue" in own.get(address("desk", sol)).text


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE adjudication_interest SET ended_at = now()",
        "UPDATE adjudication_interest SET ended_at = now(), ended_by_id = user_id",
        "UPDATE adjudication_interest SET ended_by_id = 1 + user_id",
        "UPDATE adjudication_desk SET is_away = false, away_until = now()",
        "UPDATE adjudication_deskchange SET by_id = by_id",
        "DELETE FROM adjudication_deskchange",
        "TRUNCATE adjudication_deskchange",
    ],
)
def test_the_database_keeps_it_too(statement, home, staff, signed_in):
    ada = staff("arbitrator")
    set_desk(signed_in("arbitrator"), ada)
    declare(signed_in("arbitrator"), ada, home.buyer)
    before = kept()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert kept() == before


def test_desks_are_seen_at_a_glance_by_who_oversees(home, staff, signed_in):
    ada = staff("arbitrator", "ada")
    Desk.objects.create(user=ada, most_cases=0, is_away=True)
    for role in ("supervisor", "auditor"):
        rows = {row.user.username: row for row in signed_in(role).get(reverse("admin:desks")).context["rows"]}
        assert (rows["ada"].is_full, rows["ada"].is_away, rows["ada"].hears) == (True, True, 0)
        assert "auditor" not in rows


def test_a_forged_form_without_its_token_is_refused(home, staff):
    from django.test import Client

    ada, client = staff("arbitrator"), Client(enforce_csrf_checks=True)
    client.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")
    before = kept()
    assert client.post(address("set_desk", ada), {"seen": 0, **GIVEN}).status_code == 403
    assert kept() == before
