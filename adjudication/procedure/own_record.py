"""The platform's own record: the chat as the marketplace reports it, and what of it is filed when a case opens.

Listing and chat are frozen: neither side types them, so neither can forge or trim them (DOMAIN section 5).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from adjudication.cases.models import Case
from adjudication.evidence.frozen import chat_words, listing_words
from adjudication.evidence.intake import ExhibitGiven
from adjudication.evidence.models import Exhibit
from adjudication.journal.record import record
from adjudication.orders.messages import Message, MessageGiven, in_order, keep
from adjudication.orders.models import Order
from adjudication.papers import act
from adjudication.parties import PLATFORM, Actor
from adjudication.procedure.take_evidence import put_on_file


@act
def report_messages(order: Order, *, by: Actor, messages: Sequence[MessageGiven], at: datetime) -> list[Message]:
    """The marketplace reports chat between the two sides; what is known already is not kept twice.

    What comes after a case was opened stays with the order, to be quoted.

    Returns:
        the messages that are new.

    Raises:
        Unprocessable: more than are kept of one order.

    """
    new = keep(order, messages, at=at)
    if new:
        hashes = [message.sha256 for message in new]
        record(order, "order.messages_reported", by=by, at=at, first=new[0].number, hashes=hashes)
    return new


def file_own_record(case: Case, *, at: datetime) -> None:
    """File for both sides, as the platform, what was bought and what was said until the case opened.

    Called while the case is being requested, within the same act.
    """
    order = case.order
    for line in case.papers.lines:
        if snapshot := order.papers.snapshots.get(line.pk):
            _file(case, Exhibit.Kind.LISTING_SNAPSHOT, line.title, listing_words(snapshot), at)
    if messages := order.papers.messages:
        held = in_order(messages)
        title = f"{order.number} #{held[0].number}–#{held[-1].number}"
        _file(case, Exhibit.Kind.PLATFORM_CHAT, title, chat_words(messages), at)


def _file(case: Case, kind: Exhibit.Kind, title: str, words: str, at: datetime) -> None:
    given = ExhibitGiven(kind, " ".join(title.split())[:200] or str(kind.value), words)
    put_on_file(case, by=PLATFORM, given=given, at=at, is_of_record=True)
