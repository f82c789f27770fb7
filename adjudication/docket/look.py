"""Look at a case without taking it up: all of it in one statement, so that what is shown is of one moment.

However much is on file, the database is asked once. Each table's rows come as an array of rows, in the order in which
people read them, and become the same models as those that acts are given.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.db import models
from django.utils.translation import gettext_lazy as _

from adjudication import clock
from adjudication.cases.inquiries import Inquiry
from adjudication.cases.models import Case
from adjudication.cases.states import HEARD, State
from adjudication.deadlines import outages
from adjudication.deadlines.models import Deadline, Extension, Outage
from adjudication.docket import load
from adjudication.docket.fallen import known_to
from adjudication.docket.read import Reader, named
from adjudication.docket.take import time_inquiries
from adjudication.errors import NotFound
from adjudication.evidence import corrections
from adjudication.evidence.models import Exhibit
from adjudication.orders.models import Order, Party, Shop
from adjudication.papers import Papers
from adjudication.policy import versions
from adjudication.statements import rows

M = TypeVar("M", bound=models.Model)

BUYERS, SELLERS = Reader(Party, "b"), Reader(Party, "p")
SHOPS = Reader(Shop, "s")
PEOPLE = Reader(User, "u")
#: With what their files give away, which no act reads.
EXHIBITS = Reader(Exhibit, "x")
EXTENSIONS, OUTAGES, ENDED_TERMS = Reader(Extension, "x"), Reader(Outage, "o"), Reader(Deadline, "x")


def _every(reader: Reader[Any], condition: str, order_by: str) -> str:
    """All rows of a table that stand with the case `c`, as one column."""
    table = f"{reader.model._meta.db_table} x"
    return f"ARRAY(SELECT ROW({reader.columns}) FROM {table} WHERE {condition} ORDER BY {order_by})"


_HEARD = ", ".join(f"'{state}'" for state in sorted(HEARD))
_OF_CASE = "x.case_id = c.id"
LOOK = f"""
SELECT coalesce(%(at)s::timestamptz, clock_timestamp()),
    ROW({load.CASES.columns}), ROW({load.ORDERS.columns}), ROW({BUYERS.columns}), ROW({SHOPS.columns}),
    ROW({SELLERS.columns}), CASE WHEN u.id IS NOT NULL THEN ROW({PEOPLE.columns}) END,
    CASE WHEN d.id IS NOT NULL THEN ROW({load.DEADLINES.columns}) END,
    {_every(load.LINES, "x.order_id = c.order_id", "x.id")},
    {_every(load.MESSAGES, "x.order_id = c.order_id", "x.number")},
    {_every(EXHIBITS, _OF_CASE, "x.number")},
    {_every(load.DRAFTS, _OF_CASE, "x.kept_at, x.id")},
    {_every(load.RULINGS, _OF_CASE, "x.instance")},
    {_every(load.PROPOSALS, f"{_OF_CASE} AND c.state = '{State.RULING}'", "x.proposed_at")},
    {_every(load.OFFERS, _OF_CASE, "x.made_at")},
    {_every(load.INQUIRIES, _OF_CASE, "x.number")},
    ARRAY(SELECT ROW({load.ASKINGS.columns}) FROM adjudication_asking x
          JOIN adjudication_inquiry i ON i.id = x.inquiry_id WHERE i.case_id = c.id ORDER BY x.side),
    ARRAY(SELECT ROW({load.CORRECTIONS.columns}) FROM adjudication_kindcorrection x
          JOIN adjudication_exhibit e ON e.id = x.exhibit_id WHERE e.case_id = c.id ORDER BY x.number),
    ARRAY(SELECT ROW(ROW({EXTENSIONS.columns}), ROW({PEOPLE.columns}), ROW({OUTAGES.columns}))
          FROM adjudication_deadline t JOIN adjudication_extension x ON x.deadline_id = t.id
          LEFT JOIN auth_user u ON u.id = x.by_id LEFT JOIN adjudication_outage o ON o.id = x.outage_id
          WHERE t.case_id = c.id ORDER BY x.due_after, x.id),
    {_every(ENDED_TERMS, f"{_OF_CASE} AND x.ended_at IS NOT NULL", "x.id")},
    ARRAY(SELECT i.user_id FROM adjudication_interest i WHERE c.state IN ({_HEARD}) AND {load.IS_INTERESTED})
