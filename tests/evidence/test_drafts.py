"""A draft is its side's alone until it is filed; what is drafted when evidence ends counts as filed."""

from dataclasses import replace
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from adjudication import clock, docket
from adjudication.errors import Refused
from adjudication.evidence import intake
from adjudication.evidence.drafts import Draft
from adjudication.evidence.intake import ExhibitGiven
from adjudication.evidence.models import Exhibit
from adjudication.journal.models import Event
from adjudication.policy import versions
from adjudication.policy.terms import Remedy
from adjudication.procedure import appeal, drafts, lapse, respond, return_goods, take_evidence
from adjudication.rulings.models import Winner
from tests import walk
from tests.evidence import drawn
from tests.evidence.conftest import chunks_of

pytestmark = pytest.mark.usefixtures("day")


def draft(case, by, given=None):
    """Keep one."""
    with docket.take(case.number) as (taken, at):
        return drafts.keep_draft(taken, by=by, given=given or walk.an_exhibit("Draft"), at=at)


def do(case, act, **given):
    """Perform an act on a case."""
    with docket.take(case.number) as (taken, at):
        return act(taken, at=at, **given)


def refusal(case, act, **given):
    """The code with which it is refused, and that nothing was changed."""
    before = walk.snapshot()
    with pytest.raises(Refused) as refused:
        do(case, act, **given)
    assert walk.snapshot() == before
    return refused.value.code


def stored():
    return intake.store(chunks_of(drawn.picture("PNG")), original_name="a.png", policy=versions.get(1))


def events(case):
    return list(Event.objects.filter(case=case).order_by("sequence").values_list("kind", flat=True))


UNFIT = ExhibitGiven(Exhibit.Kind.PHOTO, "Nothing yet")


def test_keeping_changing_and_dropping_a_draft_is_no_event_and_moves_no_version():
    case = walk.in_evidence()
    buyer = walk.buyer_of(case)
    kept_draft = draft(case, buyer)
    do(case, drafts.change_draft, by=buyer, draft_id=kept_draft.pk, given=walk.an_exhibit("Changed"))
    assert Draft.objects.get().title == "Changed"
    do(case, drafts.drop_draft, by=buyer, draft_id=kept_draft.pk)
    after = walk.look(case)
    assert (after.version, bytes(after.head), after.updated_at) == (case.version, bytes(case.head), case.updated_at)
    assert (after.drafts_count, list(Draft.objects.all()), events(case)) == (0, [], events(case))


def test_a_draft_that_is_filed_keeps_its_id_and_its_file(folder):
    case = walk.in_evidence()
    buyer, file = walk.buyer_of(case), stored()
    of_file = ExhibitGiven(Exhibit.Kind.PHOTO, "Photo", file=file, facts=("promised", "defect_shown"))
    one = draft(case, buyer, of_file)
    filed = do(case, drafts.file_draft, by=buyer, draft_id=one.pk)
    exhibit = Exhibit.objects.get(pk=one.pk)
    assert filed == exhibit
    assert (exhibit.file_name, exhibit.sha256, exhibit.pages_shown) == (file.name, file.sha256, file.pages_shown)
    assert exhibit.facts == ["defect_shown", "promised"]
    assert not Draft.objects.exists()
    assert file.name in folder.kept()
    assert events(case)[-1] == "exhibit.filed"


def test_a_filed_exhibit_is_neither_changed_nor_dropped_as_a_draft():
    case = walk.in_evidence()
    buyer = walk.buyer_of(case)
    filed = walk.filed(case, buyer)
    for act in (drafts.drop_draft, drafts.file_draft):
        assert refusal(case, act, by=buyer, draft_id=filed.pk) == "out_of_order"
    code = refusal(case, drafts.change_draft, by=buyer, draft_id=filed.pk, given=walk.an_exhibit())
    assert code == "out_of_order"


def test_the_other_sides_draft_is_unknown():
    case = walk.in_evidence()
    theirs = draft(case, walk.seller_of(case))
    draft(case, walk.buyer_of(case))
    for act in (drafts.drop_draft, drafts.file_draft):
        assert refusal(case, act, by=walk.buyer_of(case), draft_id=theirs.pk) == "not_found"


