"""Staff sign in with password and second factor, by one door; nobody is in before both."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from adjudication import clock
from adjudication.credentials import second_factor
from adjudication.credentials.models import AccessChange, Denial
from tests import walk
from tests.staff.factors import PASSWORD, codes_on, enrolled, give_password, password_of, secret_on

QUEUE = "/admin/queue/"
CODE, SET_UP = "/admin/sign-in/code/", "/admin/sign-in/set-up/"
LATER = timedelta(seconds=60)


@pytest.fixture(autouse=True)
def _required(settings):
    settings.STAFF_SECOND_FACTOR = "required"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # so many sign-ins take their time
    call_command("create_staff", "ada", "--role", "arbitrator", "--password", PASSWORD, verbosity=0)


def is_in(client):
    return client.get(QUEUE).status_code == 200


def whys():
    return list(Denial.objects.filter(act="sign_in").order_by("pk").values_list("why", flat=True))


def test_the_password_alone_lets_nobody_in_and_leads_to_setting_up_a_device():
    client, answer = give_password("ada", going_to=QUEUE)
    assert (answer.status_code, answer["Location"]) == (302, f"{CODE}?next=%2Fadmin%2Fqueue%2F")
    assert client.get(answer["Location"])["Location"].startswith(SET_UP)
    assert not is_in(client)
    assert client.get("/admin/").status_code == 302


def test_a_device_is_set_up_at_the_first_sign_in_and_the_recovery_codes_are_shown_once():
    client, _secret, codes = enrolled("ada", walk.START)
    assert len(set(codes)) == 10
    assert is_in(client)
    own = client.get(reverse("admin:second_factor"))
    assert not any(code in own.text for code in codes)
    assert AccessChange.objects.latest("pk").kind == "second_factor_set_up"
    kept = str(list(second_factor.Authenticator.objects.values_list("data", flat=True)))
    assert _secret not in kept
    assert not any(code in kept for code in codes)


def test_the_next_sign_in_asks_for_the_devices_password_and_takes_each_once():
    _first, secret, _codes = enrolled("ada", walk.START)
    with clock.simulated(walk.START + LATER):
        client, answer = give_password("ada", going_to=QUEUE)
        assert client.get(answer["Location"]).status_code == 200
        given = {"code": password_of(secret, walk.START + LATER), "next": QUEUE}
        assert client.post(CODE, given)["Location"] == QUEUE
        assert is_in(client)
        second, _answer = give_password("ada")
        again = second.post(CODE, given)
        assert (again.status_code, is_in(second)) == (400, False)
        assert "neither the password" in again.text
    assert whys() == ["wrong_code"]


def test_a_devices_clock_may_be_half_a_minute_off_and_no_more():
    _client, secret, _codes = enrolled("ada", walk.START)
    for steps, status in ((-2, 400), (-1, 302), (1, 302), (2, 400)):
        at = walk.START + 10 * LATER * (steps + 3)
        with clock.simulated(at):
            client, _answer = give_password("ada")
            assert client.post(CODE, {"code": password_of(secret, at, steps=steps)}).status_code == status, steps


def test_a_recovery_code_signs_in_once():
    _client, _secret, codes = enrolled("ada", walk.START)
    client, _answer = give_password("ada")
    assert client.post(CODE, {"code": f"{codes[3][:4]} {codes[3][4:]}"}).status_code == 302
    assert "9" in client.get(reverse("admin:second_factor")).text
    second, _answer = give_password("ada")
    assert second.post(CODE, {"code": codes[3]}).status_code == 400
    assert not is_in(second)


def test_whoever_has_a_device_cannot_get_past_it_by_setting_up_another():
    enrolled("ada", walk.START)
    client, _answer = give_password("ada")
    for answer in (client.get(SET_UP), client.post(SET_UP, {"code": "123456"})):
        assert answer["Location"].startswith(CODE)
    assert not is_in(client)


def test_the_steps_lead_a_stranger_back_to_the_first():
    for address in (CODE, SET_UP):
        for answer in (Client().get(address), Client().post(address, {"code": "123456"})):
            assert answer["Location"].startswith("/admin/login/")


def test_half_a_sign_in_runs_out_and_ends_with_a_new_password():
    _client, secret, _codes = enrolled("ada", walk.START)
    client, _answer = give_password("ada")
    late = walk.START + timedelta(minutes=11)
    with clock.simulated(late):
        assert client.post(CODE, {"code": password_of(secret, late)})["Location"].startswith("/admin/login/")
    client, _answer = give_password("ada")
    call_command("create_staff", "ada", "--role", "arbitrator", "--password", "another long walk", verbosity=0)
    with clock.simulated(walk.START + LATER):
        answer = client.post(CODE, {"code": password_of(secret, walk.START + LATER)})
    assert (answer["Location"].startswith("/admin/login/"), is_in(client)) == (True, False)


def test_the_device_is_set_up_only_with_its_own_password():
    client, answer = give_password("ada")
    page = client.get(answer["Location"], follow=True)
    refused = client.post(SET_UP, {"code": "000000"})
    assert (refused.status_code, is_in(client)) == (400, False)
    assert "the password that your device shows" in refused.text
    assert client.get(SET_UP).text.count("<svg") == page.text.count("<svg") == 1


def test_no_session_that_was_signed_in_another_way_is_let_through():
    client = Client()
    client.force_login(User.objects.get(username="ada"), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(QUEUE)["Location"].startswith("/admin/login/")


@pytest.mark.parametrize(
    "address",
    ["/accounts/login/", "/accounts/", "/accounts/2fa/", "/login/", "/mfa/", "/2fa/"],
)
def test_there_is_no_second_door(address):
    assert Client().get(address).status_code == 404
    assert Client().get("/admin/login/").status_code == 200


def test_a_locked_name_is_told_until_when_and_an_operator_takes_the_lock_off():
    for _try in range(10):
        _client, answer = give_password("ada", password="wrong")
    assert answer.status_code == 429
    assert 800 < int(answer["Retry-After"]) <= 901
    assert "Try again at" in answer.text
    _client, right = give_password("ada")
    assert right.status_code == 429
    assert set(whys()) == {"wrong_password", "locked_out"}
    call_command("unlock_staff", "ada", "--reason", "She rang from her desk.", verbosity=0)
    assert give_password("ada")[1].status_code == 302


def test_another_address_is_not_locked_with_it():
    for _try in range(10):
        give_password("ada", password="wrong")
    assert give_password("ada", client=Client(REMOTE_ADDR="192.0.2.7"))[1].status_code == 302


def test_ten_wrong_second_factors_lock_it_wherever_they_come_from():
    _client, secret, _codes = enrolled("ada", walk.START)
    for number in range(10):
        client, _answer = give_password("ada", client=Client(REMOTE_ADDR=f"192.0.2.{number}"))
        assert client.post(CODE, {"code": "000000"}).status_code == 400
    with clock.simulated(walk.START + LATER):
        client, _answer = give_password("ada", client=Client(REMOTE_ADDR="192.0.2.99"))
        locked = client.post(CODE, {"code": password_of(secret, walk.START + LATER)})
    assert (locked.status_code, is_in(client)) == (409, False)
    assert "locked after 10 wrong ones" in locked.text
    assert "09:15:00" in locked.text
    later = walk.START + timedelta(minutes=16)
    with clock.simulated(later):
        client, _answer = give_password("ada", client=Client(REMOTE_ADDR="192.0.2.100"))
        assert client.post(CODE, {"code": password_of(secret, later)}).status_code == 302


def test_tries_of_one_address_are_bounded_whatever_the_names(settings):
    settings.RATE_LIMIT_PER_MINUTE_UNAUTHENTICATED = 3
    answers = [give_password(f"name-{number}")[1] for number in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert int(answers[-1]["Retry-After"]) > 0


def test_a_name_that_was_typed_is_not_written_down_and_nor_is_a_password():
    give_password("hunter2-typed-in-the-wrong-field", password="s3cret-word")
    line = Denial.objects.get()
    assert (line.user, line.why, line.address) == (None, "unknown_name", "127.0.0.1")
    assert "hunter2" not in str(vars(line))
    assert "s3cret" not in str(vars(line))


def test_whoever_has_no_role_is_told_so():
    User.objects.create_user("stray", password=PASSWORD, is_staff=True)
    _client, answer = give_password("stray")
    assert "none of the four roles" in answer.text
    assert whys() == ["no_role"]


def test_a_reset_is_recorded_ends_the_sessions_and_has_a_reason(staff):
    client, _secret, _codes = enrolled("ada", walk.START)
    call_command("reset_second_factor", "ada", "--reason", "Her phone fell into the Seine.", verbosity=0)
    assert not is_in(client)
    change = AccessChange.objects.get(kind="second_factor_reset")
    assert (change.by, change.user.username) == (None, "ada")
    again, _secret, _codes = enrolled("ada", walk.START)
    assert is_in(again)


def test_where_it_is_optional_it_is_offered_and_once_set_up_asked_for(settings):
    settings.STAFF_SECOND_FACTOR = "optional"
    client, answer = give_password("ada")
    assert (answer["Location"], is_in(client)) == ("/admin/", True)
    assert "password alone" in client.get(reverse("admin:second_factor")).text
    page = client.post(reverse("admin:second_factor_set_up"))
    secret = secret_on(page.text)
    done = client.post(reverse("admin:second_factor_set_up"), {"code": password_of(secret, walk.START)})
    assert len(codes_on(done.text)) == 10
    assert is_in(client)
    second, answer = give_password("ada")
    assert answer["Location"].startswith(CODE)
    assert not is_in(second)


def test_where_it_is_optional_a_reset_device_is_not_asked_for_again_in_the_same_browser(settings):
    settings.STAFF_SECOND_FACTOR = "optional"
    client, _answer = give_password("ada")
    secret = secret_on(client.post(reverse("admin:second_factor_set_up")).text)
    client.post(reverse("admin:second_factor_set_up"), {"code": password_of(secret, walk.START)})
    call_command("reset_second_factor", "ada", "--reason", "Her phone fell into the Seine.", verbosity=0)
    assert not is_in(client)
    give_password("ada", client=client)
    assert is_in(client)


def test_another_device_takes_the_place_of_the_first_and_new_codes_of_the_old():
    client, secret, codes = enrolled("ada", walk.START)
    page = client.post(reverse("admin:second_factor_set_up"))
    other = secret_on(page.text)
    assert other != secret
    client.post(reverse("admin:second_factor_set_up"), {"code": password_of(other, walk.START)})
    assert is_in(client)
    fresh = codes_on(client.post(reverse("admin:recovery_codes")).text)
    assert len(set(fresh) & set(codes)) == 0
    with clock.simulated(walk.START + LATER):
        second, _answer = give_password("ada")
        assert second.post(CODE, {"code": password_of(secret, walk.START + LATER)}).status_code == 400
        assert second.post(CODE, {"code": password_of(other, walk.START + LATER)}).status_code == 302
