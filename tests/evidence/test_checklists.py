"""What proves a case is said in words that both sides and staff can read beside an exhibit."""

import re

import pytest
from django.utils import translation

from adjudication.evidence.checklists import ASKED, BY_FACT, ITEMS, items_for
from adjudication.parties import SIDES
from adjudication.policy.terms import Reason


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_sentence_speaks_of_the_sides_and_to_nobody(language):
    with translation.override(language):
        spoken_to = [item.fact for item in ITEMS if re.search(r"\byou|您|你", str(item.sentence), re.IGNORECASE)]
    assert spoken_to == []


def test_each_side_is_asked_for_something_whatever_the_reason():
    assert set(ASKED) == set(Reason)
    assert all(items_for(reason, side) for reason in Reason for side in SIDES)
    assert {fact for facts in ASKED.values() for fact in facts} == set(BY_FACT)
    assert len(BY_FACT) == len(ITEMS)
