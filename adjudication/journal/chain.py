"""The chain: every event's hash covers the one before it, so that nothing can be altered or dropped unseen.

hash(n) = SHA-256( hash(n − 1) ‖ body(n) ), the first on an empty hash; the body is canonical JSON after RFC 8785.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

#: RFC 8785 for what a body may hold: objects with ASCII keys, lists, texts, whole numbers < 2^53, true, false, null.
canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


@lru_cache(maxsize=16)
def timestamp(at: datetime) -> str:
    """`2026-01-31T08:00:00.000001Z`: RFC 3339, UTC, always with microseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def link(previous: bytes, body: str) -> bytes:
    """The hash of an event that follows the one hashed as `previous` (empty for the first)."""
    return sha256(previous + body.encode()).digest()


def digest(value: Any) -> str:
    """SHA-256, in hex, of a value's canonical JSON (of a text: its UTF-8), for words that stand beside the journal."""
    text = value if isinstance(value, str) else canonical(value)
    return sha256(text.encode()).hexdigest()
