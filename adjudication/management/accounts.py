"""What a command does to one member of staff's account it does for a reason, which is recorded."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable

from django.contrib.auth.models import User
from django.core.management.base import CommandError

from adjudication import clock
from adjudication.errors import Refused


def add_arguments(parser: ArgumentParser) -> None:
    """Who, and why."""
    parser.add_argument("username")
    parser.add_argument("--reason", required=True, help="why, and how you know who asks; it is recorded")


def act_on(username: str, act: Callable[..., None], *, reason: str) -> User:
    """Do it to that member of staff, as the server and not as a person; returns whom it was done to.

    Raises:
        CommandError: nobody of the staff is called so, or the act refused.

    """
    user = User.objects.filter(username=username, is_staff=True).first()
    if user is None:
        raise CommandError(f"There is no member of staff “{username}”.")
    try:
        act(user, by=None, reason=reason, at=clock.now())
    except Refused as refused:
        raise CommandError(str(refused.detail)) from refused
    return user
