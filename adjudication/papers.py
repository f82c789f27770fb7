"""The papers of a matter: what an act reads and drafts while the docket has the case or the order taken up.

An act asks the database nothing and writes nothing: it finds on the papers what the docket loaded under the lock
(open deadline, lines, exhibits, rulings) and adds its drafts. A case that was not taken up has no papers, so an act on
it fails at once. The docket alone reads the drafts, and writes all of them or none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar
from uuid import UUID

if TYPE_CHECKING:
    from adjudication.cases.inquiries import Asking, Inquiry
    from adjudication.cases.models import Case
    from adjudication.cases.notes import Note
    from adjudication.cases.offers import Offer
    from adjudication.deadlines.models import Deadline, Extension
    from adjudication.escrow.models import Payout
    from adjudication.escrow.post import AccountName, EntryDraft, PayoutDraft
    from adjudication.evidence.corrections import KindCorrection
    from adjudication.evidence.drafts import Draft
    from adjudication.evidence.models import Exhibit
    from adjudication.journal.record import EventDraft
    from adjudication.orders.messages import Message
    from adjudication.orders.models import Line, ParcelReport
    from adjudication.rulings.models import Proposal, Ruling


@dataclass(slots=True)
class Papers:
    """What lies on the desk for one case or order."""

    version_taken: int
    """The matter's version under the lock; the docket's UPDATE is guarded by it. -1: it does not exist yet."""

    deadline: Deadline | None = None
    """The open deadline, stored or drafted."""
    extensions: list[Extension] = field(default_factory=list)
    """Those of the open deadline that stand on record; laid out where they are shown."""
    ended_terms: list[Deadline] = field(default_factory=list)
    """The terms that are over, the earliest first, each with its extensions; laid out where they are shown."""

    lines: list[Line] = field(default_factory=list)
    exhibits: list[Exhibit] = field(default_factory=list)
    rulings: list[Ruling] = field(default_factory=list)
    interested: frozenset[int] = frozenset()
    """Who, by user id, may not hear it: related to a party, or has traded with one. Laid out while staff hear it."""
    inquiries: list[Inquiry] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    """The order's chat on the platform; the clock's acts do not read it."""
    snapshots: dict[int, dict[str, Any]] = field(default_factory=dict)
    """The listings as they were when bought, by the line's id; laid out where a case opens."""

    # Drafts, in the order in which they were made.
    moves: int = 0
    """How many transitions were made since the matter was taken up."""
    stops: list[tuple[str, int, bytes]] = field(default_factory=list)
    """States passed through before the last transition: (state, version, head), written edge by edge."""
    deadlines: list[Deadline] = field(default_factory=list)
    """Terms that ended or opened."""
    moved_deadlines: list[Deadline] = field(default_factory=list)
    """Stored terms of which the end or the next reminder moved."""
    new_extensions: list[Extension] = field(default_factory=list)
    events: list[EventDraft] = field(default_factory=list)
    entries: list[EntryDraft] = field(default_factory=list)
    payouts: list[PayoutDraft] = field(default_factory=list)
    moved_payouts: list[Payout] = field(default_factory=list)
    next_case_id: int = 0
    """The id a case opened on this order would get."""
    policy_in_force: int = 0
    """The version that such a case would be heard under."""
    new_cases: list[Case] = field(default_factory=list)
    new_exhibits: list[Exhibit] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    """Of both sides: what shows or tells anything of them asks first whose they are."""
    new_drafts: list[Draft] = field(default_factory=list)
    moved_drafts: dict[UUID, Draft] = field(default_factory=dict)
    ended_drafts: list[Draft] = field(default_factory=list)
    """Filed or dropped."""
    files_let_go: list[str] = field(default_factory=list)
    """Stored files that nothing names any more: deleted once it is committed."""
    new_rulings: list[Ruling] = field(default_factory=list)
    final_rulings: list[Ruling] = field(default_factory=list)
    """Those that can no longer be appealed against: each gets its place in the public register."""
    proposals: list[Proposal] = field(default_factory=list)
    new_proposals: list[Proposal] = field(default_factory=list)
    moved_proposals: list[Proposal] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    new_offers: list[Offer] = field(default_factory=list)
    moved_offers: list[Offer] = field(default_factory=list)
    new_notes: list[Note] = field(default_factory=list)
    new_messages: list[Message] = field(default_factory=list)
    new_inquiries: list[Inquiry] = field(default_factory=list)
    replied: list[Asking] = field(default_factory=list)
    """Sides that have answered an inquiry."""
    new_corrections: list[KindCorrection] = field(default_factory=list)
    accounts: list[AccountName] = field(default_factory=list)
    """Accounts that a new order's money can stand in."""
    parcels: list[ParcelReport] = field(default_factory=list)
    moved_lines: dict[int, Line] = field(default_factory=dict)
    """Lines of the order that changed, by id."""
    is_moved: bool = False
    """The order's own row changed, with or without an event of its own."""

    @property
    def has_drafted(self) -> bool:
        """Has an act kept, changed, filed or dropped a draft? No event tells of it."""
        return bool(self.new_drafts or self.moved_drafts or self.ended_drafts)

    spoiled: bool = False
    """An act on it was refused half way: nothing of it may be written any more."""


P = ParamSpec("P")
R = TypeVar("R")
M = TypeVar("M", bound="HasPapers")


class HasPapers(Protocol):
    """A case or an order, taken up."""

    papers: Papers


def act(performed: Callable[Concatenate[M, P], R]) -> Callable[Concatenate[M, P], R]:
    """Mark a function as an act on a case or order: refused half way, it spoils the papers, and nothing is written.

    So a caller that swallows a refusal inside `docket.take` still cannot write half an act.
    """

    @wraps(performed)
    def guarded(matter: M, /, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return performed(matter, *args, **kwargs)
        except BaseException:
            matter.papers.spoiled = True
            raise

    return guarded
