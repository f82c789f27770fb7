"""The fields of the API, strict: a number is a number, a text is a text, a time carries its offset, money its currency.

A form refuses fields that it does not know, so that a misspelt one is never quietly ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from threading import local
from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from adjudication.money import MAX_MINOR, Amount, require_currency

RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
#: The years a reported time may lie in.
FIRST_YEAR, LAST_YEAR = 2000, 2099
#: In a form's context: everything in it came as text, for neither a multipart form nor a query has another type.
IN_WORDS = "in_words"
NAME_OF_AN_ORDER = r"[^\x00-\x1f\x7f/]{1,120}"


class Form(serializers.Serializer[Any]):
    """Input that refuses unknown fields, and those given more often than they are taken.

    Read by `read` alone: making a form's fields costs more than all that they check for one request, so each thread
    makes those of a class once. Once a language, for a field keeps the first wording of how long or large it may be.
    """

    default_error_messages = {
        "unknown": _("is not a field of this request; its fields are: %(known)s"),
        "repeated": _("is given more than once"),
    }
    also: ClassVar[dict[str, Any]] = {}
    """What the schema says of it besides its fields."""
    told_of: ClassVar[dict[str, dict[str, Any]]] = {}
    """What the schema says of single fields besides what they check: an example of what fits, what is judged later."""

    @classmethod
    def read(cls, given: Any, *, in_words: bool) -> dict[str, Any]:
        """Check what is given against the form; `in_words`: everything in it came as text.

        Raises:
            ValidationError: it does not fit; one detail a field.

        """
        of = cls, get_language(), in_words
        form = _made.forms.get(of) or _made.forms.setdefault(of, cls(context={IN_WORDS: in_words}))
        read: dict[str, Any] = form.run_validation(given)
        return read

    def to_internal_value(self, data: Any) -> Any:
        """Check every field; name each one that is not known, or given more often than it is taken."""
        if isinstance(data, Mapping) and (unknown := [name for name in data if name not in self.fields]):
            told = self.error_messages["unknown"] % {"known": ", ".join(self.fields) or "–"}
            raise serializers.ValidationError(
                {name: [serializers.ErrorDetail(told, "unknown_field")] for name in unknown}
            )
        if repeated := [name for name, given in _lists(data) if len(given) > 1 and not self._takes_many(name)]:
            twice = serializers.ErrorDetail(str(self.error_messages["repeated"]), "repeated_field")
            raise serializers.ValidationError({name: [twice] for name in repeated})
        return super().to_internal_value(self._as_json(data) if isinstance(data, MultiValueDict) else data)

    def _as_json(self, data: MultiValueDict[str, Any]) -> dict[str, Any]:
        """Read a form of the web's like JSON. It cannot say null: an empty field is that, where null is taken."""
        told = {name: data.getlist(name) if self._takes_many(name) else data[name] for name in data}
        return {name: None if given == "" and self.fields[name].allow_null else given for name, given in told.items()}

    def _takes_many(self, name: str) -> bool:
        return isinstance(self.fields[name], serializers.ListField | serializers.MultipleChoiceField)


def _lists(data: Any) -> Iterable[tuple[str, Sequence[Any]]]:
    """What a form of the web's gives for each name; JSON gives each name once."""
    return data.lists() if isinstance(data, MultiValueDict) else ()


class Answer(serializers.Serializer[Any]):
    """Output.

    Written by `write` alone: making a serializer's fields costs more than all that they do for one answer, so each
    thread makes those of a class once.
    """

    @classmethod
    def write(cls, told: Any, **context: Any) -> dict[str, Any]:
        """Write one out; its methods find the context."""
        answer = _made.answers.get(cls) or _made.answers.setdefault(cls, cls())
        before, answer._context = answer._context, context
        try:
            return dict(answer.to_representation(told))
        finally:
            answer._context = before

    @classmethod
    def write_all(cls, told: Iterable[Any], **context: Any) -> list[dict[str, Any]]:
        """Write each out."""
        return [cls.write(each, **context) for each in told]


