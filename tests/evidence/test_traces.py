"""A picture is known again re-encoded, resized and a little cropped, and not confused with another; notes are read."""

import itertools
import random
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO

import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter
from PIL.PngImagePlugin import PngInfo

from adjudication.evidence.alike import MOST_BITS
from adjudication.evidence.traces import NONE, traces_of
from tests.evidence import drawn
from tests.evidence.conftest import inspected


def scene(seed, size=(1200, 900)):
    """A photograph of sorts: uneven light, a table, things on it, and the grain of a sensor."""
    chance = random.Random(seed)  # noqa: S311  # a drawing must repeat itself
    picture = Image.new("RGB", size)
    pen = ImageDraw.Draw(picture)
    across, down = size
    for row in range(down):
        shade = 90 + int(90 * row / down)
        pen.line((0, row, across, row), fill=(shade, shade - 15, shade - 30))
    for _thing in range(14):
        left, top = chance.randrange(across), chance.randrange(down)
        colour = tuple(chance.randrange(256) for _each in range(3))
        box = (left, top, left + chance.randrange(80, 500), top + chance.randrange(80, 400))
        (pen.ellipse if chance.random() < 0.5 else pen.rectangle)(box, fill=colour, outline=(30, 30, 30), width=5)
    grain = Image.effect_noise(size, 24).convert("RGB")
    return Image.blend(picture.filter(ImageFilter.GaussianBlur(2)), grain, 0.08)


def written(picture, kind="JPEG", **how):
    out = BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


def hash_of(picture, kind="JPEG", **how):
    return inspected(written(picture, kind, **how)).traces.picture_hash


def bits(one, other):
    return ((one ^ other) & (2**64 - 1)).bit_count()


def cropped(picture, share):
    across, down = picture.size
    return picture.crop(
        (int(across * share), int(down * share / 2), int(across * (1 - share / 2)), int(down * (1 - share)))
    )


CHANGES = {
    "re-encoded": lambda picture: hash_of(picture, quality=35),
    "as PNG": lambda picture: hash_of(picture, "PNG"),
    "as WebP": lambda picture: hash_of(picture, "WEBP", quality=50),
    "resized": lambda picture: hash_of(picture.resize((480, 360))),
    "stretched": lambda picture: hash_of(picture.resize((700, 600))),
    "cropped by a hundredth": lambda picture: hash_of(cropped(picture, 0.01)),
    "brightened": lambda picture: hash_of(ImageEnhance.Brightness(picture).enhance(1.15)),
    "turned by its notes": lambda picture: hash_of(picture.transpose(Image.Transpose.ROTATE_90), exif=_turned(6)),
}


def _turned(orientation):
    exif = Image.Exif()
    exif[drawn.ORIENTATION] = orientation
    return exif


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_picture_is_known_again(change):
    for seed in (1, 2, 3):
        picture = scene(seed)
        assert bits(hash_of(picture), change(picture)) <= MOST_BITS


def test_different_pictures_are_not_taken_for_each_other():
    found = [hash_of(scene(seed, (600, 450))) for seed in range(25)]
    assert None not in found
    assert min(bits(one, other) for one, other in itertools.combinations(found, 2)) > MOST_BITS


def page(lines):
    """A white page with a few lines of words."""
    picture = Image.new("RGB", (800, 1100), "white")
    for number in range(lines):
        ImageDraw.Draw(picture).rectangle((80, 80 + number * 40, 600, 95 + number * 40), fill="black")
    return picture


@pytest.mark.parametrize(
    "picture",
    [
        Image.new("RGB", (800, 600), "white"),
        Image.new("RGB", (800, 600), (40, 40, 40)),
        Image.blend(
            Image.new("RGB", (800, 600), (120, 110, 100)), Image.effect_noise((800, 600), 30).convert("RGB"), 0.3
        ),
        Image.linear_gradient("L"),
        page(2),
    ],
    ids=["white", "dark", "a wall", "a shade", "a nearly empty page"],
)
def test_what_shows_next_to_nothing_has_no_hash(picture):
    assert hash_of(picture) is None


