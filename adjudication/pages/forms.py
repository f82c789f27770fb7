"""What every form of an act shares: its case, its files, and what is checked for form alone; rules are the acts'."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from adjudication.cases.models import Case
from adjudication.errors import Refused
from adjudication.evidence import drafts, intake
from adjudication.evidence.intake import ExhibitGiven, StoredFile
from adjudication.evidence.kinds import FILM
from adjudication.evidence.models import Exhibit
from adjudication.money import MAX_MINOR, decimals, format_amount
from adjudication.parties import Role
from adjudication.policy import versions

Kind = Exhibit.Kind

TAKEN = "image/jpeg,image/png,image/webp,application/pdf,video/mp4"
TEXT_MOST = 10_000


class ActForm(forms.Form):
    """What one act takes. The ids of its fields carry the act's name: several forms stand on one page."""

    def __init__(self, *args: Any, name: str, case: Case, role: Role, **kwargs: Any) -> None:
        """Know the case, and the side that fills it in."""
        kwargs["auto_id"] = f"{name}-%s"
        super().__init__(*args, **kwargs)
        self.name, self.case, self.role = name, case, role
        self.stored: list[StoredFile] = []

    def store_files(self) -> None:
        """Store what was uploaded, before the case is taken up.

        Raises:
            EvidenceRefused, TooLarge, StorageFull: see `intake.store`; nothing of it is kept.

        """

    def discard_files(self) -> None:
        """Delete what was stored, when the act was refused."""
        for stored in self.stored:
            intake.discard(stored)
        self.stored = []

    def tell(self, refused: Refused) -> None:
        """Put a refusal beside the fields it speaks of; the sentence itself stands above the form."""
        for fault in refused.faults:
            field = fault.field.partition(".")[0]
            if field == "file" and field not in self.fields:  # one of the several files that this form takes
                field = "exhibits"
            if field == "amount" and field in self.fields:  # the fault speaks of smallest units, as machines do
                self.add_error(field, str(refused.detail))
            elif field in self.fields:
                self.add_error(field, str(fault.detail))

    def _store(self, upload: UploadedFile[bytes]) -> StoredFile:
        policy = versions.get(self.case.policy_version_id)
        stored = intake.store(upload.chunks(), original_name=upload.name or "", policy=policy)
        self.stored.append(stored)
        return stored


class ConfirmForm(ActForm):
    """An act that takes nothing but a deliberate yes."""

    confirmed = forms.BooleanField(label=_("Yes, I have read this and want it."))


class ManyFiles(forms.ClearableFileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Any number of files."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        """Each as one file."""
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if not given:
            super().clean(None, initial)
        return [super(ManyFilesField, self).clean(one, initial) for one in given]


class FilesForm(ActForm):
    """What carries exhibits along: any number of files, and one of words."""

    exhibits = ManyFilesField(
        label=_("Files that show it"),
        help_text=_("Photos, PDF or MP4; several at once are possible."),
        widget=ManyFiles(attrs={"accept": TAKEN}),
        required=False,
    )
    exhibit_text = forms.CharField(
        label=_("Or a written exhibit"),
        help_text=_("For example the carrier’s record, copied here."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=TEXT_MOST,
        required=False,
    )

    def store_files(self) -> None:
        """Store each file."""
        for upload in self.cleaned_data["exhibits"]:
            self._store(upload)

    def exhibits_given(self) -> list[ExhibitGiven]:
        """One exhibit a file, named as the file is, and one of words."""
        given = [ExhibitGiven(kind_of(file), file.original_name or str(_("File")), file=file) for file in self.stored]
        if text := self.cleaned_data["exhibit_text"].strip():
            given.append(ExhibitGiven(Kind.DOCUMENT, title=str(_("Written exhibit")), text=text))
        return given


class FilingForm(FilesForm):
    """The same, where drafts of the side's can be filed along too."""

    drafts = forms.MultipleChoiceField(
        label=_("Your drafts to be filed with it"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer those of this side's drafts that can be filed."""
        super().__init__(*args, **kwargs)
        fit = [draft for draft in drafts.of_side(self.case, self.role) if draft.is_fit]
        if fit:
            choose(self.fields["drafts"], [(str(draft.pk), draft.to_be_filed.title) for draft in fit])
        else:
            del self.fields["drafts"]

    def filed(self) -> Sequence[ExhibitGiven | UUID]:
        """The drafts that were chosen, by their ids, and then what is new."""
        return [*map(UUID, self.cleaned_data.get("drafts", ())), *self.exhibits_given()]


def choose(field: forms.Field, choices: list[tuple[Any, Any]]) -> None:
    """Set what a choice field offers."""
    assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type checker
    field.choices = choices


def in_minor(given: Decimal | None, currency: str, *, least: int = 1) -> int | None:
    """Turn an amount as typed into smallest units, exactly; None where nothing was typed.

    Raises:
        ValidationError: finer than the currency's smallest unit, below `least`, or beyond all orders.

    """
    if given is None:
        return None
    minor = given.scaleb(decimals(currency))
    if minor != minor.to_integral_value():
        smallest = format_amount(1, currency)
        raise forms.ValidationError(_("The smallest amount is %(smallest)s.") % {"smallest": smallest})
    if not least <= minor <= MAX_MINOR:
        raise forms.ValidationError(
            _("The amount must be at least %(least)s.") % {"least": format_amount(least, currency)}
        )
    return int(minor)


def kind_of(file: StoredFile) -> Exhibit.Kind:
    """The kind of exhibit a file is when nobody says."""
    if file.media_type.startswith("image/"):
        return Kind.PHOTO
    return Kind.VIDEO if file.media_type == FILM else Kind.DOCUMENT
