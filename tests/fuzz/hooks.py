"""What schemathesis is told beside the schema: real ids, real currencies, the side that acts, and what none may read.

`WORLD` names the file that seed.py printed, `ROLE` whose key is used, `COUNTS` the file that every answer is noted in.
"""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any
from zlib import crc32

import schemathesis
from hypothesis import strategies
from schemathesis.core.parameters import ParameterLocation

WORLD = json.loads(Path(os.environ["WORLD"]).read_text())
ROLE, COUNTS = os.environ["ROLE"], Path(os.environ["COUNTS"])
EXAMPLES: dict[str, list[dict[str, Any]]] = WORLD["examples"].get(ROLE, {})
SECRETS: list[str] = WORLD["secrets"].get(ROLE, [])
CURRENCIES = ("CNY", "EUR", "JPY", "KWD")

#: JSON Schema has no word for the years that a reported time may lie in, nor against leap seconds.
MOMENTS = strategies.datetimes(datetime(2000, 1, 2), datetime(2099, 12, 30))  # noqa: DTZ001  # told as UTC
schemathesis.openapi.format("date-time", MOMENTS.map(lambda moment: moment.isoformat() + "Z"))


@schemathesis.hook
def before_add_examples(context: Any, examples: list[Any]) -> None:
    """The fresh matters that were made for this operation and role."""
    for given in EXAMPLES.get(_name(context.operation), []):
        body = given.get("body")
        more = {} if body is None else {"body": body, "media_type": "application/json"}
        path = {name: str(value) for name, value in given["path"].items()}
        examples.append(context.operation.Case(path_parameters=path, **more))


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Two of three addresses that name nothing name something; what only a list can know is left out."""
    if case.meta is None or case.meta.phase.name.value == "examples":
        return
    if not case.meta.is_negative_at(ParameterLocation.PATH):
        for name, value in (case.path_parameters or {}).items():
            known, chosen = WORLD["ids"].get(name), crc32(repr(value).encode())
            if known and chosen % 3:
                case.path_parameters[name] = known[chosen % len(known)]
    if not case.meta.is_negative_at(ParameterLocation.QUERY):
        for name in {"cursor", "after"} & set(case.query or ()):  # they are the server's own words
            case.query.pop(name)
    if not case.meta.is_negative_at(ParameterLocation.BODY):
        if repr(earnest := _in_earnest(case.body)) != repr(case.body):
            case.body = earnest
        if ROLE == "marketplace" and isinstance(case.body, dict) and "by" in _fields_of(case):
            case.body.setdefault("by", "buyer")  # a key that acts for both sides says for which


@schemathesis.hook
def after_call(context: Any, case: Any, response: Any) -> None:
    """Count."""
    with COUNTS.open("a") as file:
        file.write(f"{ROLE}\t{_name(case.operation)}\t{response.status_code}\n")


@schemathesis.check
def no_other_partys_data(ctx: Any, response: Any, case: Any) -> None:
    """Nobody reads a word of a matter in which they have no part."""
    found = [secret for secret in SECRETS if secret.encode() in response.content]
    assert not found, f"{ROLE} reads {found}"


def _name(operation: Any) -> str:
    return str(operation.definition.raw["operationId"])


def _in_earnest(value: Any) -> Any:
    """Currencies that exist; and 7 for 7.0: what may have been rounded on its way is no whole number to us."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_in_earnest(each) for each in value]
    if not isinstance(value, dict):
        return value
    told = {name: _in_earnest(each) for name, each in value.items()}
    if "amount_minor" in told and isinstance(told.get("currency"), str):
        told["currency"] = CURRENCIES[crc32(told["currency"].encode()) % len(CURRENCIES)]
    return told


def _fields_of(case: Any) -> set[str]:
    raw = case.operation.schema.raw_schema
    content = case.operation.definition.raw.get("requestBody", {}).get("content", {})
    form = content.get(case.media_type, {}).get("schema", {}).get("$ref", "").rpartition("/")[2]
    return set(raw["components"]["schemas"].get(form, {}).get("properties", ()))
