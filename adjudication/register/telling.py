"""A publication in words, as the public, and whoever looks for precedents, reads it."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from adjudication.parties import Role
from adjudication.rulings.publications import Publication
from adjudication.rulings.questions import ASKED, Question


def is_a_rules(publication: Publication) -> bool:
    """Were the words given by a rule, so that they are told in the reader's language?"""
    return publication.ruling.decided_as == Role.PLATFORM and publication.edited_at is None


def words_told(publication: Publication) -> str:
    """The reasons, in the reader's language where a rule gave them."""
    return _(publication.words) if is_a_rules(publication) else publication.words


def words_in_both(publication: Publication) -> list[str]:
    """The reasons as they are read in either language: one text, unless a rule gave them."""
    if not is_a_rules(publication):
        return [publication.words]
    with translation.override("zh-hans"):
        return [publication.words, _(publication.words)]


def share_words(basis_points: int) -> str:
    """`60 %`, or `33.33 %`, never torn apart at the end of a line."""
    return f"{basis_points / 100:.2f}".rstrip("0").rstrip(".") + "\u00a0%"


def answered(publication: Publication) -> list[tuple[Any, Any]]:
    """The questions of fact that were answered, in words."""
    asked = [question for question in ASKED[publication.reason] if question.id in publication.answers]
    return [(question.text, answer_told(question, publication.answers[question.id])) for question in asked]


def answer_told(question: Question, answer: Any) -> Any:
    """One answer in words."""
    if question.type == "boolean":
        return _("yes") if answer else _("no")
    return f"{answer} %" if question.type == "percent" else dict(question.choices).get(answer, answer)
