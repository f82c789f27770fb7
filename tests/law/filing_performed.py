"""The model's drafts and inquiries, performed on the service: the same names, the same people."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from hypothesis import strategies as st

from adjudication.cases.models import Case
from adjudication.evidence.intake import ExhibitGiven
from adjudication.evidence.models import Exhibit
from adjudication.parties import Actor, Role
from adjudication.procedure import drafts, inquire
from tests import walk

CONTENT = {
    "admissible": walk.an_exhibit(),
    "inadmissible": walk.an_exhibit(kind=Exhibit.Kind.OFF_PLATFORM_CHAT),
    "empty": ExhibitGiven(Exhibit.Kind.PHOTO, "Nothing yet"),
}
#: What each act is given besides who does it.
GIVEN: dict[str, tuple[st.SearchStrategy[Any], ...]] = {
    "keep_draft": (st.sampled_from(sorted(CONTENT)),),
    "change_draft": (st.sampled_from(sorted(CONTENT)),),
    "drop_draft": (),
    "file_draft": (),
    "inquire": (st.sampled_from(((), ("buyer",), ("seller",), ("buyer", "seller"))),),
    "reply": (st.sampled_from((0, 0, 1)),),
}


def _oldest(case: Case, by: Actor, *, only_fit: bool = False) -> UUID:
    own = [draft.pk for draft in case.papers.drafts if draft.by == by.role and (draft.is_fit or not only_fit)]
    return own[0] if own else uuid4()


def _inquiry(case: Case, place: int) -> UUID:
    return case.papers.inquiries[-1 - place].pk if place < len(case.papers.inquiries) else uuid4()


PERFORM = {
    "keep_draft": lambda c, by, at, content: drafts.keep_draft(c, by=by, given=CONTENT[content], at=at),
    "change_draft": lambda c, by, at, content: drafts.change_draft(
        c, by=by, draft_id=_oldest(c, by), given=CONTENT[content], at=at
    ),
    "drop_draft": lambda c, by, at: drafts.drop_draft(c, by=by, draft_id=_oldest(c, by), at=at),
    "file_draft": lambda c, by, at: drafts.file_draft(c, by=by, draft_id=_oldest(c, by, only_fit=True), at=at),
    "inquire": lambda c, by, at, to: inquire.inquire(
        c, by=by, to=[Role(side) for side in to], text="What do you say to this?", at=at
    ),
    "reply": lambda c, by, at, place: inquire.reply(c, by=by, inquiry_id=_inquiry(c, place), text="It is so.", at=at),
}


def stands(case: Case) -> tuple[dict[str, list[str]], list[tuple[set[str], Any]]]:
    """Each side's drafts, and of each inquiry who has not answered it, and until when."""
    kept: dict[str, list[str]] = {"buyer": [], "seller": []}
    for draft in case.papers.drafts:
        content = "empty" if not draft.is_fit else "admissible" if draft.is_admissible else "inadmissible"
        kept[draft.by].append(content)
    asked = [
        ({asking.side for asking in each.asked if asking.replied_at is None}, each.due_at)
        for each in case.papers.inquiries
    ]
    return kept, asked
