"""Files as people send them, good and bad, made here so that the tests depend on nothing outside."""

from __future__ import annotations

import struct
import zlib
from functools import cache
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw
from pypdf import PdfWriter
from pypdf.annotations import Link
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

GPS, ORIENTATION, MAKER = 0x8825, 0x0112, 0x010F


@cache
def drawing(width: int = 400, height: int = 300, mode: str = "RGB") -> Image.Image:
    """A cup before a wall: red on the left, blue on the right, so that one sees which way is up."""
    picture = Image.new("RGB", (width, height), (225, 220, 210))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, width // 4, height), fill=(200, 30, 30))
    pen.rectangle((width - width // 4, 0, width, height), fill=(30, 30, 200))
    pen.ellipse((width // 3, height // 3, width * 2 // 3, height * 2 // 3), outline=(40, 40, 40), width=4)
    return picture if mode == "RGB" else picture.convert(mode)


def picture(kind: str = "JPEG", *, size: tuple[int, int] = (400, 300), mode: str = "RGB", **how: Any) -> bytes:
    """The drawing as a file."""
    written = BytesIO()
    drawing(*size, mode).save(written, kind, **how)
    return written.getvalue()


def photo(orientation: int = 1, **how: Any) -> bytes:
    """A JPEG as a phone makes it: with the place it was taken at, its maker, a comment, and how the phone was held."""
    exif = Image.Exif()
    exif[MAKER], exif[ORIENTATION] = "Secretphone", orientation
    place = exif.get_ifd(GPS)
    place[1], place[2], place[3], place[4] = "N", (31.0, 13.0, 49.4), "E", (121.0, 28.0, 25.3)
    return picture(exif=exif, comment=b"at home", **how)


def chunk(kind: bytes, body: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, *, body: bytes | None = None, before: bytes = b"") -> bytes:
    """A PNG of one colour, a bit a pixel, written by hand: its size can be what nobody could decode."""
    row = b"\0" * (1 + (width + 7) // 8)
    if body is None:
        packer = zlib.compressobj(9)
        many = row * max(1, 2**20 // len(row))
        whole, left = divmod(height * len(row), len(many))
        body = b"".join(packer.compress(many) for _each in range(whole)) + packer.compress(many[:left]) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + before + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def jpeg_claiming(width: int, height: int) -> bytes:
    """A small JPEG whose header says that it is that large."""
    data = bytearray(picture())
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def webp_claiming(width: int, height: int) -> bytes:
    """A WebP whose canvas is that large."""
    body = b"VP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + (width - 1).to_bytes(3, "little")
    body += (height - 1).to_bytes(3, "little") + picture("WEBP")[12:]
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def moving(kind: str) -> bytes:
    """A picture of many frames."""
    frames = [Image.new("RGB", (64, 64), (shade, 0, 0)) for shade in range(0, 250, 10)]
    written = BytesIO()
    frames[0].save(written, kind, save_all=True, append_images=frames[1:], duration=20)
    return written.getvalue()


def box(kind: bytes, body: bytes) -> bytes:
    """One box of an MP4."""
    return struct.pack(">I", len(body) + 8) + kind + body


def film(size_bytes: int = 4096, brand: bytes = b"isom") -> bytes:
    """An MP4 in outline."""
    head = box(b"ftyp", brand + b"\0\0\2\0" + (b"mp41" if brand != b"heic" else b"mif1"))
    return head + box(b"moov", b"\0" * 64) + box(b"mdat", b"\x5a" * max(0, size_bytes - len(head) - 80))


def a_writer(pages: int = 1) -> PdfWriter:
    """A document to which more can be done."""
    writer = PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    fonts = DictionaryObject({NameObject("/Font"): DictionaryObject({NameObject("/F1"): writer._add_object(font)})})
    for number in range(1, pages + 1):
        page = writer.add_blank_page(595, 842)
        words = DecodedStreamObject()
        words.set_data(b"BT /F1 40 Tf 60 740 Td (Delivery note, page %d) Tj ET 60 100 200 90 re f" % number)
        page[NameObject("/Resources")] = fonts
        page[NameObject("/Contents")] = writer._add_object(words)
    return writer


def written(writer: PdfWriter) -> bytes:
    """The document as a file."""
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def pdf(pages: int = 1) -> bytes:
    """A plain document, with a link to the web as many have."""
    writer = a_writer(pages)
    writer.add_annotation(0, Link(rect=(50, 550, 200, 650), url="https://example.org/parcel"))
    return written(writer)


def pdf_with_script() -> bytes:
    """One that runs a script when it is opened."""
    return pdf_with({"/S": NameObject("/JavaScript"), "/JS": TextStringObject("app.alert('hello');")})


def pdf_with(action: dict[str, Any], *, key: str = "/OpenAction") -> bytes:
    """One with this action on opening, or on a page."""
    writer = a_writer()
    held = DictionaryObject({NameObject(name): value for name, value in action.items()})
    if key == "/OpenAction":
        writer._root_object[NameObject(key)] = writer._add_object(held)
    else:
        writer.pages[0][NameObject(key)] = DictionaryObject({NameObject("/O"): held})
    return written(writer)


def pdf_that_launches() -> bytes:
    """One that starts a program."""
    return pdf_with({"/S": NameObject("/Launch"), "/F": TextStringObject("cmd.exe")})


def pdf_with_script_on_a_page() -> bytes:
    """One that runs a script when its page is shown."""
    return pdf_with({"/S": NameObject("/JavaScript"), "/JS": ByteStringObject(b"app.alert(1)")}, key="/AA")


def pdf_with_attachment() -> bytes:
    """One that carries another file."""
    writer = a_writer()
    writer.add_attachment("invoice.exe", b"MZ" + b"\0" * 200)
    return written(writer)


def pdf_with_pinned_file() -> bytes:
    """One that carries another file in a note on its page, outside the list of attachments."""
    writer = a_writer()
    stream = DecodedStreamObject()
    stream.set_data(b"MZ")
    held = DictionaryObject({NameObject("/F"): writer._add_object(stream)})
    note = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/FileAttachment"),
            NameObject("/Rect"): ArrayObject([NumberObject(n) for n in (10, 10, 40, 40)]),
            NameObject("/FS"): DictionaryObject(
                {NameObject("/Type"): NameObject("/Filespec"), NameObject("/EF"): held}
            ),
        }
    )
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(note)])
    return written(writer)


def pdf_locked(password: str) -> bytes:
    """One that is encrypted; with an empty password everybody can open it."""
    writer = a_writer()
    writer.encrypt(user_password=password, owner_password="owner", algorithm="RC4-128")
    return written(writer)


def pdf_bomb() -> bytes:
    """One whose page draws a picture that unpacks to more than a process is given."""
    writer = a_writer()
    packer, side = zlib.compressobj(1), 20_000
    row = b"\0" * side
    bits = b"".join(packer.compress(row) for _each in range(side)) + packer.flush()
    image = DecodedStreamObject()
    image.set_data(bits)
    image.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Width"): NumberObject(side),
            NameObject("/Height"): NumberObject(side),
            NameObject("/ColorSpace"): NameObject("/DeviceGray"),
            NameObject("/BitsPerComponent"): NumberObject(8),
            NameObject("/Filter"): NameObject("/FlateDecode"),
        }
    )
    page = writer.pages[0]
    page["/Resources"][NameObject("/XObject")] = DictionaryObject({NameObject("/I"): writer._add_object(image)})
    words = DecodedStreamObject()
    words.set_data(b"500 0 0 500 0 0 cm /I Do")
    page[NameObject("/Contents")] = writer._add_object(words)
    return written(writer)
