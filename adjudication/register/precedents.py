"""The nearest final rulings to a ruling that is being drafted: like cases are to be decided alike.

All are of the same reason. Of these the ones come first whose questions of fact were answered alike, then those whose
words, category and amount are like. They stand as the public reads them, without names. A draft that departs from all
of them is told so; nobody is bound by it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from adjudication.money import Amount
from adjudication.register.cutting import likeness, overlap, runs, telling, words
from adjudication.register.telling import answer_told, words_in_both
from adjudication.rulings.models import Ruling
from adjudication.rulings.publications import Publication
from adjudication.rulings.questions import ASKED, Question

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: So many are shown.
NEAREST = 5
#: What each likeness counts, of 1 in all; a draft without answers or words is compared by the rest.
ANSWERS, WORDS, CATEGORY, AMOUNT = 0.45, 0.30, 0.15, 0.10
#: Awards that lie so far apart, in hundredths of a percent of the claim, are not alike.
APART_BASIS_POINTS = 2_500
#: A likeness from here on is told as one; of the words in common so many are named.
CLOSE, WORDS_NAMED, LONGEST_NAMED = 0.75, 4, 16
#: Of each search so many are read and compared in full.
COMPARED = 60
#: Words are asked for, the rarest first, until they would find about so many rulings; and never more words than these.
MOST_FOUND, MOST_WORDS = 4_000, 40
#: From a tenth to ten times an amount the likeness falls from all to nothing.
TENFOLD = math.log(10)


@dataclass(frozen=True, slots=True)
class Drafted:
    """The ruling as far as it is drafted; `share_basis_points` of a split that cannot be computed yet is None."""

    case_id: int
    reason: str
    category: str
    claim: Amount
    answers: Mapping[str, Any]
    texts: Sequence[str]
    winner: str = ""
    share_basis_points: int | None = None


@dataclass(frozen=True, slots=True)
class Precedent:
    """One earlier ruling, how near it is (0 … 1), and in what."""

    publication: Publication
    nearness: float
    why: list[StrOrPromise]
    words: frozenset[str]


def nearest(drafted: Drafted, *, at_most: int = NEAREST) -> list[Precedent]:
    """Find the nearest final rulings, the nearest first; of equals the later one. Other rulings of the case are none.

    A final ruling after which the same case was decided for another side is none either.
    """
    asked = _tell_most(drafted.texts)
    ids = _candidates(drafted, asked)
    decided_otherwise = (
        Ruling.objects.filter(case=OuterRef("ruling__case"), instance__gt=OuterRef("ruling__instance"))
        .exclude(winner=OuterRef("winner"))
        .order_by()
    )
    found = Publication.objects.filter(pk__in=ids).exclude(ruling__case_id=drafted.case_id).defer("search")
    texts = [telling(text).keys() for text in drafted.texts]
    compared = [
        _compare(drafted, texts, publication)
        for publication in found.filter(~Exists(decided_otherwise)).select_related("ruling")
    ]
    shown = sorted(compared, key=lambda each: (-each.nearness, -each.publication.pk))[:at_most]
    rarity = Counter(word for each in compared for word in each.words)
    for each in shown:
        if named := _named(drafted.texts, each.words, rarity):
            each.why.append(_("words in common: %(words)s") % {"words": ", ".join(named)})
    return shown


def _named(texts: Sequence[str], shared: frozenset[str], rarity: Mapping[str, int]) -> list[str]:
    """The words that two texts share, the rarest first; of neighbouring pairs of characters, the whole stretch."""
    found: dict[str, int] = {}
    for run in runs("\n".join(texts)):
        stretch: list[str] = []
        for word in [*words(run), ""]:
            if word in shared and (not stretch or word[0] == stretch[-1][-1]):
                stretch.append(word)
            elif stretch:
                whole = stretch[0][0] + "".join(pair[1:] for pair in stretch)
                found[whole[:LONGEST_NAMED]] = min(rarity[pair] for pair in stretch)
                stretch = [word] if word in shared else []
    said = [word for word in found if len(word) > 3 or not word.isascii()]  # “the”, “was” tell nobody anything
    return sorted(said, key=lambda word: (found[word], -len(word), word))[:WORDS_NAMED]


def departs(drafted: Drafted, precedents: Sequence[Precedent]) -> bool:
    """Has none of them been decided as this draft would: for the same side, and a share of the claim about as large?"""
    if not drafted.winner or not precedents:
        return False
    return not any(_decided_alike(drafted, each.publication) for each in precedents)


def _decided_alike(drafted: Drafted, publication: Publication) -> bool:
    if publication.winner != drafted.winner:
        return False
    share = drafted.share_basis_points
    return share is None or abs(share - publication.share_basis_points) <= APART_BASIS_POINTS


COMMON = """
SELECT word, frequency, c.reltuples
FROM pg_stats s
JOIN pg_class c ON c.oid = 'adjudication_publication'::regclass AND s.tablename = c.relname
    AND s.schemaname = c.relnamespace::regnamespace::text
