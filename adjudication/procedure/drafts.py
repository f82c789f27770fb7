"""Draft: a side keeps what it means to file, changes it, drops it or files it; nobody else is told before it is filed.

So none of these acts is an event, but the filing: the case's version stays, and so does what everybody else sees.
When evidence closes, or the side rests, what is drafted counts as filed (`take_evidence`); with the case it is dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from adjudication.cases.models import Case
from adjudication.cases.standing import Act, require, require_standing, require_turn
from adjudication.errors import EvidenceRefused, Fault, NotFound, OutOfOrder, Stale, Unprocessable
from adjudication.evidence import drafts
from adjudication.evidence.drafts import Draft
from adjudication.evidence.intake import ExhibitGiven
from adjudication.evidence.models import Exhibit
from adjudication.papers import act
from adjudication.parties import Actor
from adjudication.procedure import acts
from adjudication.procedure.take_evidence import checked, file_exhibit, put_on_file, require_room


@act
def keep_draft(case: Case, *, by: Actor, given: ExhibitGiven, at: datetime) -> Draft:
    """Keep an item without filing it; it may be incomplete, and counts towards what the side may file.

    Raises:
        EvidenceRefused: the side's quota is used up, a fact that is not asked for, or it replaces another's.

    """
    require(acts.KEEP_DRAFT, case, by, at=at)
    _require_no_quote(given)
    require_room(case, by.role, given)
    draft = Draft(case=case, by=by.role.value, kept_at=at, changed_at=at)
    draft.take_content(replace(given, facts=checked(case, by.role, given)))
    drafts.keep(case, draft)
    return draft


@act
def change_draft(
    case: Case, *, by: Actor, draft_id: UUID, given: ExhibitGiven, seen: int | None = None, at: datetime
) -> Draft:
    """Put other content in the place of what a draft holds; a file that it no longer names is deleted.

    Args:
        case: taken up.
        by: the side whose draft it is.
        draft_id: which.
        given: all of its content from now on.
        seen: the version of the draft that the side has seen, if that matters.
        at: when.

    Raises:
        NotFound: the side has no such draft.
        OutOfOrder: it has been filed.
        Stale: it has been changed since.
        EvidenceRefused: as `keep_draft`.

    """
    draft = _own(acts.CHANGE_DRAFT, case, by, draft_id, seen, at)
    _require_no_quote(given)
    require_room(case, by.role, given, instead_of=draft)
    left = draft.file_name
    draft.take_content(replace(given, facts=checked(case, by.role, given)))
    draft.version, draft.changed_at = draft.version + 1, at
    if draft not in case.papers.new_drafts:
        case.papers.moved_drafts[draft.pk] = draft
    if left and left != draft.file_name:
        case.papers.files_let_go.append(left)
    return draft


@act
def drop_draft(case: Case, *, by: Actor, draft_id: UUID, seen: int | None = None, at: datetime) -> None:
    """Let a draft go, and its file with it. Refusals: as `change_draft`."""
    drafts.let_go(case, [_own(acts.DROP_DRAFT, case, by, draft_id, seen, at)])


@act
def file_draft(case: Case, *, by: Actor, draft_id: UUID, seen: int | None = None, at: datetime) -> Exhibit:
    """File a draft: it is an exhibit from now on, under the id it had, and never changed again.

    Raises:
        EvidenceRefused: it has neither text nor file.
        NotFound, OutOfOrder, Stale: as `change_draft`.

    """
    draft = _own(acts.FILE_DRAFT, case, by, draft_id, seen, at)
    drafts.take_out(case, draft)
    return put_on_file(case, by=by, side=by.role, given=draft.to_be_filed, at=at, exhibit_id=draft.pk)


@act
def file_all(case: Case, *, by: Actor, exhibits: Sequence[ExhibitGiven | UUID], at: datetime) -> None:
    """File what comes with another act: new items, and drafts of the side's by their ids.

    Raises:
        Unprocessable: an id that is no draft of the side's.
        EvidenceRefused: see `file_exhibit` and `file_draft`.

    """
    require_drafts(case, by, exhibits)
    for each in exhibits:
        if isinstance(each, UUID):
            file_draft(case, by=by, draft_id=each, at=at)
        else:
            file_exhibit(case, by=by, given=each, at=at)


def require_drafts(case: Case, by: Actor, named: Sequence[ExhibitGiven | UUID]) -> None:
    """Refuse ids that are no draft of this side's.

    Raises:
        Unprocessable: one is not.

    """
    own = {draft.pk for draft in drafts.of_side(case, by.role)}
    if unknown := [each for each in named if isinstance(each, UUID) and each not in own]:
        raise Unprocessable(
            _("%(ids)s: no draft of this side’s in this case.") % {"ids": ", ".join(map(str, unknown))},
            Fault("exhibits", _("names drafts of this side, or new exhibits"), "unknown_exhibit"),
        )


def _own(what: Act, case: Case, by: Actor, draft_id: UUID, seen: int | None, at: datetime) -> Draft:
    require_standing(what, case, by)
    # Before the turn: whoever has filed it is told so, wherever the case has come to.
    if any(exhibit.pk == draft_id and exhibit.by == by.role for exhibit in case.papers.exhibits):
        raise OutOfOrder(_("This has been filed; a filed exhibit is never changed. A correction is a new exhibit."))
    require_turn(what, case, by, at=at)
    draft = next((draft for draft in drafts.of_side(case, by.role) if draft.pk == draft_id), None)
    if draft is None:
        raise NotFound(_("There is no such draft in this case."))
    if seen is not None and seen != draft.version:
        raise Stale(
            _("The draft has been changed: it is at version %(now)d, you saw %(seen)d. Look again.")
            % {"now": draft.version, "seen": seen}
        )
    return draft


def _require_no_quote(given: ExhibitGiven) -> None:
    if given.messages:
        raise EvidenceRefused(
            _("Messages are quoted when the exhibit is filed, not in a draft."),
            Fault("messages", _("go with an exhibit that is filed at once"), "not_drafted"),
        )
