"""Drafts under two hands at once: the quota holds, a term that ends takes them, and who comes second is told."""

import pytest

from adjudication import clock, docket
from adjudication.errors import Busy, Refused
from adjudication.evidence.drafts import Draft
from adjudication.evidence.models import Exhibit
from adjudication.journal.models import Event
from adjudication.procedure import drafts, lapse, take_evidence
from tests import walk
from tests.docket.test_races import at_once, taken_up


def kept(case, by, title="Draft"):
    with clock.simulated(walk.START), docket.take(case.number) as (taken, at):
        return drafts.keep_draft(taken, by=by, given=walk.an_exhibit(title), at=at)


@pytest.fixture
def case(own_database):
    with clock.simulated(walk.START):
        return walk.in_evidence()


def codes(raised):
    return sorted(error.code if isinstance(error, Refused) else repr(error) for error in raised if error)


def persistent(number, act):
    """An act that starts with the others; told that the case is busy, it comes again."""

    def run(barrier):
        barrier.wait()
        while True:
            try:
                with clock.simulated(walk.START), docket.take(number) as (case, at):
                    return act(case, at)
            except Busy:
                continue

    return run


def test_of_many_that_file_and_draft_at_once_exactly_the_allowed_number_wins(case):
    buyer = walk.buyer_of(case)

    def keep(taken, at):
        drafts.keep_draft(taken, by=buyer, given=walk.an_exhibit(), at=at)

    def file(taken, at):
        take_evidence.file_exhibit(taken, by=buyer, given=walk.an_exhibit(), at=at)

    raised = at_once(*(persistent(case.number, act) for act in (keep, file) for _each in range(14)))
    assert codes(raised) == 8 * ["evidence_refused"]
    drafted, filed = Draft.objects.count(), Exhibit.objects.filter(by="buyer").count()
    assert drafted + filed == 20
    assert walk.look(case).drafts_count == drafted


@pytest.mark.parametrize("round_", range(3))
def test_of_two_changes_of_one_version_one_wins_and_the_other_is_stale(case, round_):
    buyer = walk.buyer_of(case)
    draft = kept(case, buyer)

    def change(title):
        return lambda taken, at: drafts.change_draft(
            taken, by=buyer, draft_id=draft.pk, given=walk.an_exhibit(title), seen=1, at=at
        )

    raised = at_once(*(taken_up(case.number, change(title), walk.START, locked=True) for title in ("one", "two")))
    assert codes(raised) == ["stale"]
    after = Draft.objects.get()
    assert (after.version, after.title) == (2, ("one", "two")[raised.index(None)])


@pytest.mark.parametrize("round_", range(3))
def test_changed_at_the_last_moment_or_filed_as_it_was_but_never_changed_once_filed(case, round_):
    buyer, due, swept = walk.buyer_of(case), case.papers.deadline.due_at, []
    draft = kept(case, buyer)

    def change(taken, at):
        drafts.change_draft(taken, by=buyer, draft_id=draft.pk, given=walk.an_exhibit("Late"), at=at)

    def sweep(barrier):
        with clock.simulated(due):
            barrier.wait()
            swept.append(lapse.sweep().done)

    changed, _swept = at_once(taken_up(case.number, change, due - walk.MICROSECOND, locked=True), sweep)
    if changed is None and swept == [0]:  # the sweep skipped what was held: the next one takes it
        with clock.simulated(due):
            assert lapse.sweep().done == 1
    filed = Exhibit.objects.get(pk=draft.pk)
    assert (codes([changed]), filed.title) in (([], "Late"), (["out_of_order"], "Draft"))
    assert not Draft.objects.exists()
    told = Event.objects.filter(case=case, kind="exhibit.filed")
    assert sum(f'"exhibit":"{draft.pk}"' in event.body for event in told) == 1


@pytest.mark.parametrize(
    ("shift", "code"), [(-walk.MICROSECOND, None), (0 * walk.MICROSECOND, "too_late"), (walk.MICROSECOND, "too_late")]
)
def test_a_draft_is_filed_by_hand_until_the_very_end_and_not_at_it(case, shift, code):
    buyer = walk.buyer_of(case)
    draft = kept(case, buyer)
    with walk.at_due(case, shift):
        (raised,) = at_once(
            taken_up(
                case.number,
                lambda taken, at: drafts.file_draft(taken, by=buyer, draft_id=draft.pk, at=at),
                case.papers.deadline.due_at + shift,
                locked=True,
            )
        )
        assert (raised.code if raised else None) == code
    after = walk.after_silence(case)
    by = Event.objects.filter(case=case, kind="exhibit.filed").order_by("-sequence").first().body
    assert after.papers.exhibits[-1].pk == draft.pk
    assert ('"role":"buyer"' in by, '"role":"clock"' in by) == (code is None, code is not None)


def test_filed_at_once_with_the_end_it_is_on_file_once(case):
    buyer, due, swept = walk.buyer_of(case), case.papers.deadline.due_at, []
    draft = kept(case, buyer)

    def sweep(barrier):
        with clock.simulated(due):
            barrier.wait()
            swept.append(lapse.sweep().done)

    def file(taken, at):
        drafts.file_draft(taken, by=buyer, draft_id=draft.pk, at=at)

    raised, _swept = at_once(taken_up(case.number, file, due - walk.MICROSECOND, locked=True), sweep)
    with clock.simulated(due):
        lapse.sweep()
    assert codes([raised]) in ([], ["out_of_order"])
    assert Exhibit.objects.filter(pk=draft.pk).count() == 1
    assert walk.look(case).state == "ruling"
