"""Why a file is refused: one sentence for each fault, in the words of whoever filed it, and what would be right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from adjudication.errors import EvidenceRefused, Fault

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: Fault code → (the sentence, what stands beside the field). The codes are the API's and stay as they are.
FAULTS: dict[str, tuple[StrOrPromise, StrOrPromise]] = {
    "empty_file": (_("The file is empty."), _("must not be empty")),
    "type_not_taken": (
        _("By its content this is none of the types that are taken: JPEG, PNG, WebP, PDF, MP4."),
        _("must be JPEG, PNG, WebP, PDF or MP4"),
    ),
    "phone_format": (
        _("This is a HEIC or AVIF picture, which not everybody can open; send it as JPEG, or a screenshot of it."),
        _("must be JPEG, PNG, WebP, PDF or MP4"),
    ),
    "damaged": (
        _("The file is damaged or cut off and cannot be opened; send it again, or make a new one."),
        _("cannot be opened"),
    ),
    "too_many_pixels": (
        _(
            "The picture has %(width)d × %(height)d pixels, more than the %(most)d million that are taken of this "
            "kind; send it smaller."
        ),
        _("has too many pixels"),
    ),
    "animated": (
        _("A picture may not move; send a still picture, or a video as MP4."),
        _("must be a still picture"),
    ),
    "foreign_data": (
        _("The file is at the same time something else than it shows; send the picture or document by itself."),
        _("contains something else"),
    ),
    "encrypted": (
        _(
            "The PDF is protected by a password or against copying; send it without protection, or print it to a new "
            "PDF."
        ),
        _("must not be encrypted"),
    ),
    "scripted": (
        _("The PDF contains scripts or actions that a document needs none of; print it to a new PDF and send that."),
        _("must not contain scripts"),
    ),
    "attachments": (
        _("The PDF has other files attached inside; file each of them as an exhibit of its own."),
        _("must not contain other files"),
    ),
    "too_many_pages": (
        _("The PDF has %(pages)d pages; up to %(most)d are taken. Send the pages that matter."),
        _("has too many pages"),
    ),
    "too_complex": (
        _("The file takes more time or memory to open than is given to one; send it simpler or smaller."),
        _("is too hard to open"),
    ),
}


def refusal(code: str, **facts: int) -> EvidenceRefused:
    """The refusal of a file for this fault, with its figures."""
    sentence, beside = FAULTS[code]
    return EvidenceRefused(sentence % facts if facts else sentence, Fault("file", beside, code))
