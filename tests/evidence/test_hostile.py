"""Files made to harm: each is refused for a reason or served harmlessly, and no process takes more than its 400 MB."""

import subprocess
import sys
import zlib
from io import BytesIO
from tempfile import TemporaryFile

import pytest
from PIL import Image
from pypdf.generic import DecodedStreamObject, NameObject, NumberObject

from adjudication.errors import Refused
from adjudication.evidence import inspection
from tests.evidence import drawn
from tests.evidence.conftest import inspected

MOST_KB = 400 * 1024


def deflated(size_bytes):
    packer, piece = zlib.compressobj(9), b"\0" * 2**20
    return b"".join(packer.compress(piece) for _each in range(size_bytes // 2**20)) + packer.flush()


def pdf_of_packed_objects():
    """Objects packed into a stream that unpacks to a gigabyte."""
    writer = drawn.a_writer()
    stream = DecodedStreamObject()
    stream.set_data(deflated(2**30))
    for name, value in (("/Type", NameObject("/ObjStm")), ("/Filter", NameObject("/FlateDecode"))):
        stream[NameObject(name)] = value
    stream[NameObject("/N")], stream[NameObject("/First")] = NumberObject(10), NumberObject(100)
    writer._root_object[NameObject("/Packed")] = writer._add_object(stream)
    return drawn.written(writer)


def png_with(kind, before, size_bytes):
    """A small PNG with a packed chunk that unpacks to that much."""
    return drawn.png(64, 64, before=drawn.chunk(kind, before + deflated(size_bytes)))


def many_scans(scans=3000):
    """A progressive JPEG whose last scan comes again and again."""
    out = BytesIO()
    drawn.drawing(1600, 1200).save(out, "JPEG", progressive=True)
    data = out.getvalue()
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * scans + data[-2:]


def exif_of(entries):
    """Notes that say they have that many entries, each of them in a loop back to their beginning."""
    entry = b"\x87\x69\0\4\0\0\0\1\0\0\0\x08"
    notes = b"Exif\0\0MM\0\x2a\0\0\0\x08" + entries.to_bytes(2, "big") + entry * min(entries, 5000)
    data = drawn.picture()
    return data[:2] + b"\xff\xe1" + (len(notes) + 2).to_bytes(2, "big") + notes + data[2:]


def exif_claiming():
    """Notes of which one says that it is four gigabytes long."""
    notes = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\1\x01\x31\0\2\xff\xff\xff\xff\0\0\0\x1a\0\0\0\0"
    data = drawn.picture()
    return data[:2] + b"\xff\xe1" + (len(notes) + 2).to_bytes(2, "big") + notes + data[2:]


SHELF = {
    "a PNG of the most pixels that are taken": lambda: drawn.png(6_000, 4_000),
    "a WebP of the most pixels": lambda: drawn.picture("WEBP", size=(4_000, 4_000)),
    "a JPEG that claims the most pixels": lambda: drawn.jpeg_claiming(10_000, 10_000),
    "a PDF of packed objects": pdf_of_packed_objects,
    "a PDF that draws a bomb": drawn.pdf_bomb,
    "a PNG with words that unpack to a gigabyte": lambda: png_with(b"zTXt", b"Comment\0\0", 2**30),
    "a PNG with a colour profile that unpacks to a gigabyte": lambda: png_with(b"iCCP", b"icc\0\0", 2**30),
    "a JPEG with a huge colour profile": lambda: drawn.picture(icc_profile=b"x" * 5_000_000),
    "a progressive JPEG of many scans": many_scans,
    "notes in a loop": lambda: exif_of(5000),
    "notes that say they are many": lambda: exif_of(65_535),
    "notes that say they are long": exif_claiming,
    "a film of many boxes": lambda: drawn.film() + drawn.box(b"free", b"") * 150_000,
    "a film whose box says it is larger than any file": lambda: drawn.film() + b"\0\0\0\1mdat" + b"\x7f" * 8,
}


#: A process begins with the peak of whoever started it, so a small one starts the sealed one and tells its peak.
MEASURE = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdin=0, stdout=subprocess.DEVNULL, pass_fds=[int(sys.argv[-1])], check=False)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def peak_kb(content):
    """The most memory that the sealed process took over it, in KB."""
    with TemporaryFile() as file, TemporaryFile() as made:
        file.write(content)
        file.seek(0)
        command = [sys.executable, "-I", "-B", "-c", inspection.START, str(inspection.ROOT), str(made.fileno())]
        measured = subprocess.run(
            [sys.executable, "-I", "-c", MEASURE, *command],
            stdin=file,
            stdout=subprocess.PIPE,
            pass_fds=[made.fileno()],
            check=True,
        )
        return int(measured.stdout)


@pytest.mark.parametrize("make", SHELF.values(), ids=SHELF.keys())
def test_a_file_made_to_harm_is_refused_or_shown_harmlessly_in_bounded_memory(make):
    content = make()
    assert peak_kb(content) < MOST_KB
    copies, code = (), None
    try:
        copies = inspected(content).copies
    except Refused as refused:
        code = refused.faults[0].code
    assert code in (None, "damaged", "too_complex", "too_many_pixels")
    for _name, copy in copies:
        with Image.open(BytesIO(copy)) as shown:
            assert shown.format == "JPEG"
            assert max(shown.size) <= 2000
