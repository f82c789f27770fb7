"""What the API says of terms: until when, by which rule, and how they ended."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from adjudication.api.fields import Answer, Instant
from adjudication.deadlines.explain import counted, explain, extended
from adjudication.deadlines.models import Deadline, Extension


class DeadlineAnswer(Answer):
    """One term: the rule it runs by, what opened it, until when it runs, and what silence will do."""

    kind = serializers.ChoiceField(choices=Deadline.Kind.choices)
    binds = serializers.ChoiceField(choices=Deadline.Binds.choices)
    anchored_at = Instant(help_text=_("The moment its length is counted from (UTC)."))
    anchor_event = serializers.IntegerField(
        source="anchor_sequence", help_text=_("The event that started it, by its number in the journal.")
    )
    started_at = Instant()
    due_at = Instant()
    if_silent = serializers.ChoiceField(choices=Deadline.Silence.choices)
    explanation = serializers.SerializerMethodField()
    counted = serializers.SerializerMethodField()
    policy_version = serializers.IntegerField(source="policy_version_id")

    def get_explanation(self, deadline: Deadline) -> str:
        """Who must do what until when, and what silence will do."""
        return explain(deadline)

    def get_counted(self, deadline: Deadline) -> str:
        """By which rule, since when."""
        return counted(deadline)


class ExtensionAnswer(Answer):
    """Why the running term ends later than it did."""

    due_before = Instant()
    due_after = Instant()
    extended_at = Instant()
    by = serializers.CharField(source="by.username", default=None, allow_null=True)
    reason = serializers.CharField()
    explanation = serializers.SerializerMethodField()

    def get_explanation(self, extension: Extension) -> str:
        """By whom or for which outage, in one sentence."""
        return extended(extension)


class EndedTermAnswer(DeadlineAnswer):
    """A term that is over: how it ended, and why it ended when it did."""

    end = serializers.ChoiceField(choices=Deadline.End.choices)
    ended_at = Instant()
    extensions = ExtensionAnswer(many=True, source="extensions.all")
