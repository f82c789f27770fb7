"""The manifest: the list of all exhibits, frozen in the journal when evidence closes and with every ruling.

Whoever holds one can tell later that what is on file is what was before the arbitrator, nothing more, less or other.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from adjudication.evidence.models import Exhibit
from adjudication.journal.chain import digest, timestamp

#: The events that freeze one.
FREEZING = {"case.evidence_closed": "evidence", "ruling.issued": "ruling"}
#: What an entry holds, in this order; it is written without names to keep the journal small.
COLUMNS = ("label", "id", "by", "kind", "filed_at", "size_bytes", "sha256", "words_sha256")


def entries(exhibits: Iterable[Exhibit]) -> list[list[Any]]:
    """One entry an exhibit, as `COLUMNS` says."""
    return [
        [
            exhibit.label,
            str(exhibit.pk),
            str(exhibit.by),
            str(exhibit.kind),
            timestamp(exhibit.filed_at),
            exhibit.size_bytes,
            exhibit.sha256,
            words_sha256(exhibit),
        ]
        for exhibit in exhibits
    ]


def words_sha256(exhibit: Exhibit) -> str:
    """SHA-256 of the words of an exhibit: canonical JSON of [title, text], with what it is said to prove as third."""
    return digest([exhibit.title, exhibit.text, *([list(exhibit.facts)] if exhibit.facts else [])])
