"""A member of staff acts in the role of their group: supervisor before arbitrator, operator before auditor.

A superuser hears cases as a supervisor does. Whoever is in none of the four groups has no standing here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from adjudication.errors import NoStanding
from adjudication.parties import Actor, Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User

#: The staff's groups, the one that counts first.
STAFF_ROLES = (Role.SUPERVISOR, Role.ARBITRATOR, Role.OPERATOR, Role.AUDITOR)


def staff_roles(user: User | AnonymousUser) -> frozenset[Role]:
    """Every role this person holds; asked once of the database for each user object.

    A superuser is a supervisor and an operator. Empty for strangers and for those who have left.
    """
    if not (user.is_authenticated and user.is_active and user.is_staff):
        return frozenset()
    known: frozenset[Role] | None = user.__dict__.get("_staff_roles")
    if known is None:
        names = set(user.groups.values_list("name", flat=True))
        known = frozenset(role for role in STAFF_ROLES if role.value in names)
        if user.is_superuser:
            known |= {Role.SUPERVISOR, Role.OPERATOR}
        user.__dict__["_staff_roles"] = known
    return known


def staff_actor(user: User | AnonymousUser) -> Actor:
    """Return the member of staff as an actor.

    Raises:
        NoStanding: not staff, inactive, or in none of the four groups.

    """
    roles = staff_roles(user)
    for role in STAFF_ROLES:
        if role in roles and user.pk is not None:
            return Actor(role, user.pk)
    raise NoStanding(_("This is for arbitrators, supervisors, auditors and operators."))
