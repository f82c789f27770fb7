"""How the schema tells of forms and fields: as strictly as they are read, so that what it allows is what is taken.

Only what JSON Schema has no word for is left to the descriptions: that a currency exists, that a year lies in range.
"""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from adjudication.api.fields import Form, Text
from adjudication.api.forms.exhibits import ExhibitNamed, NewExhibitForm

#: White space is trimmed, and what is left must be something: as a pattern, for each pattern of a whole line.
NOT_BLANK = {
    "": r"\S",
    r"^[^\u0000-\u001f\u007f]*$": r"^[^\u0000-\u001f\u007f]*[^\u0000-\u001f\u007f\s][^\u0000-\u001f\u007f]*$",
    r"^[^\u0000-\u001f\u007f/]{1,120}$": (
        r"^[^\u0000-\u001f\u007f/]*[^\u0000-\u001f\u007f/\s][^\u0000-\u001f\u007f/]*$"
    ),
}


class Schema(AutoSchema):
    """The schema of one door."""

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        """A form takes no field but its own."""
        told = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]  # the library is untyped
        if not (isinstance(serializer, Form) or (isinstance(serializer, type) and issubclass(serializer, Form))):
            return told
        for name, more in serializer.told_of.items():
            told["properties"][name].update(more)
        return {**told, "additionalProperties": False, **serializer.also}

    def _insert_field_validators(self, field: Any, schema: dict[str, Any]) -> None:
        """A text that may be empty, one that may not, and how long a list of forms may be."""
        super()._insert_field_validators(field, schema)  # type: ignore[no-untyped-call]  # the library is untyped
        if isinstance(field, Text):
            _tell_text(field, schema)
        elif isinstance(field, serializers.CharField) and "oneOf" in schema:
            schema["anyOf"] = schema.pop("oneOf")  # the empty text may fit both
        if isinstance(field, serializers.ListField) and isinstance(field.child, Text):
            _tell_text(field.child, schema["items"])
        if isinstance(field, serializers.ListSerializer):
            limits = {"minItems": getattr(field, "min_length", None), "maxItems": getattr(field, "max_length", None)}
            schema |= {name: limit for name, limit in limits.items() if limit is not None}


class ExhibitNamedSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]  # as above
    """An exhibit by its id, or a new one."""

    target_class = ExhibitNamed

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        """Either."""
        new = auto_schema.resolve_serializer(NewExhibitForm, direction)
        return {"oneOf": [{"type": "string", "format": "uuid"}, new.ref]}


def tell_forms_of_the_web(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """A form with files has no null: where JSON takes that, it takes an empty field, as `Form` reads it."""
    operations = [operation for methods in result["paths"].values() for operation in methods.values()]
    bodies = [operation.get("requestBody", {}).get("content", {}) for operation in operations]
    named = {body["multipart/form-data"]["schema"]["$ref"] for body in bodies if "multipart/form-data" in body}
    for form in named:
        fields = result["components"]["schemas"][form.rpartition("/")[2]]["properties"]
        fields.update({name: _empty_for_null(told) for name, told in fields.items() if "null" in told.get("type", ())})
    return result


def _empty_for_null(told: dict[str, Any]) -> dict[str, Any]:
    (kind,) = set(told["type"]) - {"null"}
    if told.get("format") == "binary":
        return {**told, "type": kind}  # which may be empty
    either = {name: said for name, said in told.items() if name != "description"}
    description = {"description": told["description"]} if "description" in told else {}
    return {"anyOf": [{**either, "type": kind}, {"type": "string", "maxLength": 0}], **description}


def _tell_text(field: Text, schema: dict[str, Any]) -> None:
    """What `Text` takes; without the choice between two schemas that an empty text would both fit."""
    for either in schema.pop("oneOf", [])[:1]:
        schema.update(either)
    if not field.allow_blank:
        schema["minLength"] = max(schema.get("minLength", 0), 1)
        if field.trim_whitespace:
            own = schema.get("pattern", "")
            schema["pattern"] = NOT_BLANK.get(own, own)
