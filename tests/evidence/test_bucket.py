"""Evidence in an S3-compatible store: private, never written over; and what is told when it does not answer."""

import socket
import time

import pytest
from botocore.exceptions import ClientError
from django.core.exceptions import ImproperlyConfigured, SuspiciousOperation
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from adjudication.credentials import keys, links
from adjudication.credentials.models import Scope
from adjudication.errors import StorageFull, Unavailable
from adjudication.evidence import intake, strays
from adjudication.evidence.intake import ExhibitGiven
from adjudication.evidence.models import Exhibit, Viewing
from adjudication.policy import versions
from config.evidence_storage import evidence_storage
from tests import bucket, walk
from tests.evidence import drawn
from tests.evidence.conftest import chunks_of
from tests.evidence.shelves import Bucket

pytestmark = pytest.mark.usefixtures("simulated")

PHOTO = drawn.photo(6)
#: A store that hangs has a few seconds for each of two tries; the rest is for our own work on a busy machine. A client
#: left to its own patience would wait for minutes.
A_FEW_SECONDS = 60


@pytest.fixture
def shelf(settings):
    found = Bucket()
    settings.STORAGES = {**settings.STORAGES, "evidence": found.options}
    return found


def stored():
    return intake.store(chunks_of(PHOTO), original_name="a.jpg", policy=versions.get(1))


def at(settings, url):
    settings.STORAGES = {**settings.STORAGES, "evidence": evidence_storage(url)}


def test_nobody_is_ever_sent_to_the_store_and_its_objects_are_private(shelf):
    file = stored()
    with pytest.raises(NotImplementedError):
        storages["evidence"].url(file.name)
    acl = shelf.client.get_object_acl(Bucket=shelf.name, Key=shelf.INSIDE + file.name)
    assert [grant["Grantee"]["Type"] for grant in acl["Grants"]] == ["CanonicalUser"]  # its owner, and nobody else


def test_an_object_that_is_there_is_never_written_over(shelf):
    store = storages["evidence"]
    assert store.save("ab/a.jpg", ContentFile(b"first")) == "ab/a.jpg"
    second = store.save("ab/a.jpg", ContentFile(b"second"))
    assert second != "ab/a.jpg"
    assert (shelf.read("ab/a.jpg"), shelf.read(second)) == (b"first", b"second")


def test_a_name_cannot_lead_out_of_the_folder_of_the_bucket(shelf):
    with pytest.raises(SuspiciousOperation):
        storages["evidence"].open("../../other/secret")
    assert shelf.kept() == []


def test_all_names_are_told_in_the_order_of_their_bytes_over_many_pages(shelf):
    wanted = [f"{number % 7:02x}/{number:04d}.copies/1.jpg" for number in range(1005)] + ["a", "ab.txt", "ab/1"]
    for name in wanted:
        shelf.write(name, b"x")
    assert list(storages["evidence"].names()) == sorted(wanted)


def test_a_full_store_is_told_as_full_and_nothing_is_kept(shelf):
    def refuse(**_given):
        answer = {"Error": {"Code": "XMinioStorageFull", "Message": "full"}, "ResponseMetadata": {}}
        raise ClientError(answer, "PutObject")

    events = storages["evidence"].connection.meta.client.meta.events
    events.register("before-send.s3.PutObject", refuse)
    try:
        with pytest.raises(StorageFull):
            stored()
    finally:
        events.unregister("before-send.s3.PutObject", refuse)
    assert shelf.kept() == []
    assert stored().pages == 1, "it recovers"


def breaks_down():
    """The address of a store whose process is gone: nothing listens there."""
    gone = bucket.Server()
    url = gone.url(gone.bucket())
    gone.end()
    return url


