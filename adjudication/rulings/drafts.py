"""A drafted ruling: what an arbitrator has typed so far, kept so that a closed window loses nothing.

It is no evidence and in no journal, and only who typed it sees it. It is gone with the ruling: the database deletes the
drafts of a case when a ruling on it is issued, by whomever, and keeps none of a case that awaits no ruling.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from adjudication.cases.models import Case
from adjudication.errors import OutOfOrder
from adjudication.parties import Actor


class RulingDraft(models.Model):
    """What one person has typed of one ruling."""

    case = models.ForeignKey("adjudication.Case", models.PROTECT, related_name="rulings_drafted")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    instance = models.PositiveSmallIntegerField()
    content = models.JSONField(help_text=_("The form, as it was typed."))
    shown = models.JSONField(help_text=_("The exhibits on the form, each with the kind it counted as."))
    kept_at = models.DateTimeField()

    class Meta:
        """One a person and case."""

        verbose_name = _("drafted ruling")
        verbose_name_plural = _("drafted rulings")
        constraints = [models.UniqueConstraint(fields=["case", "by"], name="one_drafted_ruling_a_person")]

    def __str__(self) -> str:
        """Whose, of which case."""
        return f"draft of {self.by_id} for {self.case_id}"


#: Whoever issues the ruling meanwhile is waited for; what they have ruled on is not drafted any more.
KEEP = """
INSERT INTO adjudication_rulingdraft (case_id, by_id, instance, content, shown, kept_at)
SELECT c.id, c.arbitrator_id, c.instance, %(content)s::jsonb, %(shown)s::jsonb, %(at)s FROM adjudication_case c
WHERE c.id = %(case)s AND c.state = 'ruling' AND c.arbitrator_id = %(by)s FOR SHARE
ON CONFLICT (case_id, by_id) DO UPDATE
    SET instance = EXCLUDED.instance, content = EXCLUDED.content, shown = EXCLUDED.shown, kept_at = EXCLUDED.kept_at"""


def keep(case: Case, *, by: Actor, content: Mapping[str, Any], shown: Mapping[str, str], at: datetime) -> None:
    """Keep what was typed, in the place of what was kept before.

    Args:
        case: which awaits the ruling of this person.
        by: its arbitrator.
        content: the form.
        shown: the exhibits that were on it, by id, with the kind each counted as.
        at: now.

    Raises:
        OutOfOrder: the case does not await their ruling any more.

    """
    kept: dict[str, Any] = {"content": json.dumps(content), "shown": json.dumps(dict(shown)), "at": at}
    with connection.cursor() as cursor:
        cursor.execute(KEEP, kept | {"case": case.pk, "by": by.id})
        if cursor.rowcount != 1:
            raise OutOfOrder(_("This case no longer awaits your ruling; nothing was kept."))


def of(case: Case, by: Actor) -> RulingDraft | None:
    """What this person has drafted for this hearing of the case."""
    return RulingDraft.objects.filter(case_id=case.pk, by_id=by.id, instance=case.instance).first()


def new_since(draft: RulingDraft, case: Case) -> tuple[list[str], list[str]]:
    """The labels of the exhibits that were not on the form when it was kept, and of those that count otherwise now."""
    shown: Mapping[str, str] = draft.shown
    exhibits = [(exhibit.label, shown.get(str(exhibit.pk)), exhibit.kind_now) for exhibit in case.papers.exhibits]
    return (
        [label for label, kind, _now in exhibits if kind is None],
        [label for label, kind, now in exhibits if kind not in (None, now)],
    )
