"""What a file may be, and what is shown of it; hostile ones are refused with a reason, in bounded memory and time."""

import contextlib
import subprocess
import sys
import threading
import time
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from pypdf.generic import NameObject, TextStringObject

from adjudication.errors import Busy, EvidenceRefused
from adjudication.evidence import inspection, kinds
from adjudication.evidence.refusals import FAULTS
from tests.evidence import drawn
from tests.evidence.conftest import fault, inspected

ZIP_END = b"PK\x05\x06" + b"\0" * 18
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
GIF_SCRIPT = b"GIF89a/*" + b"\0" * 40 + b"*/=1;alert(1)"

HOSTILE = {
    "nothing at all": (b"", "type_not_taken"),
    "a drawing that can hold scripts": (SVG, "type_not_taken"),
    "a GIF that is a script as well": (GIF_SCRIPT, "type_not_taken"),
    "a page": (b"<!doctype html><script>alert(1)</script>", "type_not_taken"),
    "a program": (b"MZ" + b"\0" * 500, "type_not_taken"),
    "a phone's own picture format": (drawn.film(brand=b"heic"), "type_not_taken"),
    "a PNG bomb": (drawn.png(60_000, 60_000), "too_many_pixels"),
    "a PNG one row too large": (drawn.png(6_000, 4_001), "too_many_pixels"),
    "a JPEG of huge dimensions": (drawn.jpeg_claiming(60_000, 60_000), "too_many_pixels"),
    "a JPEG just too large": (drawn.jpeg_claiming(10_000, 10_001), "too_many_pixels"),
    "a WebP of huge dimensions": (drawn.webp_claiming(16_000, 16_000), "too_many_pixels"),
    "a moving PNG": (drawn.moving("PNG"), "animated"),
    "a moving WebP": (drawn.moving("WEBP"), "animated"),
    "a JPEG cut off": (drawn.picture()[:3000], "damaged"),
    "a PNG cut off": (drawn.picture("PNG")[:900], "damaged"),
    "a WebP cut off": (drawn.picture("WEBP")[:-300], "damaged"),
    "a PDF cut off": (drawn.pdf()[:300], "damaged"),
    "a film cut off": (drawn.film()[:-100], "damaged"),
    "a JPEG of its first bytes alone": (b"\xff\xd8\xff", "damaged"),
    "a PNG of its first bytes alone": (b"\x89PNG\r\n\x1a\n", "damaged"),
    "a PNG with a chunk that lies about its length": (
        drawn.png(64, 64, body=b"").replace(b"\0\0\0\0IDAT", b"\x7f\xff\xff\xffIDAT"),
        "damaged",
    ),
    "a film whose box lies about its length": (drawn.film() + b"\x7f\xff\xff\xffmdat", "damaged"),
    "a film with something else behind it": (drawn.film() + SVG, "damaged"),
    "a PDF behind a JPEG": (drawn.picture() + drawn.pdf(), "foreign_data"),
    "a PDF header in a JPEG's comment": (drawn.picture(comment=b"%PDF-1.4"), "foreign_data"),
    "a page in a JPEG's comment": (drawn.picture(comment=b"<ScRipt>alert(1)</script>"), "foreign_data"),
    "an archive behind a PNG": (drawn.picture("PNG") + ZIP_END, "foreign_data"),
    "a script in a PNG's text": (
        drawn.png(64, 64, before=drawn.chunk(b"tEXt", b"Comment\0<?php system($_GET[0]);")),
        "foreign_data",
    ),
    "an archive behind a PDF": (drawn.pdf() + ZIP_END, "foreign_data"),
    "a page behind a PDF": (drawn.pdf() + b"<html><script>alert(1)</script>", "foreign_data"),
    "an encrypted PDF": (drawn.pdf_locked("secret"), "encrypted"),
    "an encrypted PDF that everybody can open": (drawn.pdf_locked(""), "encrypted"),
    "a PDF with a script": (drawn.pdf_with_script(), "scripted"),
    "a PDF with a script under another spelling": (
        drawn.pdf_with_script().replace(b"/JavaScript", b"/JavaS#63ript").replace(b"/JS ", b"/#4AS "),
        "scripted",
    ),
    "a PDF with a script on a page": (drawn.pdf_with_script_on_a_page(), "scripted"),
    "a PDF that starts a program": (drawn.pdf_that_launches(), "scripted"),
    "a PDF that sends what is filled in": (
        drawn.pdf_with({"/S": NameObject("/SubmitForm"), "/F": TextStringObject("https://example.org/")}),
        "scripted",
    ),
    "a PDF that fetches what it is filled in with": (
        drawn.pdf_with({"/S": NameObject("/ImportData"), "/F": TextStringObject("a.fdf")}),
        "scripted",
    ),
    "a PDF that opens a file inside it": (
        drawn.pdf_with({"/S": NameObject("/GoToE"), "/D": TextStringObject("x")}),
        "attachments",
    ),
    "a drawing that begins like a PNG": (b"\x89PNG\r\n\x1a\n" + SVG, "damaged"),
    "a drawing behind a PNG": (drawn.picture("PNG") + SVG, "foreign_data"),
    "a PDF with a file attached": (drawn.pdf_with_attachment(), "attachments"),
    "a PDF with a file pinned to a page": (drawn.pdf_with_pinned_file(), "attachments"),
    "a PDF of 201 pages": (drawn.pdf(201), "too_many_pages"),
}


