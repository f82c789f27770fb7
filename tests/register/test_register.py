"""Every final ruling is entered, waits its days, and is published once; the ruling itself is never changed."""

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction

from adjudication import clock, docket
from adjudication.errors import NoStanding, Unprocessable
from adjudication.journal.models import Event
from adjudication.parties import PLATFORM, Role
from adjudication.procedure import appeal, intervene, take_evidence
from adjudication.procedure.rule import rule
from adjudication.register import enter
from adjudication.register.find import published as found
from adjudication.reports import readings
from adjudication.rulings.models import Ruling, Winner
from adjudication.rulings.publications import Publication
from tests import walk
from tests.register.final import final, published, when_due

REASONS = "Lin is right: the cup of order {order} came cracked, as photograph B2 shows to everybody."


def do(case, act, **given):
    with docket.take(case.number) as (taken, at):
        act(taken, at=at, **given)
    return walk.look(case)


def test_a_ruling_is_entered_when_it_is_final_and_not_before():
    case, ruling = walk.ruled()
    assert enter.enter_final() == 0
    case = walk.after_silence(case)
    assert enter.enter_final() == 1
    assert enter.enter_final() == 0
    publication = Publication.objects.get()
    assert (publication.ruling, publication.final_at) == (ruling, case.closed_at)
    assert (publication.winner, publication.remedy, publication.share_basis_points) == ("buyer", "refund", 10_000)
    assert (publication.reason, publication.category) == ("quality", "home")
    assert publication.published_at is None


def test_a_first_ruling_that_was_appealed_against_is_not_final_and_the_second_is():
    case = walk.ruled()[0]
    case = do(case, appeal.appeal, by=walk.seller_of(case), grounds="Whole.", error=appeal.NamedError.FACT)
    senior = walk.arbitrator("senior", Role.SUPERVISOR)
    do(case, intervene.assign, by=PLATFORM, to=senior)
    do(case, take_evidence.file_exhibit, by=walk.seller_of(case), given=walk.an_exhibit())
    for by in (walk.buyer_of(case), walk.seller_of(case)):
        case = do(case, take_evidence.rest, by=by)
    do(case, rule, by=senior, given=walk.a_ruling(case, Winner.SELLER))
    assert [each.ruling.instance for each in Publication.objects.all()] == [2]


def test_a_ruling_whose_appeal_was_withdrawn_is_final():
    case, ruling = walk.ruled()
    case = do(case, appeal.appeal, by=walk.seller_of(case), grounds="Whole.", error=appeal.NamedError.FACT)
    assert not Publication.objects.exists()
    do(case, appeal.withdraw_appeal, by=walk.seller_of(case))
    assert Publication.objects.get().ruling == ruling


def test_it_is_published_at_its_moment_once_without_names_and_on_record():
    case = walk.in_ruling()
    publication = final(case=case, reasons=REASONS.format(order=case.order.number))
    with when_due(publication, -walk.MICROSECOND):
        assert enter.publish_due() == 0
    with when_due(publication):
        assert enter.publish_due() == 1
        assert enter.publish_due() == 0
    shown = Publication.objects.get()
    assert shown.published_at == publication.publish_from
    assert (
        shown.words == "[buyer] is right: the cup of order [order] came cracked, as photograph B2 shows to everybody."
    )
    assert Event.objects.filter(case=case, kind="ruling.published").count() == 1
    assert Ruling.objects.get().reasons == REASONS.format(order=case.order.number)


def test_the_days_are_the_policys_working_days():
    publication = final()  # final on Thursday 5 March at 09:00
    assert f"{publication.final_at:%a %d}" == "Thu 05"
    assert f"{publication.publish_from:%a %d %H:%M}" == "Tue 10 00:00"
    assert f"{publication.publish_by:%a %d %H:%M}" == "Thu 26 00:00"


def test_one_that_is_late_rings():
    publication = final()
    assert readings.now().publications_late == 1  # by the database's own clock it is long past
    with when_due(publication):
        enter.publish_due()
    assert readings.now().publications_late == 0


@pytest.fixture
def broken():
    """Have the database refuse whatever is done to one entry, until it is mended."""

    def refuse(publication, sqlstate="P0001"):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(
                f"CREATE FUNCTION refuse_broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"RAISE EXCEPTION 'it is broken' USING ERRCODE = '{sqlstate}'; END $$"
            )
            cursor.execute(
                f"CREATE TRIGGER broken BEFORE UPDATE ON adjudication_publication FOR EACH ROW "
                f"WHEN (NEW.id = {publication.pk}) EXECUTE FUNCTION refuse_broken()"
            )

    yield refuse
    enter._again_at.clear()


def mended():
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER broken ON adjudication_publication")


