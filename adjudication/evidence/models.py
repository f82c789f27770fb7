"""An exhibit: one filed item of evidence. Once filed it is never changed or deleted; a correction is a new exhibit.

Off-platform chat is on file and inadmissible: read, never cited in a ruling (DOMAIN section 5).
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from adjudication.evidence.kinds import FILM, PICTURES
from adjudication.parties import Role

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from adjudication.evidence.corrections import KindCorrection


class Exhibit(models.Model):
    """One item filed by a side, or by the platform for both."""

    class Kind(models.TextChoices):
        """What it is."""

        PHOTO = "photo", _("photo")
        VIDEO = "video", _("video")
        DOCUMENT = "document", _("document")
        CARRIER_RECORD = "carrier_record", _("carrier's record")
        LISTING_SNAPSHOT = "listing_snapshot", _("listing snapshot")
        PLATFORM_CHAT = "platform_chat", _("platform chat")
        OFF_PLATFORM_CHAT = "off_platform_chat", _("off-platform chat")
        INSPECTION_REPORT = "inspection_report", _("inspection report")

    class FiledBy(models.TextChoices):
        """Whose exhibit it is."""

        BUYER = "buyer", _("buyer")
        SELLER = "seller", _("seller")
        PLATFORM = "platform", _("platform")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey("adjudication.Case", models.PROTECT, related_name="exhibits_on_file")
    number = models.PositiveSmallIntegerField(help_text=_("1, 2, 3, … within its case."))
    by = models.CharField(max_length=8, choices=FiledBy)
    instance = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=20, choices=Kind)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True, default="")
    facts = models.JSONField(
        default=list,
        db_default=models.Value([], models.JSONField()),
        blank=True,
        help_text=_("What it is said to prove: codes of the checklist."),
    )
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    is_admissible = models.BooleanField(default=True)
    is_of_record = models.BooleanField(
        default=False, db_default=False, help_text=_("Its words are the platform’s own record, and nobody typed them.")
    )
    inquiry = models.ForeignKey(
        "adjudication.Inquiry",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="exhibits",
        help_text=_("The inquiry that it answers."),
    )
    file_name = models.CharField(max_length=200, blank=True, default="", help_text=_("Where it is stored."))
    original_name = models.CharField(max_length=200, blank=True, default="", help_text=_("For display only."))
    media_type = models.CharField(max_length=80, blank=True, default="")
    size_bytes = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="", help_text=_("Of the file's bytes: the receipt."))
    pages = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text=_("Of a picture 1, of a document its pages, of a film 0.")
    )
    pages_shown = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text=_("So many of them are shown as copies, from the first on.")
    )
    # What the file gave away of where it comes from: for those who rule, never for the other side (evidence/signs.py).
    picture_hash = models.BigIntegerField(null=True, blank=True, help_text=_("How the picture looks, in 64 bits."))
    taken_at = models.DateTimeField(null=True, blank=True, help_text=_("When it was made, by its own account."))
    changed_at = models.DateTimeField(null=True, blank=True, help_text=_("When it was changed, by its own account."))
    is_zone_known = models.BooleanField(
        default=False, db_default=False, help_text=_("It says how far its clock is from UTC.")
    )
    camera = models.CharField(max_length=200, blank=True, default="", db_default="")
    made_with = models.CharField(
        max_length=200, blank=True, default="", db_default="", help_text=_("The software it names.")
    )
    filed_at = models.DateTimeField()

    TRACES: ClassVar = ("picture_hash", "taken_at", "changed_at", "is_zone_known", "camera", "made_with")

    class Meta:
        """Immutable; numbered within its case."""

        verbose_name = _("exhibit")
        verbose_name_plural = _("exhibits")
        ordering = ("case_id", "number")
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="one_exhibit_a_number"),
            models.CheckConstraint(
                name="off_platform_chat_is_inadmissible",
                condition=~Q(kind="off_platform_chat") | Q(is_admissible=False),
            ),
            models.CheckConstraint(
                name="a_stored_file_has_its_receipt",
                condition=Q(file_name="", sha256="", size_bytes=0)
                | (~Q(file_name="") & Q(sha256__regex=r"^[0-9a-f]{64}$", size_bytes__gt=0)),
            ),
            models.CheckConstraint(
                name="of_record_are_listing_and_chat",
                condition=Q(is_of_record=False) | Q(kind__in=["listing_snapshot", "platform_chat"], file_name=""),
            ),
            models.CheckConstraint(
                name="only_a_file_leaves_traces",
                condition=~Q(file_name="")
                | Q(picture_hash=None, taken_at=None, changed_at=None, is_zone_known=False, camera="", made_with=""),
            ),
            models.CheckConstraint(
                name="no_more_pages_are_shown_than_there_are", condition=Q(pages_shown__lte=models.F("pages"))
            ),
        ]
        # Beside these, four over the bands of picture_hash (migration 0009, evidence/alike.py).
        indexes = [
            models.Index(fields=["file_name"], name="exhibit_by_file", condition=~Q(file_name="")),
            models.Index(fields=["sha256"], name="exhibit_by_receipt", condition=~Q(sha256="")),
        ]

    @property
    def label(self) -> str:
        """How people call it: B1, S2, P3: the side's letter and the number within the case."""
        return f"{self.by[0].upper()}{self.number}"

    @cached_property
    def last_correction(self) -> KindCorrection | None:
        """What staff said last of its kind; the docket knows it beforehand."""
        return self.kind_corrections.order_by("-number").first()

    @property
    def kind_now(self) -> str:
        """What it counts as: as corrected last, or as filed."""
        return self.last_correction.kind if self.last_correction else self.kind

    @property
    def kind_words(self) -> StrOrPromise:
        """What it counts as, in words."""
        return Exhibit.Kind(self.kind_now).label

    @property
    def may_be_cited(self) -> bool:
        """Is it admissible, as the kind that it counts as? Off-platform chat never is."""
        return self.kind_now != Exhibit.Kind.OFF_PLATFORM_CHAT if self.last_correction else self.is_admissible

    @property
    def is_own_copy(self) -> bool:
        """Did a side type or upload what the platform has a record of itself?"""
        return self.kind_now in (Exhibit.Kind.PLATFORM_CHAT, Exhibit.Kind.LISTING_SNAPSHOT) and not self.is_of_record

    @property
    def is_picture(self) -> bool:
        """Is its file one picture, and not a document of pages?"""
        return self.media_type in PICTURES

    @property
    def is_film(self) -> bool:
        """Is its file a film, of which nothing is shown here?"""
        return self.media_type == FILM

    @property
    def shown(self) -> range:
        """The numbers of the pages that are shown as pictures."""
        return range(1, self.pages_shown + 1)

    def __str__(self) -> str:
        """Label and title."""
        return f"{self.label} {self.title}"


class Viewing(models.Model):
    """One time that somebody fetched an original, which shows more than its copy does; never changed or deleted.

    It stands beside the journal and not in it: to look at a case does not move it on.
    """

    exhibit = models.ForeignKey(Exhibit, models.PROTECT, related_name="viewings")
    role = models.CharField(max_length=12, choices=Role)
    viewer_id = models.BigIntegerField(default=0, help_text=_("The party or the member of staff; 0 for none."))
    key_id = models.BigIntegerField(null=True, blank=True, help_text=_("The API key, where one was used."))
    viewed_at = models.DateTimeField()

    class Meta:
        """Append-only."""

        verbose_name = _("viewing")
        verbose_name_plural = _("viewings")

    def __str__(self) -> str:
        """Who and when."""
        return f"{self.role} {self.viewed_at:%Y-%m-%d %H:%M}"
