"""Who may reach what over the API, by hand: one row for each route and method, one column for each caller.

A new route needs a row here. Its statuses are those of a request for a matter that exists; a POST or PATCH carries
the body `{`, so that 400 says: this caller has come as far as the body. Where a body names the matter, `body` makes it.
A new kind of id in an address needs a line in `UNKNOWN` and one in `a_world`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from adjudication import docket, rounds
from adjudication.orders.register import BuyerGiven, ItemGiven, ShopGiven
from adjudication.parties import Role
from adjudication.policy.terms import Remedy
from adjudication.procedure import inquire, negotiate, rule
from adjudication.webhooks import endpoints
from tests import walk
from tests.evidence import drawn

#: The columns. `other buyer` and `other shop` have a case of their own; `no scope` is a marketplace's key for nothing.
COLUMNS = (
    "marketplace",
    "buyer",
    "shop",
    "arbitrator",
    "other arbitrator",
    "supervisor",
    "auditor",
    "operator",
    "other buyer",
    "other shop",
    "no scope",
    "nobody",
)
#: Callers whose matter it is not: what exists must look to them like what does not.
STRANGERS = ("other buyer", "other shop")


@dataclass(frozen=True)
class Row:
    """One method of one route."""

    statuses: Mapping[str, int]
    body: Callable[[Mapping[str, str]], Any] | None = None
    """What is sent; None: nothing with GET, `{` with anything else."""


def _row(told: str, body: Callable[[Mapping[str, str]], Any] | None = None) -> Row:
    return Row(dict(zip(COLUMNS, map(int, told.split()), strict=True)), body)


def _names_the_order(objects: Mapping[str, str]) -> dict[str, str]:
    return {"order_number": objects["order_number"]}


READ = _row("200 200 200 200 200 200 200 200 404 404 403 401")
BY_SIDES = _row("400 400 400 403 403 403 403 403 404 404 403 401")
BY_BUYER = _row("400 400 403 403 403 403 403 403 404 404 403 401")
BY_SELLER = _row("400 403 400 403 403 403 403 403 404 404 403 401")
BY_MARKETPLACE = _row("400 403 403 403 403 403 403 403 404 404 403 401")
BY_SECOND_PERSON = _row("403 403 403 403 403 400 403 403 404 404 403 401")
LIST = _row("200 200 200 200 200 200 200 200 200 200 403 401")
OPEN = _row("200 200 200 200 200 200 200 200 200 200 200 401")

#: (method, name of the route) → its row.
#:                                   market buyer shop arb other super aud oper o-buyer o-shop none nobody
TABLE: dict[tuple[str, str], Row] = {
    ("POST", "orders"): _row("     400 403 403 403 403 403 403 403 403 403 403 401"),
    ("GET", "order"): READ,
    ("POST", "shipments"): BY_MARKETPLACE,
    ("POST", "deliveries"): BY_MARKETPLACE,
    ("POST", "refusals"): BY_MARKETPLACE,
    ("POST", "receipt"): BY_BUYER,
    ("GET", "cases"): LIST,
    ("POST", "cases"): _row("      400 400 403 403 403 403 403 403 404 404 403 401", _names_the_order),
    ("GET", "case"): READ,
    ("POST", "accept"): BY_SELLER,
    ("POST", "reject"): BY_SELLER,
    ("POST", "withdraw"): BY_BUYER,
    ("POST", "intervene"): BY_BUYER,
    ("POST", "rest"): BY_SIDES,
    ("POST", "assign"): _row("     403 403 403 400 400 400 403 403 404 404 403 401"),
    ("POST", "appeal"): BY_SIDES,
    ("POST", "return-shipment"): BY_BUYER,
    ("POST", "return-receipt"): BY_SELLER,
    ("POST", "return-dispute"): BY_SELLER,
    ("POST", "extend"): _row("     403 403 403 400 403 400 403 403 404 404 403 401"),
    ("POST", "remind"): _row("     403 403 403 400 403 400 403 403 404 404 403 401"),
    ("GET", "exhibits"): READ,
    ("POST", "exhibits"): BY_SIDES,
    ("GET", "rulings"): READ,
    ("POST", "rulings"): _row("    403 403 403 400 403 403 403 403 404 404 403 401"),
    ("GET", "questions"): READ,
    ("GET", "case-events"): READ,
    ("GET", "ledger"): READ,
    ("GET", "bundle"): READ,
    ("POST", "links"): BY_MARKETPLACE,
    ("GET", "exhibit-file"): READ,
    ("GET", "exhibit-page"): READ,
    ("GET", "exhibit-thumbnail"): READ,
    ("POST", "confirm"): BY_SECOND_PERSON,
    ("POST", "send-back"): BY_SECOND_PERSON,
    ("POST", "offers"): BY_SIDES,
    ("POST", "accept-offer"): BY_BUYER,  # it is the seller's offer
    ("POST", "decline-offer"): BY_BUYER,
    ("GET", "feed"): LIST,
    ("GET", "payouts"): LIST,
    ("POST", "payout-paid"): _row("400 403 404 403 403 403 403 403 404 404 403 401"),  # it is the buyer's payout
    ("POST", "payout-failed"): _row("400 403 404 403 403 403 403 403 404 404 403 401"),
    ("GET", "policies"): OPEN,
    ("POST", "policies"): _row("   400 403 403 403 403 403 403 400 403 403 403 401"),
    ("GET", "policy"): OPEN,
    ("GET", "checklist"): READ,
    ("GET", "exhibit"): READ,
    ("GET", "inquiries"): READ,
    ("GET", "messages"): READ,
    ("POST", "messages"): BY_MARKETPLACE,
    ("POST", "reply"): BY_BUYER,  # it is the buyer who is asked
    ("DELETE", "exhibit"): _row("409 409 403 403 403 403 403 403 404 404 403 401"),  # filed
    ("GET", "manifest"): _row("404 404 404 404 404 404 404 404 404 404 403 401"),  # nothing is frozen yet
    ("GET", "signs"): _row("403 403 403 200 200 200 200 403 404 404 403 401"),
    ("GET", "webhook-deliveries"): _row("200 404 404 403 403 403 403 200 404 404 403 401"),
    ("GET", "webhook-endpoint"): _row("200 404 404 403 403 403 403 200 404 404 403 401"),
    ("GET", "webhook-endpoints"): _row("200 200 200 403 403 403 403 200 200 200 403 401"),
    ("PATCH", "exhibit"): _row("400 400 403 403 403 403 403 403 404 404 403 401"),
    ("PATCH", "webhook-endpoint"): _row("400 404 404 403 403 403 403 400 404 404 403 401"),
    ("POST", "exhibit-kind"): _row("403 403 403 400 403 400 403 403 404 404 403 401"),
    ("POST", "inquiries"): _row("403 403 403 400 403 400 403 403 404 404 403 401"),
    ("POST", "webhook-endpoints"): _row("400 400 400 403 403 403 403 400 400 400 403 401"),
    ("POST", "webhook-ping"): _row("400 404 404 403 403 403 403 400 404 404 403 401"),
    ("POST", "webhook-replay"): _row("400 404 404 403 403 403 403 400 404 404 403 401"),
    ("POST", "webhook-replay-range"): _row("400 404 404 403 403 403 403 400 404 404 403 401"),
    ("POST", "webhook-rotate-secret"): _row("400 404 404 403 403 403 403 400 404 404 403 401"),
    ("DELETE", "webhook-endpoint"): _row("204 404 404 403 403 403 403 404 404 404 403 401"),  # last: then it is gone
    ("GET", "signing-key"): _row(" 200 200 200 200 200 200 200 200 200 200 200 200"),
    ("GET", "schema"): _row("      200 200 200 200 200 200 200 200 200 200 200 200"),
    ("GET", "docs"): _row("        200 200 200 200 200 200 200 200 200 200 200 200"),
}

#: An id of each kind that names nothing.
NO_ID = "9a1f0a52-8b3e-4a83-9d2e-1a2b3c4d5e6f"
UNKNOWN = {
    "number": "2026-000999-00",
    "order_number": "unknown",
    "exhibit_id": NO_ID,
    "proposal_id": NO_ID,
    "offer_id": NO_ID,
    "payout_id": NO_ID,
    "inquiry_id": NO_ID,
    "endpoint_id": NO_ID,
    "delivery_id": "999999999",
}
#: Parts of addresses that belong to nobody.
NOBODYS = {"page": "1", "version": "1"}


@dataclass
class World:
    """Matters of one buyer and one shop, and the ids under which they stand in addresses."""

    objects: dict[str, str]
    by_route: dict[str, dict[str, str]] = field(default_factory=dict)
    """Where a route needs another matter of the same two."""
    secrets: list[str] = field(default_factory=list)
    """Texts that no stranger may ever read."""

    def of(self, route: str) -> dict[str, str]:
        """The ids for this route."""
        return self.objects | self.by_route.get(route, {})


def a_world() -> World:
    """One of everything that an address can name, all of it b-1's and s-1's; b-2 and s-2 have a case of their own."""
    endpoint, _secret = endpoints.create(party_id=None, url="https://hooks.example/", resolve=lambda *_asked: [])
    paid = walk.after_silence(walk.requested())  # first: time passes for all
    payout = paid.payouts.get()
    photo = SimpleUploadedFile("crack.png", drawn.picture("PNG"))
    case = walk.in_evidence()
    exhibit = walk.filed(case, walk.buyer_of(case), _with_file(photo, case))
    with docket.take(case.number) as (taken, at):
        seller = walk.seller_of(taken)
        offer = negotiate.make_offer(taken, by=seller, remedy=Remedy.REFUND, amount_minor=2_000, at=at)
        inquiry = inquire.inquire(taken, by=walk.arbitrator(), to=[Role.BUYER], text="Since when?", at=at)
    rounds.announce()
    large = _ruled_upon_above_the_limit()
    strange = walk.given_order(
        buyer=BuyerGiven(id="b-2", name="Wu"), shop=ShopGiven(id="s-2", name="Nails", category="home")
    )
    order = walk.register(strange)
    walk.deliver(order)
    walk.requested(order)
    return World(
        {
            "number": case.number,
            "order_number": case.order.number,
            "exhibit_id": str(exhibit.pk),
            "offer_id": str(offer.pk),
            "payout_id": str(payout.pk),
            "inquiry_id": str(inquiry.pk),
            "endpoint_id": str(endpoint.pk),
            "delivery_id": str(endpoint.deliveries.earliest("pk").pk),
            "proposal_id": str(large.papers.proposals[0].pk),
        },
        by_route={name: {"number": large.number} for name in ("confirm", "send-back")},
        secrets=[case.number, case.order.number, large.number, paid.number, str(exhibit.pk), "Kiln"],
    )


def _with_file(upload: SimpleUploadedFile, case: Any) -> Any:
    from adjudication.evidence import intake
    from adjudication.evidence.intake import ExhibitGiven
    from adjudication.evidence.models import Exhibit
    from adjudication.policy import versions

    stored = intake.store(upload.chunks(), original_name=str(upload.name), policy=versions.get(case.policy_version_id))
    return ExhibitGiven(Exhibit.Kind.PHOTO, "The crack", file=stored)


def _ruled_upon_above_the_limit() -> Any:
    cup = ItemGiven(sku="CUP", title="Porcelain cup", unit_price_minor=600_000, quantity=1)
    order = walk.register(walk.given_order(items=(cup,)))
    walk.deliver(order)
    case = walk.in_ruling(walk.in_evidence(walk.intervened(walk.rejected(walk.requested(order)))))
    with docket.take(case.number) as (taken, at):
        rule.rule(taken, by=walk.arbitrator(), given=walk.a_ruling(taken), at=at)
    return walk.look(case)