def test_an_entry_that_cannot_be_made_holds_up_no_other_and_is_tried_again_in_an_hour(broken, caplog):
    cases = [walk.after_silence(walk.ruled()[0]) for _each in range(2)]
    worse = Publication.objects.get(ruling__case=cases[0])
    broken(worse)
    with clock.simulated(cases[1].closed_at):
        assert [enter.enter_final(), enter.enter_final()] == [1, 0]
    assert list(Publication.objects.filter(entered_at=None)) == [worse]
    assert caplog.text.count("of the register failed") == 1
    assert readings.now().publications_late == 2  # the other's days are over by the database's own clock
    mended()
    with clock.simulated(cases[1].closed_at + enter.TRY_AGAIN_AFTER - walk.MICROSECOND):
        assert enter.enter_final() == 0
    with clock.simulated(cases[1].closed_at + enter.TRY_AGAIN_AFTER):
        assert enter.enter_final() == 1


@pytest.mark.parametrize("sqlstate", ["57014", "55P03", "54000", "40P01"])
def test_one_whose_statement_was_cancelled_or_found_a_lock_holds_up_no_other(broken, sqlstate):
    cases = [walk.after_silence(walk.ruled()[0]) for _each in range(2)]
    worse = Publication.objects.get(ruling__case=cases[0])
    broken(worse, sqlstate)
    with clock.simulated(cases[1].closed_at):
        assert enter.enter_final() == 1
    assert list(Publication.objects.filter(entered_at=None)) == [worse]


@pytest.mark.parametrize("sqlstate", ["57P01", "08006"])
def test_a_database_that_goes_away_is_no_fault_of_an_entry(broken, sqlstate):
    case = walk.after_silence(walk.ruled()[0])
    broken(Publication.objects.get(), sqlstate)
    with clock.simulated(case.closed_at), pytest.raises(OperationalError, match="it is broken"):
        enter.enter_final()
    assert enter._again_at == {}


def test_one_that_cannot_be_published_holds_up_no_other(broken, caplog):
    worse, well = final(), final()
    broken(worse)
    before = Event.objects.filter(case=worse.ruling.case).count()
    with when_due(well):
        assert [enter.publish_due(), enter.publish_due()] == [1, 0]
    assert list(Publication.objects.filter(published_at=None)) == [worse]
    assert Event.objects.filter(case=worse.ruling.case).count() == before
    assert caplog.text.count("of the register failed") == 1


def test_a_rules_own_reasons_are_found_in_both_languages():
    publication = published()
    assert not enter.is_a_rules(publication)
    last = walk.after_silence(walk.after_silence(walk.after_silence(walk.in_ruling())))
    with clock.simulated(last.closed_at):
        enter.enter_final()
    entered = Publication.objects.get(ruling__case=last)
    with when_due(entered):
        enter.publish_due()
    assert enter.is_a_rules(entered)
    assert [each.pk for each in found(asked="裁决")] == [entered.pk]


def test_an_arbitrator_words_it_before_and_after_and_no_name_comes_back():
    publication = final()
    for words in ("The cup was cracked.", "Lin had a cracked cup."):
        enter.reword(publication, words, by=walk.arbitrator())
        with when_due(publication):
            enter.publish_due()
    shown = Publication.objects.get()
    assert shown.words == "[buyer] had a cracked cup."
    assert [each.pk for each in found(asked="cracked cup")] == [shown.pk]
    assert not found(asked="photograph").exists()
    kinds = list(Event.objects.filter(case=shown.ruling.case).order_by("-sequence").values_list("kind", flat=True)[:3])
    assert kinds == ["publication.reworded", "ruling.published", "publication.reworded"]


def test_nobody_else_words_it_and_nothing_is_changed_by_trying():
    publication = final()
    before, known = walk.snapshot(), Publication.objects.values().get()
    for by in (walk.buyer_of(publication.ruling.case), walk.arbitrator("auditor", Role.AUDITOR)):
        with pytest.raises(NoStanding):
            enter.reword(publication, "Other words.", by=by)
    with pytest.raises(Unprocessable):
        enter.reword(publication, "  \n", by=walk.arbitrator())
    assert walk.snapshot() == before
    assert Publication.objects.values().get() == known


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM adjudication_publication",
        "TRUNCATE adjudication_publication CASCADE",
        "UPDATE adjudication_publication SET published_at = NULL",
        "UPDATE adjudication_publication SET winner = 'seller'",
        "UPDATE adjudication_publication SET publish_by = publish_by + interval '1 day'",
        "UPDATE adjudication_publication SET final_at = final_at + interval '1 day'",
        "UPDATE adjudication_publication SET words = ''",
    ],
)
def test_the_database_refuses_to_unsay_it(statement):
    published()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
