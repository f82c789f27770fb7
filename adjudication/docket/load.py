"""Put the papers on the desk: what acts read, loaded for many matters with one statement a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, TypeVar

from django.db import models

from adjudication.cases.inquiries import Asking, Inquiry
from adjudication.cases.models import Case
from adjudication.cases.offers import Offer
from adjudication.cases.states import HEARD, State
from adjudication.deadlines.models import Deadline
from adjudication.docket.read import Reader
from adjudication.evidence import corrections
from adjudication.evidence.corrections import KindCorrection
from adjudication.evidence.drafts import Draft
from adjudication.evidence.models import Exhibit
from adjudication.orders.messages import Message
from adjudication.orders.models import Line, Order, Party, Shop
from adjudication.papers import Papers
from adjudication.rulings.models import Proposal, Ruling
from adjudication.statements import is_prepared, rows

M = TypeVar("M", bound=models.Model)

ORDERS = Reader(Order, "o")
CASES = Reader(Case, "c")
DEADLINES = Reader(Deadline, "d")
LINES = Reader(Line, "x", without=["snapshot"])
EXHIBITS = Reader(Exhibit, "x", without=Exhibit.TRACES)
DRAFTS = Reader(Draft, "x")
RULINGS = Reader(Ruling, "x")
PROPOSALS = Reader(Proposal, "x")
OFFERS = Reader(Offer, "x")
INQUIRIES = Reader(Inquiry, "x")
ASKINGS = Reader(Asking, "x")
CORRECTIONS = Reader(KindCorrection, "x")
MESSAGES = Reader(Message, "x")
BUYERS, SHOPS, SELLERS = Reader(Party, "b"), Reader(Shop, "s"), Reader(Party, "p")

#: States in which the clock's acts read the exhibits; and those in which a first instance can have been ruled.
CLOCK_READS_EXHIBITS = frozenset(HEARD)
AFTER_A_RULING = frozenset({State.RULED, State.RETURNING, State.CLOSED})
#: Who may not hear a case: related to a party, or through an account of their own has traded with one.
IS_INTERESTED = """i.ended_at IS NULL AND (i.party_id IN (c.buyer_id, c.shop_id)
   OR i.kind = 'account' AND EXISTS (SELECT FROM adjudication_order o
      WHERE o.buyer_id = i.party_id AND o.shop_id = c.shop_id OR o.shop_id = i.party_id AND o.buyer_id = c.buyer_id))"""
INTERESTED = f"""
SELECT c.id, i.user_id FROM adjudication_case c JOIN adjudication_interest i ON {IS_INTERESTED}
WHERE c.id = ANY(%(ids)s::bigint[])"""  # our own words alone


def lay_out_orders(orders: Sequence[Order], deadlines: dict[int, Deadline], *, for_the_clock: bool = False) -> None:
    """Give each order its papers: its open deadline, its lines, and the chat about it if there was any.

    Args:
        orders: taken up.
        deadlines: the open ones, by order id.
        for_the_clock: without the chat, which the clock's own acts do not read.

    """
    lines = _by_matter(LINES, "order_id", [order.id for order in orders], "id")
    messages = messages_of([] if for_the_clock else orders)
    for order in orders:
        order.papers = Papers(
            order.version, deadline=deadlines.get(order.id), lines=lines[order.id], messages=messages[order.id]
        )


def messages_of(orders: Sequence[Order]) -> defaultdict[int, list[Message]]:
    """The chat about each order, by its id; where none was kept, the database is not asked."""
    return _by_matter(MESSAGES, "order_id", [order.id for order in orders if order.messages_count], "number")


def introduce(order: Order, of_buyer: Sequence[Any], of_shop: Sequence[Any], of_seller: Sequence[Any]) -> None:
    """Say who the order's two sides are, from a row each: the buyer, the shop, and the party behind it."""
    shop = SHOPS.build(of_shop)
    shop._state.fields_cache["party"] = SELLERS.build(of_seller)
    order._state.fields_cache |= {"buyer": BUYERS.build(of_buyer), "shop": shop}


def every(reader: Reader[Any], condition: str, order_by: str) -> str:
    """All rows of a table `x` that stand with what is asked for, as one column of a statement."""
    table = f"{reader.model._meta.db_table} x"
    return f"ARRAY(SELECT ROW({reader.columns}) FROM {table} WHERE {condition} ORDER BY {order_by})"


def built(reader: Reader[M], found: Sequence[Sequence[Any]]) -> list[M]:
    """The rows of such a column as models."""
    return [reader.build(row) for row in found]


