"""What a refusal says."""

from __future__ import annotations

from rest_framework import serializers

from adjudication.api.fields import Answer


class ErrorAnswer(Answer):
    """What is wrong with one field."""

    field = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemAnswer(Answer):
    """A refusal: problem details after RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    errors = ErrorAnswer(many=True)  # type: ignore[assignment]  # a field of the answer
