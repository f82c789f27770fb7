"""Alike: other exhibits with the same bytes, or with nearly the same picture, among however many there are.

Of two pictures that differ in at most 7 of 64 bits, one of the four bands of 16 differs in at most one bit; and each
band has an index (migration 0009): 17 exact look-ups a band find them all.
"""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from django.db import connection

#: Pictures whose hashes differ in no more of their 64 bits are nearly the same; the indexes find up to 7.
MOST_BITS = 6
#: So many others are named of one exhibit, the latest first.
MOST_NAMED = 5


class Row(NamedTuple):
    """Another exhibit with the same bytes, or nearly the same picture."""

    mine: UUID
    is_same: bool
    bits: int
    exhibit: UUID
    number: int
    by: str
    case_id: int
    case: str
    order_id: int


#: The 17 values of a band that differ in at most one bit from `mine`'s are looked up, and what is found is counted.
_BAND = "(x.picture_hash{shift} & 65535) = ANY(ARRAY(SELECT (mine.picture_hash{shift} & 65535) # flipped FROM flips))"
_BANDS = " OR ".join(_BAND.format(shift=shift) for shift in ("", " >> 16", " >> 32", " >> 48"))
ALIKE = f"""
WITH flips(flipped) AS MATERIALIZED (SELECT 0::bigint UNION ALL SELECT 1::bigint << n FROM generate_series(0, 15) n)
(SELECT mine.id, true, 0, x.id, x.number, x.by, x.case_id, c.number, c.order_id
FROM adjudication_exhibit mine
CROSS JOIN LATERAL (
    SELECT * FROM adjudication_exhibit x
    WHERE x.sha256 = mine.sha256 AND x.sha256 <> '' AND x.by <> 'platform'
      AND (x.case_id <> mine.case_id OR x.by <> mine.by)
    ORDER BY x.filed_at DESC, x.id LIMIT %(most)s) x
JOIN adjudication_case c ON c.id = x.case_id
WHERE mine.case_id = %(case)s AND mine.sha256 <> '' AND mine.by <> 'platform')
UNION ALL
(SELECT mine.id, false, x.bits, x.id, x.number, x.by, x.case_id, c.number, c.order_id
FROM adjudication_exhibit mine
CROSS JOIN LATERAL (
    SELECT x.*, bit_count((x.picture_hash # mine.picture_hash)::bit(64)) AS bits FROM adjudication_exhibit x
    WHERE x.picture_hash IS NOT NULL AND ({_BANDS})
      AND bit_count((x.picture_hash # mine.picture_hash)::bit(64)) <= %(bits)s
      AND x.sha256 <> mine.sha256 AND (x.case_id <> mine.case_id OR x.by <> mine.by)
    ORDER BY bits, x.filed_at DESC, x.id LIMIT %(most)s) x
JOIN adjudication_case c ON c.id = x.case_id
WHERE mine.case_id = %(case)s AND mine.picture_hash IS NOT NULL)"""  # noqa: S608  # our own words alone


def alike(case_id: int) -> list[Row]:
    """What is like the exhibits that the sides filed in this case, but for a side's own in it; the same first."""
    with connection.cursor() as cursor:
        cursor.execute(ALIKE, {"case": case_id, "most": MOST_NAMED, "bits": MOST_BITS})
        return sorted((Row(*row) for row in cursor.fetchall()), key=lambda row: not row.is_same)
