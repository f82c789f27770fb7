"""What schemathesis is told beside the schema: real ids, real currencies, the side that acts, and what none may read.

`WORLD` names the file with what was seeded for this run, `ROLE` whose key is used, `COUNTS` the file that every answer
is noted in. What is put in the place of a generated value is chosen by that value, never by chance: ids differ from run
to run, the requests do not.
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
from schemathesis.core import NOT_SET
from schemathesis.core.parameters import ParameterLocation

WORLD = json.loads(Path(os.environ["WORLD"]).read_text())
ROLE, COUNTS = os.environ["ROLE"], Path(os.environ["COUNTS"])
EXAMPLES: dict[str, list[dict[str, Any]]] = WORLD["examples"].get(ROLE, {})
#: For each operation a fresh matter of its own; the marketplace's where the role has none.
SPARE: dict[str, dict[str, Any]] = WORLD["spare"]["marketplace"] | WORLD["spare"].get(ROLE, {})
SECRETS: list[str] = WORLD["secrets"].get(ROLE, [])
CURRENCIES = ("CNY", "CNY", "EUR", "KWD")
#: Fields that say something of the very matter; where a message goes is never looked up in the network.
REFERRING = ("by", "order_number", "lines", "party", "arbitrator", "replaces", "exhibits", "findings", "cited_exhibits")
REFERRING += ("rule",)

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
    meta = case.meta  # read once: read again, it would judge anew what was put in
    if meta is None or meta.phase.name.value == "examples":
        return
    phase = meta.phase
    if not meta.is_negative_at(ParameterLocation.PATH):
        _lead_somewhere(case, phase)
    if phase.name.value == "coverage" and phase.data.parameter != "Idempotency-Key":
        (case.headers or {}).pop("Idempotency-Key", None)  # all have the same: another request under it is refused
    if not meta.is_negative_at(ParameterLocation.QUERY):
        for name in {"cursor", "after"} & set(case.query or ()):  # they are the server's own words
            case.query.pop(name)
    if not meta.is_negative_at(ParameterLocation.BODY):
        if case.body is NOT_SET and ROLE == "marketplace" and "by" in _fields_of(case):
            case.body = {}  # to say there for which side
        chosen = crc32(repr(case.body).encode())
        if repr(earnest := _in_earnest(case.body, CURRENCIES[chosen % len(CURRENCIES)])) != repr(case.body):
            case.body = earnest
        if isinstance(case.body, dict):
            _fit(case, chosen)
    case._record_starting_state()  # what was put in is as right, or as wrong, as what it stands for


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


def _lead_somewhere(case: Any, phase: Any) -> None:
    """Name this operation's own matter, or one that all share; what is removed, from the first alone.

    The coverage phase gives all requests of an operation one address, until it tries addresses: it is the own.
    """
    has_one = phase.name.value == "coverage" and phase.data.parameter_location is not ParameterLocation.PATH
    spare = SPARE.get(_name(case.operation), {}).get("path", {})
    for name, value in (case.path_parameters or {}).items():
        own = [str(spare[name])] if name in spare else []
        known = own if case.operation.method == "delete" else own + WORLD["ids"].get(name, [])
        said = case.body if isinstance(case.body, dict) else None
        chosen = crc32(repr((_name(case.operation), value, said)).encode())
        if known and has_one:
            case.path_parameters[name] = known[0]
        elif known and chosen % 3:
            case.path_parameters[name] = known[chosen % len(known)]


def _fit(case: Any, chosen: int) -> None:
    """Two of three bodies speak of the matter at hand, or add up to their price: no schema can say so."""
    own = SPARE.get(_name(case.operation), {}).get("body") or {}
    if ROLE == "marketplace" and "by" in _fields_of(case):
        case.body.setdefault("by", own.get("by", "buyer"))  # a key that acts for both sides says for which
    if "url" in own and "url" in case.body:
        case.body["url"] = own["url"]
    if not chosen % 3:
        return
    if _name(case.operation) == "register_order":
        _add_up(case.body)
    elif case.media_type == "application/json":
        case.body.update({name: own[name] for name in REFERRING if name in own and name in case.body})


def _add_up(order: dict[str, Any]) -> None:
    total = sum(item["unit_price_minor"] * item["quantity"] for item in order["items"])
    total += order.get("shipping_minor", 0) - order.get("discount_minor", 0)
    if total < 1:
        order["shipping_minor"] = min(order.get("shipping_minor", 0) + 1 - total, 10**15)
    if total <= 10**15:
        order["price"]["amount_minor"] = max(total, 1)


def _in_earnest(value: Any, currency: str) -> Any:
    """A currency that exists; and numbers as everybody reads them alike: 7 for 7.0, none beyond 2^53 (RFC 8785)."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if type(value) is int:
        return value if abs(value) <= 2**53 else value % 2**53
    if isinstance(value, list):
        return [_in_earnest(each, currency) for each in value]
    if not isinstance(value, dict):
        return value
    told = {name: _in_earnest(each, currency) for name, each in value.items()}
    if "amount_minor" in told and isinstance(told.get("currency"), str):
        told["currency"] = currency
    return told


def _fields_of(case: Any) -> set[str]:
    raw = case.operation.schema.raw_schema
    content = case.operation.definition.raw.get("requestBody", {}).get("content", {})
    form = content.get(case.media_type, {}).get("schema", {}).get("$ref", "").rpartition("/")[2]
    return set(raw["components"]["schemas"].get(form, {}).get("properties", ()))
