"""A file is one thing: what is at the same time something else, to another program, is not taken."""

from __future__ import annotations

from adjudication.evidence.sealed.verdict import Unfit

#: What a picture has no business to hold anywhere: another document, a page with scripts, an archive.
#: Cameras do append to their pictures (a film, a second picture, notes of their own), so an appendix alone is no fault.
IN_A_PICTURE = (
    b"%pdf-",
    b"<script",
    b"<svg ",
    b"<html",
    b"<!doctype html",
    b"<?php",
    b"rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
)
#: What must not follow the end of a document.
AFTER_A_DOCUMENT = (b"<script", b"<svg ", b"<html", b"<!doctype html", b"<?php", b"rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")

#: An archive's directory stands in the last 64 KB of it, and says that it is the only disk.
ZIP_DIRECTORY, ZIP_TAIL = b"PK\x05\x06\0\0\0\0", 65_557


def require_only_a_picture(data: bytes) -> None:
    """Refuse a picture that is something else as well.

    Raises:
        Unfit: it is.

    """
    lowered = data.lower()
    if any(sign in lowered for sign in IN_A_PICTURE) or _is_an_archive(data):
        raise Unfit("foreign_data")


def require_only_a_document(data: bytes) -> None:
    """Refuse a PDF that begins or goes on as something else.

    Raises:
        Unfit: it does.

    """
    after = data[data.rfind(b"%%EOF") + 5 :].lower() if b"%%EOF" in data else b""
    if any(sign in after for sign in AFTER_A_DOCUMENT) or _is_an_archive(data):
        raise Unfit("foreign_data")


def _is_an_archive(data: bytes) -> bool:
    return ZIP_DIRECTORY in data[-ZIP_TAIL:]
