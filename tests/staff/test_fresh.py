"""What cannot be taken back asks for the second factor again after ten minutes, and loses nothing that was typed."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.urls import reverse

from adjudication import clock
from adjudication.credentials.models import ApiKey, Denial
from adjudication.deadlines.models import Outage
from adjudication.parties import Actor, Role
from adjudication.rulings.models import Ruling
from adjudication.webhooks.models import WebhookEndpoint
from tests import walk
from tests.staff.factors import PASSWORD, enrolled, give_password, password_of, secret_on
from tests.staff.test_ruling import page, previewed, typed

LATE = timedelta(minutes=11)


@pytest.fixture(autouse=True)
def _required(settings):
    settings.STAFF_SECOND_FACTOR = "required"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def ada(db):
    """Ada, who signed in when the day began, with her device."""
    call_command("create_staff", "arbitrator", "--role", "arbitrator", "--password", PASSWORD, verbosity=0)
    client, secret, _codes = enrolled("arbitrator", walk.START)
    return client, secret


def kept(answer):
    """The hidden fields of the page that asks, as a browser would send them."""
    form = answer.text.split('class="factor"')[1].split("</form>")[0]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)
    return {unescape(name): unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def test_a_fresh_sign_in_issues_at_once(ada):
    client, _secret = ada
    case = walk.in_ruling()
    assert client.post(page(case, "ruling_issue"), previewed(client, case, typed(case))).status_code == 302
    assert Ruling.objects.count() == 1


def test_a_ruling_waits_for_the_second_factor_word_for_word_and_is_then_issued(ada):
    client, secret = ada
    case = walk.in_ruling()
    form = previewed(
        client, case, typed(case, reasons="“It is <broken>” & cannot be used;\r\nthe photograph shows it.")
    )
    with clock.simulated(walk.START + LATE):
        asked = client.post(page(case, "ruling_issue"), form)
        assert (asked.status_code, Ruling.objects.count()) == (401, 0)
        waiting = kept(asked)
        assert {name: value.replace("\r", "") for name, value in waiting.items()} == {
            name: str(value).replace("\r", "") for name, value in form.items()
        }
        assert not Denial.objects.exists()
        wrong = client.post(page(case, "ruling_issue"), {**waiting, "second_factor": "000000"})
        assert (wrong.status_code, Ruling.objects.count()) == (400, 0)
        assert kept(wrong) == waiting
        assert Denial.objects.get().case_number == case.number
        shown = password_of(secret, walk.START + LATE)
        done = client.post(page(case, "ruling_issue"), {**kept(wrong), "second_factor": shown})
        assert done.status_code == 302
        assert Ruling.objects.get().reasons == "“It is <broken>” & cannot be used;\nthe photograph shows it."
    with clock.simulated(walk.START + 2 * LATE - timedelta(minutes=2)):  # it was shown nine minutes ago
        other = walk.in_ruling()
        assert client.post(page(other, "ruling_issue"), previewed(client, other, typed(other))).status_code == 302


def test_exactly_ten_minutes_are_fresh_and_a_moment_more_is_not(ada):
    client, _secret = ada
    case = walk.in_ruling()
    form = previewed(client, case, typed(case))
    with clock.simulated(walk.START + timedelta(minutes=10, microseconds=1)):
        assert client.post(page(case, "ruling_issue"), form).status_code == 401
    with clock.simulated(walk.START + timedelta(minutes=10)):
        assert client.post(page(case, "ruling_issue"), form).status_code == 302


@pytest.mark.parametrize("name", ["ruling_confirm", "ruling_send_back"])
def test_so_does_the_second_person(name):
    call_command("create_staff", "su", "--role", "supervisor", "--password", PASSWORD, verbosity=0)
    client, _secret, _codes = enrolled("su", walk.START)
    case = walk.in_ruling()
    with clock.simulated(walk.START + LATE):
        asked = client.post(page(case, name), {"version": case.version, "note": "Weigh S1 again."})
        assert asked.status_code == 401
        assert kept(asked) == {"version": str(case.version), "note": "Weigh S1 again."}


def test_so_does_who_makes_a_key_but_not_who_revokes_one():
    call_command("create_staff", "op", "--role", "operator", "--password", PASSWORD, verbosity=0)
    client, _secret, _codes = enrolled("op", walk.START)
    form = {"name": "till", "acts_as": "marketplace", "scopes": ["cases:read", "cases:act"]}
    assert client.post(reverse("admin:make_key"), form).status_code == 200
    key = ApiKey.objects.get()
    with clock.simulated(walk.START + LATE):
        asked = client.post(reverse("admin:make_key"), form)
        assert (asked.status_code, ApiKey.objects.count()) == (401, 1)
        assert asked.text.count('<input type="hidden" name="scopes"') == 2
        assert client.post(reverse("admin:revoke_key", args=[key.pk]), {"reason": "Leaked."}).status_code == 302


def test_a_role_is_asked_before_the_second_factor():
    call_command("create_staff", "au", "--role", "auditor", "--password", PASSWORD, verbosity=0)
    client, _secret, _codes = enrolled("au", walk.START)
    case = walk.in_ruling(walk.in_evidence(by=Actor(Role.ARBITRATOR, walk.arbitrator().id)))
    with clock.simulated(walk.START + LATE):
        assert client.post(page(case, "ruling_issue"), {"version": case.version}).status_code == 403


def test_whoever_signed_in_before_setting_a_device_up_elsewhere_shows_it_too(settings):
    settings.STAFF_SECOND_FACTOR = "optional"
    call_command("create_staff", "op", "--role", "operator", "--password", PASSWORD, verbosity=0)
    early, _answer = give_password("op")
    assert early.get(reverse("admin:keys")).status_code == 200
    later, _answer = give_password("op")
    page = later.post(reverse("admin:second_factor_set_up"))
    secret = secret_on(page.text)
    later.post(reverse("admin:second_factor_set_up"), {"code": password_of(secret, walk.START)})
    assert early.post(reverse("admin:second_factor_set_up")).status_code == 401


def test_a_superuser_makes_and_changes_accounts_with_a_fresh_second_factor_alone(db):
    call_command("create_staff", "root", "--role", "operator", "--password", PASSWORD, verbosity=0)
    User.objects.update(is_superuser=True)
    client, secret, _codes = enrolled("root", walk.START)
    given = {"password1": "a long walk home", "password2": "a long walk home", "usable_password": "true"}
    own = User.objects.get()
    with clock.simulated(walk.START + LATE):
        changed = {"username": "root", "is_staff": "on", "is_active": "on"}
        for address, form in (
            (reverse("admin:auth_user_add"), {"username": "mei", **given}),
            (reverse("admin:auth_user_change", args=[own.pk]), changed),
            (reverse("admin:auth_user_password_change", args=[own.pk]), given),
        ):
            asked = client.post(address, form)
            assert asked.status_code == 401, address
            assert kept(asked) == {name: value for name, value in form.items() if "password" not in name}
            assert "long walk" not in asked.text, "no page repeats a password"
            assert ("you will be asked to type it again" in asked.text) == ("password1" in form)
        assert (User.objects.count(), User.objects.get().password) == (1, own.password)
        shown = {"username": "mei", "second_factor": password_of(secret, walk.START + LATE)}
        again = client.post(reverse("admin:auth_user_add"), shown)
        assert (again.status_code, User.objects.count()) == (200, 1), "its own form asks for the password"
        assert client.post(reverse("admin:auth_user_add"), {"username": "mei", **given}).status_code == 302
    assert User.objects.filter(username="mei").exists()


def test_an_outage_and_a_webhooks_secret_wait_for_the_second_factor_too(db):
    call_command("create_staff", "op", "--role", "operator", "--password", PASSWORD, verbosity=0)
    client, _secret, _codes = enrolled("op", walk.START)
    endpoint = WebhookEndpoint.objects.create(url="https://shop.example/hook", secret="s", created_at=walk.START)
    with clock.simulated(walk.START + LATE):
        for address in (reverse("admin:declare_outage"), reverse("admin:rotate_webhook", args=[endpoint.pk])):
            assert client.post(address, {"hours": "0", "note": "Moving house."}).status_code == 401
    assert not Outage.objects.exists()
    assert WebhookEndpoint.objects.get().secret == "s"
