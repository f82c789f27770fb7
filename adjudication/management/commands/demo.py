"""Fill an empty installation with invented staff, orders and disputes, so that the first look shows life."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand
from django.db import connection, transaction

from adjudication import clock
from adjudication.credentials import changes, demo
from adjudication.management.demo import canned, shop_keys
from adjudication.management.demo.stories import Stories
from adjudication.orders.models import Order
from adjudication.parties import Role

PASSWORD = "demo"  # noqa: S105  # meant to be known: it is printed, and only ever set on an invented member of staff
#: Username → role, and the language of the cases they hear. Two arbitrators, so that each can be kept from hearing
#: what the other has ruled on; the second hears the cases that are argued in Chinese.
STAFF = {
    "arbitrator": (Role.ARBITRATOR, "English"),
    "arbitrator-zh": (Role.ARBITRATOR, "中文"),
    "supervisor": (Role.SUPERVISOR, ""),
    "auditor": (Role.AUDITOR, ""),
    "operator": (Role.OPERATOR, ""),
}


class Command(BaseCommand):
    """`manage.py demo`: idempotent; `manage.py up` runs it unless told not to."""

    help = "Invented staff, orders and disputes in every state; never on a database with real orders."

    def handle(self, *args: Any, **options: Any) -> None:
        """Put the demo in, all of it or nothing, and print the ways to sign in."""
        if settings.PRODUCTION and not settings.DEMO:
            self.stdout.write("No demo data: this is a production database, and DEMO is not set.")
            return
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(hashtext('adjudication.demo'))")
            if Order.objects.exclude(number__startswith=demo.ORDER_PREFIX).exists():
                self.stdout.write("No demo data: there are real orders in this database.")
                return
            staff = _staff()
            if not Order.objects.exists():
                at = clock.now()
                Stories(at, staff["arbitrator"], staff["arbitrator-zh"]).tell_all()
                canned.keep(staff["supervisor"], at=at)
        self.stdout.write(f"{'role':<12}{'where':<10}how")
        as_printed = {hashed: check_password(PASSWORD, hashed) for hashed in {user.password for user in staff.values()}}
        for username, user in staff.items():
            role, language = STAFF[username]
            how = f"password {PASSWORD}" if as_printed[user.password] else "the password it was given"
            hears = f"; hears cases in {language}" if language else ""
            self.stdout.write(f"{role.value:<12}{'/admin/':<10}user {username}, {how}{hears}")
        if settings.DEMO:
            shop_keys.provide(staff)
        for side in demo.PARTIES:
            how = f"“Continue as the demo {side}”" if settings.DEMO else "needs DEMO=1"
            self.stdout.write(f"{side:<12}{'/':<10}{how}")


def _staff() -> dict[str, User]:
    """The invented members of staff, by username; who is there already keeps name and password.

    The password is hashed once for all of them: hashing is slow on purpose, and this one is no secret.
    """
    known = {user.username: user for user in User.objects.filter(username__in=STAFF)}
    hashed = make_password(PASSWORD) if len(known) < len(STAFF) else ""
    for username, (role, _language) in STAFF.items():
        if username not in known:
            known[username] = User.objects.create(username=username, password=hashed, is_staff=True)
            known[username].groups.add(Group.objects.get(name=role.value))
            changes.note(known[username], before=None, by=None, at=clock.now())
    return {username: known[username] for username in STAFF}
