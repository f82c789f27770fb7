"""Make a member of staff, or give one another role or password: on record, as every change of access."""

from __future__ import annotations

import secrets
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from adjudication import clock
from adjudication.credentials import changes
from adjudication.credentials.staff import STAFF_ROLES

ROLES = [role.value for role in STAFF_ROLES]


class Command(BaseCommand):
    """`manage.py create_staff USERNAME --role ROLE [--password P]`."""

    help = (
        "Create a member of staff, or update one: role, and password. Without --password one is made and printed "
        "alone on the last line."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who, as what."""
        parser.add_argument("username")
        parser.add_argument("--role", required=True, choices=ROLES)
        parser.add_argument("--password")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create or update; a person holds one role at a time."""
        username, role, password = options["username"].strip(), options["role"], options["password"]
        made = secrets.token_urlsafe(15) if password is None else ""
        with transaction.atomic():
            user = User.objects.select_for_update().filter(username=username).first()
            before = changes.of(user.pk) if user else None
            user = user or User(username=username)
            user.is_staff = user.is_active = True
            try:
                if not made:
                    validate_password(password, user)
                user.set_password(made or password)
                user.full_clean(exclude=["password"])
            except ValidationError as error:
                raise CommandError(" ".join(error.messages)) from error
            user.save()
            user.groups.remove(*Group.objects.filter(name__in=ROLES).exclude(name=role))
            user.groups.add(Group.objects.get(name=role))
            changes.note(user, before=before, by=None, at=clock.now())
        done = "updated" if before else "created"
        self.stdout.write(f"{username} {done} as {role}; sign in at /admin/")
        if made:
            self.stdout.write("The password is shown this once:")
            self.stdout.write(made)
