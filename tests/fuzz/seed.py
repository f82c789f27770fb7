"""Worlds for schemathesis: matters of two pairs of people, keys for every role, and fresh cases for every act.

Run beside a running `up`, with its DATA_DIR: `python -m tests.fuzz.seed COPIES…` prints what it made as JSON: a world
for each number, in which every act has so many fresh cases to be tried as examples, and a spare one for all the rest.
"""
# ruff: noqa: E402  # Django is set up before anything of it is imported

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.contrib.auth.models import User

from adjudication import docket, rounds
from adjudication.cases.models import Case
from adjudication.credentials import keys
from adjudication.credentials.models import Scope
from adjudication.evidence import intake
from adjudication.evidence.intake import ExhibitGiven
from adjudication.evidence.models import Exhibit
from adjudication.orders.models import Order, Party
from adjudication.orders.register import BuyerGiven, ItemGiven, ShopGiven
from adjudication.parties import Actor, Role
from adjudication.policy import versions
from adjudication.policy.terms import Remedy
from adjudication.procedure import drafts, negotiate, respond, return_goods, rule
from adjudication.webhooks import endpoints
from tests import walk
from tests.evidence import drawn

#: Who fuzzes, each with a key of its own. `nobody` has one that does not exist.
STAFF = ("arbitrator", "supervisor")
PARTIES = {"buyer": ("buyer", "b-1"), "other buyer": ("buyer", "b-2"), "seller": ("shop", "s-1")}
#: Words of the first pair, which nobody of the second may ever read; and of the second pair.
THEIRS = {"first": "Lin of the first pair", "second": "Wu of the second pair"}
SIDES = {
    "first": (BuyerGiven(id="b-1", name=THEIRS["first"]), ShopGiven(id="s-1", name="Kiln & Co", category="home")),
    "second": (BuyerGiven(id="b-2", name=THEIRS["second"]), ShopGiven(id="s-2", name="Nails", category="home")),
}
NOTE = {"kind": "document", "title": "A note", "text": "As can be seen."}
CNY = {"amount_minor": 1_000, "currency": "CNY"}
A_DAY = "2026-03-02T09:00:00Z"
ALL_LINES = {"lines": ["1"]}
#: Nothing listens there, and on this machine it may be sent to.
NOWHERE = "http://127.0.0.1:9009/"

Example = dict[str, Any]
Maker = Callable[[], Example]


def an_order(pair: str = "first", *, minor: int = 10_000, is_delivered: bool = True) -> Order:
    """A paid order of that pair."""
    buyer, shop = SIDES[pair]
    number = f"F-{walk.given_order().order_number}"
    cup = ItemGiven(sku="CUP", title="Porcelain cup", unit_price_minor=minor, quantity=1)
    order = walk.register(walk.given_order(number, buyer=buyer, shop=shop, items=(cup,)))
    if is_delivered:
        walk.deliver(order)
    return order


def requested(pair: str = "first", **changes: Any) -> Case:
    """A case of that pair."""
    return walk.requested(an_order(pair), **changes)


def rejected() -> Case:
    """Refused by the seller."""
    return walk.rejected(requested())


def in_evidence(minor: int = 10_000) -> Case:
    """Both sides file."""
    return walk.in_evidence(walk.intervened(walk.rejected(walk.requested(an_order(minor=minor)))))


def in_ruling(minor: int = 10_000) -> Case:
    """The arbitrator's turn."""
    return walk.in_ruling(in_evidence(minor))


def returning(*, is_shipped: bool = False) -> Case:
    """The goods go back."""
    case = requested(remedy=Remedy.RETURN_AND_REFUND)
    with docket.take(case.number) as (taken, at):
        respond.accept(taken, by=walk.seller_of(taken), at=at)
    if is_shipped:
        with docket.take(case.number) as (taken, at):
            return_goods.ship_return(taken, by=walk.buyer_of(taken), carrier="SF", tracking_number="2", at=at)
    return walk.look(case)


def with_a_photo(case: Case) -> Exhibit:
    """The buyer files a picture."""
    policy = versions.get(case.policy_version_id)
    stored = intake.store([drawn.picture("PNG")], original_name="crack.png", policy=policy)
    return walk.filed(case, walk.buyer_of(case), ExhibitGiven(Exhibit.Kind.PHOTO, "The crack", file=stored))


