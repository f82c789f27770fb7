"""Find published rulings: by words in either language, by reason and by whom it was decided for; newest first.

A page is found by where the last one ended, however deep.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from adjudication.errors import Fault, Malformed
from adjudication.policy.terms import Reason
from adjudication.register.cutting import question
from adjudication.rulings.models import Winner
from adjudication.rulings.publications import Publication

EPOCH = datetime.fromtimestamp(0, UTC)


def published(*, asked: str = "", reason: str = "", winner: str = "", after: str = "") -> QuerySet[Publication]:
    """What the public may read, newest first.

    Raises:
        Malformed: a reason, a side or a mark that is none.

    """
    found = Publication.objects.filter(published_at__isnull=False).defer("search").select_related("ruling__case")
    if reason:
        _require_one_of(reason, Reason.values, "reason")
        found = found.filter(reason=reason)
    if winner:
        _require_one_of(winner, Winner.values, "winner")
        found = found.filter(winner=winner)
    if (query := question(asked)) is not None:
        found = found.filter(search=query)
    return _beyond(found, after).order_by(F("published_at").desc(), F("id").desc())


def mark(publication: Publication) -> str:
    """Where a page ended: the moment in whole microseconds, and the number."""
    assert publication.published_at is not None  # noqa: S101  # only what is published is listed
    return f"{(publication.published_at - EPOCH) // timedelta.resolution}-{publication.pk}"


def _beyond(found: QuerySet[Publication], after: str) -> QuerySet[Publication]:
    if not after:
        return found
    try:
        microseconds, pk = (int(part) for part in after.split("-"))
        at = EPOCH + microseconds * timedelta.resolution
        if not 0 <= pk < 2**63:
            raise ValueError("no number of an entry")
    except (ValueError, OverflowError) as error:
        raise Malformed(_("The page’s mark is not one of this register’s."), Fault("after", _("is unknown"))) from error
    # The first condition alone lets the index start there; the second is exact.
    return found.filter(Q(published_at__lt=at) | Q(pk__lt=pk), published_at__lte=at)


def _require_one_of(value: str, known: list[str], field: str) -> None:
    if value not in known:
        told = _("must be one of: %(choices)s") % {"choices": ", ".join(known)}
        raise Malformed(_("The register knows no such choice."), Fault(field, told))
