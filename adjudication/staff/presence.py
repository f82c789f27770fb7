"""Who is looking at a case now: a row while the page is open, over by itself soon after it is closed.

It is no part of any record: nothing is decided by it, and nobody is bound by it. It spares two people one case.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.translation import gettext, ngettext

from adjudication import clock
from adjudication.errors import NotFound
from adjudication.staff.doors import READERS, actor_of, door, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

#: A page tells every fifteen seconds that it is open; after three that were missed nobody looks any more.
EVERY, LASTS = timedelta(seconds=15), timedelta(seconds=45)

#: What a member of staff is called: the full name, or else the username.
NAME = "coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.username)"

LOOK = """
WITH gone AS (
    DELETE FROM adjudication_looking WHERE id = ANY(ARRAY(
        SELECT id FROM adjudication_looking WHERE seen_at <= %(over)s AND NOT (user_id = %(user)s AND case_id = (
            SELECT id FROM adjudication_case WHERE number = %(number)s))
        ORDER BY id LIMIT 100 FOR UPDATE SKIP LOCKED)))
INSERT INTO adjudication_looking (case_id, user_id, seen_at)
SELECT id, %(user)s, %(at)s FROM adjudication_case WHERE number = %(number)s
ON CONFLICT (user_id, case_id) DO UPDATE SET seen_at = excluded.seen_at
RETURNING case_id"""
OTHERS = f"""
SELECT {NAME} FROM adjudication_looking l JOIN auth_user u ON u.id = l.user_id
WHERE l.case_id = %(case)s AND l.seen_at > %(over)s AND l.user_id <> %(user)s ORDER BY 1"""  # noqa: S608  # nothing given
AWAY = """
DELETE FROM adjudication_looking
WHERE user_id = %(user)s AND case_id = (SELECT id FROM adjudication_case WHERE number = %(number)s)"""


@door("POST", open_to=READERS)
def look(request: HttpRequest, *, number: str) -> HttpResponseBase:
    """Say that the page of this case is open (or, with `away`, no longer), and answer who else has it open."""
    user_id, at = actor_of(request).id, clock.now()
    if "away" in request.POST:
        with connection.cursor() as cursor:
            cursor.execute(AWAY, {"user": user_id, "number": number})
        return JsonResponse({"words": ""})
    return JsonResponse({"words": words(others_at(number, user_id, at=at))})


def others_at(number: str, user_id: int, *, at: datetime) -> list[str]:
    """Note that this person looks at the case; returns the names of those who do besides.

    Raises:
        NotFound: there is no such case.

    """
    given: dict[str, Any] = {"number": plain(number), "user": user_id, "at": at, "over": at - LASTS}
    with connection.cursor() as cursor:
        cursor.execute(LOOK, given)
        row = cursor.fetchone()
        if row is None:
            raise NotFound(gettext("There is no such case."))
        cursor.execute(OTHERS, {**given, "case": row[0]})
        return [name for (name,) in cursor.fetchall()]


def words(names: Sequence[str]) -> str:
    """“Li Wei is looking”; nothing where nobody does."""
    if not names:
        return ""
    told = ngettext("%(names)s is looking", "%(names)s are looking", len(names))
    return told % {"names": ", ".join(names)}
