"""A draft: what a side means to file and may still change; seen by that side alone until it is filed.

It counts towards the side's quota. The exhibit it becomes keeps its id, and then the draft is gone (DOMAIN section 5).
It stands beside the journal: keeping one moves no version, so that nobody else can tell that there is one.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from adjudication.cases.models import Case
from adjudication.evidence.intake import ExhibitGiven, StoredFile
from adjudication.evidence.kinds import FILM, PICTURES
from adjudication.evidence.models import Exhibit

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


#: As many characters as an exhibit's title takes.
MOST_OF_A_TITLE = 200


class Draft(models.Model):
    """One item that a side has not filed yet."""

    class By(models.TextChoices):
        """Whose draft it is."""

        BUYER = "buyer", _("buyer")
        SELLER = "seller", _("seller")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="drafts_kept")
    by = models.CharField(max_length=6, choices=By)
    kind = models.CharField(max_length=20, choices=Exhibit.Kind)
    title = models.CharField(max_length=MOST_OF_A_TITLE, blank=True, default="")
    text = models.TextField(blank=True, default="")
    facts = models.JSONField(default=list, blank=True, help_text=_("What it is said to prove: codes of the checklist."))
    replaces = models.ForeignKey(Exhibit, models.PROTECT, null=True, blank=True, related_name="corrections_drafted")
    file = models.JSONField(
        null=True, blank=True, help_text=_("The stored file with its receipt, as it will be filed.")
    )
    version = models.PositiveIntegerField(default=1, help_text=_("Every change moves it, for If-Match."))
    kept_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        """Changed and dropped at will, and gone once it is filed."""

        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        ordering = ("case_id", "kept_at", "id")
        constraints = [
            models.CheckConstraint(name="a_draft_is_of_a_side", condition=Q(by__in=["buyer", "seller"])),
            models.CheckConstraint(
                name="a_drafted_file_has_its_receipt",
                condition=Q(file__isnull=True)
                | Q(file__has_keys=["name", "sha256", "size_bytes"])
                & Q(file__name__gt="", file__sha256__regex=r"^[0-9a-f]{64}$", file__size_bytes__gt=0),
            ),
        ]

    @property
    def given(self) -> ExhibitGiven:
        """What it holds."""
        return ExhibitGiven(
            kind=Exhibit.Kind(self.kind),
            title=self.title,
            text=self.text,
            file=self.stored,
            replaces=self.replaces_id,
            facts=tuple(self.facts),
        )

    @property
    def to_be_filed(self) -> ExhibitGiven:
        """What is filed of it: without a title, under its first words, its file's name, or its kind."""
        first = next(iter(self.text.strip().splitlines()), "")
        named = self.title or first or self.original_name or str(Exhibit.Kind(self.kind).label)
        return replace(self.given, title=named[:MOST_OF_A_TITLE])

    @property
    def stored(self) -> StoredFile | None:
        """Its file."""
        return StoredFile.read(self.file) if self.file else None

    @property
    def label(self) -> StrOrPromise:
        """It has no number before it is filed."""
        return _("draft")

    @property
    def number(self) -> None:
        """None yet."""

    @property
    def filed_at(self) -> None:
        """Not yet."""

    @property
    def instance(self) -> int:
        """The hearing it would be filed in now."""
        return self.case.instance

    @property
    def is_admissible(self) -> bool:
        """Would it be?"""
        return self.kind != Exhibit.Kind.OFF_PLATFORM_CHAT

    is_of_record = False
    inquiry_id = None
    last_correction = None

    @property
    def kind_now(self) -> str:
        """Nobody corrects the kind of what is not filed."""
        return self.kind

    @property
    def may_be_cited(self) -> bool:
        """Could a ruling rest on it, once it is filed?"""
        return self.is_admissible

    @property
    def file_name(self) -> str:
        """Where its file is stored; empty without one."""
        return str(self._of_file("name", ""))

    @property
    def original_name(self) -> str:
        """For display only."""
        return str(self._of_file("original_name", ""))

    @property
    def media_type(self) -> str:
        """What its file is by its content."""
        return str(self._of_file("media_type", ""))

    @property
    def size_bytes(self) -> int:
        """How much of the side's quota its file takes."""
        return int(self._of_file("size_bytes", 0))

    @property
    def sha256(self) -> str:
        """Of its file's bytes."""
        return str(self._of_file("sha256", ""))

    @property
    def pages(self) -> int:
        """How many pages its file has."""
        return int(self._of_file("pages", 0))

    @property
    def pages_shown(self) -> int:
        """How many of them are shown as copies."""
        return int(self._of_file("pages_shown", 0))

    @property
    def shown(self) -> range:
        """The numbers of the pages that are shown as pictures."""
        return range(1, self.pages_shown + 1)

    @property
    def is_picture(self) -> bool:
        """Is its file one picture?"""
        return self.media_type in PICTURES

    @property
    def is_film(self) -> bool:
        """Is its file a film?"""
        return self.media_type == FILM

    @property
    def is_fit(self) -> bool:
        """Could it be filed as it is: has it a text or a file?"""
        return self.file is not None or bool(self.text.strip())

    def take_content(self, given: ExhibitGiven) -> None:
        """Hold what was given from now on."""
        self.kind, self.title, self.text = given.kind, given.title.strip(), given.text
        self.facts, self.replaces_id = list(given.facts), given.replaces
        self.file = given.file.as_json() if given.file is not None else None

    def _of_file(self, name: str, otherwise: Any) -> Any:
        return self.file[name] if self.file else otherwise

    def __str__(self) -> str:
        """Its title."""
        return self.title or str(self.label)


def of_side(case: Case, side: str) -> list[Draft]:
    """The drafts of one side, in the order in which they were first kept."""
    return [draft for draft in case.papers.drafts if draft.by == side]


def counted(case: Case, side: str) -> list[Exhibit | Draft]:
    """What counts towards a side's quota: what it has filed, but for what an inquiry asked for, and has drafted."""
    filed = [exhibit for exhibit in case.papers.exhibits if exhibit.by == side and exhibit.inquiry_id is None]
    return [*filed, *of_side(case, side)]


def keep(case: Case, draft: Draft) -> None:
    """Put a new draft on the desk."""
    case.papers.drafts.append(draft)
    case.papers.new_drafts.append(draft)
    case.drafts_count += 1


def take_out(case: Case, draft: Draft) -> None:
    """The draft is gone; its file stays, for the exhibit that it became."""
    case.papers.drafts.remove(draft)
    if draft in case.papers.new_drafts:
        case.papers.new_drafts.remove(draft)
    else:
        case.papers.ended_drafts.append(draft)
    case.papers.moved_drafts.pop(draft.pk, None)
    case.drafts_count -= 1


def let_go(case: Case, drafts: Iterable[Draft]) -> None:
    """The drafts are gone, and their files with them once that is certain."""
    for draft in list(drafts):
        take_out(case, draft)
        if draft.file_name:
            case.papers.files_let_go.append(draft.file_name)
