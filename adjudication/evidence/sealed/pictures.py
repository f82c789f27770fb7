"""A picture is counted before it is decoded, and shown upright, without anything it carries beside its pixels."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms
from PIL.JpegImagePlugin import JpegImageFile

from adjudication.evidence.kinds import MOST_PIXELS, PICTURE_SIDE, THUMBNAIL_SIDE
from adjudication.evidence.sealed import traces
from adjudication.evidence.sealed.foreign import require_only_a_picture
from adjudication.evidence.sealed.verdict import Unfit

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
ORIENTATION = 0x0112
#: EXIF orientation → how to turn the pixels upright (EXIF 2.32, section 4.6.4).
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
#: A progressive JPEG keeps all its coefficients in memory, two bytes each, however small it is decoded.
MOST_COEFFICIENT_BYTES = 220 * 2**20


def look(data: bytes, media_type: str) -> tuple[dict[str, Any], list[tuple[str, bytes]]]:
    """Check a picture, then make its copy and its thumbnail: JPEG, sRGB, upright.

    Returns: what it gives away of where it comes from; the copies.

    Raises:
        Unfit: too many pixels, moving, or something else as well.
        OSError, SyntaxError, ValueError: it is damaged.

    """
    Image.MAX_IMAGE_PIXELS = None  # ours are counted here, by kind
    if media_type != "image/jpeg":
        _require_pixels(media_type, *(_png_size(data) if media_type == "image/png" else _webp_size(data)))
    require_only_a_picture(data)
    with Image.open(BytesIO(data), formats=[FORMATS[media_type]]) as opened:
        _require_pixels(media_type, *opened.size)
        if isinstance(opened, JpegImageFile):
            _require_bearable(opened)
            share = PICTURE_SIDE / max(opened.size)
            if share < 1:  # decoded at an eighth, a quarter or a half, as near as it gets to what is shown
                opened.draft(opened.mode, (int(opened.width * share), int(opened.height * share)))
        elif getattr(opened, "is_animated", False):
            raise Unfit("animated")
        turned = UPRIGHT.get(_orientation(opened))
        picture = _shown(opened)
        if turned is not None:
            picture = picture.transpose(turned)
        given_away = traces.of_picture(opened, picture)
    sharp = media_type != "image/jpeg"  # screenshots: letters would blur with their colours halved
    return given_away, [("1", jpeg(picture, sharp=sharp)), ("thumbnail", thumbnail(picture))]


def thumbnail(picture: Image.Image) -> bytes:
    """A small JPEG of it."""
    small = picture.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    return jpeg(small, quality=80)


def jpeg(picture: Image.Image, *, quality: int = 85, sharp: bool = False) -> bytes:
    """The pixels alone, as JPEG."""
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)
    written = BytesIO()
    bare.save(written, "JPEG", quality=quality, subsampling=0 if sharp else 2)
    return written.getvalue()


def _shown(opened: Image.Image) -> Image.Image:
    """The picture at the size it is shown in, in RGB, on white where it is transparent."""
    profile = opened.info.get("icc_profile")
    picture: Image.Image = opened
    if opened.mode.startswith("I;16"):
        picture = opened.point(lambda level: level / 256).convert("L")
    elif opened.mode in ("1", "P", "PA", "LA", "I", "F") or "transparency" in opened.info:
        sees_through = opened.mode in ("PA", "LA") or "transparency" in opened.info
        picture = opened.convert("RGBA" if sees_through else "RGB")
    picture.thumbnail((PICTURE_SIDE, PICTURE_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    if picture.mode == "RGBA":
        white = Image.new("RGBA", picture.size, "white")
        white.alpha_composite(picture)
        picture = white.convert("RGB")
    return _in_srgb(picture, profile).convert("RGB")


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Keep the colours as they were seen: what differs in colour may be what the case is about."""
    if not profile or picture.mode not in ("RGB", "CMYK", "L"):
        return picture
    try:
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        converted = ImageCms.profileToProfile(picture, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
    return converted or picture


def _orientation(opened: Image.Image) -> int:
    try:
        return int(opened.getexif().get(ORIENTATION, 1))
    except (OSError, SyntaxError, ValueError, TypeError, KeyError, struct.error):  # its notes are damaged, not itself
        return 1


def _require_pixels(media_type: str, width: int, height: int) -> None:
    if width < 1 or height < 1:
        raise Unfit("damaged")
    if width * height > MOST_PIXELS[media_type]:
        raise Unfit("too_many_pixels", width=width, height=height, most=MOST_PIXELS[media_type] // 10**6)


def _require_bearable(opened: JpegImageFile) -> None:
    if opened.info.get("progressive") and opened.layer:
        across, down = max(part[1] for part in opened.layer), max(part[2] for part in opened.layer)
        sampled = sum(part[1] * part[2] for part in opened.layer) / (across * down)
        if opened.width * opened.height * 2 * sampled > MOST_COEFFICIENT_BYTES:
            most = int(MOST_COEFFICIENT_BYTES / 2 / sampled / 10**6)
            raise Unfit("too_many_pixels", width=opened.width, height=opened.height, most=most)


def _png_size(data: bytes) -> tuple[int, int]:
    """Width and height of a PNG that is all there, by its header (PNG specification, sections 5.3 and 11.2.1)."""
    at, kind = 8, b""
    while kind != b"IEND":
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        at += 12 + length
        if at > len(data):
            raise Unfit("damaged")
    if data[12:16] != b"IHDR":
        raise Unfit("damaged")
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _webp_size(data: bytes) -> tuple[int, int]:
    """Width and height of a WebP's canvas (RFC 9649), before its library reserves memory for it."""
    kind, body = data[12:16], data[20:30]
    if len(data) < 30 or int.from_bytes(data[4:8], "little") + 8 > len(data):
        raise Unfit("damaged")
    if kind == b"VP8X":
        if body[0] & 0x02:
            raise Unfit("animated")
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF
    raise Unfit("damaged")
