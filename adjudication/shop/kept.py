"""What the shop keeps: its keys, its endpoint's secret, and of each order what it asked and what it was told.

A line for each thing that happened, in a file for each order; a line that a kill cut short is passed over. Nothing that
matters is here: what became of an order is asked of the API every time.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

#: Every order of a demonstration begins with DEMO-; these are the shop's own.
NUMBER = r"DEMO-SHOP-[0-9A-HJKMNP-TV-Z]{6}"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: So many earlier orders are listed.
LISTED = 8


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys that `manage.py demo` has made for the shop."""

    marketplace: str
    staff: dict[str, str]
    """By username: in this demonstration one clicks for the arbitrator too."""


def is_open() -> bool:
    """Is there a shop at all? Only in a demonstration that was told where its own API is, and given keys."""
    return bool(settings.DEMO and settings.DEMO_SHOP_ADDRESS and keys())


def keys() -> Keys | None:
    """The shop's keys, if it has been given any."""
    told = _read(_folder() / "keys.json")
    return Keys(told["marketplace"], told["staff"]) if told else None


def endpoint() -> dict[str, str]:
    """The webhook endpoint that the shop has registered: its `id`, `url` and `secret`; empty before."""
    return _read(_folder() / "endpoint.json")


def keep_endpoint(told: dict[str, str]) -> None:
    """Keep it, or nothing of it, for nobody else to read."""
    _folder().mkdir(parents=True, exist_ok=True)
    beside = _folder() / f"endpoint.{secrets.token_hex(4)}"
    beside.touch(0o600)
    beside.write_text(json.dumps(told))
    beside.replace(_folder() / "endpoint.json")


@contextmanager
def alone() -> Iterator[None]:
    """See to the endpoint alone: whoever else would, in this process or another, waits until the block is over."""
    _folder().mkdir(parents=True, exist_ok=True)
    with (_folder() / "endpoint.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # let go with the file
        yield


def new_number() -> str:
    """A number for the next order, which no other has."""
    while True:
        number = "DEMO-SHOP-" + "".join(secrets.choice(ALPHABET) for _place in range(6))
        with suppress(FileExistsError):
            _orders().mkdir(parents=True, exist_ok=True)
            _file(number).touch(exist_ok=False)
            note(number, "begun", {})
            return number


def begun_at(number: str) -> str:
    """When the buyer put it into the basket and paid, in UTC."""
    return str((noted(number, "begun") or [{"at": "2026-01-01T00:00:00Z"}])[0]["at"])


def is_ours(number: str) -> bool:
    """Is it an order of this shop?"""
    return re.fullmatch(NUMBER, number) is not None and _file(number).exists()


def note(number: str, what: str, told: dict[str, Any]) -> None:
    """Write down one thing that happened about an order: a `call`, or a webhook that `arrived`."""
    # The marketplace's own clock, as every stranger has one; what the service records goes by its database's.
    at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    line = json.dumps({"what": what, "at": at, **told}, ensure_ascii=False)
    with _file(number).open("ab") as file:
        os.write(file.fileno(), f"\n{line}\n".encode())  # one write; the first line break ends what a kill cut short


def noted(number: str, what: str) -> list[dict[str, Any]]:
    """What was written down of this kind, earliest first."""
    return [each for each in _lines(_file(number)) if each.get("what") == what]


def orders() -> list[str]:
    """The latest orders, newest first."""
    with suppress(OSError):
        found = [file for file in _orders().glob("DEMO-SHOP-*.jsonl") if re.fullmatch(NUMBER, file.stem)]
        return [file.stem for file in sorted(found, key=lambda file: file.stat().st_ctime, reverse=True)[:LISTED]]
    return []


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with suppress(FileNotFoundError):
        for line in file.read_bytes().split(b"\n"):
            with suppress(ValueError):
                told = json.loads(line) if line else None
                if isinstance(told, dict):
                    yield told


def _read(file: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(file.read_text()))
    except (OSError, ValueError):
        return {}


def _folder() -> Path:
    return Path(settings.DEMO_SHOP_FOLDER)


def _orders() -> Path:
    return _folder() / "orders"


def _file(number: str) -> Path:
    return _orders() / f"{number}.jsonl"
