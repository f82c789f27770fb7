"""The ruling form: previewed, confirmed and issued; a refusal names every gap, loses nothing and changes nothing."""

import pytest
from django.test import Client
from django.urls import reverse

from adjudication.cases.states import State
from adjudication.evidence.models import Exhibit
from adjudication.rulings.models import Ruling
from tests import walk

REASONS = "The photograph shows a crack that no fall in use would leave; the packing photo shows none."


def page(case, name="ruling"):
    return reverse(f"admin:{name}", args=[case.number])


def typed(case, **changes):
    """A complete form for the buyer, or with what is changed; None leaves a field out."""
    case = walk.look(case)
    form = {
        "version": case.version,
        "winner": "buyer",
        "remedy": "refund",
        "rule": case.reason,
        "reasons": REASONS,
    }
    for exhibit in case.papers.exhibits:
        if exhibit.is_admissible:
            form |= {
                f"supports-{exhibit.pk}": "buyer",
                f"weight-{exhibit.pk}": "strong",
                f"note-{exhibit.pk}": "It shows the goods.",
            }
    form[f"cited-{case.papers.exhibits[0].pk}"] = "1"
    form |= changes
    return {name: value for name, value in form.items() if value is not None}


def previewed(client, case, form):
    """The form as it comes back from the preview, confirmed."""
    answer = client.post(page(case, "ruling_preview"), form)
    assert answer.status_code == 200, answer.context["refused"].faults
    return {**form, "previewed": answer.context["previewed"], "confirmed": "1"}


def test_the_form_asks_for_a_finding_on_every_admissible_exhibit(signed_in):
    case = walk.in_ruling()
    shown = signed_in("arbitrator").get(page(case))
    assert shown.status_code == 200
    assert [row.exhibit.label for row in shown.context["findings"]] == ["S1", "B2"]
    assert [row.question.id for row in shown.context["questions"]] == ["as_described", "fault", "usable_percent"]
    remedies = [row.value for row in shown.context["remedies"]]
    assert remedies[0] == "refund"
    assert "release" in remedies


def test_a_preview_shows_the_award_and_changes_nothing(signed_in):
    case = walk.in_ruling()
    client = signed_in("arbitrator")
    before = walk.snapshot()
    form = typed(case, winner="split", **{"answers-usable_percent": "40", "answers-fault": "seller"})
    answer = client.post(page(case, "ruling_preview"), form)
    assert answer.status_code == 200
    award = answer.context["award"]
    assert (award["buyer"].minor, award["seller"].minor) == (6_000, 4_000)
    assert [amount.minor for _name, amount in award["credits"]] == [6_000, 4_000]
    assert "CN¥60.00" in answer.content.decode()
    assert walk.snapshot() == before


def test_what_was_previewed_and_confirmed_is_issued(signed_in, staff):
    case = walk.in_ruling()
    client = signed_in("arbitrator")
    form = previewed(client, case, typed(case))
    answer = client.post(page(case, "ruling_issue"), form, follow=True)
    assert answer.status_code == 200
    ruling = Ruling.objects.get(case=case)
    assert (ruling.winner, ruling.buyer_minor, ruling.decided_by) == ("buyer", 10_000, staff("arbitrator"))
    assert ruling.reasons == REASONS
    assert ruling.findings.filter(is_cited=True).count() == 1
    assert walk.look(case).state == State.RULED
    assert "Ruling of instance 1" in answer.content.decode()


def test_nothing_is_issued_that_was_not_previewed_or_not_confirmed(signed_in):
    case = walk.in_ruling()
    client = signed_in("arbitrator")
    form = previewed(client, case, typed(case))
    before = walk.snapshot()
    for changes in ({"confirmed": ""}, {"previewed": ""}, {"reasons": REASONS + " And more."}):
        answer = client.post(page(case, "ruling_issue"), {**form, **changes})
        assert answer.status_code == 400, changes
        assert answer.context["award"]["buyer"].minor == 10_000
    assert walk.snapshot() == before


def test_an_empty_form_names_every_gap_at_once(signed_in):
    case = walk.in_ruling()
    before = walk.snapshot()
    answer = signed_in("arbitrator").post(page(case, "ruling_preview"), {"version": case.version})
    assert answer.status_code == 400
    fields = {fault.field for fault in answer.context["faults"]}
    exhibits = {f"findings.{exhibit.pk}" for exhibit in case.papers.exhibits}
    assert fields == {"winner", "remedy", "rule", "reasons", "cited_exhibits"} | exhibits
    assert walk.snapshot() == before


def test_what_is_missing_is_said_where_it_belongs_and_nothing_typed_is_lost(signed_in):
    case = walk.in_ruling()
    first, second = case.papers.exhibits
    form = typed(case, reasons="Too short.", **{f"supports-{second.pk}": None, f"note-{first.pk}": ""})
    answer = signed_in("arbitrator").post(page(case, "ruling_preview"), form)
    assert answer.status_code == 400
    shown = {row.exhibit.pk: row for row in answer.context["findings"]}
    assert [fault.code for fault in shown[first.pk].faults] == ["note_required"]
    assert [str(fault.detail) for fault in shown[second.pk].faults] == ["choose which side it supports"]
    assert answer.context["fields_at_fault"]["reasons"].code == "reasons_too_short"
    content = answer.content.decode()
    assert "Too short." in content
    assert "It shows the goods." in content


