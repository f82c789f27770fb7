"""Read everything of a case that goes into its signed file, as it stood at one moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import OperationalError, connection, transaction
from django.db.models import Q, prefetch_related_objects
from psycopg.errors import SerializationFailure

from adjudication import docket
from adjudication.cases.models import Case
from adjudication.cases.states import State
from adjudication.deadlines.models import Deadline
from adjudication.escrow import balances
from adjudication.escrow.balances import OrderBalance
from adjudication.escrow.models import Entry
from adjudication.evidence.models import Exhibit
from adjudication.journal.models import Event
from adjudication.orders.models import ParcelReport
from adjudication.parties import Actor
from adjudication.policy.models import PolicyVersion
from adjudication.rulings.models import Finding, Ruling


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks for the file, with standing in the case, and what they are called outside this service."""

    actor: Actor
    name: str
    """The marketplace's id of a party, the username of a member of staff, the name of a key."""


@dataclass(frozen=True, slots=True)
class Read:
    """A case at one moment, for one asker."""

    case: Case
    at: datetime
    asker: Asker
    lines: list[str]
    """The labels of the lines it is over."""
    terms: list[Deadline]
    rulings: list[tuple[Ruling, list[tuple[Exhibit, Finding]]]]
    """With the findings in the order of the exhibits."""
    parcels: list[ParcelReport]
    entries: list[Entry]
    balance: OrderBalance
    events: list[Event]
    order_events: list[Event]
    policy: PolicyVersion
    follows: str
    """The number of the case before it over the same lines."""


def read(number: str, asker: Asker) -> Read:
    """Read it; drafts, notes, proposals and what files give away of themselves are not among it, whoever asks.

    Raises:
        NotFound: there is no such case.

    """
    try:
        return _read(number, asker)
    except OperationalError as error:
        # Of two who find at once that a term is due, one has noted it first; that is in the next moment.
        if connection.in_atomic_block or not isinstance(error.__cause__, SerializationFailure):
            raise
        return _read(number, asker)


def _read(number: str, asker: Asker) -> Read:
    with _one_moment():
        case, at = docket.look(number)
        deadline = case.papers.deadline
        own = Q(case=case) | Q(case=None)
        entries = Entry.objects.filter(own, order=case.order_id).select_related("case").order_by("id")
        return Read(
            case=case,
            at=at,
            asker=asker,
            lines=_lines(case),
            terms=[*case.papers.ended_terms, *_running(case, deadline)],
            rulings=_rulings(case),
            parcels=list(ParcelReport.objects.filter(order_id=case.order_id).order_by("id")),
            entries=list(entries.prefetch_related("postings__account")),
            balance=balances.of_order(case.order_id),
            events=list(Event.objects.filter(case=case).order_by("sequence")),
            order_events=list(Event.objects.filter(order=case.order_id).order_by("sequence")),
            policy=PolicyVersion.objects.get(pk=case.policy_version_id),
            follows=case.follows.number if case.follows else "",
        )


@contextmanager
def _one_moment() -> Iterator[None]:
    is_own = not connection.in_atomic_block
    with transaction.atomic():
        if is_own:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _lines(case: Case) -> list[str]:
    if case.state != State.CLOSED:
        return [line.label for line in case.papers.lines]
    return list(case.case_lines.order_by("line_id").values_list("line__label", flat=True))


def _running(case: Case, deadline: Deadline | None) -> list[Deadline]:
    if deadline is None:
        return []
    vars(deadline)["_prefetched_objects_cache"] = {"extensions": case.papers.extensions}
    return [deadline]


def _rulings(case: Case) -> list[tuple[Ruling, list[tuple[Exhibit, Finding]]]]:
    rulings = case.papers.rulings
    if rulings:
        prefetch_related_objects(rulings, "findings", "decided_by", "confirmed_by")
    on_file = {exhibit.pk: exhibit for exhibit in case.papers.exhibits}
    return [
        (
            ruling,
            sorted(((on_file[found.exhibit_id], found) for found in ruling.findings.all()), key=lambda f: f[0].number),
        )
        for ruling in rulings
    ]
