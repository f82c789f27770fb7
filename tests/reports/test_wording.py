"""Every event that is recorded can be told to staff in a few words, and to the two sides in a sentence."""

import ast
import re
from pathlib import Path

import pytest
from django.utils import translation

import adjudication
from adjudication.pages import timeline
from adjudication.parties import Role
from adjudication.policy.terms import Reason
from adjudication.reports.wording import EVENTS, RULES, event_words, rule_words
from adjudication.rulings.defaults import RULES as CITED

ROOMS = ("procedure", "docket", "deadlines", "escrow")
KIND = re.compile(
    r"(order|escrow|case|appeal|exhibit|offer|inquiry|ruling|return|deadline|payout|publication)\.[a-z_]+"
)
#: Named by the contract, and recorded by nobody yet.
TO_COME = {"deadline.reminder", "deadline.extended"}


def recorded() -> set[str]:
    """The kinds that stand in the code of the rooms that record."""
    found = set()
    for room in ROOMS:
        for file in (Path(adjudication.__file__).parent / room).glob("*.py"):
            texts = (n.value for n in ast.walk(ast.parse(file.read_text())) if isinstance(n, ast.Constant))
            found |= {text for text in texts if isinstance(text, str) and KIND.fullmatch(text)}
    return found


def test_every_event_that_is_recorded_has_its_words_and_no_words_are_dead():
    assert recorded() | TO_COME == set(EVENTS)


def test_whatever_happens_to_a_case_has_a_sentence_for_its_sides():
    silent = {kind for kind, words in EVENTS.items() if not words.sentence}
    assert {kind.partition(".")[0] for kind in silent - {"escrow.held"}} == {"order"}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_sentence_can_be_filled_in(language):
    facts = {"amount_minor": 1, "reason": "signed_for", "outcome": "refunded", "winner": "buyer", "term": "evidence"}
    with translation.override(language):
        words = timeline._words(facts, Role.BUYER, Role.BUYER, None, "CNY")
        for told in EVENTS.values():
            for sentence in (told.sentence, told.of_silence):
                assert "%(" not in str(sentence) % words


def test_an_event_of_a_later_release_is_shown_by_its_code():
    assert event_words("moon.landed") == "moon.landed"


def test_every_rule_that_a_ruling_can_cite_has_words():
    assert set(RULES) == set(CITED)
    for rule in (*CITED, *Reason.values):
        assert rule_words(rule) != rule or rule in ("quality", "counterfeit")
