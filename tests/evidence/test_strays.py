"""A file that no exhibit names goes after a week; what an exhibit names stays, and so does what was just stored."""

from datetime import timedelta

import pytest
from django.core.files.storage import storages

from adjudication import clock, rounds
from adjudication.evidence import copies, intake, strays
from adjudication.evidence.intake import ExhibitGiven
from adjudication.evidence.models import Exhibit
from adjudication.policy import versions
from tests import walk
from tests.evidence import drawn
from tests.evidence.conftest import chunks_of

pytestmark = pytest.mark.usefixtures("simulated")


def stored():
    return intake.store(chunks_of(drawn.picture("PNG")), original_name="a.png", policy=versions.get(1))


def cleared(at=walk.START):
    return sum(strays.clear(f"{each:02x}", at=at) for each in range(strays.FOLDERS))


def test_what_no_exhibit_names_goes_with_its_copies_after_a_week(shelf):
    case = walk.in_evidence()
    named, crashed = stored(), stored()
    walk.filed(case, walk.buyer_of(case), ExhibitGiven(Exhibit.Kind.PHOTO, "Photo", file=named))
    assert cleared(shelf.when_old(strays.KEPT_FOR + timedelta(seconds=1))) == 1
    assert {name.split(".")[0] for name in shelf.kept()} == {named.name.split(".")[0]}
    assert len(shelf.kept()) == 3
    assert not storages["evidence"].exists(crashed.name)


def test_what_was_stored_this_week_may_still_be_filed(shelf):
    stored()
    at = shelf.when_old(strays.KEPT_FOR - timedelta(minutes=1))  # one file may be stored a second after another
    before = shelf.kept()
    assert cleared(at) == 0
    assert shelf.kept() == before


def test_copies_that_outlived_their_original_go(shelf):
    file = stored()
    storages["evidence"].delete(file.name)
    assert shelf.kept() == sorted(copies.name_of(file.name, which) for which in ("1", "thumbnail"))
    cleared()
    assert shelf.kept() == []


def test_a_store_that_was_never_used_has_no_strays(shelf):
    assert cleared() == 0


def test_one_folder_is_gone_over_at_a_time_and_each_has_its_turn(shelf):
    for _each in range(4):
        stored()
    start = shelf.when_old(2 * strays.KEPT_FOR)
    gone = 0
    for turn in range(strays.FOLDERS):
        at = start + turn * strays.EVERY
        with clock.simulated(at):
            gone += rounds.let_go(strays.clear_next, every=strays.EVERY)
            assert rounds.let_go(strays.clear_next, every=strays.EVERY) == 0
    assert (gone, shelf.kept()) == (4, [])
