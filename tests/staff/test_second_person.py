"""Above the policy's limit a ruling is proposed, and issued when a supervisor who did not write it agrees."""

import json

from django.urls import reverse

from adjudication.cases.states import State
from adjudication.journal.models import Event
from adjudication.rulings.models import Proposal, Ruling
from tests import walk
from tests.staff.test_ruling import page, previewed, typed

DEAR = {"items": (walk.ItemGiven(sku="VASE", title="Vase", unit_price_minor=600_000, quantity=1),)}


def proposed(signed_in):
    order = walk.register(walk.given_order(**DEAR))
    walk.deliver(order)
    case = walk.in_ruling(walk.in_evidence(walk.intervened(walk.rejected(walk.requested(order)))))
    client = signed_in("arbitrator")
    assert client.post(page(case, "ruling_issue"), previewed(client, case, typed(case))).status_code == 302
    assert not Ruling.objects.exists()
    return walk.look(case)


def test_a_large_ruling_is_issued_when_the_second_person_confirms_it(signed_in, staff):
    case = proposed(signed_in)
    client = signed_in("supervisor")
    shown = client.get(reverse("admin:hearing", args=[case.number]))
    assert shown.context["may_confirm"]
    assert "waits for the second person" in shown.content.decode()
    assert client.post(page(case, "ruling_confirm"), {"version": case.version}).status_code == 302
    ruling = Ruling.objects.get()
    assert (ruling.decided_by, ruling.confirmed_by) == (staff("arbitrator"), staff("supervisor"))
    assert walk.look(case).state == State.RULED


def test_the_second_person_sends_it_back_and_says_why(signed_in):
    case = proposed(signed_in)
    client = signed_in("supervisor")
    before = walk.snapshot()
    assert client.post(page(case, "ruling_send_back"), {"version": case.version, "note": " "}).status_code == 422
    assert walk.snapshot() == before
    sent = client.post(page(case, "ruling_send_back"), {"version": case.version, "note": "Weigh S1 again."})
    assert sent.status_code == 302
    assert Proposal.objects.get().note == "Weigh S1 again."
    told = json.loads(Event.objects.get(kind="ruling.sent_back").body)["facts"]
    assert told == {"proposal": str(Proposal.objects.get().pk)}
    assert signed_in("arbitrator").get(page(case)).status_code == 200


def test_who_proposed_or_only_reads_confirms_nothing(signed_in, staff):
    case = proposed(signed_in)
    before = walk.snapshot()
    for role in ("arbitrator", "auditor", "operator"):
        for name in ("ruling_confirm", "ruling_send_back"):
            answer = signed_in(role).post(page(case, name), {"version": case.version, "note": "x"})
            assert answer.status_code == 403
    staff("supervisor", "arbitrator")  # promoted since
    assert signed_in("supervisor", "arbitrator").post(page(case, "ruling_confirm"), {}).status_code == 403
    assert walk.snapshot() == before


def test_a_confirmation_of_what_has_moved_on_is_refused(signed_in):
    case = proposed(signed_in)
    before = walk.snapshot()
    answer = signed_in("supervisor").post(page(case, "ruling_confirm"), {"version": case.version - 1})
    assert answer.status_code == 409
    assert signed_in("supervisor").post(page(case, "ruling_confirm"), {}).status_code == 400
    assert walk.snapshot() == before