def test_whoever_saw_an_older_version_of_the_draft_is_told():
    case = walk.in_evidence()
    buyer = walk.buyer_of(case)
    one = draft(case, buyer)
    do(case, drafts.change_draft, by=buyer, draft_id=one.pk, given=walk.an_exhibit("Second"), seen=1)
    for act, given in (
        (drafts.change_draft, {"given": walk.an_exhibit("Third")}),
        (drafts.drop_draft, {}),
        (drafts.file_draft, {}),
    ):
        assert refusal(case, act, by=buyer, draft_id=one.pk, seen=1, **given) == "stale"
    do(case, drafts.file_draft, by=buyer, draft_id=one.pk, seen=2)


def test_drafts_and_exhibits_share_one_quota():
    case = walk.in_evidence()
    buyer = walk.buyer_of(case)
    for number in range(20):
        draft(case, buyer) if number % 2 else walk.filed(case, buyer)
    assert refusal(case, drafts.keep_draft, by=buyer, given=walk.an_exhibit()) == "evidence_refused"
    assert refusal(case, take_evidence.file_exhibit, by=buyer, given=walk.an_exhibit()) == "evidence_refused"
    draft(case, walk.seller_of(case))
    one = Draft.objects.filter(by="buyer").first()
    do(case, drafts.file_draft, by=buyer, draft_id=one.pk)
    assert refusal(case, drafts.keep_draft, by=buyer, given=walk.an_exhibit()) == "evidence_refused"


def test_a_drafts_file_counts_towards_the_megabytes_and_gives_them_back_when_it_goes():
    case = walk.in_evidence()
    buyer = walk.buyer_of(case)
    most = versions.get(1).number("evidence", "bytes_per_side")
    large = replace(stored(), size_bytes=most)
    photo = ExhibitGiven(Exhibit.Kind.PHOTO, "Photo", file=large)
    one = draft(case, buyer, photo)
    small = replace(photo, file=replace(stored(), size_bytes=1))
    for act in (drafts.keep_draft, take_evidence.file_exhibit):
        assert refusal(case, act, by=buyer, given=small) == "evidence_refused"
    do(case, drafts.change_draft, by=buyer, draft_id=one.pk, given=small)
    draft(case, buyer, replace(photo, file=replace(stored(), size_bytes=most - 1)))


def test_whoever_rests_has_filed_what_they_drafted_and_nobody_elses():
    case = walk.in_evidence()
    buyer, seller = walk.buyer_of(case), walk.seller_of(case)
    mine, theirs = draft(case, buyer), draft(case, seller)
    do(case, take_evidence.rest, by=buyer)
    assert events(case)[-2:] == ["exhibit.filed", "case.rested"]
    assert Exhibit.objects.get(pk=mine.pk).by == "buyer"
    assert list(Draft.objects.all()) == [theirs]
    assert refusal(case, drafts.keep_draft, by=buyer, given=walk.an_exhibit()) == "out_of_order"
    do(case, take_evidence.rest, by=seller)
    assert Exhibit.objects.get(pk=theirs.pk).by == "seller"
    assert walk.look(case).drafts_count == 0


def test_when_the_evidence_term_ends_all_drafts_count_as_filed_in_their_order():
    case = walk.in_evidence()
    ids = []
    for minute, by in enumerate((walk.seller_of(case), walk.buyer_of(case), walk.seller_of(case))):
        with clock.simulated(walk.START + minute * walk.MICROSECOND):
            ids.append(draft(case, by).pk)
    after = walk.after_silence(case)
    assert events(case)[-5:] == ["deadline.lapsed", *3 * ["exhibit.filed"], "case.evidence_closed"]
    assert [exhibit.pk for exhibit in after.papers.exhibits[-3:]] == ids
    assert [exhibit.label for exhibit in after.papers.exhibits[-3:]] == ["S2", "B3", "S4"]
    assert {exhibit.filed_at for exhibit in after.papers.exhibits[-3:]} == {case.papers.deadline.due_at}
    assert not Draft.objects.exists()


def test_what_lacks_a_title_is_filed_under_its_words_or_its_files_name():
    case = walk.in_evidence()
    buyer = walk.buyer_of(case)
    draft(case, buyer, ExhibitGiven(Exhibit.Kind.PHOTO, " ", file=stored()))
    draft(case, buyer, ExhibitGiven(Exhibit.Kind.DOCUMENT, "", text="\nThe crack.\nIt runs from the rim."))
    after = walk.after_silence(case)
    titles = {exhibit.title for exhibit in after.papers.exhibits if exhibit.by == "buyer"}
    assert titles == {"a.png", "The crack."}