@pytest.mark.parametrize(("content", "code"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_refused_with_its_reason(content, code):
    assert fault(lambda: inspected(content)) == code


def test_every_fault_has_its_sentence_and_every_reason_is_tried():
    tried = {code for _content, code in HOSTILE.values()} | {"too_complex"}
    assert set(FAULTS) == tried | {"empty_file", "phone_format"}  # those two are told by the first bytes: see intake


GOOD = {
    "photo": (drawn.picture(), "image/jpeg"),
    "grey photo": (drawn.picture(mode="L"), "image/jpeg"),
    "printer's photo": (drawn.picture(mode="CMYK"), "image/jpeg"),
    "progressive photo": (drawn.picture(progressive=True), "image/jpeg"),
    "photo with a film of the moment behind it": (drawn.picture() + drawn.film(), "image/jpeg"),
    "photo with a second picture behind it": (drawn.picture() + drawn.picture(), "image/jpeg"),
    "screenshot": (drawn.picture("PNG"), "image/png"),
    "screenshot of few colours": (drawn.picture("PNG", mode="P"), "image/png"),
    "black and white scan": (drawn.picture("PNG", mode="1"), "image/png"),
    "screenshot that is seen through": (drawn.picture("PNG", mode="RGBA"), "image/png"),
    "grey that is seen through": (drawn.picture("PNG", mode="LA"), "image/png"),
    "deep grey": (drawn.picture("PNG", mode="I;16"), "image/png"),
    "as many pixels as are taken": (drawn.png(6_000, 4_000), "image/png"),
    "WebP": (drawn.picture("WEBP"), "image/webp"),
    "WebP without loss": (drawn.picture("WEBP", lossless=True), "image/webp"),
}


@pytest.mark.parametrize(("content", "media_type"), GOOD.values(), ids=GOOD.keys())
def test_a_picture_is_taken_and_shown_as_a_bare_jpeg(content, media_type):
    found = inspected(content)
    assert (found.media_type, found.pages, found.pages_shown) == (media_type, 1, 1)
    for name, copy in found.copies:
        with Image.open(BytesIO(copy)) as shown:
            shown.load()
            assert (shown.format, shown.mode) == ("JPEG", "RGB")
            assert max(shown.size) <= (kinds.THUMBNAIL_SIDE if name == "thumbnail" else kinds.PICTURE_SIDE)
            assert not shown.getexif()
            assert not {"exif", "comment", "icc_profile", "xmp"} & set(shown.info)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_copy_stands_upright_and_tells_nothing_of_the_place_the_maker_or_the_words(orientation):
    content = drawn.photo(orientation)
    assert b"Secretphone" in content
    (_one, copy), (_thumbnail, small) = inspected(content).copies
    with Image.open(BytesIO(content)) as before:
        assert before.getexif().get_ifd(drawn.GPS)
    red = {1: "left", 2: "right", 3: "right", 4: "left", 5: "top", 6: "top", 7: "bottom", 8: "bottom"}[orientation]
    for each in (copy, small):
        assert not any(word in each for word in (b"Secretphone", b"at home", b"Exif", b"GPS"))
        with Image.open(BytesIO(each)) as shown:
            across, down = shown.size
            middle = {
                "left": (5, down // 2),
                "right": (across - 6, down // 2),
                "top": (across // 2, 5),
                "bottom": (across // 2, down - 6),
            }[red]
            level = shown.getpixel(middle)
            assert level[0] > 150 > level[2], f"red is not {red}"
            assert (across > down) is (orientation < 5)


def test_the_pages_of_a_document_are_shown_as_pictures_up_to_the_twentieth():
    found = inspected(drawn.pdf(23))
    assert (found.media_type, found.pages, found.pages_shown) == ("application/pdf", 23, kinds.PAGES_SHOWN)
    assert {name for name, _copy in found.copies} == {"thumbnail", *(str(n) for n in range(1, 21))}
    with Image.open(BytesIO(dict(found.copies)["20"])) as page:
        assert max(page.size) == kinds.PAGE_SIDE
        assert page.convert("L").getextrema()[0] < 80, "nothing is written on the page"


def test_a_document_of_200_pages_is_taken():
    assert inspected(drawn.pdf(200)).pages == 200


def test_a_film_is_taken_and_nothing_is_shown_of_it():
    assert inspected(drawn.film()) == inspection.Inspected("video/mp4", 0, ())


def test_a_document_that_unpacks_to_more_than_a_process_is_given_ends_within_its_limits():
    content = drawn.pdf_bomb()
    began = time.monotonic()
    with contextlib.suppress(EvidenceRefused):  # or its one page is shown, blank
        assert inspected(content).pages == 1
    assert time.monotonic() - began < inspection.MOST_SECONDS + 2


CHILD = "import sys; sys.path.insert(0, sys.argv[1]); from adjudication.evidence.sealed import entry; entry.confine(); "


@pytest.mark.parametrize(
    ("deed", "refused"),
    [
        ("bytearray(401 * 2**20)", "MemoryError"),
        ("open('/proc/self/limits').read()\nopen(sys.argv[2], 'wb').write(b'x' * (65 * 2**20))", "File too large"),
        ("import resource; resource.setrlimit(resource.RLIMIT_AS, (2**33, 2**33)); bytearray(2**29)", "Error"),
    ],
)
def test_the_sealed_process_is_kept_to_its_limits(deed, refused, tmp_path):
    root = str(Path(inspection.ROOT))
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"{CHILD}\n{deed}", root, str(tmp_path / "big")], capture_output=True, text=True
    )
    if done.returncode == 0 and "setrlimit" in deed:
        pytest.skip("whoever runs as root can lift limits")
    assert done.returncode != 0
    assert refused in done.stderr or done.returncode < 0


def test_the_sealed_process_knows_none_of_our_secrets_and_has_no_other_file(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "of the service")
    look = "import os, json; print(json.dumps({'env': sorted(os.environ), 'fds': len(os.listdir('/proc/self/fd'))}))"
    monkeypatch.setattr(inspection, "START", look)
    with open("/dev/null", "rb") as file, open("/dev/null", "r+b") as made:
        ((told), died_of) = inspection._run(file, made)
    assert died_of == 0
    assert set(told[0]["env"]) <= {"MALLOC_ARENA_MAX", "LC_ALL", "LC_CTYPE"}
    assert told[0]["fds"] <= 5  # three, the copies, and the folder that is listed


def test_a_process_that_takes_too_long_is_ended_and_the_file_refused(monkeypatch):
    monkeypatch.setattr(inspection, "MOST_SECONDS", 0.5)
    monkeypatch.setattr(inspection, "START", "import time; print('{\"ready\": true}', flush=True); time.sleep(60)")
    began = time.monotonic()
    assert fault(lambda: inspected(drawn.picture())) == "too_complex"
    assert time.monotonic() - began < 10


def test_a_process_that_says_too_much_is_ended(monkeypatch):
    monkeypatch.setattr(inspection, "START", "print('{\"ready\": true}')\nwhile True: print('x' * 1000)")
    assert fault(lambda: inspected(drawn.picture())) == "too_complex"


def test_a_process_that_cannot_start_is_our_fault_and_not_the_files(monkeypatch, tmp_path):
    monkeypatch.setattr(inspection, "ROOT", tmp_path)
    with pytest.raises(RuntimeError, match="does not start"):
        inspected(drawn.picture())


def test_who_finds_no_place_is_asked_to_come_again(monkeypatch):
    monkeypatch.setattr(inspection, "PLACES", threading.BoundedSemaphore(1))
    monkeypatch.setattr(inspection, "MOST_WAITED_SECONDS", 0.1)
    with inspection._place(), pytest.raises(Busy):
        inspected(drawn.picture())
    assert inspected(drawn.picture()).pages == 1
