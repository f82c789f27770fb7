"""What a file gives away of where it comes from: how its picture looks in 64 bits, when and with what it was made.

All but the first is what the file says of itself, which anybody can write. Nothing here makes a file unfit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from PIL import Image

from adjudication.evidence.sealed.verdict import DAMAGED

ORIGINAL, OFFSET_OF_ORIGINAL = 0x9003, 0x9011
CHANGED, OFFSET_OF_CHANGED = 0x0132, 0x9010
SOFTWARE, MAKER, MODEL, DETAILS = 0x0131, 0x010F, 0x0110, 0x8769

#: In XMP, as an attribute or as an element (XMP part 1, section 8.4).
CREATOR_TOOL = re.compile(rb"CreatorTool(?:\s*=\s*[\"']|\s*>)([^\"'<]{1,200})")
XMP_SEARCHED = 2**17

#: A step of brightness between two neighbours that is smaller than this is none: noise of compression.
LEAST_STEP = 3
#: A picture with fewer steps, up or down, among its 64 looks like too many others: a blank wall, a white page.
LEAST_STEPS = 16
LEAST_UP = 4

MOST_WORDS = 200


def hash_of(picture: Image.Image) -> int | None:
    """The difference hash of an upright picture: in 8 rows, whether it gets brighter from each of 9 places to the next.

    Pictures that look alike differ in few of the 64 bits (N. Krawetz, “Kind of Like That”, 2013).

    Returns: 0 … 2⁶⁴ − 1; None where there is too little to see to tell it from others.
    """
    levels = picture.convert("L").resize((9, 8), Image.Resampling.BOX).tobytes()
    steps = [levels[row * 9 + place + 1] - levels[row * 9 + place] for row in range(8) for place in range(8)]
    up, down = sum(step >= LEAST_STEP for step in steps), sum(step <= -LEAST_STEP for step in steps)
    if up + down < LEAST_STEPS or up < LEAST_UP:
        return None
    return sum(1 << place for place, step in enumerate(steps) if step >= LEAST_STEP)


def of_picture(opened: Image.Image, upright: Image.Image) -> dict[str, Any]:
    """What a picture gives away; `opened` has been loaded, so that what stands behind its pixels is known too."""
    try:
        exif = opened.getexif()
        details = exif.get_ifd(DETAILS)
    except DAMAGED:  # its notes are, in one of a hundred ways, and it is not
        exif, details = Image.Exif(), {}
    xmp = opened.info.get("xmp") or b""
    tools = CREATOR_TOOL.findall(xmp[:XMP_SEARCHED]) if isinstance(xmp, bytes) else []
    return _told(
        picture_hash=hash_of(upright),
        taken_at=_moment(details.get(ORIGINAL), details.get(OFFSET_OF_ORIGINAL)),
        changed_at=_moment(exif.get(CHANGED), details.get(OFFSET_OF_CHANGED)),
        camera=_words([exif.get(MAKER), exif.get(MODEL)], between=" "),
        made_with=_words([exif.get(SOFTWARE), *tools, opened.info.get("Software")]),
    )


def of_document(said: Mapping[str, str]) -> dict[str, Any]:
    """What a PDF's information dictionary gives away (ISO 32000-2, section 14.3.3)."""
    return _told(
        taken_at=_pdf_moment(said.get("/CreationDate", "")),
        changed_at=_pdf_moment(said.get("/ModDate", "")),
        made_with=_words([said.get("/Creator"), said.get("/Producer")]),
    )


def _told(**found: Any) -> dict[str, Any]:
    return {name: value for name, value in found.items() if value not in (None, "")}


def _moment(given: Any, offset: Any) -> str | None:
    """An EXIF time in ISO 8601, with its offset from UTC where there is one."""
    match = re.match(r"(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)", str(given or ""))
    if match is None:
        return None
    zone = str(offset or "").strip("\0 ")
    zone = zone if re.fullmatch(r"[+-]\d\d:\d\d", zone) else ""
    return _valid(f"{match[1]}-{match[2]}-{match[3]}T{match[4]}{zone}")


def _pdf_moment(given: str) -> str | None:
    """A PDF's time in ISO 8601 (ISO 32000-2, section 7.9.4)."""
    match = re.match(r"(?:D:)?(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:(Z)|([+-]\d\d)'?(\d\d)?)?", given)
    if match is None:
        return None
    zone = "+00:00" if match[7] else f"{match[8]}:{match[9] or '00'}" if match[8] else ""
    return _valid(f"{match[1]}-{match[2]}-{match[3]}T{match[4]}:{match[5]}:{match[6] or '00'}{zone}")


def _valid(moment: str) -> str | None:
    try:
        return moment if 1990 <= datetime.fromisoformat(moment).year <= 2100 else None
    except ValueError:
        return None


def _words(given: Iterable[Any], *, between: str = "; ") -> str:
    """What can be read of these, each once."""
    found: list[str] = []
    for each in given:
        text = _as_written(each)
        text = "".join(letter if letter.isprintable() else " " for letter in text[:MOST_WORDS])
        text = " ".join(text.split())
        if text and text not in found:
            found.append(text)
    return between.join(found)[:MOST_WORDS]


def _as_written(given: Any) -> str:
    """EXIF knows ASCII alone, and is read as Latin-1; phones write UTF-8 all the same."""
    if isinstance(given, str):
        try:
            return given.encode("latin-1").decode()
        except UnicodeError:
            return given
    return given.decode("utf-8", "replace") if isinstance(given, bytes) else ""
