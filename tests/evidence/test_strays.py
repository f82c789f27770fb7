"""A file that no exhibit names goes after a week; what an exhibit names stays, and so does what was just stored."""

import os
from datetime import timedelta

import pytest
from django.core.files.storage import storages

from adjudication import clock
from adjudication.evidence import copies, intake, strays
from adjudication.evidence.intake import ExhibitGiven
from adjudication.evidence.models import Exhibit
from adjudication.policy import versions
from tests import walk
from tests.evidence import drawn
from tests.evidence.conftest import chunks_of, kept

pytestmark = pytest.mark.usefixtures("day")


def stored():
    return intake.store(chunks_of(drawn.picture("PNG")), original_name="a.png", policy=versions.get(1))


def aged(folder, by):
    """Let everything in the store be that old on the simulated day."""
    stamp = (walk.START - by).timestamp()
    for name in kept(folder):
        os.utime(folder / name, (stamp, stamp))


def cleared():
    return sum(strays.clear(f"{each:02x}", at=clock.now()) for each in range(strays.FOLDERS))


def test_what_no_exhibit_names_goes_with_its_copies_after_a_week(folder):
    case = walk.in_evidence()
    named, crashed = stored(), stored()
    walk.filed(case, walk.buyer_of(case), ExhibitGiven(Exhibit.Kind.PHOTO, "Photo", file=named))
    aged(folder, strays.KEPT_FOR + timedelta(seconds=1))
    assert cleared() == 1
    assert {name.split(".")[0] for name in kept(folder)} == {named.name.split(".")[0]}
    assert len(kept(folder)) == 3
    assert not storages["evidence"].exists(crashed.name)


def test_what_was_stored_this_week_may_still_be_filed(folder):
    stored()
    aged(folder, strays.KEPT_FOR)
    before = kept(folder)
    assert cleared() == 0
    assert kept(folder) == before


def test_copies_that_outlived_their_original_go(folder):
    file = stored()
    storages["evidence"].delete(file.name)
    assert kept(folder) == sorted(copies.name_of(file.name, which) for which in ("1", "thumbnail"))
    cleared()
    assert kept(folder) == []


def test_a_store_that_was_never_used_has_no_strays():
    assert cleared() == 0


def test_one_folder_is_gone_over_at_a_time_and_each_has_its_turn(folder):
    for _each in range(4):
        stored()
    aged(folder, 2 * strays.KEPT_FOR)
    gone = 0
    for turn in range(strays.FOLDERS):
        at = walk.START + turn * strays.EVERY
        gone += strays.clear_when_due(at=at)
        assert strays.clear_when_due(at=at) == 0
    assert (gone, kept(folder)) == (4, [])