def drafted(case: Case) -> str:
    """The buyer keeps a draft; its id."""
    with docket.take(case.number) as (taken, at):
        return str(drafts.keep_draft(taken, by=walk.buyer_of(taken), given=walk.an_exhibit(), at=at).pk)


def offered() -> str:
    """The seller offers; the offer's id."""
    case = requested()
    with docket.take(case.number) as (taken, at):
        by = walk.seller_of(taken)
        return str(negotiate.make_offer(taken, by=by, remedy=Remedy.REFUND, amount_minor=2_000, at=at).pk)


def proposed() -> dict[str, str]:
    """A ruling above the limit waits for the second person."""
    case = in_ruling(600_000)
    with docket.take(case.number) as (taken, at):
        rule.rule(taken, by=walk.arbitrator(), given=walk.a_ruling(taken), at=at)
    return {"number": case.number, "proposal_id": str(walk.look(case).papers.proposals[0].pk)}


def due() -> str:
    """The seller accepts, and the buyer is to be paid; the payout's id."""
    case = requested()
    with docket.take(case.number) as (taken, at):
        respond.accept(taken, by=walk.seller_of(taken), at=at)
    return str(case.payouts.get().pk)


def an_endpoint() -> str:
    """The marketplace's; its id."""
    return str(endpoints.create(party_id=None, url=NOWHERE)[0].pk)


def a_ruling_on(case: Case) -> dict[str, Any]:
    """Its body."""
    given = walk.a_ruling(case)
    return {
        "winner": given.winner,
        "remedy": given.remedy,
        "rule": given.rule,
        "reasons": given.reasons,
        "findings": [
            {"exhibit": str(f.exhibit), "supports": f.supports, "weight": f.weight, "note": f.note}
            for f in given.findings
        ],
        "cited_exhibits": [str(pk) for pk in given.cited_exhibits],
    }


def on(case: Case, body: Any = None) -> Example:
    """An act on a case."""
    return {"path": {"number": case.number}, "body": body}


def on_order(body: Any = None, *, is_delivered: bool = False) -> Example:
    """A report on an order."""
    return {"path": {"order_number": an_order(is_delivered=is_delivered).number}, "body": body}


def an_order_given() -> dict[str, Any]:
    """A registration."""
    buyer, shop = SIDES["first"]
    return {
        "order_number": f"F-{walk.given_order().order_number}",
        "buyer": {"id": buyer.id, "name": buyer.name},
        "shop": {"id": shop.id, "name": shop.name, "category": shop.category},
        "items": [{"sku": "CUP", "title": "Porcelain cup", "unit_price_minor": 10_000, "quantity": 1}],
        "price": {"amount_minor": 10_000, "currency": "CNY"},
        "paid_at": A_DAY,
    }


def a_claim_given() -> dict[str, Any]:
    """A request for a refund."""
    return {
        "order_number": an_order().number,
        "reason": "quality",
        "remedy": "refund",
        "amount": {"amount_minor": 10_000, "currency": "CNY"},
        "statement": "The cup came with a crack from rim to foot.",
    }


