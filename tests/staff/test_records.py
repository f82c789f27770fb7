"""Records are read by every member of staff and written by none."""

import re

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from adjudication import clock, docket, models
from adjudication.cases.offers import Offer
from adjudication.credentials import denials, keys
from adjudication.credentials.models import AccessChange, ApiKey
from adjudication.deadlines import outages
from adjudication.parties import Role
from adjudication.policy.terms import Remedy
from adjudication.procedure import negotiate, payouts, rule
from adjudication.rounds import announce
from adjudication.rulings.models import Proposal
from adjudication.staff.site import site
from adjudication.webhooks import endpoints
from tests import walk

RECORDS = [model for model in site._registry if model is not User]
ROLES = ("arbitrator", "supervisor", "auditor", "operator")


def named(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def settled(db):
    """A case that has been through everything, so that there is a row of every kind."""
    with clock.simulated(walk.START):
        closed = walk.after_silence(walk.ruled()[0])
        vase = walk.ItemGiven(sku="VASE", title="Vase", unit_price_minor=600_000, quantity=1)
        order = walk.register(walk.given_order(items=(vase,)))
        walk.deliver(order)
        dear = walk.in_evidence(walk.intervened(walk.rejected(walk.requested(order))))
        with docket.take(dear.number) as (taken, at):
            by = walk.seller_of(taken)
            negotiate.make_offer(taken, by=by, remedy=Remedy.REFUND, amount_minor=100, text="A little.", at=at)
        walk.talked(order, ("buyer", "Is it whole?"))
        dear = walk.in_ruling(dear)
        walk.asked(dear, Role.BUYER, is_challenge=True)
        walk.corrected(walk.look(dear), dear.papers.exhibits[0], models.Exhibit.Kind.PHOTO)
        with docket.take(dear.number) as (taken, at):
            rule.rule(taken, by=walk.arbitrator(), given=walk.a_ruling(taken), at=at)
    with clock.simulated(closed.closed_at):
        payouts.pay_due()
        outages.declare(began_at=clock.now(), ended_at=clock.now() + walk.HOUR, note="We move house.")
        models.Party.objects.update(email="somebody@example.com")
        endpoints.create(party_id=None, url="http://127.0.0.1:9999/")
        announce()
        ApiKey.objects.create(
            name="till", prefix="adj_1234", secret_hash="f" * 64, scopes=["cases:read"], created_at=clock.now()
        )
        keys.create("shop", scopes=["cases:read"])
        models.Export.objects.create(
            case=closed, role=Role.BUYER, asker_name="b-1", sequence=1, is_whole=True, exported_at=clock.now()
        )
        denials.note(user_id=None, act="sign_in", why="unknown_name", address="192.0.2.1")
    return closed


def test_all_the_records_there_are_can_be_looked_up():
    expected = {models.Case, models.Order, models.Line, models.Party, models.Shop, models.Exhibit, models.Ruling}
    expected |= {models.Deadline, models.Event, models.Entry, models.Posting, models.Account, models.Payout}
    expected |= {models.PolicyVersion, models.ApiKey, models.Outage, models.Letter}
    expected |= {models.WebhookEndpoint, models.WebhookDelivery, models.AccessChange, models.Denial}
    expected |= {models.Inquiry, models.KindCorrection, models.Message, models.Export}
    assert expected | {Offer, Proposal} == set(RECORDS)


@pytest.mark.parametrize("role", ROLES)
def test_every_role_reads_every_record(settled, signed_in, role):
    client = signed_in(role)
    assert client.get(reverse("admin:index")).status_code == 200
    for model in RECORDS:
        row = model._default_manager.first()
        assert row is not None, model
        status = 403 if model is models.Denial and role in ("arbitrator", "operator") else 200
        assert client.get(named(model, "changelist")).status_code == status
        assert client.get(named(model, "changelist"), {"q": "2026"}).status_code == status
        assert client.get(named(model, "change", row.pk)).status_code == status


def test_money_is_shown_as_amounts_and_every_time_with_utc(settled, signed_in):
    client = signed_in("auditor")
    for model in RECORDS:
        row = model._default_manager.order_by("pk").first()
        for address in (named(model, "change", row.pk), named(model, "changelist")):
            text = client.get(address).content.decode()
            main = text[text.index("<main") : text.index("</main>")]
            if model not in (models.Event, models.PolicyVersion):  # the very text that was hashed, or loaded
                assert "minor" not in main.lower(), address
            assert "smallest units" not in main, address
            assert re.search(r"\d [ap]\.m\.|noon|midnight", main) is None, f"{address}: a time without its UTC"
    case = client.get(named(models.Case, "change", settled.pk)).content.decode()
    assert "CN¥100.00" in case
    assert "2026-03-02 09:00:00 UTC" in case


def test_the_columns_can_still_be_sorted(settled, signed_in):
    client = signed_in("auditor")
    columns = list(site._registry[models.Case].list_display)
    for name in ("updated_at", "claim"):
        page = client.get(named(models.Case, "changelist"), {"o": str(columns.index(name))})
        assert (page.status_code, settled.number in page.content.decode()) == (200, True)


def test_whoever_is_in_none_of_the_groups_is_not_let_in(settled):
    User.objects.create(username="stray", is_staff=True)
    client = Client()
    client.force_login(User.objects.get(username="stray"), backend="django.contrib.auth.backends.ModelBackend")
    for name in ("admin:index", "admin:queue", "admin:adjudication_case_changelist"):
        answer = client.get(reverse(name))
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("admin:login"))
    assert Client().get(reverse("admin:hearing", args=[settled.number])).status_code == 302


