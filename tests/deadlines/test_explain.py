"""Every term says of itself, in a sentence, by which rule it runs, what its silence means, and how it ended."""

import pytest

from adjudication import clock, docket
from adjudication.deadlines.explain import counted, explain, in_full
from adjudication.deadlines.models import Deadline
from adjudication.procedure import extend, lapse, respond
from tests import walk


def test_a_running_term_says_what_is_due_and_what_silence_will_do(db):
    with clock.simulated(walk.START):
        term = walk.requested().papers.deadline
    assert explain(term).startswith("The seller has until ")
    assert "silence counts as acceptance" in explain(term)


def test_a_term_says_by_which_rule_since_when_and_by_which_event_it_runs(db):
    with clock.simulated(walk.START):
        case = walk.rejected()
    term, opened = case.papers.deadline, case.events.get(kind="case.rejected")
    assert term.anchor_sequence == opened.sequence
    assert f"policy version {case.policy_version_id}" in counted(term)
    assert f"opened by event {opened.sequence}" in counted(term)


@pytest.mark.parametrize(
    ("end", "told"), [("met", "Met on "), ("lapsed", "Lapsed on "), ("superseded", "Superseded on ")]
)
def test_a_term_that_is_over_says_how_it_ended(db, end, told):
    with clock.simulated(walk.START):
        case = walk.rejected() if end == "met" else walk.requested()
        if end == "superseded":
            with docket.take(case.number) as (taken, at):
                respond.withdraw(taken, by=walk.buyer_of(taken), at=at)
    if end == "lapsed":
        with walk.at_due(case):
            lapse.sweep()
    term = Deadline.objects.get(case=case, kind="seller_answers")
    assert (term.end, explain(term).startswith(told)) == (end, True)
    if end == "lapsed":
        assert "the seller is taken to accept" in explain(term)


def test_whoever_looks_at_a_case_reads_of_every_term_that_is_over_and_why_it_ended_when_it_did(db):
    with clock.simulated(walk.START):
        case = walk.in_evidence()
    with walk.at_due(case, -walk.HOUR), docket.take(case.number) as (taken, at):
        extend.extend(taken, by=walk.arbitrator(), by_length=walk.HOUR, reason="The carrier is asked.", at=at)
    with walk.at_due(walk.look(case)):
        lapse.sweep()
    shown = docket.look(case.number)[0].papers
    assert [term.kind for term in shown.ended_terms] == [
        "seller_answers",
        "buyer_intervenes",
        "arbitrator_assigned",
        "evidence",
    ]
    assert shown.deadline.kind == "ruling"
    how, rule, why = in_full(shown.ended_terms[-1])
    assert how.startswith("Lapsed on ")
    assert "both sides file evidence" in rule
    assert why.startswith("Extended by ")
    assert why.endswith("The carrier is asked.")


def test_an_order_tells_of_its_own_terms_alone(db):
    with clock.simulated(walk.START):
        case = walk.requested()
    shown = docket.look_at_order(case.order.number).papers
    assert (shown.deadline, [term.kind for term in shown.ended_terms]) == (
        None,
        ["seller_ships", "buyer_reports_missing", "buyer_confirms_receipt"],
    )
