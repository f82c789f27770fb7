"""What is filed or drafted as evidence: of its own, or together with another act."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from adjudication.api.fields import Flag, Form, Text, Upload, Whole, one_line
from adjudication.api.forms import ActForm, Choice
from adjudication.api.paging import PageQuery
from adjudication.evidence.models import Exhibit


def facts_named(*, can_be_empty_text: bool = False, **options: Any) -> serializers.ListField:
    """What an exhibit is said to prove: codes of the case's checklist."""
    told = _("Codes of the case’s checklist.")
    if can_be_empty_text:
        told = _("Codes of the case’s checklist; one left empty names none.")
    options = options or {"default": list}
    code = one_line(max_length=40, allow_blank=can_be_empty_text)
    return serializers.ListField(child=code, required=False, max_length=20, help_text=told, **options)


class NewExhibitForm(Form):
    """An exhibit of words, filed together with an act."""

    kind = Choice(choices=Exhibit.Kind.choices)
    title = one_line(max_length=200)
    text = Text(max_length=20_000)
    facts = facts_named()


class ExhibitNamed(serializers.Field[Any, Any, Any, Any]):
    """An exhibit already on file or drafted, by its id, or a new one."""

    default_error_messages = {
        "invalid": _("must be the id of an exhibit or of a draft, or an object with kind, title, text")
    }

    def to_internal_value(self, data: Any) -> UUID | dict[str, Any]:
        """Tell the two apart."""
        if isinstance(data, dict):
            filled: dict[str, Any] = NewExhibitForm().run_validation(data)
            return filled
        if not isinstance(data, str):
            self.fail("invalid")
        named: UUID = serializers.UUIDField().run_validation(data)
        return named

    def to_representation(self, value: Any) -> Any:
        """Not used: this is input."""
        return value


@extend_schema_field({"type": "string"})  # of the library's types none is null alone: the form says it
class NothingField(serializers.Field[Any, Any, Any, Any]):
    """Null, and nothing else."""

    default_error_messages = {"invalid": _("can only be null; a file is sent as multipart")}

    def to_internal_value(self, data: Any) -> None:
        """Nothing but null gets here."""
        self.fail("invalid")

    def to_representation(self, value: Any) -> Any:
        """Not used: this is input."""
        return value


class NewExhibitsForm(ActForm):
    """Words, with new exhibits of words, and drafts by their ids."""

    exhibits = serializers.ListField(child=ExhibitNamed(), required=False, default=list, max_length=20)


class FilesForm(ActForm):
    """Words, with drafts by their ids, and files that become exhibits by their content."""

    exhibits = serializers.ListField(child=serializers.UUIDField(), required=False, default=list, max_length=20)
    files = serializers.ListField(child=Upload(), required=False, default=list, max_length=20)


class ExhibitForm(ActForm):
    """One item to be filed, of words; or kept as a draft, which may still lack its title."""

    also = {
        # Not as a choice of two (anyOf): generators of clients make no class of that.
        "if": {"properties": {"draft": {"const": True}}, "required": ["draft"]},
        "else": {"properties": {"title": {"pattern": r"\S"}}, "required": ["title"]},
    }
    kind = Choice(choices=Exhibit.Kind.choices)
    title = one_line(max_length=200, required=False, allow_blank=True, default="")
    text = Text(required=False, allow_blank=True, default="", max_length=20_000)
    replaces = serializers.UUIDField(required=False)
    messages = serializers.ListField(
        child=Whole(min_value=1),
        required=False,
        default=list,
        max_length=50,
        help_text=_("Quote these messages of the order’s chat; the words are filled in from the record."),
    )
    facts = facts_named()
    draft = Flag(required=False, default=False, help_text=_("Keep it for this side alone, and file it later."))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """What is filed at once has a title."""
        if not attrs["draft"] and not attrs["title"]:
            raise serializers.ValidationError({"title": [serializers.ErrorDetail(str(_("is required")), "required")]})
        return attrs


class ExhibitUploadForm(ExhibitForm):
    """One item to be filed, with a file."""

    also = {
        # As a choice of two here: what tries a form with files out cannot read "if".
        "anyOf": [
            {"properties": {"title": {"pattern": r"\S"}}, "required": ["title"]},
            {"properties": {"draft": {"const": True}}, "required": ["draft"]},
        ]
    }

    messages = None  # type: ignore[assignment]  # what is quoted comes from the record, without a file
    file = Upload(required=False)


class DraftForm(Form):
    """What of a draft is to change; what is left out stays. `draft: false` files it."""

    kind = Choice(choices=Exhibit.Kind.choices, required=False)
    title = one_line(max_length=200, required=False, allow_blank=True)
    text = Text(required=False, allow_blank=True, max_length=20_000)
    replaces = serializers.UUIDField(required=False, allow_null=True)
    facts = facts_named(allow_empty=True)
    draft = Flag(required=False, help_text=_("false: file it now, as it is then."))


class DraftWithoutFileForm(DraftForm):
    """The same as JSON, where a file can be taken away."""

    told_of = {"file": {"type": "null"}}
    file = NothingField(required=False, allow_null=True, help_text=_("null: the draft has no file any more."))


class DraftUploadForm(DraftForm):
    """The same as multipart. A field left empty takes away what the draft had, where it may be without it."""

    facts = facts_named(can_be_empty_text=True, allow_empty=True)
    replaces = serializers.UUIDField(required=False, allow_null=True, help_text=_("Left empty: it replaces none."))
    file = Upload(
        required=False,
        allow_null=True,
        help_text=_("Takes the place of the one before. An empty field in its stead: there is none any more."),
    )

    def validate_facts(self, value: list[str]) -> list[str]:
        """A form of the web's has no empty list: one empty field stands for it."""
        return [fact for fact in value if fact]


class KindForm(Form):
    """What an exhibit really is, and why."""

    kind = Choice(choices=Exhibit.Kind.choices)
    reason = Text()


class ExhibitsQuery(PageQuery):
    """Exhibits, or the caller's own drafts."""

    drafts = Flag(required=False, default=False, help_text=_("The caller’s own drafts instead, all on one page."))
