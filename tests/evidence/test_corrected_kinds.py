"""What an exhibit counts as is what the arbitrator said last; what it was filed as stays on record."""

import pytest
from django.db import DatabaseError, connection, transaction

from adjudication import clock, docket
from adjudication.errors import InadmissibleCitation, Malformed, OutOfOrder, Refused, Unprocessable
from adjudication.evidence.models import Exhibit
from adjudication.procedure import rule
from adjudication.procedure.correct_kind import correct_kind
from tests import walk

Kind = Exhibit.Kind


@pytest.fixture(autouse=True)
def _a_day_long_past(db):
    with clock.simulated(walk.START):
        yield


def test_an_exhibit_said_to_be_chat_from_elsewhere_is_not_cited_and_needs_no_finding():
    case = walk.in_ruling()
    sellers, buyers = case.papers.exhibits
    walk.corrected(case, buyers, Kind.OFF_PLATFORM_CHAT)
    given = walk.a_ruling(case, cited_exhibits=[buyers.pk])
    with pytest.raises(InadmissibleCitation), docket.take(case.number) as (taken, at):
        rule.rule(taken, by=walk.arbitrator(), given=given, at=at)
    _after, ruling = walk.ruled(walk.look(case))
    assert [finding.exhibit_id for finding in ruling.findings_drafted] == [sellers.pk]
    stored = Exhibit.objects.get(pk=buyers.pk)
    assert (stored.kind, stored.kind_now, stored.is_admissible, stored.may_be_cited) == (
        "document",
        "off_platform_chat",
        True,
        False,
    )


def test_what_was_filed_as_chat_from_elsewhere_can_turn_out_to_be_a_photo():
    case = walk.in_evidence()
    chat = walk.filed(case, walk.buyer_of(case), walk.an_exhibit("Chat", Kind.OFF_PLATFORM_CHAT))
    walk.corrected(case, chat, Kind.PHOTO)
    walk.corrected(case, chat, Kind.DOCUMENT)
    assert [(e.kind_now, e.may_be_cited) for e in walk.look(case).papers.exhibits][-1] == ("document", True)


def test_the_last_resort_counts_what_each_exhibit_is():
    case = walk.in_ruling()
    walk.corrected(case, case.papers.exhibits[1], Kind.OFF_PLATFORM_CHAT)
    ruled = walk.after_silence(walk.after_silence(case))
    assert ruled.papers.rulings[0].winner == "seller"


@pytest.mark.parametrize(
    ("kind", "reason", "refusal"),
    [(Kind.DOCUMENT, "Why.", Unprocessable), (Kind.PHOTO, " ", Malformed)],
)
def test_another_kind_and_a_reason_are_needed(kind, reason, refusal):
    case = walk.in_ruling()
    before = walk.snapshot()
    pk = case.papers.exhibits[0].pk
    with pytest.raises(refusal), docket.take(case.number) as (taken, at):
        correct_kind(taken, by=walk.arbitrator(), exhibit_id=pk, kind=kind, reason=reason, at=at)
    assert walk.snapshot() == before


def test_after_the_ruling_it_is_out_of_order():
    case = walk.ruled()[0]
    before = walk.snapshot()
    with pytest.raises(OutOfOrder):
        walk.corrected(case, case.papers.exhibits[0], Kind.PHOTO)
    assert walk.snapshot() == before


def test_a_proposal_that_cites_it_is_not_confirmed_any_more():
    from tests.api.test_allowed_acts import proposed

    case = proposed()
    walk.corrected(case, case.papers.exhibits[0], Kind.OFF_PLATFORM_CHAT)
    with pytest.raises(Refused), docket.take(case.number) as (taken, at):
        rule.confirm(taken, by=walk.arbitrator("senior", walk.Role.SUPERVISOR), at=at)


FORBIDDEN = {
    "cite what was corrected": """
        INSERT INTO adjudication_finding (ruling_id, exhibit_id, supports, weight, note, is_cited)
        SELECT r.id, k.exhibit_id, 'buyer', 'some', 'x', true
        FROM adjudication_ruling r, adjudication_kindcorrection k""",
    "rewrite a correction": "UPDATE adjudication_kindcorrection SET kind = 'photo'",
    "delete a correction": "DELETE FROM adjudication_kindcorrection",
    "empty the corrections": "TRUNCATE adjudication_kindcorrection",
    "correct after the ruling": """
        INSERT INTO adjudication_kindcorrection
            (exhibit_id, number, instance, kind, reason, corrected_as, corrected_by_id, corrected_at)
        SELECT exhibit_id, 2, 1, 'photo', 'x', corrected_as, corrected_by_id, now() FROM adjudication_kindcorrection""",
}


@pytest.mark.parametrize("statement", FORBIDDEN.values(), ids=FORBIDDEN.keys())
def test_the_database_refuses_to(statement):
    case = walk.in_ruling()
    walk.corrected(case, case.papers.exhibits[1], Kind.OFF_PLATFORM_CHAT)
    walk.ruled(walk.look(case))
    before = walk.snapshot()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert walk.snapshot() == before
