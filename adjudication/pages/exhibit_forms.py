"""The forms of an exhibit: filed at once, or kept as a draft, which is changed, filed and dropped by its own side."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from adjudication.evidence import drafts
from adjudication.evidence.checklists import items_for
from adjudication.evidence.drafts import Draft
from adjudication.evidence.intake import ExhibitGiven
from adjudication.evidence.models import Exhibit
from adjudication.orders.messages import Message, in_order
from adjudication.pages.forms import TAKEN, TEXT_MOST, ActForm, choose

Kind = Exhibit.Kind

#: What a side files itself; the platform files the listing and its own chat.
KINDS_FILED = [kind for kind in Kind if kind not in (Kind.LISTING_SNAPSHOT, Kind.PLATFORM_CHAT)]


class ExhibitForm(ActForm):
    """One exhibit: kind, title, words, at most one file, and what it is to prove."""

    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=[(kind.value, kind.label) for kind in KINDS_FILED],
        help_text=_("Chat from outside the platform is read, but no ruling may rest on it."),
    )
    title = forms.CharField(label=_("Title"), max_length=200, help_text=_("For example: the crack, seen from above."))
    text = forms.CharField(
        label=_("What it shows"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=TEXT_MOST,
        required=False,
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("JPEG, PNG, WebP, PDF or MP4, up to 10 MB, a video up to 50 MB. It is kept as it is."),
        widget=forms.FileInput(attrs={"accept": TAKEN}),
        required=False,
    )
    facts = forms.MultipleChoiceField(
        label=_("What of your checklist it proves"), widget=forms.CheckboxSelectMultiple, required=False
    )
    replaces = forms.ChoiceField(
        label=_("Corrects an earlier exhibit"),
        help_text=_("What was filed stays on file; this one is shown as its correction."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer this side's checklist, and its own exhibits for correction; a draft needs no title yet."""
        super().__init__(*args, **kwargs)
        asked = items_for(self.case.reason, self.role)
        choose(self.fields["facts"], [(item.fact, item.sentence) for item in asked])
        own = [exhibit for exhibit in self.case.papers.exhibits if exhibit.by == self.role]
        if own:
            choose(self.fields["replaces"], [("", _("No")), *((str(exhibit.pk), str(exhibit)) for exhibit in own)])
        else:
            del self.fields["replaces"]
        self.fields["title"].required = not self.is_draft

    @property
    def is_draft(self) -> bool:
        """Was the button pressed that keeps it to oneself?"""
        return "draft" in self.data

    def store_files(self) -> None:
        """Store the file."""
        if upload := self.cleaned_data["file"]:
            self._store(upload)

    def given(self) -> ExhibitGiven:
        """The exhibit."""
        said = self.cleaned_data
        replaces = next((e.pk for e in self.case.papers.exhibits if str(e.pk) == said.get("replaces")), None)
        return ExhibitGiven(
            kind=Kind(said["kind"]),
            title=said["title"],
            text=said["text"],
            file=self.stored[0] if self.stored else None,
            replaces=replaces,
            facts=tuple(said["facts"]),
        )


class DraftForm(ExhibitForm):
    """What is kept and not filed, where nothing can be filed by itself: after a ruling, over a return."""

    is_draft = True


class NamedDraftForm(ActForm):
    """One draft, and the version of it that was seen."""

    draft = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.IntegerField(min_value=1, max_value=10**9, widget=forms.HiddenInput)


class ChangeDraftForm(DraftForm, NamedDraftForm):
    """What a draft is to hold from now on; its file stays, unless another takes its place or it is taken away."""

    remove_file = forms.BooleanField(label=_("Take the file away"), required=False)
    field_order = ("kind", "title", "text", "file", "remove_file")

    def __init__(self, *args: Any, of: Draft | None = None, **kwargs: Any) -> None:
        """Show what the draft holds; a form that was sent in names its draft itself."""
        if of is not None:
            held = {name: getattr(of, name) for name in ("kind", "title", "text", "facts")}
            kwargs["initial"] = held | {"draft": of.pk, "seen": of.version, "replaces": str(of.replaces_id or "")}
        super().__init__(*args, **kwargs)
        own = drafts.of_side(self.case, self.role)
        named = of or next((draft for draft in own if str(draft.pk) == self.data.get("draft")), None)
        if named is None or not named.file_name:
            del self.fields["remove_file"]

    def given_instead_of(self, kept: Draft | None) -> ExhibitGiven:
        """What it holds from now on; `kept` is the draft as it lies on the desk, if it is still there."""
        given = self.given()
        if given.file is None and kept is not None and not self.cleaned_data.get("remove_file"):
            return replace(given, file=kept.stored)
        return given


class QuoteForm(ActForm):
    """Messages of the chat on record, by their numbers; their words are not typed."""

    title = forms.CharField(label=_("Title"), max_length=200, help_text=_("For example: what the seller promised."))
    messages = forms.TypedMultipleChoiceField(
        label=_("Messages"), coerce=int, widget=forms.CheckboxSelectMultiple, choices=()
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer what was said, in the order of sending."""
        super().__init__(*args, **kwargs)
        choose(self.fields["messages"], [(m.number, _short(m)) for m in in_order(self.case.order.papers.messages)])

    def given(self) -> ExhibitGiven:
        """The exhibit, whose words come from the record."""
        said = self.cleaned_data
        return ExhibitGiven(Kind.PLATFORM_CHAT, said["title"], messages=tuple(said["messages"]))


def _short(message: Message) -> str:
    return f"#{message.number} {message.get_by_display()}: {Truncator(message.text).chars(120)}"
