"""The number people know a case by: year, running number and two check digits, such as `2026-000123-58`.

The check digits are ISO 7064 MOD 97-10, so that one mistyped or swapped digit names no other case.
"""

from __future__ import annotations


def case_number(case_id: int, year: int) -> str:
    """The number of the case with this id, opened in this year."""
    digits = f"{year}{case_id:06d}"
    return f"{year}-{case_id:06d}-{98 - int(digits) * 100 % 97:02d}"


def case_id_of(number: str) -> int:
    """The id of the case with this number."""
    return int(number.split("-")[1])
