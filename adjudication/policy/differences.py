"""What two sets of policy tables differ in: each number, text or list by its path, such as `terms_seconds.evidence`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from adjudication.policy.versions import VERSION_1


@dataclass(frozen=True, slots=True)
class Difference:
    """One value in the two; None where one of them has none of its own."""

    path: str
    before: Any
    after: Any


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Return what is not the same, table by table in the order of version 1's file."""
    left, right = dict(leaves(before)), dict(leaves(after))
    known = [path for path, _value in leaves(VERSION_1)]
    tables = list(VERSION_1)
    paths = sorted(dict.fromkeys([*known, *left, *right]), key=lambda path: tables.index(path.partition(".")[0]))
    return [Difference(path, left.get(path), right.get(path)) for path in paths if left.get(path) != right.get(path)]


def leaves(tables: Mapping[str, Any], *, within: str = "") -> Iterator[tuple[str, Any]]:
    """Every value with its path; a list is one value."""
    for key, value in tables.items():
        path = f"{within}{key}"
        if isinstance(value, Mapping):
            yield from leaves(value, within=f"{path}.")
        else:
            yield path, value
