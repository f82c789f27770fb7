"""Who may come in, and as what, changes on record or not at all: an account, its roles, its password.

Whoever changes one looks at it before, and notes what became of it in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from adjudication import clock
from adjudication.credentials.models import AccessChange

Kind = AccessChange.Kind


@dataclass(frozen=True, slots=True)
class Access:
    """How one person may come in: as what, and by which password's hash."""

    roles: str
    password: str


def of(pk: int | None) -> Access | None:
    """How this person may come in by what is stored; None for nobody. Who has left, or is no staff, has no roles."""
    user = User.objects.filter(pk=pk).first() if pk is not None else None
    if user is None:
        return None
    names = [group.name for group in user.groups.order_by("name")] + ["superuser"] * user.is_superuser
    return Access(", ".join(names)[:200] if user.is_active and user.is_staff else "", user.password)


def note(user: User, *, before: Access | None, by: User | None, at: datetime) -> None:
    """Write down what has changed since `before`; nothing where nothing has. `by` is None for the server itself."""
    after = of(user.pk)
    if after is None:
        return
    kinds = [Kind.ACCOUNT_MADE] if before is None else []
    if before is not None and before.roles != after.roles:
        kinds.append(Kind.ROLE_CHANGED)
    if before is not None and before.password != after.password:
        kinds.append(Kind.PASSWORD_SET)
    AccessChange.objects.bulk_create(
        AccessChange(kind=kind, at=at, by=by, user=user, roles=after.roles) for kind in kinds
    )


@contextmanager
def recorded(user: User, *, by: User | None) -> Iterator[None]:
    """Change this person's way in within the block: it is noted, or it has not been changed."""
    with transaction.atomic():
        before = of(user.pk)
        yield
        note(user, before=before, by=by, at=clock.now())