@pytest.mark.parametrize("way", ["rest", "silence"])
def test_what_holds_nothing_goes_without_a_word_and_holds_up_nothing(way):
    case = walk.in_evidence()
    buyer = walk.buyer_of(case)
    empty, fit = draft(case, buyer, UNFIT), draft(case, buyer)
    if way == "rest":
        do(case, take_evidence.rest, by=buyer)
    else:
        walk.after_silence(case)
    after = walk.look(case)
    assert [exhibit.pk for exhibit in after.papers.exhibits if exhibit.by == "buyer"] == [fit.pk]
    assert not Draft.objects.exists()
    told = "".join(Event.objects.values_list("body", flat=True))
    assert str(fit.pk) in told
    assert str(empty.pk) not in told
    assert "draft" not in told


def test_an_unfit_draft_cannot_be_filed_by_hand_and_stays():
    case = walk.in_evidence()
    buyer = walk.buyer_of(case)
    one = draft(case, buyer, UNFIT)
    assert refusal(case, drafts.file_draft, by=buyer, draft_id=one.pk) == "out_of_order"
    draft(case, buyer)
    assert refusal(case, drafts.file_draft, by=buyer, draft_id=one.pk) == "evidence_refused"


def test_a_buyers_draft_keeps_signed_for_from_ruling_by_itself():
    order = walk.register(walk.given_order())
    from tests.law import performing

    performing.on_order(order.number, "report", "delivery", True)
    case = walk.in_evidence(
        walk.intervened(walk.rejected(walk.requested(docket.look_at_order(order.number), reason="not_as_described")))
    )
    draft(case, walk.buyer_of(case))
    assert walk.after_silence(case).state == "ruling"


@pytest.mark.parametrize("way", ["accept", "withdraw"])
def test_with_the_case_its_drafts_and_their_files_go(folder, django_capture_on_commit_callbacks, way):
    case = walk.in_evidence()
    draft(case, walk.seller_of(case), ExhibitGiven(Exhibit.Kind.PHOTO, "Photo", file=stored()))
    assert len(folder.kept()) == 3
    act, by = {"accept": (respond.accept, walk.seller_of), "withdraw": (respond.withdraw, walk.buyer_of)}[way]
    with django_capture_on_commit_callbacks(execute=True):
        do(case, act, by=by(case))
    assert (walk.look(case).state, Draft.objects.count(), folder.kept()) == ("closed", 0, [])
    assert "exhibit.filed" not in events(case)[-3:]


def test_a_file_that_a_draft_no_longer_holds_goes_and_that_of_a_refused_change_stays(
    folder, django_capture_on_commit_callbacks
):
    case = walk.in_evidence()
    buyer, first = walk.buyer_of(case), stored()
    one = draft(case, buyer, ExhibitGiven(Exhibit.Kind.PHOTO, "Photo", file=first))
    second = ExhibitGiven(Exhibit.Kind.PHOTO, "Photo", file=stored(), facts=("moon",))
    assert refusal(case, drafts.change_draft, by=buyer, draft_id=one.pk, given=second) == "evidence_refused"
    assert first.name in folder.kept()
    with django_capture_on_commit_callbacks(execute=True):
        do(case, drafts.change_draft, by=buyer, draft_id=one.pk, given=replace(second, facts=()))
    assert first.name not in folder.kept()
    assert second.file.name in folder.kept()


def test_an_appeal_files_the_drafts_it_names():
    case, _ruling = walk.ruled()
    seller = walk.seller_of(case)
    named, unnamed = draft(case, seller), draft(case, seller)
    assert refusal(case, drafts.file_draft, by=seller, draft_id=named.pk) == "out_of_order"
    do(case, appeal.appeal, by=seller, grounds="See my letter.", exhibits=[named.pk])
    assert Exhibit.objects.get(pk=named.pk).instance == 2
    assert list(Draft.objects.all()) == [unnamed]
    after = walk.after_silence(case := walk.look(case))
    assert after.papers.exhibits[-1].pk == unnamed.pk


def test_an_appeal_that_names_another_sides_draft_is_refused():
    case, _ruling = walk.ruled(winner=Winner.SPLIT)
    theirs = draft(case, walk.buyer_of(case))
    code = refusal(case, appeal.appeal, by=walk.seller_of(case), grounds="No.", exhibits=[theirs.pk])
    assert code == "unprocessable"


def test_drafts_for_an_appeal_go_when_nobody_appeals():
    case, _ruling = walk.ruled()
    draft(case, walk.seller_of(case))
    assert walk.after_silence(case).state == "closed"
    assert not Draft.objects.exists()


