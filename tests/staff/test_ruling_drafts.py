"""A ruling is kept as it is typed, by who types it alone, until it is issued; it is no evidence and in no journal."""

import threading

import pytest
from django.contrib.auth.models import Group, User
from django.db import IntegrityError, connections, transaction
from django.urls import reverse

from adjudication import clock, docket
from adjudication.errors import OutOfOrder
from adjudication.parties import Actor, Role
from adjudication.procedure import rule
from adjudication.rulings import drafts
from adjudication.rulings.drafts import RulingDraft
from tests import walk
from tests.staff.test_ruling import REASONS, page, previewed, typed
from tests.staff.test_second_person import proposed

JSON = {"headers": {"accept": "application/json"}}


def with_kinds(case, form):
    return form | {f"shown-{exhibit.pk}": exhibit.kind_now for exhibit in walk.look(case).papers.exhibits}


def kept(client, case, form):
    answer = client.post(page(case, "ruling_keep"), with_kinds(case, form), **JSON)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_what_is_typed_is_kept_and_shown_again_with_its_time(signed_in):
    case = walk.in_ruling()
    client = signed_in("arbitrator")
    before = walk.snapshot()
    first = case.papers.exhibits[0]
    form = typed(case, reasons="Half a tho", winner=None, **{f"note-{first.pk}": "Half", "answers-fault": "shared"})
    assert kept(client, case, form) == {"kept": "Draft kept at 2026-03-02 09:00:00 UTC.", "new": ""}
    shown = client.get(page(case))
    assert shown.context["typed"].reasons == "Half a tho"
    assert shown.context["typed"].findings[first.pk].note == "Half"
    assert [row.typed for row in shown.context["questions"]] == ["", "shared", ""]
    assert "Draft kept at 2026-03-02 09:00:00 UTC." in shown.content.decode()
    assert walk.snapshot() == before


def test_an_empty_line_before_the_reasons_stays_where_it_is(signed_in):
    case = walk.in_ruling()
    client = signed_in("arbitrator")
    kept(client, case, typed(case, reasons="\nThe crack is plain."))
    content = client.get(page(case)).content.decode()
    # The first line feed of a text area is its beginning, says HTML, and no part of what is in it.
    assert 'name="reasons" rows="5">\n\nThe crack is plain.</textarea>' in content


def test_what_is_kept_last_counts_and_a_preview_keeps_too(signed_in):
    case = walk.in_ruling()
    client = signed_in("arbitrator")
    kept(client, case, typed(case, reasons="First."))
    previewed(client, case, typed(case))
    assert RulingDraft.objects.get().content["reasons"] == REASONS


def test_what_was_filed_since_is_named_until_it_has_been_shown(signed_in):
    case = walk.in_ruling()
    inquiry = walk.asked(case)
    client = signed_in("arbitrator")
    form = with_kinds(case, typed(case))
    kept(client, case, form)
    walk.replied(case, walk.buyer_of(case), inquiry, walk.an_exhibit("Scales"))
    walk.corrected(case, walk.look(case).papers.exhibits[0], "photo")
    told = client.post(page(case, "ruling_keep"), form, **JSON).json()["new"]
    assert told == "New on file since it was kept: B3. Of another kind since it was kept: S1."
    shown = client.get(page(case))
    assert shown.context["new"] == told
    assert shown.context["typed"].reasons == REASONS
    assert kept(client, case, typed(case))["new"] == ""


def test_nobody_else_sees_it(signed_in):
    case = walk.in_ruling()
    kept(signed_in("arbitrator"), case, typed(case, reasons="A thought of mine."))
    for role in ("arbitrator", "supervisor", "auditor", "operator"):
        content = signed_in(role, "another").get(reverse("admin:hearing", args=[case.number])).content.decode()
        assert "A thought of mine." not in content


def test_only_who_is_to_rule_keeps_a_draft_and_only_while_they_are(signed_in):
    case = walk.in_ruling()
    form = typed(case)
    for role, name in (("arbitrator", "other"), ("supervisor", ""), ("auditor", "")):
        assert signed_in(role, name).post(page(case, "ruling_keep"), form).status_code == 403
    heard = walk.in_evidence()
    assert signed_in("arbitrator").post(page(heard, "ruling_keep"), typed(heard)).status_code == 409
    assert not RulingDraft.objects.exists()


@pytest.mark.parametrize("ends", ["issued from the form", "issued by the API's act", "lapsed"])
def test_it_is_gone_with_the_ruling_however_that_comes(ends, signed_in):
    case = walk.in_ruling()
    client = signed_in("arbitrator")
    form = typed(case)
    kept(client, case, form)
    if ends == "issued from the form":
        assert client.post(page(case, "ruling_issue"), previewed(client, case, form)).status_code == 302
    elif ends == "lapsed":
        for _silence in ("moved to a supervisor", "the last resort"):
            case = walk.after_silence(case)
    else:
        walk.ruled(case)
    assert walk.look(case).rulings_issued.exists()
    assert not RulingDraft.objects.exists()


def test_what_was_sent_back_is_typed_on_and_says_why(signed_in):
    case = proposed(signed_in)
    RulingDraft.objects.all().delete()
    sent = signed_in("supervisor").post(
        page(case, "ruling_send_back"), {"version": case.version, "note": "Weigh S1 again."}
    )
    assert sent.status_code == 302
    shown = signed_in("arbitrator").get(page(case))
    assert shown.context["typed"].reasons == REASONS
    assert [finding.typed.supports for finding in shown.context["findings"]] == ["buyer", "buyer"]
    assert "Weigh S1 again." in shown.content.decode()


def test_the_database_keeps_no_draft_of_a_case_that_awaits_no_ruling(staff):
    case = walk.in_evidence()
    with pytest.raises(IntegrityError), transaction.atomic():
        RulingDraft.objects.create(
            case=case, by=staff("arbitrator"), instance=1, content={}, shown={}, kept_at=walk.START
        )


@pytest.mark.parametrize("forged", [{"reasons": "a\0b"}, {"winner": "nobody"}, {"answers-usable_percent": "x" * 9999}])
def test_whatever_is_sent_is_kept_or_refused_and_never_breaks(forged, signed_in):
    case = walk.in_ruling()
    client = signed_in("arbitrator")
    assert client.post(page(case, "ruling_keep"), typed(case, **forged)).status_code == 200
    assert client.get(page(case)).status_code == 200
    assert client.post(page(case, "ruling_preview"), typed(case, **forged)).status_code in (200, 400, 422)


def test_a_draft_that_is_kept_while_the_ruling_is_issued_waits_and_is_refused(own_database):
    with clock.simulated(walk.START):
        user = User.objects.create(username="arbitrator", is_staff=True)
        user.groups.add(Group.objects.get(name="arbitrator"))
        by = Actor(Role.ARBITRATOR, user.pk)
        case = walk.in_ruling()
        begun, raised = threading.Event(), []

        def keep():
            begun.wait(20)
            try:
                drafts.keep(case, by=by, content={}, shown={}, at=walk.START)
            except OutOfOrder as error:
                raised.append(error.code)
            finally:
                connections.close_all()

        thread = threading.Thread(target=keep)
        thread.start()
        with docket.take(case.number) as (taken, at):
            rule.rule(taken, by=by, given=walk.a_ruling(taken), at=at)
            begun.set()
        thread.join(30)
    assert raised == ["out_of_order"]
    assert not RulingDraft.objects.exists()
