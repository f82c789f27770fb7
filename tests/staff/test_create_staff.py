"""`manage.py create_staff`: one person, one role, and a password that is shown once."""

from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from adjudication.credentials.models import AccessChange
from adjudication.credentials.staff import staff_actor
from adjudication.errors import NoStanding
from adjudication.parties import Role


def create(*arguments):
    out = StringIO()
    call_command("create_staff", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_a_password_is_made_and_stands_alone_on_the_last_line():
    password = create("mei", "--role", "arbitrator")[-1]
    user = User.objects.get(username="mei")
    assert user.check_password(password)
    assert len(password) >= 20
    assert user.is_staff
    assert staff_actor(user).role is Role.ARBITRATOR


def test_a_second_call_changes_role_and_password():
    create("mei", "--role", "arbitrator")
    lines = create("mei", "--role", "auditor", "--password", "a long walk home")
    assert lines == ["mei updated as auditor; sign in at /admin/"]
    user = User.objects.get()
    assert user.check_password("a long walk home")
    assert [group.name for group in user.groups.all()] == ["auditor"]


def test_whoever_is_made_or_given_another_role_or_password_stays_on_record():
    create("mei", "--role", "arbitrator", "--password", "a long walk home")
    create("mei", "--role", "auditor", "--password", "a longer walk home")
    with pytest.raises(CommandError):
        create("mei", "--role", "operator", "--password", "short")
    changes = AccessChange.objects.order_by("pk").values_list("user__username", "kind", "roles", "by")
    assert list(changes) == [
        ("mei", "account_made", "arbitrator", None),
        ("mei", "role_changed", "auditor", None),
        ("mei", "password_set", "auditor", None),
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        ["mei", "--role", "judge"],
        ["mei"],
        ["mei", "--role", "auditor", "--password", "short"],
        ["mei", "--role", "auditor", "--password", ""],
        ["", "--role", "auditor"],
        ["m e i", "--role", "auditor"],
    ],
)
def test_what_makes_no_sense_is_refused_and_nobody_is_created(arguments):
    with pytest.raises(CommandError):
        create(*arguments)
    assert not User.objects.exists()


def test_whoever_is_in_no_group_or_has_left_has_no_standing():
    stray = User.objects.create(username="stray", is_staff=True)
    with pytest.raises(NoStanding):
        staff_actor(stray)
    create("mei", "--role", "supervisor")
    User.objects.filter(username="mei").update(is_active=False)
    with pytest.raises(NoStanding):
        staff_actor(User.objects.get(username="mei"))


def test_a_superuser_acts_as_a_supervisor():
    root = User.objects.create(username="root", is_staff=True, is_superuser=True)
    assert staff_actor(root).role is Role.SUPERVISOR
