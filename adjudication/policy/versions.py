"""Policy versions: the numbers and tables in force, as data, checked whole when loaded, never changed once written.

A file names only what differs from version 1. Whatever it misspells is refused with the name that was meant; whatever
it leaves out is version 1's. A case reads its numbers from the version it opened under, an order from that of its
registration.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

import tomli_w
from django.db import connection, transaction
from django.utils.translation import gettext as _

from adjudication import clock
from adjudication.errors import Fault, Malformed, NotFound, Stale
from adjudication.money import MAX_MINOR, require_currency
from adjudication.policy.models import PolicyVersion
from adjudication.policy.terms import Reason, Remedy
from adjudication.statements import rows

VERSION_1 = tomllib.loads((Path(__file__).parent / "version_1.toml").read_text())

#: The longest term a policy may set: ten years in seconds.
LONGEST_SECONDS = 10 * 366 * 86_400

type_names = {int: "a whole number", str: "a text", dict: "a table", list: "a list"}


@dataclass(frozen=True)
class ReasonRule:
    """What the policy says of one reason: who must prove, what may be asked for, who pays the way back."""

    burden: str
    remedies: tuple[str, ...]
    return_shipping: str


@dataclass(frozen=True)
class Policy:
    """One version, read: durations as `timedelta`, amounts in minor units, rates in basis points."""

    version: int
    terms: Mapping[str, timedelta]
    seller_silence: str
    decider_silence: str
    seller_basis_points: int
    reasons: Mapping[str, ReasonRule]
    tables: Mapping[str, Any]

    def limit_minor(self, name: str, currency: str) -> int:
        """A limit in minor units of `currency`: its own, or the default for the rest."""
        limits: Mapping[str, int] = self.tables["limits_minor"][name]
        return limits.get(currency, limits["default"])

    def text(self, table: str, key: str) -> str:
        """A plain text of the policy, such as `("publication", "country")`."""
        value: str = self.tables[table][key]
        return value

    def number(self, table: str, key: str) -> int:
        """A plain number of the policy, such as `("evidence", "exhibits_per_side")`."""
        value: int = self.tables[table][key]
        return value

    @classmethod
    def read(cls, version: int, tables: Mapping[str, Any]) -> Policy:
        """Read the stored tables of a version; what a later release added is taken from version 1."""
        tables = _merge(VERSION_1, tables)
        return cls(
            version=version,
            terms={kind: timedelta(seconds=seconds) for kind, seconds in tables["terms_seconds"].items()},
            seller_silence=tables["on_silence"]["seller"],
            decider_silence=tables["on_silence"]["decider"],
            seller_basis_points=tables["fees"]["seller_basis_points"],
            reasons={
                reason: ReasonRule(rule["burden"], tuple(rule["remedies"]), rule["return_shipping"])
                for reason, rule in tables["reasons"].items()
            },
            tables=tables,
        )


@lru_cache(maxsize=256)
def get(version: int) -> Policy:
    """The policy of that version. Cached for good, for a version never changes once it is committed.

    Raises:
        NotFound: there is no such version.

    """
    row = PolicyVersion.objects.filter(pk=version).first()
    if row is None:
        raise NotFound(_("There is no policy version %(version)s.") % {"version": version})
    return Policy.read(row.version, row.tables)


def current() -> Policy:
    """The policy in force: the highest version."""
    # Asked with every registration and every request for a refund.
    ((version,),) = rows("SELECT max(version) FROM adjudication_policyversion", {})
    if version is None:
        raise NotFound(_("No policy is loaded; run the migrations, they load version 1."))
    return get(version)


def check(source: str) -> dict[str, Any]:
    """Read a TOML text as `load` does, and load nothing; returns all its tables.

    Raises:
        Malformed: not TOML, or a key, type or number that no policy can have; one fault per mistake.

    """
    tables = _merge(VERSION_1, parse(source))
    _check_sense(tables)
    return tables


def load(source: str, *, user_id: int | None = None, upon: int | None = None) -> tuple[Policy, bool]:
    """Load a TOML text as the next version. The same tables as the version in force: nothing is added.

    Args:
        source: the policy file.
        user_id: who loads it, if known.
        upon: the version that was in force when it was looked at, where somebody looked.

    Returns:
        the policy in force afterwards, and whether it is new.

    Raises:
        Malformed: see `check`.
        Stale: another version has come into force meanwhile.

    """
    tables = check(source)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('adjudication.policy'))")
        newest = PolicyVersion.objects.order_by("-version").first()
        if upon is not None and newest is not None and newest.version != upon:
            raise Stale(_("Version %(now)d has come into force meanwhile; look again.") % {"now": newest.version})
        if newest is not None and _merge(VERSION_1, newest.tables) == tables:
            return get(newest.version), False
        number = newest.version + 1 if newest else 1
        PolicyVersion.objects.create(
            version=number, source=source, tables=tables, loaded_at=clock.now(), loaded_by_id=user_id
        )
    return Policy.read(number, tables), True


def show(version: int) -> str:
    """Every number and table of a version, as TOML that `load` would take."""
    return tomli_w.dumps(dict(get(version).tables))


def parse(source: str) -> dict[str, Any]:
    """Read a policy file and check each key and value against version 1's shape.

    Raises:
        Malformed: with one `Fault` per mistake.

    """
    try:
        given = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise Malformed(_("The policy is not TOML: %(error)s.") % {"error": error}) from error
    faults: list[Fault] = []
    _compare(given, VERSION_1, "", faults)
    if faults:
        raise Malformed(_refusal(faults), *faults)
    return given


def _refusal(faults: list[Fault]) -> str:
    told = "; ".join(f"{fault.field}: {fault.detail}" for fault in faults)
    return _("The policy cannot be loaded: %(faults)s") % {"faults": told}


def _merge(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in changes.items():
        merged[key] = _merge(base[key], value) if isinstance(value, Mapping) and key in base else value
    return merged


def _compare(given: Mapping[str, Any], shape: Mapping[str, Any], where: str, faults: list[Fault]) -> None:
    for key, value in given.items():
        path = f"{where}{key}"
        if where.startswith("limits_minor.") and key not in shape:
            _check_currency(key, path, faults)
        elif key not in shape:
            near = get_close_matches(key, shape, n=1)
            meant = _(" (did you mean “%(near)s”?)") % {"near": near[0]} if near else ""
            faults.append(Fault(path, _("no policy has this key") + meant))
            continue
        expected = shape.get(key, 0)
        if type(value) is not type(expected):
            faults.append(Fault(path, _("must be %(kind)s") % {"kind": type_names[type(expected)]}))
        elif isinstance(value, dict):
            _compare(value, expected, f"{path}.", faults)
        else:
            _check_value(path, value, faults)


def _check_currency(code: str, path: str, faults: list[Fault]) -> None:
    try:
        require_currency(code)
    except Malformed as refused:
        faults.append(Fault(path, refused.detail))


CHOICES: dict[str, tuple[str, ...]] = {
    "on_silence.seller": ("accept", "intervene"),
    "on_silence.decider": ("last_resort",),
    "jury.appeal": ("supervisor", "panel"),
    "burden": ("buyer", "seller"),
    "return_shipping": ("buyer", "seller", "fault", "none"),
}
RANGES: tuple[tuple[Callable[[str], bool], int, int], ...] = (
    (lambda path: path.startswith("terms_seconds."), 1, LONGEST_SECONDS),
    (lambda path: path == "fees.seller_basis_points", 0, 10_000),
    (lambda path: path.startswith("limits_minor."), 0, MAX_MINOR),
    (lambda path: path in ("jury.seats", "jury.majority"), 1, 999),
    (lambda path: path == "jury.voting_seconds", 1, LONGEST_SECONDS),
    (lambda path: path.startswith("evidence.exhibits") or path == "inquiries.exhibits_per_reply", 1, 1000),
    (lambda path: path == "inquiries.reply_seconds", 60, LONGEST_SECONDS),
    (lambda path: path == "inquiries.per_case", 0, 1000),
    (lambda path: path == "reminders.part_left", 2, 100),
    (lambda path: path == "publication.working_days", 1, 250),
    (lambda path: path == "publication.least_working_days", 0, 250),
    (lambda path: path == "outages.tolerance_seconds", 60, LONGEST_SECONDS),
    (lambda path: path.endswith("_seconds") or path == "reminders.seconds_left", 0, LONGEST_SECONDS),
    (lambda _path: True, 0, 2**40),
)


def _check_value(path: str, value: Any, faults: list[Fault]) -> None:
    if isinstance(value, int):
        low, high = next((low, high) for holds, low, high in RANGES if holds(path))
        if not low <= value <= high:
            faults.append(Fault(path, _("must be between %(low)d and %(high)d") % {"low": low, "high": high}))
    elif isinstance(value, list):
        unknown = [item for item in value if item not in Remedy.values or item == Remedy.RELEASE]
        if unknown or not value:
            asked = ", ".join(remedy for remedy in Remedy.values if remedy != Remedy.RELEASE)
            faults.append(Fault(path, _("must name remedies out of: %(remedies)s") % {"remedies": asked}))
    elif path == "publication.country":
        from holidays import list_supported_countries  # slow to load, and needed for this alone

        if value not in list_supported_countries(include_aliases=False):
            faults.append(Fault(path, _("must be a country’s code of ISO 3166, such as CN or DE")))
    else:
        choices = CHOICES.get(path) or CHOICES.get(path.rpartition(".")[2], ())
        if value not in choices:
            faults.append(Fault(path, _("must be one of: %(choices)s") % {"choices": ", ".join(choices)}))


def _check_sense(tables: Mapping[str, Any]) -> None:
    """What each number allows alone may still make no sense together."""
    terms, jury, faults = tables["terms_seconds"], tables["jury"], []
    if not terms["arbitrator_assigned"] < terms["evidence"] < terms["ruling"]:
        faults.append(
            Fault(
                "terms_seconds",
                _("all three count from the intervention, so arbitrator_assigned < evidence < ruling must hold"),
            )
        )
    if not jury["seats"] / 2 < jury["majority"] <= jury["seats"]:
        faults.append(Fault("jury.majority", _("must be more than half of the seats, and no more than all")))
    if tables["publication"]["least_working_days"] > tables["publication"]["working_days"]:
        faults.append(Fault("publication.least_working_days", _("must be no more than working_days")))
    if set(tables["reasons"]) != set(Reason.values):
        faults.append(Fault("reasons", _("must be those of version 1")))
    if faults:
        raise Malformed(_refusal(faults), *faults)
