"""A file is stored once, byte for byte, with its hash, and copies beside it; of one that is refused nothing is kept."""

import errno
import hashlib
import os
from datetime import timedelta

import pytest
from django.core.files.storage import FileSystemStorage, storages
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.test import Client

from adjudication import clock, docket
from adjudication.cases import standing
from adjudication.credentials import links
from adjudication.errors import StorageFull, TooLarge, TooLate, Unavailable
from adjudication.evidence import copies, intake
from adjudication.evidence.intake import ExhibitGiven
from adjudication.evidence.models import Exhibit
from adjudication.policy import versions
from adjudication.procedure import acts
from tests import walk
from tests.evidence import drawn
from tests.evidence.conftest import chunks_of, fault

pytestmark = pytest.mark.usefixtures("simulated", "shelf")

PHOTO = drawn.photo(6)


def stored(content=PHOTO, name="photo.jpg"):
    return intake.store(chunks_of(content, 1000), original_name=name, policy=versions.get(1))


def full_disk(monkeypatch, *, after):
    """A store on a disk that is full once so many files are on it: half of the next is written, then no more."""
    saved = FileSystemStorage._save

    def save(self, name, content):
        if len(kept_files(self)) < after:
            return saved(self, name, content)
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as half:
            half.write(b"half of it")
        raise OSError(errno.ENOSPC, "No space left on device", path)

    monkeypatch.setattr(FileSystemStorage, "_save", save)


def kept_files(store):
    return [name for _folder, _folders, names in os.walk(store.location) for name in names]


def test_the_original_is_kept_byte_for_byte_with_its_receipt(shelf):
    file = stored()
    assert (file.sha256, file.size_bytes) == (hashlib.sha256(PHOTO).hexdigest(), len(PHOTO))
    assert (file.media_type, file.pages, file.pages_shown) == ("image/jpeg", 1, 1)
    assert shelf.read(file.name) == PHOTO
    assert shelf.kept() == sorted([file.name, *(copies.name_of(file.name, which) for which in ("1", "thumbnail"))])


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (drawn.picture("PNG"), "photo.jpg", "image/png"),
        (drawn.pdf(), "photo.png", "application/pdf"),
        (PHOTO, "../../etc/passwd\0.html", "image/jpeg"),
        (drawn.film(), "x" * 500 + ".exe", "video/mp4"),
    ],
)
def test_the_content_decides_the_type_and_not_the_name(shelf, content, name, media_type):
    file = stored(content, name)
    assert file.media_type == media_type
    assert file.original_name == name[-200:]
    assert file.name in shelf.kept()
    assert file.name.rpartition(".")[2] == {"image/jpeg": "jpg", "image/png": "png"}.get(media_type, file.name[-3:])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\xff", "type_not_taken"),
        (b"<svg/>", "type_not_taken"),
        (drawn.film(brand=b"heic"), "phone_format"),
        (drawn.png(60_000, 60_000), "too_many_pixels"),
        (drawn.pdf_with_script(), "scripted"),
    ],
)
def test_of_a_refused_file_nothing_is_kept(shelf, content, code):
    assert fault(lambda: stored(content)) == code
    assert shelf.kept() == []


def test_a_file_that_goes_on_and_on_is_refused_before_it_is_read_to_the_end(shelf):
    given = iter(int, 1)  # endless zeros
    read = []

    def endless():
        for _zero in given:
            read.append(2**20)
            yield b"\xff\xd8\xff" + b"\0" * (2**20 - 3)

    with pytest.raises(TooLarge):
        intake.store(endless(), original_name="a.jpg", policy=versions.get(1))
    assert sum(read) < 60 * 2**20
    assert shelf.kept() == []


