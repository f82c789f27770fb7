"""The kinds of file that are taken, known by their content and never by their name (DOMAIN section 5).

Plain Python without Django: the process that opens strangers' files uses it too.
"""

from __future__ import annotations

#: Media types taken, and how a stored file of each is named.
TAKEN = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "video/mp4": "mp4",
}
FILM = "video/mp4"
#: What is shown as one picture.
PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})

#: As many bytes of a file's beginning tell its kind.
HEAD_BYTES = 1024
#: More pixels than these are not decoded: how much memory a pixel takes differs between the kinds.
MOST_PIXELS = {"image/jpeg": 100_000_000, "image/png": 24_000_000, "image/webp": 16_000_000}
MOST_PAGES = 200
#: So many pages of a document are shown as pictures; the original has them all.
PAGES_SHOWN = 20

#: The longest side, in pixels, of what is shown of a picture and of a page, and of a thumbnail, which stands as wide as
#: a phone's screen: sharp on one that has two or three pixels to each of its own.
PICTURE_SIDE, PAGE_SIDE, THUMBNAIL_SIDE = 2000, 1600, 960

#: Brands of MPEG-4 files that browsers and players take for a film.
FILMS = frozenset(
    {b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"MSNV", b"dash"}
)
#: Brands of still pictures in the same container, as phones make them.
STILLS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"avif"})


def media_type(head: bytes) -> str | None:
    """Tell a file's kind by its first bytes; None for what is not taken."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n\0\f").startswith(b"%PDF-"):
        return "application/pdf"
    return FILM if head[4:8] == b"ftyp" and FILMS & _brands(head) and not is_phone_still(head) else None


def is_phone_still(head: bytes) -> bool:
    """Is it a HEIC or AVIF picture, which phones make and browsers mostly do not show?"""
    return head[4:8] == b"ftyp" and head[8:12] in STILLS


def _brands(head: bytes) -> set[bytes]:
    """The major brand, and those the file says it is compatible with."""
    end = min(int.from_bytes(head[:4], "big"), len(head))
    return {head[8:12], *(head[at : at + 4] for at in range(16, end - 3, 4))}