CROSS JOIN unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs) AS u(word, frequency)
WHERE s.attname = 'search' AND word = ANY(%s)"""


def _tell_most(texts: Sequence[str]) -> list[str]:
    """The words to ask for, the rarest first; how common each is the database knows from its own statistics."""
    told = telling("\n".join(texts))
    with connection.cursor() as cursor:
        cursor.execute(COMMON, [list(told)])
        common = {word: frequency * rows for word, frequency, rows in cursor.fetchall()}
    kept: list[str] = []
    expected = 0.0
    for word in sorted(told, key=lambda word: common.get(word, 0.0)):
        expected += common.get(word, 0.0)
        if expected > MOST_FOUND or len(kept) == MOST_WORDS:
            break
        kept.append(word)
    return kept


#: The nearest by all but the words, read from an index alone; and the nearest by the words.
CANDIDATES = """
(SELECT id FROM adjudication_publication WHERE entered_at IS NOT NULL AND reason = %(reason)s
 ORDER BY {likeness} DESC, id DESC LIMIT %(compared)s)
UNION
(SELECT id FROM adjudication_publication WHERE entered_at IS NOT NULL AND reason = %(reason)s
     AND search @@ to_tsquery('simple', %(asked)s)
 ORDER BY ts_rank(search, to_tsquery('simple', %(asked)s), 1) DESC, id DESC LIMIT %(compared)s)"""
SAME_CATEGORY = "%(of_category)s * (category = %(category)s AND category <> '')::int"
ABOUT_AS_MUCH = """CASE WHEN currency = %(currency)s
    THEN %(of_amount)s * greatest(0, 1 - abs(ln(amount_minor::float8 / %(minor)s)) / %(tenfold)s) ELSE 0 END"""


def _candidates(drafted: Drafted, asked: Sequence[str]) -> list[int]:
    given: dict[str, Any] = {
        **{"reason": drafted.reason, "compared": COMPARED, "asked": likeness(asked), "tenfold": TENFOLD},
        **{"category": drafted.category, "currency": drafted.claim.currency, "minor": drafted.claim.minor},
        **{"of_category": CATEGORY, "of_amount": AMOUNT},
    }
    parts = [SAME_CATEGORY, ABOUT_AS_MUCH]
    answered = _answered(drafted)
    for place, (question, answer) in enumerate(answered):
        key, theirs = f"%(answer_{place})s", f"answers ->> %(question_{place})s"
        is_percent = question.type == "percent"
        given |= {f"question_{place}": question.id, f"answer_{place}": answer if is_percent else _as_text(answer)}
        alike = f"1 - abs(({theirs})::int - {key}) / 100.0" if is_percent else f"({theirs} = {key})::int"
        parts.append(f"{ANSWERS / len(answered)} * coalesce({alike}, 0)")
    with connection.cursor() as cursor:
        cursor.execute(CANDIDATES.format(likeness=" + ".join(parts)), given)
        return [pk for (pk,) in cursor.fetchall()]


def _as_text(answer: Any) -> str:
    """As the database reads it out of JSON."""
    return str(answer).lower() if isinstance(answer, bool) else str(answer)


def _answered(drafted: Drafted) -> list[tuple[Question, Any]]:
    return [(each, drafted.answers[each.id]) for each in ASKED[drafted.reason] if each.id in drafted.answers]


def _compare(drafted: Drafted, texts: Sequence[AbstractSet[str]], publication: Publication) -> Precedent:
    why: list[StrOrPromise] = []
    answered = _answered(drafted)
    alike = [_answer_likeness(question, answer, publication.answers) for question, answer in answered]
    for (question, _answer), likeness_of_it in zip(answered, alike, strict=True):
        if likeness_of_it >= CLOSE:
            why.append(f"{question.text} {answer_told(question, publication.answers[question.id])}")
    theirs = [telling(text).keys() for text in words_in_both(publication)]
    common = max((overlap(one, other) for one in texts for other in theirs), default=0.0)
    shared = frozenset().union(*texts).intersection(frozenset().union(*theirs))
    same_category = bool(drafted.category) and publication.category == drafted.category
    if same_category:
        why.append(_("same category"))
    amount = amount_likeness(drafted.claim, publication.claim)
    if amount >= CLOSE:
        why.append(_("a claim of about the same amount"))
    nearness = ANSWERS * (sum(alike) / len(alike) if alike else 0.0) + WORDS * common
    return Precedent(publication, nearness + CATEGORY * same_category + AMOUNT * amount, why, shared)


def _answer_likeness(question: Question, ours: Any, answers: Mapping[str, Any]) -> float:
    theirs = answers.get(question.id)
    if theirs is None:
        return 0.0
    return 1 - abs(ours - theirs) / 100 if question.type == "percent" else float(ours == theirs)


def amount_likeness(ours: Amount, theirs: Amount) -> float:
    """1 for the same amount, 0 for ten times as much, a tenth, or another currency.

    >>> amount_likeness(Amount(100, "CNY"), Amount(100, "CNY")), amount_likeness(Amount(1, "CNY"), Amount(10, "CNY"))
    (1.0, 0.0)
    """
    if ours.currency != theirs.currency:
        return 0.0
    return max(0.0, 1 - abs(math.log(theirs.minor / ours.minor)) / TENFOLD)
