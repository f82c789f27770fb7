"""Who acts: the roles a person or the service can act in, and the actor at the door of an act.

Standing is judged by the act itself (`cases/standing.py`), never by the door alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The capacity in which somebody acts; DOMAIN section 1."""

    BUYER = "buyer", _("buyer")
    SELLER = "seller", _("seller")
    ARBITRATOR = "arbitrator", _("arbitrator")
    SUPERVISOR = "supervisor", _("supervisor")
    AUDITOR = "auditor", _("auditor")
    OPERATOR = "operator", _("operator")
    PLATFORM = "platform", _("platform")
    CLOCK = "clock", _("clock")
    MARKETPLACE = "marketplace", _("marketplace")


#: The two sides of a case; each is the other's opponent.
SIDES = (Role.BUYER, Role.SELLER)

#: Staff who hear cases.
DECIDERS = (Role.ARBITRATOR, Role.SUPERVISOR)


def opponent(side: str) -> Role:
    """The other side of a case."""
    return Role.SELLER if side == Role.BUYER else Role.BUYER


@dataclass(frozen=True, slots=True)
class Actor:
    """Who performs an act: a role and the id behind it (a party's, or a member of staff's; 0 for the service itself).

    `key_id` is the API key through which a marketplace acted for a party, kept in the journal.
    """

    role: Role
    id: int = 0
    key_id: int | None = None


CLOCK = Actor(Role.CLOCK)
PLATFORM = Actor(Role.PLATFORM)
