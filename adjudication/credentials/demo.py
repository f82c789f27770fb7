"""The two demo parties, by the marketplace ids under which `manage.py demo` registers them."""

from __future__ import annotations

from adjudication.orders.models import Party

#: Every demo order's number begins with this, and no other order's.
ORDER_PREFIX = "DEMO-"

#: Side → the kind and marketplace id of the party a demo session is bound to.
PARTIES = {
    "buyer": (Party.Kind.BUYER, "demo-buyer"),
    "seller": (Party.Kind.SHOP, "demo-shop"),
}


def party(side: str) -> Party | None:
    """The demo party of that side, if the demo data is there."""
    kind, external_id = PARTIES[side]
    return Party.objects.filter(kind=kind, external_id=external_id).first()
