"""A case with much on file: exhibits of both sides and of the platform, and a long journal."""

from __future__ import annotations

from adjudication import docket
from adjudication.cases.models import Case
from adjudication.evidence import intake
from adjudication.evidence.intake import ExhibitGiven
from adjudication.evidence.models import Exhibit
from adjudication.journal.chain import digest
from adjudication.journal.record import record
from adjudication.parties import PLATFORM, Actor
from adjudication.policy import versions
from tests import walk

Kind = Exhibit.Kind


def with_file(case: Case, by: Actor, content: bytes, title: str = "A file", kind: Kind = Kind.PHOTO) -> Exhibit:
    """One exhibit with a file."""
    stored = intake.store([content], original_name=title, policy=versions.get(case.policy_version_id))
    return walk.filed(case, by, ExhibitGiven(kind, title, "", stored))


def frozen(case: Case, kind: Kind, text: str, title: str = "Frozen") -> Exhibit:
    """What the platform puts on file."""
    with docket.take(case.number) as (taken, at):
        taken.exhibits_count += 1
        exhibit = Exhibit(
            case=taken,
            number=taken.exhibits_count,
            by="platform",
            instance=taken.instance,
            kind=kind,
            title=title,
            text=text,
            is_of_record=True,
            filed_at=at,
        )
        taken.papers.exhibits.append(exhibit)
        taken.papers.new_exhibits.append(exhibit)
        facts = {"exhibit": str(exhibit.pk), "label": exhibit.label, "kind": str(kind), "is_admissible": True}
        words = digest([title, text])
        record(taken, "exhibit.filed", by=PLATFORM, at=at, words_sha256=words, file_sha256="", size_bytes=0, **facts)
    return exhibit


def fill(case: Case, *, exhibits: int, events: int) -> Case:
    """File until so many exhibits and, at least, so many events are there."""
    sides = (walk.buyer_of(case), walk.seller_of(case))
    while (count := walk.look(case).exhibits_count) < exhibits:
        walk.filed(case, sides[(count + 1) % 2], walk.an_exhibit(f"Exhibit {count}"))
    with docket.take(case.number) as (taken, at):
        for _ in range(events - taken.version):
            record(taken, "deadline.reminder", by=PLATFORM, at=at, term="evidence")
    return walk.look(case)