def exif(**tags):
    notes = Image.Exif()
    for name, value in tags.items():
        numbers = {"make": 0x010F, "model": 0x0110, "software": 0x0131, "changed": 0x0132}
        if name in numbers:
            notes[numbers[name]] = value
        else:
            notes.get_ifd(0x8769)[{"taken": 0x9003, "offset": 0x9011, "offset_changed": 0x9010}[name]] = value
    return notes


def test_a_photos_time_camera_and_software_are_read():
    notes = exif(
        taken="2026:02:01 10:00:00",
        offset="+08:00",
        changed="2026:02:03 11:00:00",
        offset_changed="+08:00",
        make="Canon",
        model="EOS R5",
        software="Adobe Photoshop 25.0",
    )
    found = inspected(written(scene(1), exif=notes)).traces
    zone = timezone(timedelta(hours=8))
    assert found.taken_at == datetime(2026, 2, 1, 10, tzinfo=zone)
    assert found.changed_at == datetime(2026, 2, 3, 11, tzinfo=zone)
    assert (found.is_zone_known, found.camera, found.made_with) == (True, "Canon EOS R5", "Adobe Photoshop 25.0")


def test_a_time_without_a_zone_is_told_as_such():
    found = inspected(written(scene(1), exif=exif(taken="2026:02:01 10:00:00"))).traces
    assert (found.taken_at, found.is_zone_known) == (datetime(2026, 2, 1, 10, tzinfo=UTC), False)


@pytest.mark.parametrize("time", ["0000:00:00 00:00:00", "2026:13:01 10:00:00", "yesterday", "9999:01:01 00:00:00", ""])
def test_a_time_that_is_none_is_left_out(time):
    assert inspected(written(scene(1), exif=exif(taken=time))).traces.taken_at is None


def test_software_is_read_from_xmp_and_from_a_pngs_words():
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description xmp:CreatorTool="Snapseed 2.0"/></x:xmpmeta>'
    assert inspected(written(scene(1), xmp=xmp)).traces.made_with == "Snapseed 2.0"
    words = PngInfo()
    words.add_text("Software", "GIMP 2.10")
    assert inspected(written(scene(1), "PNG", pnginfo=words)).traces.made_with == "GIMP 2.10"
    meitu = written(scene(1), exif=exif(software="-" * 12)).replace(
        b"-" * 12, "美图秀秀".encode()
    )  # as phones write it
    assert inspected(meitu).traces.made_with == "美图秀秀"


def test_a_documents_makers_and_times_are_read():
    writer = drawn.a_writer()
    writer.add_metadata(
        {
            "/Creator": "Writer",
            "/Producer": "iLovePDF",
            "/CreationDate": "D:20260201100000+08'00'",
            "/ModDate": "D:20260205100000Z",
        }
    )
    found = inspected(drawn.written(writer)).traces
    assert found.taken_at == datetime(2026, 2, 1, 2, tzinfo=UTC)
    assert found.changed_at == datetime(2026, 2, 5, 10, tzinfo=UTC)
    assert (found.is_zone_known, found.made_with, found.picture_hash) == (True, "Writer; iLovePDF", None)


def test_what_a_name_hides_is_not_kept():
    notes = exif(software="Snap\x00\x1b[31m\u202egpj.exe\nseed" + "x" * 500)
    found = inspected(written(scene(1), exif=notes)).traces.made_with
    assert found.isprintable()
    assert len(found) <= 200


def test_of_a_film_nothing_is_known():
    assert inspected(drawn.film()).traces == NONE


@pytest.mark.parametrize(
    "told",
    [
        None,
        [],
        "x",
        {"picture_hash": 2**64, "taken_at": "x", "camera": 5, "made_with": "a\nb"},
        {"picture_hash": -1, "taken_at": 7, "changed_at": "0001-01-01T00:00:00+14:00"},
        {"picture_hash": "1", "taken_at": None},
    ],
)
def test_what_the_sealed_process_tells_is_checked(told):
    assert traces_of(told) == NONE
