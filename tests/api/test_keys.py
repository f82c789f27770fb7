"""Keys: several at once, for a while or for good, taken back by command; whatever opens no door is told alike."""

import threading
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection

from adjudication import clock
from adjudication.credentials import keys
from adjudication.credentials.models import ApiKey
from adjudication.errors import Unauthenticated
from tests import walk
from tests.api.conftest import Caller, refused
from tests.docket.test_races import at_once


def commanded(*args):
    out = StringIO()
    call_command(*args, stdout=out)
    return out.getvalue().splitlines()


def test_two_keys_of_one_name_are_valid_at_once(day):
    for _each in range(2):
        text = commanded("create_api_key", "shop front", "--scopes", "cases:read")[-1]
        assert Caller(text).get("cases").status_code == 200


@pytest.mark.parametrize(
    ("said", "end"),
    [("90", walk.START + timedelta(days=90)), ("2026-03-31", walk.START.replace(month=4, day=1, hour=0))],
)
def test_a_key_opens_the_door_until_its_end_and_not_at_it(day, said, end):
    text = commanded("create_api_key", "x", "--scopes", "cases:read", "--expires", said)[-1]
    with clock.simulated(end - walk.MICROSECOND):
        assert keys.authenticate(text).expires_at == end
    with clock.simulated(end), pytest.raises(Unauthenticated):
        keys.authenticate(text)


@pytest.mark.parametrize("said", ["0", "-1", "soon", "2026-03-01", "9999999999", "٩"])
def test_an_end_that_makes_no_sense_makes_no_key(day, said):
    with pytest.raises(CommandError):
        call_command("create_api_key", "x", "--scopes", "cases:read", f"--expires={said}")
    assert not ApiKey.objects.exists()


def test_whatever_is_wrong_with_a_key_is_told_in_one_and_the_same_sentence(day):
    _key, expired = keys.create("a", scopes=["cases:read"], expires_at=walk.START + walk.HOUR)
    _key, revoked = keys.create("b", scopes=["cases:read"])
    left = User.objects.create_user("gone", is_active=False)
    _key, of_one_who_left = keys.create("c", scopes=["cases:read"], user=left)
    keys.revoke_named("b", reason="It leaked.")
    with clock.simulated(walk.START + walk.HOUR):
        texts = (expired, revoked, of_one_who_left, "adj_" + "x" * 43, revoked[:12])
        answers = [Caller(text).get("cases") for text in texts]
    assert len({answer.content for answer in answers}) == 1
    refused(answers[0], 401, "unauthenticated")


def test_revoking_by_prefix_takes_one_and_by_name_all(day):
    made = [keys.create("front", scopes=["cases:read"]) for _each in range(3)]
    assert commanded("revoke_api_key", made[0][0].prefix) == [f"Revoked: {made[0][0].prefix} “front”."]
    assert keys.authenticate(made[1][1])
    assert len(commanded("revoke_api_key", "front")) == 2
    with pytest.raises(CommandError):
        call_command("revoke_api_key", "front")
    assert commanded("list_api_keys") == []
    assert len(commanded("list_api_keys", "--all")) == 3


def test_a_prefix_takes_that_one_key_and_none_that_is_called_so(day):
    key, _text = keys.create("front", scopes=["cases:read"])
    called_so, text = keys.create(key.prefix, scopes=["cases:read"])
    assert commanded("revoke_api_key", key.prefix) == [f"Revoked: {key.prefix} “front”."]
    assert keys.authenticate(text) == called_so
    with pytest.raises(CommandError):
        call_command("revoke_api_key", key.prefix)
    with pytest.raises(CommandError):
        call_command("revoke_api_key", called_so.prefix + "x")
    assert keys.authenticate(text) == called_so


def succeeded_at_once(monkeypatch, key, *, locked):
    """Two successors are asked for at once; without the lock both are held until the other has looked, too."""
    make = keys.create
    held = threading.Barrier(2, timeout=20)
    if not locked:
        monkeypatch.setattr(keys, "_lock", lambda key: None)
        monkeypatch.setattr(keys, "create", lambda *args, **given: (held.wait(), make(*args, **given))[1])

    def succeed(barrier):
        barrier.wait()
        keys.succeed(key, by=None)

    return [error.code for error in at_once(succeed, succeed) if error is not None]


def test_of_two_who_make_a_successor_at_once_one_is_told_that_there_is_one(own_database, monkeypatch):
    key, _text = keys.create("till", scopes=["cases:read"])
    assert succeeded_at_once(monkeypatch, key, locked=True) == ["out_of_order"]
    assert ApiKey.objects.count() == 2


def test_control_without_the_lock_a_key_gets_two_successors(own_database, monkeypatch):
    key, _text = keys.create("till", scopes=["cases:read"])
    assert succeeded_at_once(monkeypatch, key, locked=False) == []
    assert ApiKey.objects.count() == 3


def test_the_list_tells_everything_but_the_key(day):
    walk.register(walk.given_order())
    text = commanded("create_api_key", "shop", "--scopes", "cases:read,cases:act", "--party", "s-1", "--expires", "1")[
        -1
    ]
    keys.authenticate(text)
    (line,) = commanded("list_api_keys")
    for told in (
        text[:12],
        "shop:s-1",
        "cases:act,cases:read",
        "expires 2026-03-03T09:00Z",
        "last used 2026-03-02T09:00Z",
    ):
        assert told in line
    assert text not in line
    assert ApiKey.objects.get().secret_hash not in line


def test_the_last_use_is_noted_once_a_minute_and_waits_for_nobody(own_database):
    key, text = keys.create("x", scopes=["cases:read"])
    keys.authenticate(text)
    noted = ApiKey.objects.get(pk=key.pk).last_used_at
    keys.authenticate(text)
    assert ApiKey.objects.get(pk=key.pk).last_used_at == noted
    ApiKey.objects.update(last_used_at=noted - timedelta(minutes=2))
    with own_database.superuser() as raw, raw.transaction():
        raw.execute("SELECT 1 FROM adjudication_apikey FOR UPDATE")
        thread = threading.Thread(target=lambda: (keys.authenticate(text), connection.close()))
        thread.start()
        thread.join(2)
        assert not thread.is_alive()
    assert ApiKey.objects.get(pk=key.pk).last_used_at == noted - timedelta(minutes=2)
