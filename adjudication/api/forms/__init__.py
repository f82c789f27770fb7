"""What the API takes: the form of each request. Whether it fits the case is for the acts to say."""

from __future__ import annotations

from rest_framework import serializers

from adjudication.api.fields import Form
from adjudication.parties import SIDES

Choice = serializers.ChoiceField
SIDE_CHOICES = [(side.value, side.label) for side in SIDES]


class ActForm(Form):
    """An act that needs no more words; `by` says for which side, where either could."""

    by = Choice(choices=SIDE_CHOICES, required=False)


class NothingForm(Form):
    """No body is needed."""
