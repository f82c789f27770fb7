"""What an arbitrator asks, and what is answered."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from adjudication.api.fields import Flag, Form, Text
from adjudication.api.forms import SIDE_CHOICES, Choice
from adjudication.api.forms.exhibits import FilesForm, NewExhibitsForm


class InquireForm(Form):
    """What is asked of whom."""

    to = serializers.ListField(child=Choice(choices=SIDE_CHOICES), min_length=1, max_length=2)
    text = Text()
    challenge = Flag(required=False, default=False, help_text=_("Ask for a photo that shows a one-time code."))


class ReplyForm(NewExhibitsForm):
    """An answer in words, with new exhibits of words."""

    text = Text(required=False, allow_blank=True, default="")


class ReplyUploadForm(FilesForm):
    """The same as multipart."""

    text = Text(required=False, allow_blank=True, default="")