def test_a_picture_may_have_10_mb_and_a_film_50(shelf):
    ten = 10 * 2**20
    photo = drawn.picture()
    assert stored(photo + b"\0" * (ten - len(photo))).size_bytes == ten
    assert fault(lambda: stored(photo + b"\0" * (ten + 1 - len(photo)))) == "too_large"
    assert stored(drawn.film(ten + 5000)).media_type == "video/mp4"


@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_full_disk_is_said_and_nothing_half_written_stays(folder, monkeypatch, after):
    with monkeypatch.context() as full:
        full_disk(full, after=after)
        with pytest.raises(StorageFull) as refused:
            stored()
    assert (refused.value.code, refused.value.status) == ("storage_full", 507)
    assert folder.kept() == []
    assert stored().pages == 1, "it recovers"


def test_a_store_that_does_not_let_us_is_told_as_unavailable_and_not_as_full(folder, monkeypatch):
    def save(self, name, content):
        raise PermissionError(errno.EACCES, "Permission denied", name)

    monkeypatch.setattr(FileSystemStorage, "_save", save)
    with pytest.raises(Unavailable):
        stored()


def test_a_full_disk_while_the_upload_arrives_is_said_on_the_page(settings, shelf, monkeypatch):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1000
    case = walk.in_evidence()
    before = walk.snapshot()
    client = Client()
    client.post(f"/sign-in/{links.create(case.buyer)}/")

    def write(self, content):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(TemporaryUploadedFile, "write", write, raising=False)
    given = {"kind": "photo", "title": "The crack", "file": SimpleUploadedFile("a.jpg", PHOTO), "version": case.version}
    answer = client.post(f"/cases/{case.number}/file_exhibit/", given)
    assert answer.status_code == 507
    assert "There is no room to store the file" in answer.text
    assert (walk.snapshot(), shelf.kept()) == (before, [])


def test_an_upload_that_begins_in_time_and_ends_after_the_term_is_late(shelf):
    case = walk.in_evidence()
    before = walk.snapshot()
    with walk.at_due(case, -timedelta(seconds=1)):
        looked, at = docket.look(case.number)
        standing.require(acts.FILE_EXHIBIT, looked, walk.buyer_of(case), at=at)
        file = stored()
    with walk.at_due(case), pytest.raises(TooLate):
        walk.filed(case, walk.buyer_of(case), ExhibitGiven(Exhibit.Kind.PHOTO, "The crack", file=file))
    intake.discard(file)
    assert (walk.snapshot(), shelf.kept()) == (before, [])


def test_the_quota_counts_what_was_filed_while_the_file_arrived(shelf):
    case = walk.in_evidence()
    buyer = walk.buyer_of(case)
    big = drawn.film(45 * 2**20)
    for title in ("First film", "Second film"):
        walk.filed(case, buyer, ExhibitGiven(Exhibit.Kind.VIDEO, title, file=stored(big)))
    file = stored(drawn.film(11 * 2**20))
    before = walk.snapshot()
    given = ExhibitGiven(Exhibit.Kind.VIDEO, "Third film", file=file)
    assert fault(lambda: walk.filed(case, buyer, given)) == "quota_used_up"
    assert walk.snapshot() == before


def test_what_is_discarded_goes_with_its_copies(shelf):
    file, other = stored(drawn.pdf(3)), stored()
    intake.discard(file)
    intake.discard(None)
    assert len(shelf.kept()) == 3
    assert {name.split(".")[0] for name in shelf.kept()} == {other.name.split(".")[0]}
    assert not storages["evidence"].exists(file.name)


def test_pages_are_filed_with_the_exhibit():
    case = walk.in_evidence()
    filed = walk.filed(
        case, walk.buyer_of(case), ExhibitGiven(Exhibit.Kind.DOCUMENT, "Slip", file=stored(drawn.pdf(22)))
    )
    (found,) = [each for each in walk.look(case).papers.exhibits if each.pk == filed.pk]
    assert (found.pages, found.pages_shown, list(found.shown)[-1]) == (22, 20, 20)
    assert clock.now() == found.filed_at