def test_a_dispute_of_a_return_files_the_drafts_it_names():
    case = walk.returning()
    seller = walk.seller_of(case)
    one = draft(case, seller)
    do(case, return_goods.ship_return, by=walk.buyer_of(case), carrier="SF", tracking_number="1")
    do(case, return_goods.dispute_return, by=seller, reason="empty", text="Empty.", exhibits=[one.pk])
    assert Exhibit.objects.get(pk=one.pk).by == "seller"


def test_a_refusal_files_the_sellers_draft():
    case = walk.requested(remedy=Remedy.REFUND)
    one = draft(case, walk.seller_of(case))
    do(case, respond.reject, by=walk.seller_of(case), reason="signed_for", text="Signed.", exhibits=[one.pk])
    assert events(case)[-2:] == ["exhibit.filed", "case.rejected"]


def test_a_correction_may_be_drafted_of_what_the_side_itself_has_filed():
    case = walk.in_evidence()
    buyer, seller = walk.buyer_of(case), walk.seller_of(case)
    mine = walk.filed(case, buyer)
    draft(case, buyer, replace(walk.an_exhibit(), replaces=mine.pk))
    assert refusal(case, drafts.keep_draft, by=seller, given=replace(walk.an_exhibit(), replaces=mine.pk)) == (
        "evidence_refused"
    )
    assert walk.after_silence(case).papers.exhibits[-1].replaces_id == mine.pk


def test_facts_are_those_the_checklist_asks_of_the_side():
    case = walk.in_evidence()
    foreign = replace(walk.an_exhibit(), facts=("packed_goods",))
    for act in (drafts.keep_draft, take_evidence.file_exhibit):
        assert refusal(case, act, by=walk.buyer_of(case), given=foreign) == "evidence_refused"


# --- The database says the same ----------------------------------------------------------------------


def insert(case, draft_id, by="buyer", replaces=None):
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO adjudication_draft
                   (id, case_id, by, kind, title, text, facts, replaces_id, version, kept_at, changed_at)
               VALUES (%s, %s, %s, 'photo', '', '', '[]', %s, 1, now(), now())""",
            [draft_id, case.pk, by, replaces],
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


SQL = [
    "UPDATE adjudication_case SET drafts_count = drafts_count + 1, forum = 'jury'",
    "UPDATE adjudication_case SET drafts_count = 0, version = version - 1",
    "UPDATE adjudication_draft SET title = 'Other'",
    "UPDATE adjudication_draft SET by = 'seller', version = version + 1",
    "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE adjudication_draft",
    "DELETE FROM adjudication_draft; SET CONSTRAINTS ALL IMMEDIATE",
    'UPDATE adjudication_draft SET file = \'{"name": "x"}\', version = version + 1',
]


@pytest.mark.parametrize("sql", SQL)
def test_the_database_refuses(sql):
    case = walk.in_evidence()
    draft(case, walk.buyer_of(case))
    before = walk.snapshot()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert walk.snapshot() == before


def test_the_database_refuses_a_draft_that_is_not_counted_is_filed_or_corrects_anothers():
    case = walk.in_evidence()
    filed = walk.filed(case, walk.seller_of(case))
    for given in ((UUID(int=1),), (filed.pk,), (UUID(int=1), "buyer", filed.pk), (UUID(int=1), "staff")):
        with pytest.raises(IntegrityError), transaction.atomic():
            insert(case, *given)


def test_a_batch_with_drafts_takes_no_more_statements_than_ten():
    for _each in range(6):
        case = walk.in_evidence()
        for by in (walk.buyer_of(case), walk.seller_of(case)):
            draft(case, by)
    due = walk.look(case).papers.deadline.due_at
    with clock.simulated(due):
        few = statements_of_a_sweep()
    assert Exhibit.objects.filter(filed_at=due).count() == 12
    assert few <= 10


def statements_of_a_sweep():
    """How many statements the server planned or ran for us, ours and the driver's, in one sweep of cases."""
    import psycopg

    sent = []
    execute = psycopg.Cursor.execute

    def counted(self, query, *given, **options):
        sent.append(query if isinstance(query, str) else bytes(query).decode())
        return execute(self, query, *given, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", counted)
        assert docket.sweep_cases(docket.DUE, lapse.lapse, limit=500).done == 6
    # What only a test's own transaction asks for, and the claim that finds nothing more.
    told = [each for each in sent if not each.startswith(("SAVEPOINT", "RELEASE"))]
    return len(told) - 1