FROM adjudication_case c
JOIN adjudication_order o ON o.id = c.order_id
JOIN adjudication_party b ON b.id = c.buyer_id
JOIN adjudication_shop s ON s.party_id = c.shop_id
JOIN adjudication_party p ON p.id = s.party_id
LEFT JOIN auth_user u ON u.id = c.arbitrator_id
LEFT JOIN adjudication_deadline d ON d.case_id = c.id AND d.ended_at IS NULL
WHERE c.number = %(number)s"""  # our own columns alone


def look(number: str) -> tuple[Case, datetime]:
    """Return a case with its papers, and the time, without taking it up: to show it, and what may be done.

    Raises:
        NotFound: there is no such case.

    """
    found = named(LOOK, number, at=clock.simulated_at())
    if not found:
        raise NotFound(_("There is no such case."))
    at, of_case, of_order, of_buyer, of_shop, of_seller, of_arbitrator, of_deadline, *tables = found[0]
    case, order, shop = load.CASES.build(of_case), load.ORDERS.build(of_order), SHOPS.build(of_shop)
    buyer, seller = BUYERS.build(of_buyer), SELLERS.build(of_seller)
    arbitrator = PEOPLE.build(of_arbitrator) if of_arbitrator else None
    shop._state.fields_cache["party"] = seller
    order._state.fields_cache |= {"buyer": buyer, "shop": shop}
    case._state.fields_cache |= {"order": order, "buyer": buyer, "shop": shop, "arbitrator": arbitrator}
    versions.get(case.policy_version_id)
    _lay_out(case, order, load.DEADLINES.build(of_deadline) if of_deadline else None, tables)
    _show_as_the_next_act_would_find_it(case, at=at)
    return case, at


SIDES = f"""
SELECT ROW({BUYERS.columns}), ROW({SHOPS.columns}), ROW({SELLERS.columns})
FROM adjudication_party b, adjudication_shop s JOIN adjudication_party p ON p.id = s.party_id
WHERE b.id = %(buyer)s AND s.party_id = %(shop)s"""


def introduce(case: Case) -> None:
    """Fetch who the two sides of a case in hand are, to name them in an answer."""
    ((of_buyer, of_shop, of_seller),) = rows(SIDES, {"buyer": case.buyer_id, "shop": case.shop_id})
    buyer, shop = BUYERS.build(of_buyer), SHOPS.build(of_shop)
    shop._state.fields_cache["party"] = SELLERS.build(of_seller)
    for matter in (case, case.order):
        matter._state.fields_cache |= {"buyer": buyer, "shop": shop}


def _lay_out(case: Case, order: Order, deadline: Deadline | None, tables: Sequence[Sequence[Any]]) -> None:
    """Give the case and its order their papers, from the columns of `LOOK` that are whole tables."""
    lines, messages, exhibits, drafts, rulings, proposals, offers, inquiries, askings, kinds, *terms, interested = (
        tables
    )
    extensions, ended_terms = _terms(*terms)
    order.papers = Papers(order.version, lines=_built(load.LINES, lines), messages=_built(load.MESSAGES, messages))
    case.papers = Papers(
        case.version,
        deadline=deadline,
        extensions=[extension for extension in extensions if deadline and extension.deadline_id == deadline.pk],
        ended_terms=ended_terms,
        lines=[line for line in order.papers.lines if line.is_disputed and line.latest_case_id == case.id],
        exhibits=_built(EXHIBITS, exhibits),
        drafts=_built(load.DRAFTS, drafts),
        rulings=_built(load.RULINGS, rulings),
        proposals=_built(load.PROPOSALS, proposals),
        offers=_built(load.OFFERS, offers),
        inquiries=_inquiries(inquiries, askings),
        interested=frozenset(interested),
    )
    corrections.lay_on(case.papers.exhibits, _built(load.CORRECTIONS, kinds))
    papers = case.papers
    for each in (*papers.exhibits, *papers.rulings, *papers.proposals, *papers.offers, *papers.inquiries):
        each._state.fields_cache["case"] = case


def _built(reader: Reader[M], found: Sequence[Sequence[Any]]) -> list[M]:
    return [reader.build(row) for row in found]


def _inquiries(found: Sequence[Sequence[Any]], asked: Sequence[Sequence[Any]]) -> list[Inquiry]:
    inquiries, askings = _built(load.INQUIRIES, found), _built(load.ASKINGS, asked)
    for inquiry in inquiries:
        inquiry.asked = [asking for asking in askings if asking.inquiry_id == inquiry.pk]
    return inquiries


def _terms(extended: Sequence[Sequence[Any]], ended: Sequence[Sequence[Any]]) -> tuple[list[Extension], list[Deadline]]:
    """All extensions of the case's terms, and the terms that are over, each with its own."""
    extensions, terms = [_extension(*columns) for columns in extended], _built(ENDED_TERMS, ended)
    for term in terms:
        own = [extension for extension in extensions if extension.deadline_id == term.pk]
        vars(term)["_prefetched_objects_cache"] = {"extensions": own}
    return extensions, terms


def _extension(columns: Sequence[Any], by: Sequence[Any], outage: Sequence[Any]) -> Extension:
    extension = EXTENSIONS.build(columns)
    extension._state.fields_cache["by"] = PEOPLE.build(by) if extension.by_id else None
    extension._state.fields_cache["outage"] = OUTAGES.build(outage) if extension.outage_id else None
    return extension


def _show_as_the_next_act_would_find_it(case: Case, *, at: datetime) -> None:
    """A term or an inquiry that fell due in an outage runs on to the end of its grace."""
    deadline = case.papers.deadline
    if deadline is not None and at >= deadline.due_at:
        outages.notice()
        outage = outages.over(deadline, known_to([deadline]))
        deadline.due_at = outage.grace_ends_at if outage else deadline.due_at
    time_inquiries(case, at=at)