def test_a_store_that_is_down_is_told_at_every_door_and_no_exhibit_names_what_it_does_not_hold(settings, shelf):
    case = walk.in_evidence()
    exhibit = walk.filed(case, walk.buyer_of(case), ExhibitGiven(Exhibit.Kind.PHOTO, "The crack", file=stored()))
    _key, text = keys.create("for a test", scopes=Scope.values)
    api, page = Client(headers={"Authorization": f"Bearer {text}"}), Client()
    page.post(f"/sign-in/{links.create(case.buyer)}/")
    before, version = walk.snapshot(), walk.look(case).version
    mine = f"/cases/{case.number}/exhibits/{exhibit.pk}"
    at(settings, breaks_down())
    given = {"kind": "photo", "title": "Another"}
    began = time.monotonic()
    answer = api.post(f"/api/v1/cases/{case.number}/exhibits", {**given, "by": "buyer", "file": a_file()})
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["Retry-After"]
    answer = page.post(f"/cases/{case.number}/file_exhibit/", {**given, "file": a_file(), "version": version})
    assert answer.status_code == 503
    assert "The files cannot be reached right now" in answer.text
    for address in (f"{mine}/file", f"{mine}/1.jpg", f"{mine}/thumbnail.jpg"):
        answer = page.get(address)
        assert answer.status_code == 503, address
        assert "The files cannot be reached right now" in answer.text
    assert api.get(f"/api/v1/exhibits/{exhibit.pk}/file").status_code == 503
    assert page.get(f"/cases/{case.number}/").status_code == 200, "everything else of the case is there"
    assert time.monotonic() - began < A_FEW_SECONDS
    assert (walk.snapshot(), Viewing.objects.count()) == (before, 0)
    assert strays.clear_next(at=walk.START) == 0, "the sweep goes on without it"


def test_a_store_that_is_silent_keeps_nobody_waiting_for_long(settings, shelf):
    file = stored()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        at(settings, f"s3://key:secret@b/?endpoint=http://127.0.0.1:{silent.getsockname()[1]}&addressing=path")
        for attempt in (stored, lambda: intake.discard(file)):
            began = time.monotonic()
            if attempt is stored:
                with pytest.raises(Unavailable):
                    attempt()
            else:
                attempt()
            assert time.monotonic() - began < A_FEW_SECONDS


def test_what_a_store_kept_that_broke_down_in_the_middle_is_a_stray(settings, monkeypatch):
    own = bucket.Server()
    at(settings, own.url(own.bucket()))
    store, saved = storages["evidence"], []
    put = type(store)._save

    def save(self, name, content):
        saved.append(put(self, name, content))
        own.end()
        return saved[-1]

    monkeypatch.setattr(type(store), "_save", save)
    with pytest.raises(Unavailable):
        stored()
    assert len(saved) == 1


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("srv/evidence", "must be a folder"),
        ("file://host/srv", "must be a folder"),
        ("s3://", "must be a folder"),
        ("s3://bucket?acl=public-read", "unknown option, acl"),
        ("s3://bucket?endpoint=minio:9000", "endpoint must begin with"),
        ("s3://bucket?addressing=dns", "addressing must be"),
        ("s3://key@bucket", "a key needs its secret"),
    ],
)
def test_an_address_that_is_none_is_refused_in_a_sentence(url, sentence):
    with pytest.raises(ImproperlyConfigured, match=sentence):
        evidence_storage(url)


def test_an_address_says_where_and_with_which_key():
    found = evidence_storage("s3://AK%2FX:s%40cret@evidence-cn/prod/eu?endpoint=https://oss.example:9000&region=cn-1")
    assert found["OPTIONS"] == {
        "bucket_name": "evidence-cn",
        "location": "prod/eu",
        "access_key": "AK/X",
        "secret_key": "s@cret",
        "endpoint_url": "https://oss.example:9000",
        "region_name": "cn-1",
    }
    assert evidence_storage("s3://evidence")["OPTIONS"] == {"bucket_name": "evidence", "location": ""}


def a_file():
    return SimpleUploadedFile("a.jpg", PHOTO)
