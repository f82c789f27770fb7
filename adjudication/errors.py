"""Why an act was refused: one tree, each kind with a stable code that API, forms and admin translate once.

A refusal is decided in this order: not signed in, not your case, no standing, malformed, out of order,
too early or too late, against a rule (DOMAIN section 2). Nothing is changed by an act that is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field of the input, and what would be right."""

    field: str
    detail: StrOrPromise
    code: str = "invalid"


class Refused(Exception):
    """An act that may not be done. `detail` says in a sentence what would be right."""

    code: ClassVar[str] = "unprocessable"
    status: ClassVar[int] = 422
    title: ClassVar[StrOrPromise] = _("Against a rule")

    def __init__(self, detail: StrOrPromise, *faults: Fault) -> None:
        """Take the sentence for people, and where several fields are at fault, one `Fault` each."""
        super().__init__(detail)
        self.detail = detail
        self.faults = faults


class Unauthenticated(Refused):
    """Nobody is signed in, or the key is not known."""

    code, status, title = "unauthenticated", 401, _("Not signed in")


class NoStanding(Refused):
    """The actor may see this but may not perform this act."""

    code, status, title = "no_standing", 403, _("No standing for this act")


class NotFound(Refused):
    """Unknown, or another's: the two are answered alike."""

    code, status, title = "not_found", 404, _("Not found")


class Malformed(Refused):
    """The input is not what the act takes."""

    code, status, title = "invalid", 400, _("Malformed")


class MethodNotAllowed(Refused):
    """The address does not take this method."""

    code, status, title = "method_not_allowed", 405, _("Method not allowed")


class OutOfOrder(Refused):
    """It is not this act's turn: the case stands elsewhere."""

    code, status, title = "out_of_order", 409, _("Out of order")


class Stale(Refused):
    """The case has moved on since the actor last saw it."""

    code, status, title = "stale", 409, _("The case has moved on")


class TooLate(Refused):
    """The term has run out; at its due moment it is late already."""

    code, status, title = "too_late", 409, _("Too late")


class TooEarly(Refused):
    """The term is still running."""

    code, status, title = "too_early", 409, _("Too early")


class Busy(Refused):
    """Another act holds the case; the same request will do in a moment."""

    code, status, title = "busy", 409, _("Busy")


class Conflict(Refused):
    """The order number or line is taken by something else."""

    code, status, title = "conflict", 409, _("Already taken")


class NotWhole(Refused):
    """What would be handed out as whole is not: something that is on record is lacking, or does not fit the rest."""

    code, status, title = "not_whole", 409, _("Not whole")

    def __init__(self, detail: StrOrPromise, *faults: Fault, exhibits: Sequence[str] = ()) -> None:
        """Take, besides, the labels of the exhibits whose files are lacking, where that is all."""
        super().__init__(detail, *faults)
        self.exhibits = tuple(exhibits)


class Unprocessable(Refused):
    """Well formed, its turn, in time, and against a rule."""


class EvidenceRefused(Refused):
    """The exhibit or its file cannot be filed."""

    code, title = "evidence_refused", _("Evidence refused")


class InadmissibleCitation(Refused):
    """A ruling cites what may not be cited."""

    code, title = "inadmissible_citation", _("Inadmissible citation")


class Unbalanced(Refused):
    """An entry whose debits and credits differ, or that repeats a reference with other postings."""

    code, title = "unbalanced", _("Unbalanced entry")


class IdempotencyMismatch(Refused):
    """The same idempotency key came with another body."""

    code, title = "idempotency_mismatch", _("Idempotency key used for another request")


class TooLarge(Refused):
    """More bytes than are taken."""

    code, status, title = "too_large", 413, _("Too large")


class RateLimited(Refused):
    """Too many requests."""

    code, status, title = "rate_limited", 429, _("Too many requests")

    def __init__(self, detail: StrOrPromise, *faults: Fault, retry_after_seconds: int = 1) -> None:
        """Take, besides, after how many seconds the same request would be let through."""
        super().__init__(detail, *faults)
        self.retry_after_seconds = retry_after_seconds


class StorageFull(Refused):
    """There is no room to store the file."""

    code, status, title = "storage_full", 507, _("Storage is full")


class Unavailable(Refused):
    """Something this service stands on does not answer; the same request will do once it does again."""

    code, status, title = "unavailable", 503, _("Unavailable")
