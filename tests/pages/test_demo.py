"""The demo shows every state through the acts, and never touches real data."""

import io

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.http import HttpRequest
from django.test import Client, override_settings

from adjudication import clock, docket
from adjudication.cases.models import Case
from adjudication.cases.states import State
from adjudication.errors import NoStanding
from adjudication.orders.models import Order
from adjudication.parties import Actor, Role
from adjudication.procedure import intervene
from adjudication.rulings.models import Ruling
from tests import walk


def _demo() -> str:
    said = io.StringIO()
    call_command("demo", stdout=said)
    return said.getvalue()


@pytest.fixture
def evidence_folder(tmp_path, settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "evidence": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}},
    }


@override_settings(DEMO=True)
def test_the_demo_shows_every_state_and_is_put_in_once(db, evidence_folder):
    said = _demo()
    assert "user supervisor, password demo" in said
    assert {*Case.objects.values_list("state", flat=True)} == {*State}
    before = walk.snapshot()
    assert _demo() == said
    assert walk.snapshot() == before


@override_settings(DEMO=True)
def test_the_demo_has_two_arbitrators_who_both_hear_cases_and_can_sign_in(db, evidence_folder):
    said = _demo()
    for username in ("arbitrator", "arbitrator-zh"):
        assert f"user {username}, password demo" in said
        assert Client().login(request=HttpRequest(), username=username, password="demo")
        assert Case.objects.filter(arbitrator__username=username).exists()
    ruled_by = {ruling.decided_by.username for ruling in Ruling.objects.exclude(decided_by=None)}
    assert ruled_by == {"arbitrator", "arbitrator-zh"}
    waiting = Case.objects.get(instance=2, state=State.EVIDENCE)
    first = waiting.rulings_issued.get().decided_by
    with pytest.raises(NoStanding), docket.take(waiting.number) as (case, at):
        intervene.assign(case, by=Actor(Role.ARBITRATOR, first.pk), to=Actor(Role.ARBITRATOR, first.pk), at=at)


@override_settings(DEMO=True)
def test_a_demo_from_before_the_second_arbitrator_is_given_one(db, evidence_folder):
    _demo()
    before = walk.snapshot()
    User.objects.filter(username="operator").update(username="another")  # nobody is deleted: records name them
    User.objects.filter(username="arbitrator-zh").update(username="somebody")
    assert "user arbitrator-zh, password demo" in _demo()
    assert walk.snapshot() == before


@override_settings(DEMO=True)
def test_the_demo_buyer_and_seller_see_every_page(db, evidence_folder):
    _demo()
    for side in ("buyer", "seller"):
        client = Client()
        assert client.post(f"/demo/{side}/").status_code == 302
        assert client.get("/cases/").status_code == 200
        for case in Case.objects.all():
            is_own = side == "seller" and case.shop.party.external_id == "demo-shop"
            is_own = is_own or (side == "buyer" and case.buyer.external_id == "demo-buyer")
            assert client.get(f"/cases/{case.number}/").status_code == (200 if is_own else 404)


@override_settings(DEMO=True)
def test_real_orders_keep_the_demo_out(db):
    with clock.simulated(walk.START):
        walk.register(walk.given_order())
    assert _demo().startswith("No demo data")
    assert Order.objects.count() == 1


def test_without_demo_mode_nobody_continues_as_a_demo_party(db, evidence_folder, settings):
    settings.DEMO = True
    _demo()
    settings.DEMO = False
    assert Client().post("/demo/buyer/").status_code == 404
    assert "demo buyer" not in Client().get("/").text
