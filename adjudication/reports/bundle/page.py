"""What a person reads of a signed file without us: the case as a page, in both languages, and how to verify the whole.

The page is made from the same reading as the data, stands alone, and runs no script. Its times are UTC.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.utils import timezone, translation

from adjudication.deadlines.explain import in_full
from adjudication.evidence.models import Exhibit
from adjudication.money import Amount
from adjudication.parties import Role
from adjudication.reports.bundle import form
from adjudication.reports.bundle.reading import Read
from adjudication.reports.bundle.written import file_name
from adjudication.reports.wording import event_words, rule_words
from adjudication.rulings.models import Ruling
from adjudication.rulings.questions import ASKED

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: The page by its name, in each language.
PAGES = {"case.html": "en", "case.zh.html": "zh-hans"}


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of the journal, for people."""

    sequence: int
    at: datetime
    words: str
    by: StrOrPromise
    about: str
    hash: str


@contextmanager
def _read_in(language: str) -> Iterator[None]:
    """As somebody reads it who is nowhere in particular."""
    with translation.override(language), timezone.override(UTC):
        yield


def pages(read: Read, lacking: list[dict[str, Any]], *, key_id: str) -> dict[str, bytes]:
    """The pages, and README.txt.

    Args:
        read: the case.
        lacking: the exhibits whose files are not in it, and why.
        key_id: of the key that will sign it.

    """
    made, without = {}, {each["exhibit"]: each for each in lacking}
    for name, language in PAGES.items():
        with _read_in(language):
            context = {**_context(read, without), "key_id": key_id, "language": language, "pages": PAGES}
            made[name] = render_to_string("bundle/case.html", context).encode()
    parts = []
    for language in PAGES.values():
        with _read_in(language):
            context = {"number": read.case.number, "lacking": without, "key_id": key_id}
            parts.append(render_to_string("bundle/readme.txt", context))
    made[form.README] = "\n\n".join(part.strip() for part in parts).encode() + b"\n"
    return made


def _context(read: Read, without: dict[str, Any]) -> dict[str, Any]:
    case = read.case
    return {
        "case": case,
        "at": read.at,
        "asker": read.asker,
        "lacking": without.values(),
        "order": case.order,
        "lines": [
            (line, Amount(line.price_minor, case.currency), line.label in read.lines)
            for line in case.order.papers.lines
        ],
        "parcels": read.parcels,
        "exhibits": [
            (exhibit, _file(exhibit, without), without.get(exhibit.label)) for exhibit in case.papers.exhibits
        ],
        "rulings": [
            {"ruling": ruling, "rule": rule_words(ruling.rule), "answers": _answers(read, ruling), "findings": findings}
            for ruling, findings in reversed(read.rulings)
        ],
        "offers": case.papers.offers,
        "inquiries": case.papers.inquiries,
        "terms": [(term.get_kind_display(), in_full(term)) for term in read.terms],
        "entries": [_entry(entry) for entry in read.entries],
        "balance": {name: Amount(minor, case.currency) for name, minor in read.balance.as_dict().items()},
        "happenings": [_happening(read, event) for event in read.events],
        "head": bytes(case.head).hex(),
    }


def _file(exhibit: Exhibit, without: dict[str, Any]) -> str:
    return file_name(exhibit) if exhibit.file_name and exhibit.label not in without else ""


def _entry(entry: Any) -> tuple[Any, Amount, list[tuple[Any, Amount | None, Amount | None]]]:
    postings = [
        (
            posting.account.get_kind_display(),
            Amount(posting.debit_minor, entry.currency) if posting.debit_minor else None,
            Amount(posting.credit_minor, entry.currency) if posting.credit_minor else None,
        )
        for posting in sorted(entry.postings.all(), key=lambda posting: posting.pk)
    ]
    return entry, Amount(entry.total_minor, entry.currency), postings


def _answers(read: Read, ruling: Ruling) -> list[tuple[StrOrPromise, Any]]:
    answered = []
    for question in ASKED[read.case.reason]:
        if question.id in ruling.answers:
            answer = ruling.answers[question.id]
            words = f"{answer} %" if question.type == "percent" else dict(question.choices).get(answer, answer)
            answered.append((question.text, words))
    return answered


def _happening(read: Read, event: Any) -> Happening:
    body = json.loads(event.body)
    role, facts = body["by"]["role"], body["facts"]
    by = Role(role).label if role in Role.values else role
    minor = facts.get("amount_minor")
    amount = str(Amount(minor, read.case.currency)) if isinstance(minor, int) else ""
    about = " ".join(part for part in (facts.get("label", ""), amount) if part)
    return Happening(event.sequence, event.occurred_at, event_words(event.kind), by, about, bytes(event.hash).hex())
