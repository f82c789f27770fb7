"""Traces: what a file gave away, when it was inspected, of where it comes from; kept with the exhibit, for staff alone.

The sealed process read them from a stranger's file, so they are checked here like anything a stranger says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from adjudication.evidence.models import Exhibit

MOST_WORDS = 200


@dataclass(frozen=True, slots=True)
class Traces:
    """What was found; named as the exhibit's columns are."""

    picture_hash: int | None = None
    """64 bits, as the database keeps them: signed."""
    taken_at: datetime | None = None
    changed_at: datetime | None = None
    is_zone_known: bool = False
    """Whether the file said how far its clock is from UTC; if not, its times are taken as if it stood there."""
    camera: str = ""
    made_with: str = ""

    def put_on(self, exhibit: Exhibit) -> None:
        """Write them into the exhibit that is being filed."""
        for name in Exhibit.TRACES:
            setattr(exhibit, name, getattr(self, name))

    def as_json(self) -> dict[str, Any]:
        """To be kept with a draft."""
        return {
            name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(self).items()
        }

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Traces:
        """Read what `as_json` made."""
        times = {name: datetime.fromisoformat(kept[name]) for name in ("taken_at", "changed_at") if kept[name]}
        return cls(**{**kept, **times})


#: Of a film, and of whatever gave nothing away.
NONE = Traces()


def traces_of(told: object) -> Traces:
    """What the sealed process told; whatever does not fit is left out."""
    if not isinstance(told, Mapping):
        return NONE
    taken_at, is_taken_known = _moment(told.get("taken_at"))
    changed_at, is_changed_known = _moment(told.get("changed_at"))
    return Traces(
        picture_hash=_signed(told.get("picture_hash")),
        taken_at=taken_at,
        changed_at=changed_at,
        is_zone_known=(taken_at or changed_at) is not None and is_taken_known and is_changed_known,
        camera=_words(told.get("camera")),
        made_with=_words(told.get("made_with")),
    )


def _signed(given: Any) -> int | None:
    if not isinstance(given, int) or not 0 <= given < 2**64:
        return None
    return given - 2**64 if given >= 2**63 else given


def _moment(given: Any) -> tuple[datetime | None, bool]:
    """The moment in UTC, and whether its zone is known; no moment leaves nothing unknown."""
    try:
        found = datetime.fromisoformat(given)
        known = found.tzinfo is not None
        return (found if known else found.replace(tzinfo=UTC)).astimezone(UTC), known
    except (TypeError, ValueError, OverflowError):
        return None, True


def _words(given: Any) -> str:
    return given[:MOST_WORDS] if isinstance(given, str) and given.isprintable() else ""
