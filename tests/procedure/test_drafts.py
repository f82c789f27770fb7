"""Who asks for what is drafted in another's case is told nothing of it, not even that it was filed."""

import pytest

from adjudication import clock, docket
from adjudication.errors import NotFound, OutOfOrder
from adjudication.parties import Actor, Role
from adjudication.procedure import drafts
from tests import walk


@pytest.mark.parametrize(
    "act",
    [
        lambda case, **asked: drafts.change_draft(case, given=walk.an_exhibit(), **asked),
        drafts.drop_draft,
        drafts.file_draft,
    ],
    ids=["change", "drop", "file"],
)
def test_what_was_filed_is_told_to_who_filed_it_and_to_a_stranger_there_is_no_such_case(act, db):
    with clock.simulated(walk.START):
        case = walk.in_evidence()
        (exhibit, *_rest) = [each for each in case.papers.exhibits if each.by == Role.SELLER]
        before = walk.snapshot()
        for by, refusal in ((walk.seller_of(case), OutOfOrder), (Actor(Role.SELLER, case.shop_id + 1000), NotFound)):
            with pytest.raises(refusal), docket.take(case.number) as (taken, at):
                act(taken, by=by, draft_id=exhibit.pk, at=at)
        assert walk.snapshot() == before
