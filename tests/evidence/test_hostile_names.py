"""What a sender says of a file is never believed: its name is for display alone, its type and length are its bytes'."""

import base64
import hashlib
import re

import pytest
from django.test import Client

from adjudication.credentials import keys
from adjudication.credentials.models import Scope
from adjudication.evidence.models import Exhibit
from tests import walk
from tests.evidence import drawn
from tests.evidence.test_access import browser

pytestmark = pytest.mark.usefixtures("simulated", "folder")

PHOTO = drawn.photo(6)
STORED = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}\.jpg")
#: What would steer whoever reads it: line ends, NUL, the marks that turn the direction of writing, and what hides.
STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")

NAMES = {
    "line ends": b'filename="a\r\nX-Injected: yes.jpg"',
    "line ends, coded": b"filename*=UTF-8''a%0D%0AX-Injected%3A%20yes.jpg",
    "one that reads backwards": 'filename="photo\u202egpj.exe"'.encode(),
    "one that hides": 'filename="photo\u200b\u2066.jpg"'.encode(),
    "NUL": b'filename="a\0b.jpg"',
    "NUL, coded": b"filename*=UTF-8''a%00b.jpg",
    "a way up": b'filename="../../../../etc/passwd"',
    "a way up, coded": b"filename*=UTF-8''..%2F..%2Fetc%2Fpasswd",
    "a way up of Windows": b'filename="..\\\\..\\\\windows\\\\a.jpg"',
    "a place": b'filename="/etc/cron.d/job"',
    "5,000 characters": b'filename="' + b"x" * 5000 + b'.jpg"',
    "5,000 characters, not Latin": f'filename="{"证" * 5000}.jpg"'.encode(),
    "a page": b'filename="\'><script>alert(1)</script>.jpg"',
    "a second name": b'filename="a.jpg"; filename="b.exe"',
    "no UTF-8": b'filename="\xff\xfe\xc0.jpg"',
    "the folder itself": b'filename="."',
    "a program's": b'filename="invoice.pdf.exe"',
    "a device's": b'filename="CON"',
}


def sent(case, disposition, content=PHOTO, **headers):
    """POST an exhibit whose file part is written by hand."""
    _key, text = keys.create("for a test", scopes=Scope.values)
    fields = ((b"by", b"buyer"), (b"kind", b"photo"), (b"title", b"The crack"), (b"text", b"From the rim."))
    body = b"".join(b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % field for field in fields)
    said = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items()).encode()
    body += b'--x\r\nContent-Disposition: form-data; name="file"; ' + disposition + b"\r\n" + said
    body += b"\r\n" + content + b"\r\n--x--\r\n"
    client = Client(headers={"Authorization": f"Bearer {text}"})
    return client.generic(
        "POST", f"/api/v1/cases/{case.number}/exhibits", body, content_type="multipart/form-data; boundary=x"
    )


@pytest.mark.parametrize("disposition", NAMES.values(), ids=NAMES.keys())
def test_a_name_is_for_display_alone(folder, disposition):
    case = walk.in_evidence()
    before = walk.snapshot()
    answer = sent(case, disposition)
    assert answer.status_code in (201, 400), answer.content
    assert "X-Injected" not in answer
    if answer.status_code == 400:
        assert (walk.snapshot(), folder.kept()) == (before, [])
        return
    filed = Exhibit.objects.get(pk=answer.json()["id"])
    name = filed.original_name
    assert len(name) <= 200
    assert not STEERING.search(name)
    assert not {"/", "\\"} & set(name)
    if not filed.file_name:  # a name that is none is no file; the words are filed
        assert folder.kept() == []
        return
    assert STORED.fullmatch(filed.file_name)
    assert all(each.startswith(filed.file_name.removesuffix("jpg")) for each in folder.kept())
    client, original = browser(case.buyer), f"/cases/{case.number}/exhibits/{filed.pk}/file"
    assert client.get(original)["Content-Disposition"] == f'attachment; filename="{case.number}-{filed.label}.jpg"'
    page = client.get(f"/cases/{case.number}/").text
    assert "<script>alert(1)" not in page


HEADERS = {
    "a page's type": {"Content_Type": "text/html"},
    "no type there is": {"Content_Type": "nonsense; charset=\x7f"},
    "a length of nothing": {"Content_Length": "0"},
    "a length of three": {"Content_Length": "3"},
    "a length of terabytes": {"Content_Length": "9999999999999"},
    "a length below nothing": {"Content_Length": "-1"},
    "no length at all": {"Content_Length": "many"},
    "a packing that it has not": {"Content_Encoding": "gzip"},
    "a character set": {"Content_Type": "image/jpeg; charset=utf-7"},
}


@pytest.mark.parametrize("headers", HEADERS.values(), ids=HEADERS.keys())
def test_what_a_part_says_of_itself_changes_nothing(folder, headers):
    case = walk.in_evidence()
    answer = sent(case, b'filename="photo.jpg"', **headers)
    assert answer.status_code == 201, answer.content
    filed = answer.json()
    told = (filed["media_type"], filed["size_bytes"], filed["sha256"])
    assert told == ("image/jpeg", len(PHOTO), hashlib.sha256(PHOTO).hexdigest())
    assert folder.read(Exhibit.objects.get(pk=filed["id"]).file_name) == PHOTO


def test_a_part_in_base64_is_the_bytes_that_it_stands_for_and_one_that_is_not_is_malformed(folder):
    case = walk.in_evidence()
    coded = base64.encodebytes(PHOTO)
    answer = sent(case, b'filename="photo.jpg"', coded, Content_Transfer_Encoding="base64")
    assert answer.status_code == 201, answer.content
    assert answer.json()["sha256"] == hashlib.sha256(PHOTO).hexdigest()
    before, kept = walk.snapshot(), folder.kept()
    answer = sent(case, b'filename="photo.jpg"', b"\xff" * 5001, Content_Transfer_Encoding="base64")
    assert answer.status_code in (400, 422)
    assert (walk.snapshot(), folder.kept()) == (before, kept)


def test_of_two_files_in_one_field_none_is_lost_unseen(folder):
    case = walk.in_evidence()
    before = walk.snapshot()
    again = b'\r\n--x\r\nContent-Disposition: form-data; name="file"; filename="b.jpg"\r\n\r\n'
    answer = sent(case, b'filename="a.jpg"', PHOTO + again + PHOTO)
    assert answer.status_code == 400, answer.content
    assert (walk.snapshot(), folder.kept()) == (before, [])


def test_a_body_that_ends_before_its_end_is_malformed_and_nothing_is_kept(folder):
    case = walk.in_evidence()
    before = walk.snapshot()
    _key, text = keys.create("for a test", scopes=Scope.values)
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n' + PHOTO[:500]
    answer = Client(headers={"Authorization": f"Bearer {text}"}).generic(
        "POST", f"/api/v1/cases/{case.number}/exhibits", body, content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code == 400
    assert (walk.snapshot(), folder.kept()) == (before, [])
