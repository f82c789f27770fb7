"""Cut text into words for the search: Chinese and Japanese into pairs of characters, everything else at its gaps.

PostgreSQL without extensions takes a whole Chinese clause for one word. So the words are cut here, the same way for
what is kept and for what is asked, and the database's `simple` configuration takes them as they are: no stemming, no
stop words, in any language.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from functools import lru_cache

from django.contrib.postgres.search import SearchQuery

#: Han with its extensions and marks (々〇), and the kana: written without gaps between words.
GAPLESS = r"\u3005\u3007\u3041-\u3096\u30a1-\u30fa\u30fc\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
RUN = re.compile(rf"[{GAPLESS}]+|[^\W_{GAPLESS}]+")
#: A word this long or longer is asked for by its beginning: “crack” finds “cracked”.
BEGINNING = 3
#: So much of a question is read; the rest of it would hardly narrow the answer.
MOST_ASKED = 16
LONGEST = 64


def runs(text: str) -> list[str]:
    """The stretches of letters and digits, in one form: full and half width, case and accents make no difference."""
    alike = unicodedata.normalize("NFKC", text).casefold()
    return RUN.findall("".join(map(_bare, alike)))


def words(text: str) -> list[str]:
    """Every word of a text, in its order; a run without gaps as its pairs of neighbours, then its last character.

    >>> words("杯子坏了, cracked")
    ['杯子', '子坏', '坏了', '了', 'cracked']
    """
    found: list[str] = []
    for run in runs(text):
        found += _pairs(run) if _is_gapless(run[0]) else [run[:LONGEST]]
    return found


def document(text: str) -> str:
    """The text as the database's `simple` configuration takes it."""
    return " ".join(words(text))


def question(text: str) -> SearchQuery | None:
    """What finds the texts that contain all of this: words by their beginning, a run without gaps as it stands.

    None where nothing is asked.
    """
    parts = [_asked(run) for run in runs(text)[:MOST_ASKED]]
    return SearchQuery(" & ".join(parts), config="simple", search_type="raw") if parts else None


def telling(text: str) -> dict[str, None]:
    """Its words once each, in their order; the last character of a run says too little to count."""
    return dict.fromkeys(word for word in words(text) if len(word) > 1)


def likeness(asked: Iterable[str]) -> str:
    """A question, as `to_tsquery('simple', …)` takes it, for texts that have any of these words; empty for none."""
    return " | ".join(f"'{word}'" for word in asked)


def overlap(ours: AbstractSet[str], theirs: AbstractSet[str]) -> float:
    """How many of two texts' words are common to both: 0 … 1 (Dice's coefficient)."""
    return 2 * len(ours & theirs) / (len(ours) + len(theirs)) if ours and theirs else 0.0


def _asked(run: str) -> str:
    if not _is_gapless(run[0]):
        return f"'{run[:LONGEST]}'" + (":*" if len(run) >= BEGINNING else "")
    if len(run) == 1:
        return f"'{run}':*"
    return "(" + " <-> ".join(f"'{pair}'" for pair in _pairs(run)[:-1][:MOST_ASKED]) + ")"


def _pairs(run: str) -> list[str]:
    return [*(run[place : place + 2] for place in range(len(run) - 1)), run[-1]]


def _is_gapless(character: str) -> bool:
    return re.match(rf"[{GAPLESS}]", character) is not None


@lru_cache(maxsize=16_384)
def _bare(character: str) -> str:
    """Without its accent; a kana with a mark is another letter, and stays."""
    if _is_gapless(character):
        return character
    apart = unicodedata.normalize("NFD", character)
    first, marks = apart[0], apart[1:]
    if unicodedata.category(first) == "Mn":
        return ""
    return first if all(unicodedata.category(mark) == "Mn" for mark in marks) else character
