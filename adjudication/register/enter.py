"""Enter and publish: what a round does for the register.

A ruling that became final is entered at once: its words are made ready and the days counted. It is published when
staff have had the policy's working days to look at them. Each step finds what is to be done in a partial index, and
doing it twice changes nothing.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.contrib.postgres.search import SearchVector
from django.db import transaction
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
#: With them comes all that an entry is made of, in one statement.
BESIDE = (
    *("ruling__case__buyer", "ruling__case__shop__party", "ruling__case__order"),
    *("ruling__decided_by", "ruling__confirmed_by"),
)


def make_entries() -> int:
    """Enter what became final, then publish what is due; returns how many were."""
    return enter_final() + publish_due()


def enter_final(*, at_most: int = AT_ONCE) -> int:
    """Make the words of rulings that became final ready, and count the days."""
    with transaction.atomic():
        waiting = Publication.objects.select_for_update(of=("self",), skip_locked=True).filter(entered_at=None)
        found = list(waiting.select_related(*BESIDE).order_by("id")[:at_most])
        parcels = _parcels(found)
        for publication in found:
            _enter(publication, parcels[publication.ruling.case.order_id], at=clock.now())
    return len(found)


def _enter(publication: Publication, parcels: Sequence[ParcelReport], *, at: datetime) -> None:
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
    publication.save()
    index(publication)


def index(publication: Publication) -> None:
    """Let the search know the words, as they are read in either language."""
    vector = SearchVector(Value(document(searched(publication))), config="simple")
    Publication.objects.filter(pk=publication.pk).update(search=vector)


def searched(publication: Publication) -> str:
    """What the search knows of it: the words, and where a rule gave them, both languages' own."""
    return "\n".join([*words_in_both(publication), publication.category])


def publish_due(*, at_most: int = AT_ONCE) -> int:
    """Publish what staff have had their days to look at; returns how many were."""
    waiting = Publication.objects.filter(
        published_at=None, entered_at__isnull=False, publish_from__lte=clock.now()
    ).order_by("publish_from", "id")
    published = 0
    for pk, number in list(waiting.values_list("pk", "ruling__case__number")[:at_most]):
        try:
            published += _publish(pk, number)
        except Refused as refused:
            log.info("The ruling of case %s was not published: %s", number, refused)
    return published


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
        kept.save(update_fields=["words", "edited_by", "edited_at"])
        index(kept)
    return kept


def _parcels(publications: Sequence[Publication]) -> dict[int, list[ParcelReport]]:
    orders = [publication.ruling.case.order_id for publication in publications]
    found: dict[int, list[ParcelReport]] = defaultdict(list)
    for report in ParcelReport.objects.filter(order_id__in=orders):
        found[report.order_id].append(report)
    return found