class World:
    """What stands, for reading, and how each act is given a fresh case."""

    def __init__(self) -> None:
        """One case with everything in it, and another pair's."""
        self.case = in_evidence()
        self.photo = with_a_photo(self.case)
        self.draft = drafted(self.case)
        self.inquiry = walk.asked(self.case, Role.BUYER)
        self.endpoint = an_endpoint()
        self.ruled = walk.ruled(in_ruling())[0]
        self.theirs = requested("second")
        rounds.announce()
        self.delivery = str(endpoints.of_owner(None).get(pk=self.endpoint).deliveries.earliest("pk").pk)
        self.ids = {
            "number": [self.case.number, self.ruled.number, self.theirs.number],
            "order_number": [self.case.order.number, self.theirs.order.number],
            "exhibit_id": [str(self.photo.pk), self.draft],
            "offer_id": [offered()],
            "payout_id": [due()],
            "inquiry_id": [str(self.inquiry.pk)],
            "endpoint_id": [self.endpoint],
            "delivery_id": [self.delivery],
            "proposal_id": [proposed()["proposal_id"]],
            "version": ["1"],
            "page": ["1"],
        }

    def reading(self) -> dict[str, Maker]:
        """By operation: what can be read again and again."""
        case = {"path": {"number": self.case.number}}
        exhibit = {"path": {"exhibit_id": str(self.photo.pk)}}
        below = [
            "read_case",
            "read_checklist",
            "list_case_events",
            "list_exhibits",
            "list_inquiries",
            "list_case_entries",
        ]
        below += ["list_questions", "list_rulings", "fetch_bundle"]
        of_all = [
            "list_cases",
            "read_feed",
            "list_payouts",
            "list_policies",
            "list_webhook_endpoints",
            "read_signing_key",
        ]
        return {
            **{name: lambda: case for name in below},
            **{name: lambda: {"path": {}} for name in of_all},
            "read_manifest": lambda: {"path": {"number": self.ruled.number}},
            "read_exhibit": lambda: exhibit,
            "fetch_exhibit_file": lambda: exhibit,
            "fetch_exhibit_page": lambda: {"path": {**exhibit["path"], "page": 1}},
            "fetch_exhibit_thumbnail": lambda: exhibit,
            "read_order": lambda: {"path": {"order_number": self.case.order.number}},
            "list_messages": lambda: {"path": {"order_number": self.case.order.number}},
            "read_policy": lambda: {"path": {"version": "1"}},
            "read_webhook_endpoint": lambda: {"path": {"endpoint_id": self.endpoint}},
            "list_webhook_deliveries": lambda: {"path": {"endpoint_id": self.endpoint}},
        }

    def marketplace(self) -> dict[str, Maker]:
        """What the marketplace does, on matters made for it."""
        parcel = {"carrier": "SF", "tracking_number": "1", "shipped_at": A_DAY}
        refusal = {"by": "seller", "reason": "goods_as_described", "text": "It left us whole.", "exhibits": [NOTE]}
        dispute = {"by": "seller", "reason": "empty", "text": "Nothing was in it.", "exhibits": [NOTE]}
        offer = {"by": "seller", "remedy": "refund", "amount": CNY}
        return {
            **self.reading(),
            "register_order": lambda: {"path": {}, "body": an_order_given()},
            "report_shipment": lambda: on_order(parcel | ALL_LINES),
            "report_delivery": lambda: on_order({"delivered_at": A_DAY} | ALL_LINES),
            "report_refusal": lambda: on_order({"refused_at": A_DAY} | ALL_LINES),
            "confirm_receipt": lambda: on_order({"confirmed_at": A_DAY}, is_delivered=True),
            "report_messages": lambda: on_order({"messages": [{"from": "buyer", "text": "Hello", "sent_at": A_DAY}]}),
            "request_refund": lambda: {"path": {}, "body": a_claim_given()},
            "accept": lambda: on(requested(), {"by": "seller"}),
            "reject": lambda: on(requested(), refusal),
            "withdraw": lambda: on(requested(), {"by": "buyer"}),
            "intervene": lambda: on(rejected(), {"by": "buyer", "statement": "Please look."}),
            "rest": lambda: on(in_evidence(), {"by": "buyer"}),
            "file_exhibit": lambda: _corrected(in_evidence()),
            "change_draft": lambda: _changed(in_evidence()),
            "drop_draft": lambda: {"path": {"exhibit_id": drafted(requested())}},
            "make_offer": lambda: on(requested(), offer),
            "accept_offer": lambda: {"path": {"offer_id": offered()}, "body": {"by": "buyer"}},
            "decline_offer": lambda: {"path": {"offer_id": offered()}, "body": {"by": "buyer"}},
            "reply": lambda: {
                "path": {"inquiry_id": str(walk.asked(in_evidence()).pk)},
                "body": {"by": "buyer", "text": "300 g."},
            },
            "appeal": lambda: on(
                walk.ruled(in_ruling())[0], {"by": "seller", "grounds": "It is wrong.", "error": "fact"}
            ),
            "ship_return": lambda: on(
                returning(), {"by": "buyer", "carrier": "SF", "tracking_number": "2", "cost": CNY}
            ),
            "acknowledge_return": lambda: on(returning(is_shipped=True), {"by": "seller"}),
            "dispute_return": lambda: on(returning(is_shipped=True), dispute),
            "make_link": lambda: on(requested(), {"party": "buyer"}),
            "report_payout_paid": lambda: {"path": {"payout_id": due()}, "body": {"provider_reference": "P-1"}},
            "report_payout_failed": lambda: {"path": {"payout_id": due()}, "body": {"why": "The account is closed."}},
            "load_policy": lambda: {"path": {}, "body": {"terms_seconds": {"appeal": 259_200}}},
            "create_webhook_endpoint": lambda: {"path": {}, "body": {"url": NOWHERE}},
            "change_webhook_endpoint": lambda: {"path": {"endpoint_id": self.endpoint}, "body": {"url": NOWHERE}},
            "remove_webhook_endpoint": lambda: {"path": {"endpoint_id": an_endpoint()}},
            "ping_webhook_endpoint": lambda: {"path": {"endpoint_id": self.endpoint}},
            "replay_webhook_range": lambda: {"path": {"endpoint_id": self.endpoint}, "body": {"after": A_DAY}},
            "rotate_webhook_secret": lambda: {"path": {"endpoint_id": self.endpoint}, "body": {}},
            "replay_webhook_delivery": lambda: {"path": {"delivery_id": self.delivery}},
        }

    def arbitrator(self) -> dict[str, Maker]:
        """What the arbitrator of the case does."""
        return {
            "assign": lambda: on(walk.intervened(rejected()), {}),
            "extend": lambda: on(in_evidence(), {"seconds": 3600, "reason": "The carrier answers tomorrow."}),
            "remind": lambda: on(in_evidence()),
            "inquire": lambda: on(in_evidence(), {"to": ["buyer"], "text": "What does it weigh?"}),
            "correct_kind": lambda: {
                "path": {"exhibit_id": str(walk.filed(*_of_the_buyer(in_evidence())).pk)},
                "body": {"kind": "off_platform_chat", "reason": "It is a chat from elsewhere."},
            },
            "rule": lambda: _ruled_upon(in_ruling()),
            "read_signs": lambda: {"path": {"number": self.case.number}},
        }

    def supervisor(self) -> dict[str, Maker]:
        """The second person."""
        return {
            "confirm_ruling": lambda: {"path": proposed()},
            "send_ruling_back": lambda: {"path": proposed(), "body": {"note": "Look at the date."}},
        }