class _Made(local):
    """What this thread has made."""

    def __init__(self) -> None:
        self.answers: dict[type[Answer], Answer] = {}
        self.forms: dict[tuple[type[Form], str | None, bool], Form] = {}


_made = _Made()


class Text(serializers.CharField):
    """A text; never a number taken for one."""

    def __init__(self, *, max_length: int = 4000, **options: Any) -> None:
        """Texts have a length; 4,000 characters unless said otherwise."""
        super().__init__(max_length=max_length, **options)

    def to_internal_value(self, data: Any) -> str:
        """Take texts alone."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Whole(serializers.IntegerField):
    """A whole number; never a text, a fraction or a truth value taken for one."""

    def to_internal_value(self, data: Any) -> int:
        """Take whole numbers alone."""
        if type(data) is not int:
            self.fail("invalid")
        return super().to_internal_value(data)


class Flag(serializers.BooleanField):
    """Yes or no: `true` or `false`, in a multipart form or a query by these words; what is left out is left open."""

    def to_internal_value(self, data: Any) -> bool:
        """Take nothing else for yes or no."""
        if isinstance(data, bool):
            return data
        if not self.context.get(IN_WORDS) or data not in ("true", "false"):
            self.fail("invalid", input=data)
        return bool(data == "true")


@extend_schema_field({"type": "string", "format": "date-time"})
class Instant(serializers.Field[datetime, str, str, datetime]):
    """A moment, RFC 3339: with its offset on the way in, in UTC with `Z` on the way out."""

    default_error_messages = {
        "form": _("must be a time after RFC 3339 with its offset, such as 2026-03-02T09:00:00Z"),
        "range": _("must lie between the years %(first)d and %(last)d"),
    }

    def to_internal_value(self, data: Any) -> datetime:
        """Read it, as UTC."""
        if not isinstance(data, str) or not RFC_3339.fullmatch(data):
            self.fail("form")
        try:
            at = datetime.fromisoformat(data.upper()).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise serializers.ValidationError(self.error_messages["form"], "invalid") from error
        if not FIRST_YEAR <= at.year <= LAST_YEAR:
            told = self.error_messages["range"] % {"first": FIRST_YEAR, "last": LAST_YEAR}
            raise serializers.ValidationError(told, "invalid")
        return at

    def to_representation(self, value: datetime) -> str:
        """Write it."""
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


@extend_schema_field({"type": "string", "pattern": "^[A-Z]{3}$"})
class CurrencyCode(Text):
    """Three capital letters."""


@extend_schema_field(OpenApiTypes.BINARY)
class Upload(serializers.FileField):
    """A file; what it is, its content decides. An empty one is refused later, with what would be right."""

    def __init__(self, **options: Any) -> None:
        """Take it as it comes."""
        super().__init__(allow_empty_file=True, **options)


class Money(Form):
    """So many smallest units of one currency."""

    amount_minor = Whole(source="minor", min_value=0, max_value=MAX_MINOR)
    currency = CurrencyCode(max_length=3, min_length=3, help_text=_("ISO 4217"))

    def to_internal_value(self, data: Any) -> Amount:
        """Read an amount in a currency that exists."""
        given = super().to_internal_value(data)
        return Amount(given["minor"], require_currency(given["currency"]))


class Price(Money):
    """What was paid, or is asked for: at least one smallest unit."""

    amount_minor = Whole(source="minor", min_value=1, max_value=MAX_MINOR)


def order_number(**options: Any) -> Text:
    """Name an order as the marketplace does: one line, without a slash, since it stands in addresses."""
    told = _("must be 1 to 120 characters without control characters or a slash")
    return Text(max_length=120, validators=[RegexValidator(rf"\A{NAME_OF_AN_ORDER}\Z", told)], **options)


def one_line(*, max_length: int, **options: Any) -> Text:
    """Take a text of one line: a name, an id, a title."""
    told = _("must be one line without control characters")
    return Text(max_length=max_length, validators=[RegexValidator(r"\A[^\x00-\x1f\x7f]*\Z", told)], **options)
