"""Letters by mail, in the reader's language: what has happened, until when something can be done, what silence will do.

A letter is leased while it is sent, so that it is not lost with whoever was sending it; one that leaves twice carries
the same Message-ID.
"""

from __future__ import annotations

import json
import logging
import time
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from adjudication.deadlines.explain import explain, moment
from adjudication.deadlines.models import Deadline
from adjudication.journal.models import Event
from adjudication.notifications.models import Letter
from adjudication.reports.wording import event_words

log = logging.getLogger(__name__)

#: One call sends so many at most, and begins no other after so many seconds: a slow mail server stops no sweep.
AT_ONCE, PATIENCE_SECONDS = 100, 10.0
#: While one sends a letter nobody else does; after a failure it waits a minute, then twice as long, up to six hours.
LEASE_SECONDS, FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 120, 60, 21_600
#: After this many tries, three days, it is given up.
TRIES = 20

LEASE = """
UPDATE adjudication_letter SET attempts = attempts + 1,
    next_try_at = statement_timestamp() + make_interval(secs => %(lease)s)
WHERE id = (SELECT id FROM adjudication_letter WHERE state = 'due' AND next_try_at <= statement_timestamp()
            ORDER BY next_try_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id"""
SENT = """
UPDATE adjudication_letter SET state = 'sent', sent_at = statement_timestamp(), failure = '' WHERE id = %(id)s"""
FAILED = """
UPDATE adjudication_letter SET failure = %(why)s,
    state = CASE WHEN attempts >= %(tries)s THEN 'given_up' ELSE 'due' END,
    next_try_at = statement_timestamp() + make_interval(secs => least(%(longest)s, %(first)s * 2.0 ^ (attempts - 1)))
WHERE id = %(id)s"""


def send_due() -> int:
    """Send the letters that are due; returns how many left. One that fails is tried again later and stops no other."""
    sent, began = 0, time.monotonic()
    for _turn in range(AT_ONCE):
        if time.monotonic() - began > PATIENCE_SECONDS or (letter := _leased()) is None:
            break
        try:
            compose(letter).send()
        except Exception as error:  # whatever a mail server or its client does, the next letter is another matter
            log.warning("Letter %s was not sent: %s", letter.pk, error)
            why = f"{type(error).__name__}: {error}".replace("\x00", "")[:500]
            values = {"first": FIRST_WAIT_SECONDS, "longest": LONGEST_WAIT_SECONDS, "tries": TRIES}
            _run(FAILED, {"id": letter.pk, "why": why} | values)
        else:
            _run(SENT, {"id": letter.pk})
            sent += 1
    return sent


def compose(letter: Letter) -> EmailMessage:
    """Put one letter into words, in the language of who gets it."""
    event, party = letter.event, letter.party
    with translation.override(party.language or settings.LANGUAGE_CODE), timezone.override("UTC"):
        if event.case is not None:
            about = _("Case %(number)s") % {"number": event.case.number}
            term = Deadline.objects.filter(case=event.case, ended_at=None).first()
            path = f"/cases/{event.case.number}/"
        else:
            about = _("Order %(number)s") % {"number": event.order.number if event.order else ""}
            term = Deadline.objects.filter(order=event.order, case=None, ended_at=None).first()
            path = "/cases/"
        words = event_words(event.kind)
        lines = [f"{about}: {words}.", _asked(event) or (explain(term) if term else "")]
        if settings.PUBLIC_URL:
            lines.append(_("See all of it, and act, here: %(address)s") % {"address": settings.PUBLIC_URL + path})
        lines.append(_("Nobody reads answers to this letter."))
        return EmailMessage(
            subject=f"{about}: {words}",
            body="\n\n".join(line for line in lines if line) + "\n",
            to=[party.email],
            headers={"Auto-Submitted": "auto-generated", "Message-ID": f"<letter-{letter.pk}@{settings.LETTERS_FROM}>"},
        )


def _asked(event: Event) -> str:
    """Of an inquiry: until when it can be answered, and what happens if it is not. Its code stands on the page."""
    if event.kind != "inquiry.made":
        return ""
    until = datetime.fromisoformat(json.loads(event.body)["facts"]["until"].replace("Z", "+00:00"))
    return _("Answer until %(due)s; after that the arbitrator decides on what is on file.") % {"due": moment(until)}


def _leased() -> Letter | None:
    found = _run(LEASE, {"lease": LEASE_SECONDS})
    if not found:
        return None
    letters = Letter.objects.select_related("event__case", "event__order", "party")
    return letters.get(pk=found[0][0])


def _run(statement: str, values: dict[str, object]) -> list[tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)  # type: ignore[arg-type]  # ids, numbers and texts
        return cursor.fetchall() if cursor.description else []
