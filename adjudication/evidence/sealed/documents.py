"""A PDF is paper: it has pages and nothing that runs, opens or is hidden in it. Its pages are shown as pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pypdf
import pypdfium2
from PIL import Image
from pypdf.errors import PyPdfError
from pypdf.generic import IndirectObject
from pypdfium2 import raw

from adjudication.evidence.kinds import MOST_PAGES, PAGE_SIDE, PAGES_SHOWN
from adjudication.evidence.sealed.foreign import require_only_a_document
from adjudication.evidence.sealed.pictures import jpeg, thumbnail
from adjudication.evidence.sealed.traces import of_document
from adjudication.evidence.sealed.verdict import DAMAGED, Unfit

#: Keys of a dictionary that make it do something, and what is said of them (ISO 32000-2, sections 7.11.4 and 12.6).
ACTIVE_KEYS = {
    "/JS": "scripted",
    "/JavaScript": "scripted",
    "/XFA": "scripted",
    "/OnInstantiate": "scripted",
    "/EF": "attachments",
    "/RichMediaContent": "attachments",
}
#: (key, value) pairs likewise.
ACTIVE_VALUES = {
    ("/S", "/JavaScript"): "scripted",
    ("/S", "/Launch"): "scripted",
    ("/S", "/ImportData"): "scripted",
    ("/S", "/SubmitForm"): "scripted",
    ("/S", "/RichMediaExecute"): "scripted",
    ("/S", "/GoToE"): "attachments",
    ("/Type", "/EmbeddedFile"): "attachments",
    ("/Subtype", "/FileAttachment"): "attachments",
    ("/Subtype", "/RichMedia"): "attachments",
}
#: The same in the bytes themselves, for objects that one reader finds and another does not.
IN_THE_BYTES = re.compile(rb"/(JavaScript|Launch|EmbeddedFile)(?![0-9A-Za-z])")
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")

MOST_SCALE = 4.0
#: PDFium's own word for “a password is needed”.
NEEDS_A_PASSWORD = 4
MOST_DEPTH = 60


def open_pages(data: bytes) -> tuple[pypdfium2.PdfDocument, dict[str, Any]]:
    """Open a document that may be taken.

    Returns: the document; what it gives away of where it comes from.

    Raises:
        Unfit: encrypted, with scripts or attachments, with too many pages or none, damaged, or something else as well.

    """
    require_only_a_document(data)
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        raise Unfit("encrypted" if raw.FPDF_GetLastError() == NEEDS_A_PASSWORD else "damaged") from None
    if raw.FPDF_GetSecurityHandlerRevision(document) != -1:  # also with a password that nobody needs to know
        raise Unfit("encrypted")
    if not 1 <= len(document) <= MOST_PAGES:
        raise Unfit("too_many_pages" if len(document) else "damaged", pages=len(document), most=MOST_PAGES)
    if raw.FPDFDoc_GetJavaScriptActionCount(document) > 0:
        raise Unfit("scripted")
    if raw.FPDFDoc_GetAttachmentCount(document) > 0:
        raise Unfit("attachments")
    try:
        reader = pypdf.PdfReader(BytesIO(data), strict=False)
        require_nothing_active(reader, data)
    except PyPdfError as error:
        raise Unfit("damaged") from error
    return document, of_document(_said_of_itself(reader))


def copies(document: pypdfium2.PdfDocument) -> Iterator[tuple[str, bytes]]:
    """The first pages as pictures, and a thumbnail of the first."""
    document.init_forms()  # what was filled in is part of the paper
    for index in range(min(len(document), PAGES_SHOWN)):
        picture = _page(document, index)
        yield str(index + 1), jpeg(picture, sharp=True)
        if index == 0:
            yield "thumbnail", thumbnail(picture)


def require_nothing_active(reader: pypdf.PdfReader, data: bytes) -> None:
    """Refuse scripts, actions that leave the paper, and attachments: by every object, and by the bytes.

    Raises:
        Unfit: there is one.

    """
    _walk(reader.trailer, reader)
    for generation, numbers in list(reader.xref.items()):
        for number in list(numbers):
            _walk(_object(reader, number, generation), reader)
    for number in list(reader.xref_objStm):
        _walk(_object(reader, number, 0), reader)
    if found := IN_THE_BYTES.search(ESCAPED.sub(lambda escape: bytes([int(escape[1], 16)]), data)):
        raise Unfit("attachments" if found[1] == b"EmbeddedFile" else "scripted")


def _said_of_itself(reader: pypdf.PdfReader) -> dict[str, str]:
    try:
        return {str(name): str(value) for name, value in (reader.metadata or {}).items()}
    except (*DAMAGED, PyPdfError):
        return {}


def _object(reader: Any, number: int, generation: int) -> Any:
    try:
        return reader.get_object(IndirectObject(number, generation, reader))
    except (PyPdfError, ValueError, KeyError, IndexError, TypeError, AttributeError):
        return None  # an object that cannot be read does nothing; the bytes are looked through all the same


def _walk(found: Any, reader: Any, depth: int = 0) -> None:
    """Look through one object, not into those it refers to: each of them has its turn."""
    if depth > MOST_DEPTH:
        raise Unfit("too_complex")
    if isinstance(found, dict):
        for key in list(found):
            if key in ACTIVE_KEYS:
                raise Unfit(ACTIVE_KEYS[key])
            value = dict.__getitem__(found, key)
            named = value if not isinstance(value, IndirectObject) else reader.get_object(value)
            if isinstance(named, str) and (key, str(named)) in ACTIVE_VALUES:
                raise Unfit(ACTIVE_VALUES[key, str(named)])
            if isinstance(value, dict | list):
                _walk(value, reader, depth + 1)
    elif isinstance(found, list):
        for value in list.__iter__(found):
            if isinstance(value, dict | list):
                _walk(value, reader, depth + 1)


def _page(document: pypdfium2.PdfDocument, index: int) -> Image.Image:
    page = document[index]
    width, height = page.get_size()
    bitmap = page.render(scale=min(PAGE_SIDE / max(width, height, 1.0), MOST_SCALE))
    picture: Image.Image = bitmap.to_pil().convert("RGB")
    page.close()
    return picture
