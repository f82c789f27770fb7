"""What the docket reads past the ORM is what the ORM reads."""

import pytest

from adjudication import clock, docket
from adjudication.docket import load
from adjudication.docket.read import Reader, rows
from adjudication.evidence.intake import ExhibitGiven, StoredFile
from adjudication.evidence.models import Exhibit
from adjudication.procedure import appeal, drafts, negotiate
from tests import walk

READERS = [reader for reader in vars(load).values() if isinstance(reader, Reader)]


@pytest.fixture
def everything(db):
    with clock.simulated(walk.START):
        order = walk.register(walk.given_order())
        walk.deliver(order)
        walk.talked(order, ("buyer", "Is it whole?"))
        heard = walk.in_ruling(walk.in_evidence(walk.intervened(walk.rejected(walk.requested(order)))))
        walk.asked(heard, is_challenge=True)
        walk.corrected(heard, heard.papers.exhibits[-1], "photo")
        case, _ruling = walk.ruled()
        with docket.take(case.number) as (taken, at):
            appeal.appeal(taken, by=walk.seller_of(taken), grounds="It was whole.", error="fact", at=at)
        offered = walk.requested()
        with docket.take(offered.number) as (taken, at):
            file = StoredFile("ab/ab.png", "a.png", "image/png", 1, "0" * 64, 1, 1)
            given = ExhibitGiven(Exhibit.Kind.PHOTO, "Photo", file=file, facts=("promised",))
            drafts.keep_draft(taken, by=walk.buyer_of(taken), given=given, at=at)
            negotiate.make_offer(taken, by=walk.buyer_of(taken), remedy="refund", amount_minor=5, at=at)


@pytest.mark.parametrize("reader", READERS, ids=[reader.model.__name__ for reader in READERS])
def test_a_row_read_by_the_docket_is_the_row_the_orm_reads(reader, everything):
    table = reader.model._meta.db_table
    alias = reader.columns.partition(".")[0]
    found = [reader.build(row) for row in rows(f"SELECT {reader.columns} FROM {table} {alias}", {})]
    known = {each.pk: each for each in reader.model.objects.all()}
    assert len(found) == len(known)
    for built in found:
        for name in reader.names:
            ours, orms = getattr(built, name), getattr(known[built.pk], name)
            assert (bytes(ours) if isinstance(ours, bytes | memoryview) else ours) == (
                bytes(orms) if isinstance(orms, bytes | memoryview) else orms
            ), name
        assert reader.changed([built], reader.names) == ()
    assert found or reader.model.__name__ == "Proposal"