def _corrected(case: Case) -> Example:
    filed = walk.filed(*_of_the_buyer(case))
    return on(case, {"by": "buyer", **NOTE, "replaces": str(filed.pk)})


def _changed(case: Case) -> Example:
    filed = walk.filed(*_of_the_buyer(case))
    return {"path": {"exhibit_id": drafted(case)}, "body": {"title": "Another", "replaces": str(filed.pk)}}


def _of_the_buyer(case: Case) -> tuple[Case, Actor]:
    return case, walk.buyer_of(case)


def _ruled_upon(case: Case) -> Example:
    return on(case, a_ruling_on(case))


def a_key(scopes: list[str], **whom: Any) -> str:
    """Its text."""
    return keys.create("schemathesis", scopes=scopes, **whom)[1]


def keys_of_all() -> dict[str, str]:
    """One for each role."""
    made = {
        "marketplace": a_key(Scope.values),
        "reader": a_key([Scope.CASES_READ]),
        "teller": a_key([Scope.ORDERS_WRITE, Scope.WEBHOOKS]),
        "nobody": "adj_nobody",
    }
    for role in STAFF:
        user = User.objects.get_or_create(username=role, defaults={"is_staff": True})[0]
        user.groups.add(walk.group(role))
        made[role] = a_key(Scope.values, user=user)
    for who, (kind, external_id) in PARTIES.items():
        made[who] = a_key(Scope.values, party=Party.objects.get(kind=kind, external_id=external_id))
    return made


def seeded(copies: int) -> dict[str, Any]:
    """One world: examples and spare matters by role and operation, ids for addresses, and what whom must not see."""
    world = World()
    acts = {role: getattr(world, role)() for role in ("marketplace", *STAFF)}
    return {
        "examples": {
            role: {name: [make() for _copy in range(copies)] for name, make in makers.items()}
            for role, makers in acts.items()
        },
        "spare": {role: {name: make() for name, make in makers.items()} for role, makers in acts.items()},
        "ids": world.ids,
        "secrets": {
            "buyer": [THEIRS["second"]],
            "seller": [THEIRS["second"]],
            "other buyer": [THEIRS["first"]],
            "nobody": list(THEIRS.values()),
        },
    }


if __name__ == "__main__":
    made = [seeded(int(copies)) for copies in sys.argv[1:]]
    sys.stdout.write(json.dumps({"keys": keys_of_all(), "worlds": made}))
