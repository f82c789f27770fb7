"""Publish: a final ruling is told to the public without names; when it is, and what its words become, is on record.

The ruling itself is never changed. The publication's own row is written by the register, under the case's lock.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from adjudication.cases.models import Case
from adjudication.errors import Fault, NoStanding, Unprocessable
from adjudication.journal.chain import digest
from adjudication.journal.record import record
from adjudication.papers import act
from adjudication.parties import DECIDERS, PLATFORM, Actor


@act
def publish(case: Case, *, ruling_id: UUID, entry: int, words: str, at: datetime) -> None:
    """Put on record that the ruling stands in the public register, under this number and in these words."""
    record(case, "ruling.published", by=PLATFORM, at=at, ruling=str(ruling_id), entry=entry, words_sha256=digest(words))


@act
def reword(case: Case, *, ruling_id: UUID, entry: int, words: str, by: Actor, at: datetime) -> None:
    """Put on record that an arbitrator or a supervisor changed the words that the public reads.

    Raises:
        NoStanding: the actor is neither.
        Unprocessable: nothing would be left to read.

    """
    if by.role not in DECIDERS:
        raise NoStanding(_("What the public reads is worded by arbitrators and supervisors."))
    if not words.strip():
        raise Unprocessable(
            _("Leave something for the public to read."), Fault("words", _("must not be empty"), "words_required")
        )
    record(case, "publication.reworded", by=by, at=at, ruling=str(ruling_id), entry=entry, words_sha256=digest(words))