def lay_out_cases(cases: Sequence[Case], deadlines: dict[int, Deadline], *, for_the_clock: bool = False) -> None:
    """Give each case its papers: open deadline, lines, and the exhibits, rulings and offers its state can have.

    The order's own papers are laid out too; cases over one order share them.

    Args:
        cases: taken up, each with its order.
        deadlines: the open ones, by case id.
        for_the_clock: only what the clock's own acts read.

    """
    orders = {case.order_id: case.order for case in cases}
    for case in cases:
        case._state.fields_cache["order"] = orders[case.order_id]
    lay_out_orders(list(orders.values()), {}, for_the_clock=for_the_clock)
    heard = [c.id for c in cases if c.exhibits_count and (not for_the_clock or c.state in CLOCK_READS_EXHIBITS)]
    exhibits = _by_matter(EXHIBITS, "case_id", heard, "number")
    drafts = _by_matter(DRAFTS, "case_id", [c.id for c in cases if c.drafts_count], "kept_at, x.id")
    ruled = [c.id for c in cases if c.instance > 1 or c.state in AFTER_A_RULING]
    rulings = _by_matter(RULINGS, "case_id", ruled, "instance")
    judged = [case.id for case in cases if case.state == State.RULING]
    proposals = _by_matter(PROPOSALS, "case_id", judged, "proposed_at")
    offers = _by_matter(OFFERS, "case_id", [c.id for c in cases if c.open_offers], "made_at")
    interested = _interested([] if for_the_clock else [case.id for case in cases if case.state in HEARD])
    inquiries = _inquiries([c.id for c in cases if c.inquiries_count and not for_the_clock])
    _lay_on_corrections([exhibits[c.id] for c in cases if not c.corrections_count], asked=False)
    _lay_on_corrections([exhibits[c.id] for c in cases if c.corrections_count], asked=True)
    for case in cases:
        case.papers = Papers(
            case.version,
            deadline=deadlines.get(case.id),
            lines=[line for line in case.order.papers.lines if line.is_disputed and line.latest_case_id == case.id],
            exhibits=exhibits[case.id],
            drafts=drafts[case.id],
            rulings=rulings[case.id],
            offers=offers[case.id],
            proposals=proposals[case.id],
            interested=frozenset(interested[case.id]),
            inquiries=inquiries[case.id],
        )


def _interested(ids: list[int]) -> defaultdict[int, list[int]]:
    found: defaultdict[int, list[int]] = defaultdict(list)
    for case_id, user_id in rows(INTERESTED, {"ids": ids}, prepare=is_prepared(len(ids))) if ids else ():
        found[case_id].append(user_id)
    return found


def _inquiries(ids: list[int]) -> defaultdict[int, list[Inquiry]]:
    """The inquiries of each case, each with the sides that it asks."""
    found = _by_matter(INQUIRIES, "case_id", ids, "number")
    every = [inquiry for of_case in found.values() for inquiry in of_case]
    asked = _by_matter(ASKINGS, "inquiry_id", [inquiry.id for inquiry in every], "side", type_of_ids="uuid")
    for inquiry in every:
        inquiry.asked = asked[inquiry.id]
    return found


def _lay_on_corrections(filed: Sequence[list[Exhibit]], *, asked: bool) -> None:
    exhibits = [exhibit for of_case in filed for exhibit in of_case]
    ids = [exhibit.id for exhibit in exhibits] if asked else []
    found = _by_matter(CORRECTIONS, "exhibit_id", ids, "number", type_of_ids="uuid")
    corrections.lay_on(exhibits, [correction for of_exhibit in found.values() for correction in of_exhibit])


def _by_matter(
    reader: Reader[M], matter: str, ids: Sequence[Any], order_by: str, *, type_of_ids: str = "bigint"
) -> defaultdict[Any, list[M]]:
    """Rows of one table by the id of what they belong to; without an id the database is not asked."""
    found: defaultdict[Any, list[M]] = defaultdict(list)
    if ids:
        table, place = reader.model._meta.db_table, reader.places[matter]
        statement = (
            f"SELECT {reader.columns} FROM {table} x "
            f"WHERE x.{matter} = ANY(%(ids)s::{type_of_ids}[]) ORDER BY x.{order_by}"
        )
        for row in rows(statement, {"ids": ids}, prepare=is_prepared(len(ids))):
            found[row[place]].append(reader.build(row))
    return found
