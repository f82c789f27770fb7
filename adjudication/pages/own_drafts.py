"""A side's own drafts on its case page, each with what can be done with it; nobody else is shown one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from adjudication.cases.models import Case
from adjudication.cases.states import State
from adjudication.evidence import copies, drafts
from adjudication.evidence.checklists import items_for
from adjudication.evidence.drafts import Draft
from adjudication.pages.exhibit_forms import ChangeDraftForm
from adjudication.pages.forms import ActForm
from adjudication.parties import Role
from adjudication.procedure import acts
from adjudication.reports.wall import Leaf

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FILES_THEMSELVES = _(
    "When evidence closes, or you rest, drafts count as filed by themselves. "
    "If the case closes before, they are deleted."
)
#: State → what becomes of drafts that are left alone; in every other state, the sentence above.
BECOMES: dict[str, StrOrPromise] = {
    State.RULED: _("Drafts are filed with an appeal; without one they are deleted when the case closes."),
    State.RETURNING: _("Drafts are filed when you dispute what came back; otherwise they are deleted with the case."),
}


@dataclass(frozen=True, slots=True)
class DraftShown:
    """One draft, with the addresses of its file, and its forms."""

    exhibit: Draft
    """Named as on the wall, whose parts show it."""
    change: ActForm | None
    is_tried: bool
    """Its change has just been refused, and is still allowed."""
    may_be_filed: bool
    may_be_dropped: bool
    original: str
    thumbnail: str
    leaves: Sequence[Leaf]
    facts: Sequence[StrOrPromise]
    """What it is said to prove."""


def becomes(case: Case) -> StrOrPromise:
    """What becomes of drafts that are left alone."""
    return BECOMES.get(case.state, FILES_THEMSELVES)


def shown(case: Case, role: Role, *, allowed: Collection[str], tried: ActForm | None = None) -> list[DraftShown]:
    """One side's drafts, in the order in which they were first kept.

    Args:
        case: with its papers.
        role: the side that reads, and that they are of.
        allowed: the names of the acts that it may perform now.
        tried: the form that has just been refused.

    """
    return [_shown(case, role, draft, allowed, tried) for draft in drafts.of_side(case, role)]


def _shown(case: Case, role: Role, draft: Draft, allowed: Collection[str], tried: ActForm | None) -> DraftShown:
    change: ActForm | None = None
    is_tried = False
    if acts.CHANGE_DRAFT.name in allowed:
        is_tried = isinstance(tried, ChangeDraftForm) and tried.data.get("draft") == str(draft.pk)
        name = f"{acts.CHANGE_DRAFT.name}-{draft.pk}"
        change = tried if is_tried else ChangeDraftForm(name=name, case=case, role=role, of=draft)

    def copy(which: str) -> str:
        return reverse("pages:exhibit_copy", args=[case.number, draft.pk, which])

    return DraftShown(
        draft,
        change,
        is_tried,
        may_be_filed=draft.is_fit and acts.FILE_DRAFT.name in allowed,
        may_be_dropped=acts.DROP_DRAFT.name in allowed,
        original=reverse("pages:exhibit_file", args=[case.number, draft.pk]) if draft.file_name else "",
        thumbnail=copy(copies.THUMBNAIL) if draft.pages_shown else "",
        leaves=[Leaf(number, copy(str(number))) for number in draft.shown],
        facts=[item.sentence for item in items_for(case.reason, role) if item.fact in draft.facts],
    )
