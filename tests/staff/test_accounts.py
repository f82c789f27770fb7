"""The staff's accounts: locks are taken off and lost second factors reset by somebody else, for a reason, on record."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.urls import reverse

from adjudication import clock
from adjudication.credentials import second_factor
from adjudication.credentials.models import AccessChange
from tests import walk
from tests.staff.factors import PASSWORD, give_password, password_of

LIST = "/admin/accounts/"


@pytest.fixture(autouse=True)
def _quick(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def mei(db):
    """An arbitrator with a device."""
    call_command("create_staff", "mei", "--role", "arbitrator", "--password", PASSWORD, verbosity=0)
    user, sealed = User.objects.get(username="mei"), second_factor.new_secret()
    code = password_of(second_factor.Sealed().decrypt(sealed), walk.START)
    second_factor.set_up(user, sealed=sealed, code=code, at=clock.now())
    return user


@pytest.mark.parametrize("role", ["operator", "supervisor"])
def test_a_lost_second_factor_is_reset_for_a_reason_that_stays_on_record(signed_in, staff, mei, role):
    client, address = signed_in(role), reverse("admin:reset_second_factor", args=[mei.pk])
    assert client.post(address, {"reason": " "}).status_code == 400
    assert second_factor.of(mei) is not None
    assert client.post(address, {"reason": "Her phone fell into the river; I saw her."}).status_code == 302
    assert second_factor.of(mei) is None
    change = AccessChange.objects.get(kind="second_factor_reset")
    assert (change.by, change.user) == (staff(role), mei)
    assert "fell into the river" in client.get(LIST).text
    assert client.post(address, {"reason": "Once more."}).status_code == 404


def test_nobody_resets_or_unlocks_themselves(signed_in, staff):
    user, client = staff("operator"), signed_in("operator")
    for name in ("reset_second_factor", "unlock_account"):
        assert client.post(reverse(f"admin:{name}", args=[user.pk]), {"reason": "Mine."}).status_code == 403


def test_a_lock_is_shown_and_taken_off(signed_in, mei):
    for _try in range(10):
        give_password("mei", password="wrong")
    client = signed_in("operator")
    assert "Take the lock off" in client.get(LIST).text
    address = reverse("admin:unlock_account", args=[mei.pk])
    assert client.post(address, {"reason": "She rang from her desk."}).status_code == 302
    assert "Take the lock off" not in client.get(LIST).text
    assert give_password("mei")[1].status_code == 302
    assert client.post(address, {"reason": "Again."}).status_code == 409
    assert client.post(reverse("admin:unlock_account", args=[mei.pk + 99]), {"reason": "x"}).status_code == 404


def test_a_locked_second_factor_is_shown_and_taken_off_too(signed_in, mei):
    for _try in range(10):
        with pytest.raises(Exception, match="neither the password"):
            second_factor.show(mei, "000000", at=clock.now())
    client = signed_in("supervisor")
    assert "09:15 UTC" in client.get(LIST).text
    client.post(reverse("admin:unlock_account", args=[mei.pk]), {"reason": "She rang."})
    assert second_factor.locked_until(second_factor.of(mei), at=clock.now()) is None


def test_what_is_not_locked_is_not_unlocked(signed_in, mei):
    give_password("mei", password="wrong")
    for _try in range(10):
        with pytest.raises(Exception, match="neither the password"):
            second_factor.show(mei, "000000", at=clock.now())
    address = reverse("admin:unlock_account", args=[mei.pk])
    with clock.simulated(walk.START + timedelta(minutes=16)):  # the second factor was locked, and is no longer
        assert signed_in("operator").post(address, {"reason": "She rang."}).status_code == 409
    assert not AccessChange.objects.filter(kind="unlocked").exists()
    assert AccessAttempt.objects.filter(username="mei").exists()


def test_the_list_goes_on_after_a_hundred(signed_in, staff):
    User.objects.bulk_create(User(username=f"u{number:03}", is_staff=True) for number in range(101))
    client = signed_in("operator", "aa")
    first = client.get(LIST).text
    assert ("u098" in first, "u100" in first) == (True, False)
    assert "u100" in client.get(LIST, {"after": "u098"}).text


@pytest.mark.parametrize("command", ["unlock_staff", "reset_second_factor"])
def test_the_commands_name_who_is_unknown_and_what_there_is_nothing_of(command, staff):
    staff("arbitrator")
    for username in ("nobody", "arbitrator"):
        with pytest.raises(CommandError):
            call_command(command, username, "--reason", "x")
