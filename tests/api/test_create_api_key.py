"""A key is made from the command line and shown once, alone on the last line."""

from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from adjudication.credentials import keys
from adjudication.credentials.models import Scope
from tests import walk


def made(*args):
    out = StringIO()
    call_command("create_api_key", *args, stdout=out)
    return keys.authenticate(out.getvalue().splitlines()[-1])


def test_the_last_line_is_the_key(day):
    key = made("shop front", "--scopes", "orders:write,cases:read")
    assert (key.name, key.scopes, key.user, key.party) == ("shop front", ["cases:read", "orders:write"], None, None)


def test_all_scopes_at_once(day):
    assert set(made("all", "--scopes", "all").scopes) == set(Scope.values)


def test_a_key_acts_as_a_member_of_staff_or_as_a_party(day):
    User.objects.create_user("ana")
    assert made("ana", "--scopes", "rulings:write", "--user", "ana").user.username == "ana"
    walk.register(walk.given_order())
    assert made("b", "--scopes", "cases:act", "--party", "b-1").party.external_id == "b-1"


@pytest.mark.parametrize(
    "args",
    [
        [],
        ["--scopes", ""],
        ["--scopes", "everything"],
        ["--scopes", "all", "--user", "nobody"],
        ["--scopes", "all", "--party", "nobody"],
        ["--scopes", "all", "--party", "b", "--user", "u"],
    ],
)
def test_a_key_that_makes_no_sense_is_refused_and_not_made(day, args):
    with pytest.raises(CommandError):
        call_command("create_api_key", "x", *args)
