"""Enter and publish: what a round does for the register.

A ruling that became final is entered at once: its words are made ready and the days counted. It is published when
staff have had the policy's working days to look at them. Each step finds what is to be done in a partial index, and
doing it twice changes nothing. An entry that cannot be made holds up no other: it is logged, left for an hour, and an
alarm rings once it is late (`publications_late`).
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from django.contrib.postgres.search import SearchVector
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Value

from adjudication import clock, docket
from adjudication.errors import Refused
from adjudication.orders.models import ParcelReport
from adjudication.parties import Actor
from adjudication.policy import versions
from adjudication.procedure import publish as publishing
from adjudication.register import working_days
from adjudication.register.cutting import document
from adjudication.register.leaving_out import known_of, leave_out
from adjudication.register.telling import is_a_rules, words_in_both
from adjudication.rulings.publications import Publication

log = logging.getLogger(__name__)

#: How many a round does of each; the next one comes in seconds.
AT_ONCE = 100
#: What has failed is left alone for so long.
TRY_AGAIN_AFTER = timedelta(hours=1)
#: How the SQLSTATEs begin with which the server ends a session, or never began one; a lost connection has none.
AWAY = ("08", "57P", "25P03", "25P04")
#: Which entries failed in this process → when each is tried again.
_again_at: dict[int, datetime] = {}
#: With them comes all that an entry is made of, in one statement.
BESIDE = (
    *("ruling__case__buyer", "ruling__case__shop__party", "ruling__case__order"),
    *("ruling__decided_by", "ruling__confirmed_by"),
)


def make_entries() -> int:
    """Enter what became final, then publish what is due; returns how many were."""
    return enter_final() + publish_due()


def enter_final(*, at_most: int = AT_ONCE) -> int:
    """Make the words of rulings that became final ready, and count the days; returns how many were entered."""
    at = clock.now()
    with transaction.atomic():
        waiting = Publication.objects.select_for_update(of=("self",), skip_locked=True).filter(entered_at=None)
        found = list(waiting.exclude(pk__in=_left_alone(at)).select_related(*BESIDE).order_by("id")[:at_most])
        parcels = _parcels(found)
        return sum(
            _apart(
                partial(_enter, publication, parcels[publication.ruling.case.order_id], at=at), publication.pk, at=at
            )
            for publication in found
        )


def _left_alone(at: datetime) -> list[int]:
    """What failed lately."""
    for pk in [pk for pk, again_at in _again_at.items() if again_at <= at]:
        del _again_at[pk]
    return list(_again_at)


def _apart(do: Callable[[], bool], pk: int, *, at: datetime) -> bool:
    """Do it for this entry in a transaction of its own, so that its failing takes nothing else along."""
    try:
        with transaction.atomic():
            return do()
    except Refused as refused:
        log.info("Entry %s of the register was not published: %s", pk, refused)
    except Exception as error:  # it must not hold up the others; the alarm of late publications tells a person
        if _is_away(error):  # that is nothing about this entry
            raise
        log.exception("Entry %s of the register failed; it is tried again in %s", pk, TRY_AGAIN_AFTER)
        _again_at[pk] = at + TRY_AGAIN_AFTER
    return False


def _is_away(error: Exception) -> bool:
    """Is it the database or the way to it that failed? A statement that took too long failed by itself."""
    sqlstate = getattr(error.__cause__, "sqlstate", None) or ""
    return isinstance(error, InterfaceError) or (
        isinstance(error, OperationalError) and (not sqlstate or sqlstate.startswith(AWAY))
    )


def _enter(publication: Publication, parcels: Sequence[ParcelReport], *, at: datetime) -> bool:
    ruling, case = publication.ruling, publication.ruling.case
    policy = versions.get(case.policy_version_id)
    country = policy.text("publication", "country")
    least, most = (policy.number("publication", key) for key in ("least_working_days", "working_days"))
    publication.entered_at = at
    publication.publish_from = working_days.after(publication.final_at, least, country=country)
    publication.publish_by = working_days.after(publication.final_at, most, country=country)
    publication.reason, publication.category = case.reason, case.shop.category
    publication.amount_minor, publication.currency = case.amount_minor, case.currency
    publication.winner, publication.remedy, publication.answers = ruling.winner, ruling.remedy, ruling.answers
    publication.share_basis_points = ruling.buyer_minor * 10_000 // case.amount_minor
    publication.words = ruling.reasons
    if not is_a_rules(publication):
        publication.words = leave_out(ruling.reasons, known_of(case, ruling, parcels))
    publication.search = indexed(publication)
    publication.save()
    return True


def indexed(publication: Publication) -> SearchVector:
    """What lets the search know the words, as they are read in either language."""
    return SearchVector(Value(document(searched(publication))), config="simple")


def searched(publication: Publication) -> str:
    """What the search knows of it: the words, and where a rule gave them, both languages' own."""
    return "\n".join([*words_in_both(publication), publication.category])


def publish_due(*, at_most: int = AT_ONCE) -> int:
    """Publish what staff have had their days to look at; returns how many were."""
    at = clock.now()
    waiting = Publication.objects.filter(published_at=None, entered_at__isnull=False, publish_from__lte=at)
    due = waiting.exclude(pk__in=_left_alone(at)).order_by("publish_from", "id")
    found = list(due.values_list("pk", "ruling__case__number")[:at_most])
    return sum(_apart(partial(_publish, pk, number), pk, at=at) for pk, number in found)


def _publish(pk: int, number: str) -> bool:
    with docket.take(number) as (case, at):
        publication = Publication.objects.select_for_update().get(pk=pk)
        if publication.published_at is not None:
            return False
        publishing.publish(case, ruling_id=publication.ruling_id, entry=pk, words=publication.words, at=at)
        Publication.objects.filter(pk=pk).update(published_at=at)
    return True


def reword(publication: Publication, words: str, *, by: Actor) -> Publication:
    """Change what the public reads; what this case knows by name is left out of it all the same.

    Raises:
        NoStanding, Unprocessable: see `procedure.publish.reword`.

    """
    with docket.take(publication.ruling.case.number) as (case, at):
        kept = Publication.objects.select_for_update(of=("self",)).select_related(*BESIDE).get(pk=publication.pk)
        parcels = _parcels([kept])[kept.ruling.case.order_id]
        kept.words = leave_out(words.strip(), known_of(kept.ruling.case, kept.ruling, parcels))
        publishing.reword(case, ruling_id=kept.ruling_id, entry=kept.pk, words=kept.words, by=by, at=at)
        kept.edited_by_id, kept.edited_at = by.id, at
        kept.search = indexed(kept)
        kept.save(update_fields=["words", "edited_by", "edited_at", "search"])
    return kept


def _parcels(publications: Sequence[Publication]) -> dict[int, list[ParcelReport]]:
    orders = [publication.ruling.case.order_id for publication in publications]
    found: dict[int, list[ParcelReport]] = defaultdict(list)
    for report in ParcelReport.objects.filter(order_id__in=orders):
        found[report.order_id].append(report)
    return found
