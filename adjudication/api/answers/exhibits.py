"""What the API says of exhibits and drafts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from adjudication.api.fields import Answer, Instant
from adjudication.evidence.drafts import Draft
from adjudication.evidence.models import Exhibit
from adjudication.parties import Role


class CorrectionAnswer(Answer):
    """What staff said last of an exhibit's kind."""

    kind = serializers.ChoiceField(choices=Exhibit.Kind.choices)
    reason = serializers.CharField()
    corrected_as = serializers.ChoiceField(choices=Role.choices)
    corrected_at = Instant()


class ExhibitAnswer(Answer):
    """One item of evidence; a draft has no number, label or time of filing yet, and a version for If-Match."""

    id = serializers.UUIDField()
    number = serializers.IntegerField(allow_null=True)
    label = serializers.CharField(allow_null=True)  # type: ignore[assignment]  # a field of the answer
    by = serializers.ChoiceField(choices=Exhibit.FiledBy.choices)
    instance = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Exhibit.Kind.choices, source="kind_now")
    filed_as = serializers.ChoiceField(
        choices=Exhibit.Kind.choices, source="kind", help_text=_("What it was filed as, before staff corrected it.")
    )
    title = serializers.CharField()
    text = serializers.CharField()
    replaces = serializers.UUIDField(source="replaces_id", allow_null=True)
    admissible = serializers.BooleanField(source="may_be_cited")
    of_record = serializers.BooleanField(
        source="is_of_record", help_text=_("Its words are the platform’s own record, and nobody typed them.")
    )
    inquiry = serializers.UUIDField(source="inquiry_id", allow_null=True, help_text=_("The inquiry that it answers."))
    correction = CorrectionAnswer(source="last_correction", allow_null=True)
    sha256 = serializers.CharField(help_text=_("Of the file's bytes: the receipt. Empty without a file."))
    size_bytes = serializers.IntegerField()
    media_type = serializers.CharField()
    facts = serializers.ListField(child=serializers.CharField(), help_text=_("What it is said to prove."))
    filed_at = Instant(allow_null=True)
    draft = serializers.SerializerMethodField()
    version = serializers.SerializerMethodField()
    file = serializers.SerializerMethodField()
    pages = serializers.IntegerField(help_text=_("Of a picture 1, of a document its pages, of a film 0."))
    copies = serializers.SerializerMethodField()
    thumbnail = serializers.SerializerMethodField()

    def to_representation(self, instance: Exhibit | Draft) -> dict[str, Any]:
        """A draft is called by nothing yet."""
        answer: dict[str, Any] = super().to_representation(instance)
        return {**answer, "label": None} if isinstance(instance, Draft) else answer

    def get_draft(self, exhibit: Exhibit | Draft) -> bool:
        """Is it not filed yet?"""
        return isinstance(exhibit, Draft)

    def get_version(self, exhibit: Exhibit | Draft) -> int | None:
        """Of a draft: what If-Match names."""
        return exhibit.version if isinstance(exhibit, Draft) else None

    def get_file(self, exhibit: Exhibit | Draft) -> str | None:
        """Where its file is fetched."""
        return f"/api/v1/exhibits/{exhibit.pk}/file" if exhibit.file_name else None

    def get_copies(self, exhibit: Exhibit | Draft) -> list[str]:
        """Where its first pages are fetched as pictures, upright and without metadata: what may be shown of it."""
        return [f"/api/v1/exhibits/{exhibit.pk}/pages/{page}" for page in exhibit.shown]

    def get_thumbnail(self, exhibit: Exhibit | Draft) -> str | None:
        """Where a small picture of it is fetched."""
        return f"/api/v1/exhibits/{exhibit.pk}/thumbnail" if exhibit.pages_shown else None