def test_whoever_has_left_is_not_let_in(signed_in, staff):
    client = signed_in("arbitrator")
    User.objects.update(is_active=False)
    assert client.get(reverse("admin:queue")).status_code == 302


def test_an_api_keys_secret_is_neither_shown_nor_guessed_at(settled, signed_in):
    client = signed_in("operator")
    key = ApiKey.objects.get(name="till")
    shown = client.get(named(ApiKey, "change", key.pk)).content + client.get(named(ApiKey, "changelist")).content
    assert b"f" * 64 not in shown
    answer = client.get(named(ApiKey, "changelist"), {"secret_hash__startswith": "f"})
    assert answer.status_code in (302, 400)


def test_staff_are_changed_by_superusers_alone(staff, signed_in):
    other = staff("arbitrator", "other")
    page = reverse("admin:auth_user_change", args=[other.pk])
    client = signed_in("operator")
    assert client.get(page).status_code == 200
    assert client.post(page, {"username": "mine"}).status_code == 403
    assert client.get(reverse("admin:auth_user_password_change", args=[other.pk])).status_code == 403
    root = User.objects.create(username="root", is_staff=True, is_superuser=True)
    mighty = Client()
    mighty.force_login(root, backend="django.contrib.auth.backends.ModelBackend")
    assert mighty.get(page).status_code == 200
    changed = mighty.post(page, {"username": "other", "groups": [walk.group("auditor").pk], "is_staff": "on"})
    assert changed.status_code == 302
    assert [group.name for group in other.groups.all()] == ["auditor"]
    noted = AccessChange.objects.order_by("pk").values_list("kind", "user", "roles", "by")
    assert list(noted) == [("role_changed", other.pk, "", root.pk)]  # the form did not say that they are still here
    assert mighty.post(reverse("admin:auth_user_delete", args=[other.pk]), {"post": "yes"}).status_code == 403


def test_a_superusers_changes_of_an_account_stay_on_record(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    root = User.objects.create(username="root", is_staff=True, is_superuser=True)
    mighty = Client()
    mighty.force_login(root, backend="django.contrib.auth.backends.ModelBackend")
    given = {"password1": "a long walk home", "password2": "a long walk home", "usable_password": "true"}
    assert mighty.post(reverse("admin:auth_user_add"), {"username": "mei", **given}).status_code == 302
    mei = User.objects.get(username="mei")
    page = reverse("admin:auth_user_change", args=[mei.pk])
    here = {"username": "mei", "groups": [walk.group("auditor").pk], "is_staff": "on", "is_active": "on"}
    assert mighty.post(page, here).status_code == 302
    assert mighty.post(page, {**here, "first_name": "Mei"}).status_code == 302  # of her access nothing
    another = {name: value.replace("long", "longer") for name, value in given.items()}
    assert mighty.post(reverse("admin:auth_user_password_change", args=[mei.pk]), given | another).status_code == 302
    noted = AccessChange.objects.order_by("pk").values_list("kind", "user", "roles", "by")
    assert list(noted) == [
        ("account_made", mei.pk, "", root.pk),
        ("role_changed", mei.pk, "auditor", root.pk),
        ("password_set", mei.pk, "auditor", root.pk),
    ]


def test_whoever_gives_themselves_another_password_leaves_a_line(staff, signed_in, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    user, client = staff("auditor"), signed_in("auditor")
    user.set_password("a long walk home")
    user.save()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    given = {"old_password": "a long walk home", "new_password1": "a longer walk", "new_password2": "a longer walk"}
    assert client.post("/admin/password_change/", {**given, "old_password": "wrong"}).status_code == 200
    assert not AccessChange.objects.exists()
    assert client.post("/admin/password_change/", given).status_code == 302
    change = AccessChange.objects.get()
    assert (change.kind, change.user, change.by) == ("password_set", user, user)


def test_a_list_asks_the_same_number_of_questions_however_many_rows(settled, signed_in):
    client = signed_in("auditor")

    def asked(model):
        with CaptureQueriesContext(connection) as questions:
            client.get(named(model, "changelist"))
        return [question["sql"][:90] for question in questions.captured_queries]

    asked(models.Case)
    few = {model: asked(model) for model in RECORDS}
    with clock.simulated(walk.START):
        for number in range(3):
            walk.after_silence(walk.ruled()[0])
            user = User.objects.create(username=f"u{number}")
            ApiKey.objects.create(
                name="b", prefix=f"b{number}", secret_hash="b", scopes=[], created_at=walk.START, user=user
            )
    with clock.simulated(walk.START + 100 * walk.HOUR):
        payouts.pay_due()
    for model in RECORDS:
        many = asked(model)
        assert len(many) == len(few[model]), (model, many)
        assert len(many) <= 8, (model, many)


def test_a_search_finds_by_the_beginning_of_case_and_order_numbers(settled, signed_in):
    client = signed_in("auditor")
    other = walk.requested()
    for term in (settled.number, settled.number[:11], settled.order.number):
        shown = client.get(named(models.Case, "changelist"), {"q": term}).content.decode()
        assert settled.number in shown
        assert other.number not in shown or term in other.order.number
    assert Role.BUYER.value in client.get(named(models.Exhibit, "changelist"), {"q": settled.number}).content.decode()
