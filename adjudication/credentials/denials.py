"""Whoever is refused leaves a line: who, what, over which case, why and when, and never a secret.

It is written by itself, after what was refused has been rolled back, so that the roll-back does not take it along. A
flood makes no flood of lines: equal tries of a minute are one line that counts, and past so many lines in a minute
the rest share a single one.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, connection, transaction

from adjudication import clock
from adjudication.cases.models import Case

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

log = logging.getLogger(__name__)

#: Past so many lines in one minute, whatever else is refused in it shares one line.
MOST_A_MINUTE = 200
#: Refusals that say “not now” and nothing of who may: the same again will do in a moment.
NOT_DENIED = frozenset({"busy", "rate_limited", "unavailable", "internal"})
#: Why a line stands for what was not written one by one.
MORE = "more"

NOTE = """
INSERT INTO adjudication_denial AS d (minute, last_at, user_id, act, case_number, why, told, address, tries)
VALUES (date_trunc('minute', %(at)s, 'UTC'), %(at)s, %(user_id)s, %(act)s, %(case_number)s, %(why)s, %(told)s,
        %(address)s, 1)
ON CONFLICT (minute, user_id, act, case_number, why, address)
DO UPDATE SET tries = d.tries + 1, last_at = greatest(d.last_at, excluded.last_at)"""
#: Is there a line of this minute that would only be counted up?
KNOWN = """
SELECT EXISTS (SELECT FROM adjudication_denial WHERE minute = date_trunc('minute', %(at)s, 'UTC')
               AND user_id IS NOT DISTINCT FROM %(user_id)s AND act = %(act)s AND case_number = %(case_number)s
               AND why = %(why)s AND address = %(address)s),
       (SELECT count(*) FROM (SELECT FROM adjudication_denial WHERE minute = date_trunc('minute', %(at)s, 'UTC')
                              LIMIT %(most)s) lines)"""


def note(
    *,
    user_id: int | None,
    act: str,
    why: str,
    told: StrOrPromise = "",
    case_number: str = "",
    address: str = "",
    most: int = MOST_A_MINUTE,
) -> None:
    """Write down one refusal; where that fails it is logged, and the refusal stands all the same.

    Args:
        user_id: the member of staff; None where nobody of the name that was typed works here.
        act: what was asked for, as in “POST ruling_issue”.
        why: the refusal's code.
        told: the sentence that was answered.
        case_number: the case it named; kept if there is such a case.
        address: whence, for a sign-in.
        most: so many lines a minute.

    """
    line: dict[str, Any] = {
        "user_id": user_id,
        "act": act[:80],
        "why": why[:40],
        "told": str(told).replace("\0", "")[:300],
        "address": address[:45],
    }
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            is_a_case = bool(case_number) and Case.objects.filter(number=case_number.replace("\0", "")).exists()
            line |= {"at": clock.now(), "case_number": case_number if is_a_case else "", "most": most}
            cursor.execute(KNOWN, line)
            is_known, lines = cursor.fetchone()
            if not is_known and lines >= most:
                line |= {"user_id": None, "act": "", "case_number": "", "why": MORE, "told": "", "address": ""}
            cursor.execute(NOTE, line)
    except DatabaseError:
        log.exception("A denied try was not written down: %s, %s.", line["act"], line["why"])
