"""What the docket reads past the ORM is what the ORM reads."""

from functools import partial

import pytest

from adjudication import clock, docket
from adjudication.cases.models import Case
from adjudication.docket import load
from adjudication.docket.look import EXHIBITS, EXTENSIONS, OUTAGES, PEOPLE
from adjudication.docket.read import Reader
from adjudication.errors import NotFound
from adjudication.evidence.intake import ExhibitGiven, StoredFile
from adjudication.evidence.models import Exhibit
from adjudication.management.bench import meter
from adjudication.money import Amount
from adjudication.orders.models import Order
from adjudication.policy import versions
from adjudication.policy.terms import Reason, Remedy
from adjudication.procedure import appeal, drafts, extend, negotiate, request
from adjudication.procedure.request import Claim
from adjudication.statements import rows
from tests import walk

READERS = [reader for reader in vars(load).values() if isinstance(reader, Reader)]
READERS += [PEOPLE, EXHIBITS, EXTENSIONS, OUTAGES]


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
        another = walk.in_evidence()
        with docket.take(another.number) as (taken, at):
            extend.extend(taken, by=walk.arbitrator(), by_length=walk.HOUR, reason="A holiday.", at=at)


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
    assert found or reader.model.__name__ in ("Proposal", "Outage")


def test_a_case_that_is_looked_at_has_the_papers_of_one_that_is_taken_up(everything):
    for number in Case.objects.values_list("number", flat=True):
        looked, _at = docket.look(number)
        with docket.take(number) as (taken, _at):
            for name in ("deadline", "lines", "rulings", "proposals", "drafts", "inquiries", "interested", "exhibits"):
                assert getattr(looked.papers, name) == getattr(taken.papers, name), (number, name)
            for ours, theirs in zip(looked.papers.exhibits, taken.papers.exhibits, strict=True):
                assert ours.last_correction == theirs.last_correction
            for ours, theirs in zip(looked.papers.inquiries, taken.papers.inquiries, strict=True):
                assert (ours.asked, ours.is_over) == (theirs.asked, theirs.is_over)
            assert looked.order.papers.lines == taken.order.papers.lines
            assert looked.order.papers.messages == taken.order.papers.messages
        assert (looked.shop.party, looked.buyer, looked.arbitrator) == (taken.shop.party, taken.buyer, taken.arbitrator)


def test_to_look_at_a_case_asks_once(everything):
    with clock.simulated(walk.START):
        for number in Case.objects.values_list("number", flat=True):
            docket.look(number)
            assert meter.statements(lambda number=number: docket.look(number)).work == 1


@pytest.mark.parametrize("opening_case", [False, True])
def test_an_order_that_is_taken_up_has_the_papers_and_the_sides_of_one_that_is_looked_at(opening_case, everything):
    for number in Order.objects.values_list("number", flat=True):
        looked = docket.look_at_order(number)
        with docket.take_order(number, opening_case=opening_case) as (taken, _at):
            for name in ("deadline", "lines", "messages"):
                assert getattr(taken.papers, name) == getattr(looked.papers, name), (number, name)
            assert {"buyer", "shop"} <= set(taken._state.fields_cache)
            assert (taken.buyer, taken.shop, taken.shop.party) == (looked.buyer, looked.shop, looked.shop.party)
            in_force = versions.current().version if opening_case else 0
            assert (taken.papers.policy_in_force, taken.papers.next_case_id > 0) == (in_force, opening_case)


def test_the_act_that_opens_a_case_finds_everything_on_the_desk(everything):
    claim = Claim(Reason.QUALITY, Remedy.REFUND, Amount(1, "CNY"), "It came with a crack.")
    with clock.simulated(walk.START):
        order = walk.register(walk.given_order())
        with docket.take_order(order.number, opening_case=True) as (taken, at):
            ask = partial(request.request, taken, by=walk.buyer_of(taken), claim=claim, at=at)
            assert meter.statements(ask).work == 0
    assert Case.objects.filter(order=order, buyer=order.buyer, shop=order.shop).exists()


def _taken(number):
    with docket.take(number):
        pass


def _order_taken(number):
    with docket.take_order(number):
        pass


@pytest.mark.parametrize("reached", [docket.look, docket.look_at_order, _taken, _order_taken])
@pytest.mark.parametrize("number", ["2026-000001-16", "2026\0", "\0"])
def test_nothing_bears_a_number_that_no_matter_could_have(reached, number, db):
    with pytest.raises(NotFound):
        reached(number)
