"""Who somebody is: a side by the marketplace's id, staff by their username."""

from __future__ import annotations

from rest_framework import serializers

from adjudication.api.fields import Answer


class PartyAnswer(Answer):
    """One side, by the marketplace's id."""

    id = serializers.CharField(source="external_id")
    name = serializers.CharField()


class StaffAnswer(Answer):
    """A member of staff."""

    username = serializers.CharField()