def test_against_a_rule_is_422_and_says_what_would_be_right(signed_in):
    case = walk.in_ruling()
    client = signed_in("arbitrator")
    before = walk.snapshot()
    for changes, field in (
        ({"winner": "seller"}, "remedy"),
        ({"rule": "late_delivery"}, "rule"),
        ({"reasons": "Short."}, "reasons"),
        ({"winner": "split"}, "answers.usable_percent"),
        ({"winner": "split", "answers-usable_percent": "100", "answers-fault": "seller"}, "winner"),
    ):
        answer = client.post(page(case, "ruling_preview"), typed(case, **changes))
        assert answer.status_code == 422, changes
        assert field in answer.context["fields_at_fault"]
    assert walk.snapshot() == before


@pytest.mark.parametrize("percent", ["101", "-1", "4.5", "abc", "٤٠", "9" * 50])
def test_an_answer_of_another_form_is_malformed(signed_in, percent):
    case = walk.in_ruling()
    form = typed(case, **{"answers-usable_percent": percent})
    answer = signed_in("arbitrator").post(page(case, "ruling_preview"), form)
    assert answer.status_code == 400
    assert "answers.usable_percent" in answer.context["fields_at_fault"]
    assert percent in answer.content.decode()


def test_what_is_inadmissible_cannot_be_cited_even_by_a_forged_form(signed_in):
    case = walk.in_evidence()
    chat = walk.filed(case, walk.buyer_of(case), walk.an_exhibit("Chat", Exhibit.Kind.OFF_PLATFORM_CHAT))
    case = walk.in_ruling(case)
    client = signed_in("arbitrator")
    before = walk.snapshot()
    form = typed(case, **{f"cited-{chat.pk}": "1", f"supports-{chat.pk}": "buyer", f"weight-{chat.pk}": "strong"})
    for name in ("ruling_preview", "ruling_issue"):
        answer = client.post(page(case, name), {**form, f"note-{chat.pk}": "It says so.", "confirmed": "1"})
        assert answer.status_code == 422
        assert answer.context["refused"].code == "inadmissible_citation"
    assert walk.snapshot() == before


def test_only_the_arbitrator_of_the_case_rules(signed_in):
    case = walk.in_ruling()
    before = walk.snapshot()
    for role, name in (("arbitrator", "other"), ("supervisor", ""), ("auditor", ""), ("operator", "")):
        client = signed_in(role, name)
        assert client.get(page(case)).status_code == 403
        for verb in ("ruling_preview", "ruling_issue"):
            assert client.post(page(case, verb), typed(case)).status_code == 403
            assert client.post(page(case, verb), {}).status_code == 403
    assert walk.snapshot() == before


def test_a_case_that_is_not_to_be_ruled_on_is_out_of_order(signed_in):
    case = walk.in_evidence()
    client = signed_in("arbitrator")
    before = walk.snapshot()
    assert client.get(page(case)).status_code == 409
    assert client.post(page(case, "ruling_preview"), typed(walk.look(case))).status_code in (400, 409)
    assert walk.snapshot() == before


def test_a_ruling_at_the_due_moment_is_late(signed_in):
    case = walk.in_ruling()
    client = signed_in("arbitrator")
    form = previewed(client, case, typed(case))
    before = walk.snapshot()
    with walk.at_due(case):
        answer = client.post(page(case, "ruling_issue"), form)
    assert (answer.status_code, answer.context["refused"].code) == (409, "too_late")
    assert walk.snapshot() == before


def test_a_form_older_than_the_case_is_refused_and_kept(signed_in):
    case = walk.in_ruling()
    client = signed_in("arbitrator")
    form = previewed(client, case, typed(case))
    before = walk.snapshot()
    for verb in ("ruling_preview", "ruling_issue"):
        answer = client.post(page(case, verb), {**form, "version": case.version - 1})
        assert (answer.status_code, answer.context["refused"].code) == (409, "stale")
        assert REASONS in answer.content.decode()
        assert answer.context["may_rule"] is True
    assert walk.snapshot() == before


def test_pages_are_reached_by_their_own_verb_alone(signed_in):
    case = walk.in_ruling()
    client = signed_in("arbitrator")
    assert client.post(page(case)).status_code == 405
    assert client.get(page(case, "ruling_preview")).status_code == 405
    assert client.get(page(case, "ruling_issue")).status_code == 405


def test_a_form_from_another_site_is_refused(staff):
    case = walk.in_ruling()
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff("arbitrator"), backend="django.contrib.auth.backends.ModelBackend")
    before = walk.snapshot()
    assert client.post(page(case, "ruling_issue"), typed(case)).status_code == 403
    assert walk.snapshot() == before


def test_the_same_ruling_sent_twice_is_issued_once(signed_in):
    case = walk.in_ruling()
    client = signed_in("arbitrator")
    form = previewed(client, case, typed(case))
    assert client.post(page(case, "ruling_issue"), form).status_code == 302
    before = walk.snapshot()
    again = client.post(page(case, "ruling_issue"), form)
    assert (again.status_code, again.context["refused"].code) == (409, "stale")
    assert REASONS in again.content.decode()
    assert again.context["may_rule"] is False
    assert walk.snapshot() == before
