"""`audit --files`: every stored file is there, byte for byte as its receipt says."""

from hashlib import sha256

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from adjudication import clock
from adjudication.evidence import copies
from adjudication.evidence.intake import ExhibitGiven, store
from adjudication.evidence.models import Exhibit
from adjudication.policy import versions
from adjudication.reports import audit, stored_files
from tests import walk
from tests.evidence import drawn

PNG = drawn.picture("PNG")


@pytest.fixture
def exhibits(db, shelf):
    """Three exhibits with a file each, in the order of their files' names."""
    with clock.simulated(walk.START):
        case = walk.in_evidence()
        filed = []
        for number in range(3):
            stored = store([PNG, bytes([number])], original_name="crack.png", policy=versions.get(1))
            filed.append(walk.filed(case, walk.buyer_of(case), ExhibitGiven(Exhibit.Kind.PHOTO, "Photo", file=stored)))
    return sorted(filed, key=lambda exhibit: exhibit.file_name)


def faults(found):
    return {(violation.invariant, violation.subject.split()[1]) for violation in found.violations}


def test_files_that_are_as_their_receipts_say_are_sound(exhibits):
    found = audit.run(files=True)
    assert (found.violations, found.could_not_check, found.notes) == ([], [], found.notes)
    assert found.is_sound
    assert [note for note in found.notes if note.invariant == "files_without_an_exhibit"] == []  # copies belong
    assert found.matters["files"] == 3
    assert found.checked == len(audit.INVARIANTS) + 2


def test_without_being_asked_no_file_is_read(exhibits, shelf):
    shelf.remove(exhibits[0].file_name)
    assert audit.run().is_sound


@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_missing_file_is_named(exhibits, shelf, which):
    shelf.remove(exhibits[which].file_name)
    found = audit.run(files=True)
    assert faults(found) == {("stored_file_is_there", exhibits[which].label)}
    assert exhibits[which].file_name in found.violations[0].detail
    assert found.exit_code == 1


@pytest.mark.parametrize("content", [PNG + b"\x09", b"", PNG])
def test_an_altered_file_is_named(exhibits, shelf, content):
    shelf.write(exhibits[1].file_name, content)
    found = audit.run(files=True)
    assert faults(found) == {("stored_file_is_unaltered", exhibits[1].label)}


def test_a_file_that_no_exhibit_names_is_a_note(exhibits):
    storages["evidence"].save("zz/left.png", ContentFile(PNG))
    found = audit.run(files=True)
    assert found.is_sound
    assert [note.subject for note in found.notes if note.invariant == "files_without_an_exhibit"] == [
        "file zz/left.png"
    ]


def test_copies_whose_original_no_exhibit_names_are_a_note(exhibits):
    storages["evidence"].save("zz/left.copies/1.jpg", ContentFile(PNG))
    found = audit.run(files=True)
    assert found.is_sound
    assert [note.subject for note in found.notes if note.invariant == "files_without_an_exhibit"] == [
        "file zz/left.copies/1.jpg"
    ]


def test_a_store_that_cannot_be_read_is_not_sound(exhibits, shelf):
    with shelf.lost():
        found = audit.run(files=True)
    assert found.violations == []
    assert [unchecked.invariant for unchecked in found.could_not_check] == list(stored_files.NAMES)
    assert (found.is_sound, found.exit_code) == (False, 2)


def test_a_file_that_cannot_be_read_is_named_as_unchecked(exhibits, shelf, monkeypatch):
    kind = type(storages["evidence"])
    opened = kind._open

    def refuse(self, name, mode="rb"):
        if name == exhibits[1].file_name:
            raise PermissionError(13, "Permission denied", name)
        return opened(self, name, mode)

    monkeypatch.setattr(kind, "_open", refuse)
    found = audit.run(files=True)
    assert found.violations == []
    assert [unchecked.invariant for unchecked in found.could_not_check] == ["stored_file_is_unaltered"]
    assert exhibits[1].file_name in found.could_not_check[0].why


def test_a_store_that_was_never_used_is_sound(db, shelf):
    assert audit.run(files=True).is_sound


def test_the_store_is_walked_in_the_order_of_names(shelf):
    for name in ("ab/1", "ab/c/2", "ab.txt", "ab0/3", "a", "b"):
        storages["evidence"].save(name, ContentFile(b"x"))
    names = list(stored_files.walk(storages["evidence"]))
    assert names == sorted(names)
    assert len(names) == 6


def test_one_flipped_byte_in_a_thousand_files_is_found(db, shelf):
    with clock.simulated(walk.START):
        case = walk.in_evidence()
        rows = []
        for number in range(1000):
            content = PNG + number.to_bytes(2, "big")
            name = f"{number % 256:02x}/{number:032x}.png"
            shelf.write(name, content)
            told = {"file_name": name, "sha256": sha256(content).hexdigest(), "size_bytes": len(content)}
            told |= {"media_type": "image/png", "pages": 1, "filed_at": walk.START, "kind": "photo", "title": "Photo"}
            rows.append(Exhibit(case=case, number=number + 100, by="buyer", **told))
        Exhibit.objects.bulk_create(rows)
    altered = rows[617]
    content = bytearray(shelf.read(altered.file_name))
    content[len(content) // 2] ^= 1
    shelf.write(altered.file_name, bytes(content))
    found = audit.run(files=True)
    assert [v.subject.split()[1] for v in found.violations if v.invariant in stored_files.NAMES] == [altered.label]
    assert found.counts["stored_file_is_unaltered"] == 1
    assert found.matters["files"] == 1000


def test_copies_that_are_gone_are_no_fault_and_made_again(exhibits, shelf):
    before = shelf.kept()
    copies.delete(exhibits[0].file_name)
    assert audit.run(files=True).is_sound
    copies.open_copy(exhibits[0].file_name, "1").close()
    assert shelf.kept() == before
    assert audit.run(files=True).is_sound
