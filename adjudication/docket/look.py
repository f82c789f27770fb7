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
from adjudication.orders.models import Order
from adjudication.papers import Papers
from adjudication.policy import versions

M = TypeVar("M", bound=models.Model)

PEOPLE = Reader(User, "u")
#: With what their files give away, which no act reads.
EXHIBITS = Reader(Exhibit, "x")
EXTENSIONS, OUTAGES, ENDED_TERMS = Reader(Extension, "x"), Reader(Outage, "o"), Reader(Deadline, "x")

_HEARD = ", ".join(f"'{state}'" for state in sorted(HEARD))
_OF_CASE = "x.case_id = c.id"
LOOK = f"""
SELECT coalesce(%(at)s::timestamptz, clock_timestamp()),
    ROW({load.CASES.columns}), ROW({load.ORDERS.columns}), ROW({load.BUYERS.columns}), ROW({load.SHOPS.columns}),
    ROW({load.SELLERS.columns}), CASE WHEN u.id IS NOT NULL THEN ROW({PEOPLE.columns}) END,
    CASE WHEN d.id IS NOT NULL THEN ROW({load.DEADLINES.columns}) END,
    {load.every(load.LINES, "x.order_id = c.order_id", "x.id")},
    {load.every(load.MESSAGES, "x.order_id = c.order_id", "x.number")},
    {load.every(EXHIBITS, _OF_CASE, "x.number")},
    {load.every(load.DRAFTS, _OF_CASE, "x.kept_at, x.id")},
    {load.every(load.RULINGS, _OF_CASE, "x.instance")},
    {load.every(load.PROPOSALS, f"{_OF_CASE} AND c.state = '{State.RULING}'", "x.proposed_at")},
    {load.every(load.OFFERS, _OF_CASE, "x.made_at")},
    {load.every(load.INQUIRIES, _OF_CASE, "x.number")},
    ARRAY(SELECT ROW({load.ASKINGS.columns}) FROM adjudication_asking x
          JOIN adjudication_inquiry i ON i.id = x.inquiry_id WHERE i.case_id = c.id ORDER BY x.side),
    ARRAY(SELECT ROW({load.CORRECTIONS.columns}) FROM adjudication_kindcorrection x
          JOIN adjudication_exhibit e ON e.id = x.exhibit_id WHERE e.case_id = c.id ORDER BY x.number),
    ARRAY(SELECT ROW(ROW({EXTENSIONS.columns}), ROW({PEOPLE.columns}), ROW({OUTAGES.columns}))
          FROM adjudication_deadline t JOIN adjudication_extension x ON x.deadline_id = t.id
          LEFT JOIN auth_user u ON u.id = x.by_id LEFT JOIN adjudication_outage o ON o.id = x.outage_id
          WHERE t.case_id = c.id ORDER BY x.due_after, x.id),
    {load.every(ENDED_TERMS, f"{_OF_CASE} AND x.ended_at IS NOT NULL", "x.id")},
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
    case, order = load.CASES.build(of_case), load.ORDERS.build(of_order)
    load.introduce(order, of_buyer, of_shop, of_seller)
    arbitrator = PEOPLE.build(of_arbitrator) if of_arbitrator else None
    case._state.fields_cache |= {"order": order, "buyer": order.buyer, "shop": order.shop, "arbitrator": arbitrator}
    versions.get(case.policy_version_id)
    _lay_out(case, order, load.DEADLINES.build(of_deadline) if of_deadline else None, tables)
    _show_as_the_next_act_would_find_it(case, at=at)
    return case, at


def _lay_out(case: Case, order: Order, deadline: Deadline | None, tables: Sequence[Sequence[Any]]) -> None:
    """Give the case and its order their papers, from the columns of `LOOK` that are whole tables."""
    lines, messages, exhibits, drafts, rulings, proposals, offers, inquiries, askings, kinds, *terms, interested = (
        tables
    )
    extensions, ended_terms = _terms(*terms)
    order.papers = Papers(
        order.version, lines=load.built(load.LINES, lines), messages=load.built(load.MESSAGES, messages)
    )
    case.papers = Papers(
        case.version,
        deadline=deadline,
        extensions=[extension for extension in extensions if deadline and extension.deadline_id == deadline.pk],
        ended_terms=ended_terms,
        lines=[line for line in order.papers.lines if line.is_disputed and line.latest_case_id == case.id],
        exhibits=load.built(EXHIBITS, exhibits),
        drafts=load.built(load.DRAFTS, drafts),
        rulings=load.built(load.RULINGS, rulings),
        proposals=load.built(load.PROPOSALS, proposals),
        offers=load.built(load.OFFERS, offers),
        inquiries=_inquiries(inquiries, askings),
        interested=frozenset(interested),
    )
    corrections.lay_on(case.papers.exhibits, load.built(load.CORRECTIONS, kinds))
    papers = case.papers
    for each in (*papers.exhibits, *papers.rulings, *papers.proposals, *papers.offers, *papers.inquiries):
        each._state.fields_cache["case"] = case


def _inquiries(found: Sequence[Sequence[Any]], asked: Sequence[Sequence[Any]]) -> list[Inquiry]:
    inquiries, askings = load.built(load.INQUIRIES, found), load.built(load.ASKINGS, asked)
    for inquiry in inquiries:
        inquiry.asked = [asking for asking in askings if asking.inquiry_id == inquiry.pk]
    return inquiries


def _terms(extended: Sequence[Sequence[Any]], ended: Sequence[Sequence[Any]]) -> tuple[list[Extension], list[Deadline]]:
    """All extensions of the case's terms, and the terms that are over, each with its own."""
    extensions, terms = [_extension(*columns) for columns in extended], load.built(ENDED_TERMS, ended)
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
