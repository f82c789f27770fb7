"""Write docs/errors.md: every refusal by its code, from the tree in errors.py; a test keeps the two in step."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import override

from adjudication.errors import Refused

#: What whoever meets the code had better do.
WHAT_TO_DO = {
    "unprocessable": "Read `detail` and `errors`; change what they name. The same request again is refused again.",
    "unauthenticated": "Send `Authorization: Bearer KEY` with a key that is neither revoked nor expired.",
    "no_standing": "Let somebody act who may; `allowed_acts` of the case says what this key can do now.",
    "not_found": "Check the number; another's matter is answered in the very same way.",
    "invalid": "Mend the request: `errors` names each field and what would be right.",
    "method_not_allowed": "See the schema.",
    "out_of_order": "Read the case again; `allowed_acts` says what its state lets you do.",
    "stale": "Read the case again, decide again, and send with the new version in `If-Match`.",
    "too_late": "Nothing: what the silence meant takes effect. Read the case again.",
    "too_early": "Wait until the term that `detail` names has ended.",
    "busy": "Send the same request again after `Retry-After` seconds, with the same `Idempotency-Key`.",
    "conflict": "Look up what holds the number or the line; it is not the same as what was sent.",
    "not_whole": "Tell the operator. Where `detail` names exhibits, ask again with `even_if_not_whole=true`.",
    "evidence_refused": "Mend or replace the file or the words as `detail` says, and file again.",
    "inadmissible_citation": "Cite admissible exhibits of this case alone.",
    "unbalanced": "Tell the operator: an entry of ours does not balance. Nothing was posted.",
    "idempotency_mismatch": "Take a new `Idempotency-Key` for another request.",
    "too_large": "Send less; `detail` names the limit.",
    "rate_limited": "Wait `Retry-After` seconds, then send the same request again.",
    "unavailable": "Send again after `Retry-After` seconds, with the same `Idempotency-Key`.",
    "storage_full": "Send again later; the operator must make room.",
}
#: What is no refusal of the domain: (code, status, title, meaning, what to do).
BESIDES = (
    (
        "unsupported_media_type",
        415,
        "Unsupported media type",
        "The body is of a type or character set that this address does not take.",
        "Send JSON in UTF-8, or multipart where the schema names it.",
    ),
    ("internal", 500, "Internal error", "A fault of ours, recorded.", "Send again with the same `Idempotency-Key`."),
)
HEAD = """# Errors

Every refusal of the API is a problem document (RFC 9457, `application/problem+json`): `type`, `title`, `status`,
`code`, `detail`, `errors[]` with `field`, `code`, `detail`. Go by `code`: it is stable; the words are for people. What
is refused has changed nothing, and is not stored under an `Idempotency-Key`.

Made by `manage.py errors > docs/errors.md`.

| Code | Status | Title | Meaning | What to do |
|---|---|---|---|---|
"""


class Command(BaseCommand):
    """`manage.py errors`."""

    help = "Print the table of every error code."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it."""
        self.stdout.write(written(), ending="")


def written() -> str:
    """The whole page."""
    with override("en"):
        rows = [
            (kind.code, kind.status, str(kind.title), _meaning(kind), WHAT_TO_DO[kind.code]) for kind in _kinds(Refused)
        ]
    lines = [
        f"| `{code}` | {status} | {' | '.join(told)} |" for code, status, *told in sorted([*rows, *BESIDES], key=_place)
    ]
    return HEAD + "\n".join(lines) + "\n"


def _place(row: tuple[str, int, str, str, str]) -> tuple[int, str]:
    return row[1], row[0]


def _kinds(kind: type[Refused]) -> list[type[Refused]]:
    """The tree's kinds that carry a code of their own."""
    below = [each for sub in kind.__subclasses__() for each in _kinds(sub)]
    return below + ([kind] if "code" in vars(kind) else [])


def _meaning(kind: type[Refused]) -> str:
    if kind is Refused:
        return "Well formed, its turn, in time, and against a rule."
    return " ".join((kind.__doc__ or "").split())
