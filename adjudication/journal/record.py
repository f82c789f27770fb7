"""Record what happened: the next event of a case or an order, chained to the last.

Recording drafts onto the matter's papers; `write` puts many matters' drafts, and an announcement for each, into the
database with one statement.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from adjudication.journal.chain import canonical, link, timestamp
from adjudication.papers import Papers
from adjudication.parties import Actor
from adjudication.statements import Statements


class Matter(Protocol):
    """A case or an order: it has a number, a chain, and papers when taken up."""

    pk: Any
    number: Any
    version: Any
    head: Any
    papers: Papers


class EventDraft(NamedTuple):
    """One event to be written; exactly one of the first two is set."""

    order_id: int | None
    case_id: int | None
    sequence: int
    kind: str
    occurred_at: datetime
    body: str
    previous: bytes
    hash: bytes


def record(matter: Matter, kind: str, /, *, by: Actor, at: datetime, **facts: Any) -> None:
    """Add the next event to the matter's chain; the matter's version becomes its number.

    Args:
        matter: the case or order, taken up.
        kind: the type by which webhooks and the feed know it, such as `case.rejected`.
        by: who acted.
        at: when.
        facts: ids, codes, whole numbers and hashes only; never names or words.

    """
    matter.version += 1
    of_case = matter._meta.model_name == "case"  # type: ignore[attr-defined]  # a Django model, whichever it is
    who: dict[str, Any] = {"role": by.role.value}
    if by.id:
        who["id"] = by.id
    if by.key_id:
        who["key"] = by.key_id
    body = canonical(
        {
            "at": timestamp(at),
            "by": who,
            ("case" if of_case else "order"): matter.number,
            "facts": facts,
            "kind": kind,
            "sequence": matter.version,
        }
    )
    previous = bytes(matter.head)
    matter.head = link(previous, body)
    order_id, case_id = (None, matter.pk) if of_case else (matter.pk, None)
    matter.papers.events.append(EventDraft(order_id, case_id, matter.version, kind, at, body, previous, matter.head))


INSERT_EVENTS = """
WITH told AS (
    INSERT INTO adjudication_event (order_id, case_id, sequence, kind, occurred_at, body, previous, hash)
    SELECT * FROM unnest(%b::bigint[], %b::bigint[], %b::int[], %b::text[], %b::timestamptz[], %b::text[],
                         %b::bytea[], %b::bytea[])
    RETURNING id)
INSERT INTO adjudication_announcement (event_id) SELECT id FROM told"""


def write(statements: Statements, papers: Iterable[Papers]) -> None:
    """Write every drafted event, and a row that announces it after the commit."""
    drafts = [draft for each in papers for draft in each.events]
    if drafts:
        statements.send(INSERT_EVENTS, [list(column) for column in zip(*drafts, strict=True)])
