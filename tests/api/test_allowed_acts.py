"""`allowed_acts` is the truth: what it lists succeeds, what it leaves out is refused, in every state, for everyone."""

from contextlib import nullcontext

import pytest
from django.db import transaction

from adjudication import docket
from adjudication.api.acts import TABLE
from adjudication.cases.states import State
from adjudication.evidence.intake import ExhibitGiven
from adjudication.evidence.models import Exhibit
from adjudication.journal.chain import digest
from adjudication.journal.record import record
from adjudication.orders.register import ItemGiven
from adjudication.parties import PLATFORM
from adjudication.policy.terms import Remedy
from adjudication.procedure import appeal, drafts, negotiate, return_goods, rule
from adjudication.procedure.rule import RulingGiven
from tests import walk
from tests.api.conftest import a_key, refused

STAFF = ("arbitrator", "supervisor", "auditor", "operator")


def offered():
    """Both sides have an open offer."""
    case = walk.in_evidence()
    for by, amount in ((walk.buyer_of(case), 8_000), (walk.seller_of(case), 2_000)):
        with docket.take(case.number) as (taken, at):
            negotiate.make_offer(taken, by=by, remedy=Remedy.REFUND, amount_minor=amount, at=at)
    return walk.look(case)


def appealed():
    case, _ruling = walk.ruled()
    with docket.take(case.number) as (taken, at):
        appeal.appeal(taken, by=walk.seller_of(taken), grounds="No.", error=appeal.NamedError.FACT, at=at)
    return walk.look(case)


def shipped_back():
    case = walk.returning()
    with docket.take(case.number) as (taken, at):
        return_goods.ship_return(taken, by=walk.buyer_of(taken), carrier="SF", tracking_number="2", at=at)
    return walk.look(case)


def above_the_limit():
    cup = ItemGiven(sku="CUP", title="Porcelain cup", unit_price_minor=600_000, quantity=1)
    order = walk.register(walk.given_order(items=(cup,)))
    walk.deliver(order)
    return walk.in_ruling(walk.in_evidence(walk.intervened(walk.rejected(walk.requested(order)))))


def proposed():
    case = above_the_limit()
    with docket.take(case.number) as (taken, at):
        rule.rule(taken, by=walk.arbitrator(), given=walk.a_ruling(taken), at=at)
    return walk.look(case)


def asked():
    case = walk.in_ruling()
    walk.asked(case, walk.Role.BUYER, walk.Role.SELLER)
    return walk.look(case)


WALKS = {
    "asked": asked,
    **{state.value: lambda state=state: walk.in_state(state) for state in State},
    "offered": offered,
    "appealed": appealed,
    "shipped back": shipped_back,
    "above the limit": above_the_limit,
    "proposed": proposed,
}


def drafted():
    """Both sides have drafts, the buyer one that cannot be filed yet."""
    case = walk.in_evidence()
    unfit = ExhibitGiven(Exhibit.Kind.PHOTO, "")
    for by, given in ((walk.buyer_of(case), unfit), (walk.buyer_of(case), None), (walk.seller_of(case), None)):
        with docket.take(case.number) as (taken, at):
            drafts.keep_draft(taken, by=by, given=given or walk.an_exhibit(), at=at)
    return walk.look(case)


def answered():
    """Everything that can be answered once has been: an offer, an inquiry, a proposed ruling."""
    case = above_the_limit()
    walk.replied(case, walk.buyer_of(case), walk.asked(case, walk.Role.BUYER))
    with docket.take(case.number) as (taken, at):
        rule.rule(taken, by=walk.arbitrator(), given=walk.a_ruling(taken), at=at)
    second = walk.arbitrator("second", walk.Role.SUPERVISOR)
    with docket.take(case.number) as (taken, at):
        rule.send_back(taken, by=second, note="Look at the date.", at=at)
    return walk.look(case)


def declined():
    case = walk.requested()
    with docket.take(case.number) as (taken, at):
        by = walk.seller_of(taken)
        offer = negotiate.make_offer(taken, by=by, remedy=Remedy.REFUND, amount_minor=2_000, at=at)
    with docket.take(case.number) as (taken, at):
        negotiate.decline_offer(taken, by=walk.buyer_of(taken), offer_id=offer.pk, at=at)
    return walk.look(case)


WALKS |= {"drafted": drafted, "answered": answered, "declined": declined}
#: At the very end of the term nothing is done in time any more, though nothing has been swept yet.
LATE = ("requested", "rejected", "evidence", "ruled", "returning", "drafted", "asked")
#: Acts that share an address with others, and say in the body which they are.
DRAFTING = ("keep_draft", "change_draft", "file_draft", "drop_draft")


def body_for(act, by, case):
    """A body with which the act succeeds where it is allowed."""
    exhibit = {"kind": "document", "title": "A note", "text": "As can be seen."}
    money = {"amount_minor": 1_000, "currency": "CNY"}
    given = walk.a_ruling(case) if act == "rule" and case.papers.exhibits else None
    bodies = {
        "reject": {"reason": "goods_as_described", "text": "It left us whole.", "exhibits": [exhibit]},
        "file_exhibit": exhibit,
        "keep_draft": {**exhibit, "draft": True},
        "change_draft": {"title": "Another title"},
        "file_draft": {"draft": False},
        "appeal": {"grounds": "It is wrong.", "error": "fact"},
        "ship_return": {"carrier": "SF", "tracking_number": "2", "cost": money},
        "dispute_return": {"reason": "empty", "text": "There was nothing in it.", "exhibits": [exhibit]},
        "make_offer": {"remedy": "refund", "amount": money},
        "extend": {"seconds": 3600, "reason": "The carrier answers tomorrow."},
        "inquire": {"to": ["buyer"], "text": "What does it weigh?"},
        "reply": {"text": "300 g."},
        "correct_kind": {"kind": "off_platform_chat", "reason": "It is a chat from elsewhere."},
        "send_back": {"note": "The second exhibit says otherwise."},
        "rule": given
        and {
            "winner": given.winner,
            "remedy": given.remedy,
            "rule": given.rule,
            "reasons": given.reasons,
            "findings": [
                {"exhibit": str(f.exhibit), "supports": f.supports, "weight": f.weight, "note": f.note}
                for f in given.findings
            ],
            "cited_exhibits": [str(pk) for pk in given.cited_exhibits],
        },
    }
    body = dict(bodies.get(act) or {})
    alone = {"assign", "rule", "confirm", "send_back", "extend", "inquire", "correct_kind", "remind"}
    alone |= {"change_draft", "file_draft", "drop_draft"}
    return body if act in alone else {**body, "by": by}


def tried(caller, path, body, method="POST"):
    """Do it, see what it did, and undo it."""
    with transaction.atomic():
        answer = caller.send(method, path, body)
        after = walk.snapshot() if answer.status_code >= 400 else None
        transaction.set_rollback(True)
    return answer, after


def answerable(case):
    """Every act that answers something on the case, whosever turn it is: (act, method, address)."""
    found = [
        (f"{word}_offer", f"offers/{offer.pk}/{word}") for offer in case.papers.offers for word in ("accept", "decline")
    ]
    found += [("reply", f"inquiries/{inquiry.pk}/reply") for inquiry in case.papers.inquiries]
    below = f"cases/{case.number}/rulings"
    for proposal in case.papers.proposals:
        found += [("confirm", f"{below}/{proposal.pk}/confirm"), ("send_back", f"{below}/{proposal.pk}/send-back")]
    found += [("correct_kind", f"exhibits/{exhibit.pk}/kind") for exhibit in case.papers.exhibits]
    for draft in case.papers.drafts:
        found += [(name, f"exhibits/{draft.pk}") for name in ("change_draft", "file_draft", "drop_draft")]
    methods = {"change_draft": "PATCH", "file_draft": "PATCH", "drop_draft": "DELETE"}
    return [(name, methods.get(name, "POST"), f"/api/v1/{place}") for name, place in found]


@pytest.mark.parametrize("name_of_walk", [*WALKS, *(f"late {name}" for name in LATE)])
def test_what_is_listed_succeeds_and_what_is_not_is_refused(marketplace, staff_key, party_key, name_of_walk):
    is_late, name = name_of_walk.startswith("late "), name_of_walk.removeprefix("late ")
    case = WALKS[name]()
    with walk.at_due(case) if is_late else nullcontext():
        require_true(case, marketplace, staff_key, party_key)


def require_true(case, marketplace, staff_key, party_key):
    """Ask for everything, as everybody."""
    callers = {"marketplace": marketplace, "buyer": party_key("buyer", "b-1"), "seller": party_key("shop", "s-1")}
    callers |= {role: staff_key(role) for role in STAFF}
    before = walk.snapshot()
    for who, caller in callers.items():
        is_staff = who in STAFF
        listed = caller.get(f"cases/{case.number}").json()["allowed_acts"]
        for row in listed:
            body = body_for(row["act"], row["by"], case)
            answer, _after = tried(caller, row["href"], without_side(body) if is_staff else body, row["method"])
            assert answer.status_code in (200, 201, 202, 204), (who, row, answer.content)
        known = {(row["href"], row["by"], row["act"] in DRAFTING) for row in listed}
        for name, door in TABLE.items():
            path = f"/api/v1/cases/{case.number}/{door.path}"
            for by in [who] if is_staff else ["buyer", "seller"]:
                if door.places or (path, by, name in DRAFTING) in known:
                    continue
                body = body_for(name, by, case)
                answer, after = tried(caller, path, without_side(body) if is_staff else body)
                # 400 only where no whole body can be made, such as a ruling without exhibits
                as_expected = (400, 403, 409) if name == "rule" else (403, 409, 422)
                assert answer.status_code in as_expected, (who, name, by, answer.content)
                assert after == before
        told = {(row["act"], row["href"], row["by"]) for row in listed}
        for name, method, href in answerable(case):
            takes_a_side = name in ("accept_offer", "decline_offer", "reply")
            for by in [who] if is_staff else ["buyer", "seller"]:
                if any(row[:2] == (name, href) and (row[2] == by or not takes_a_side) for row in told):
                    continue
                body = body_for(name, by, case)
                answer, after = tried(
                    caller, href, body if takes_a_side and not is_staff else without_side(body), method
                )
                assert answer.status_code in (403, 404, 409, 422), (who, name, by, answer.content)
                assert after == before


def without_side(body):
    return {name: value for name, value in body.items() if name != "by"}


def test_a_ruling_above_the_limit_waits_for_the_second_person(staff_key):
    case = above_the_limit()
    first, second = staff_key("arbitrator"), staff_key("supervisor")
    proposal = first.post(f"cases/{case.number}/rulings", body_for("rule", "", case))
    assert proposal.status_code == 202
    assert first.get(f"cases/{case.number}").json()["proposed_ruling"]["id"] == proposal.json()["id"]
    own = f"cases/{case.number}/rulings/{proposal.json()['id']}"
    refused(first.post(f"{own}/confirm"), 403, "no_standing")
    refused(second.post(f"cases/{case.number}/rulings/{case.papers.exhibits[0].pk}/confirm"), 404, "not_found")
    assert second.post(f"{own}/send-back", {"note": "Look at the date."}).json()["state"] == "sent_back"
    refused(second.post(f"{own}/confirm"), 409, "out_of_order")
    again = first.post(f"cases/{case.number}/rulings", body_for("rule", "", case)).json()["id"]
    ruling = second.post(f"cases/{case.number}/rulings/{again}/confirm")
    assert (ruling.status_code, ruling.json()["confirmed_by"]) == (201, {"username": "supervisor"})


def test_the_parties_do_not_see_a_ruling_that_is_only_proposed(marketplace, party_key):
    case = proposed()
    for caller in (marketplace, party_key("buyer", "b-1")):
        assert caller.get(f"cases/{case.number}").json()["proposed_ruling"] is None


def test_nor_do_events_tell_them_what_is_proposed_nor_its_digest_let_it_be_guessed(marketplace, party_key):
    case = proposed()
    kept = dict(case.papers.proposals[0].content)
    assert RulingGiven.read(kept) == walk.a_ruling(case)
    for caller in (marketplace, party_key("buyer", "b-1"), party_key("shop", "s-1")):
        (told,) = facts_told(caller, case, "ruling.proposed")
        assert told == {"proposal": str(case.papers.proposals[0].pk), "digest": digest(kept)}
        assert told["digest"] != digest(walk.a_ruling(case).as_content())


def test_what_events_once_told_the_sides_of_staffs_own_matters_is_left_out(marketplace, party_key):
    case = walk.in_evidence()
    earlier = {
        "ruling.proposed": {"winner": "buyer", "buyer_minor": 600_000, "seller_minor": 0},
        "ruling.sent_back": {"note_sha256": digest("No.")},
        "case.assigned": {"reason_sha256": digest("ill")},
    }
    with docket.take(case.number) as (taken, at):
        for kind, facts in earlier.items():
            record(taken, kind, by=PLATFORM, at=at, proposal="1", **facts)
    for caller in (marketplace, party_key("buyer", "b-1")):
        assert [facts_told(caller, case, kind)[-1] for kind in earlier] == [{"proposal": "1"}] * len(earlier)


def facts_told(caller, case, kind):
    """The facts of a case's events of one kind; the feed writes them alike."""
    told = caller.get(f"cases/{case.number}/events?limit=100").json()["results"]
    return [event["facts"] for event in told if event["type"] == kind]


def test_an_offer_is_answered_by_the_other_side_alone(marketplace, party_key):
    case = walk.requested()
    money = {"amount_minor": 5_000, "currency": "CNY"}
    body = {"by": "seller", "remedy": "refund", "amount": money, "text": "Half of it?"}
    offer = marketplace.post(f"cases/{case.number}/offers", body).json()
    seller, stranger, buyer = party_key("shop", "s-1"), party_key("buyer", "b-2"), party_key("buyer", "b-1")
    before = walk.snapshot()
    refused(seller.post(f"offers/{offer['id']}/accept"), 403, "no_standing")
    refused(stranger.post(f"offers/{offer['id']}/accept"), 404, "not_found")
    wrong = {**body, "by": "buyer", "amount": {**money, "currency": "EUR"}}
    told = refused(marketplace.post(f"cases/{case.number}/offers", wrong), 422, "unprocessable")
    assert told["errors"][0]["code"] == "wrong_currency"
    nothing = {**body, "by": "buyer", "amount": {**money, "amount_minor": 0}}
    refused(marketplace.post(f"cases/{case.number}/offers", nothing), 400, "invalid")
    about_a_review = {**body, "by": "buyer", "text": "Then I remove my bad review."}
    refused(marketplace.post(f"cases/{case.number}/offers", about_a_review), 422, "unprocessable")
    assert walk.snapshot() == before
    closed = buyer.post(f"offers/{offer['id']}/accept").json()
    assert (closed["state"], closed["outcome"], closed["offers"][0]["state"]) == (
        "closed",
        "partly_refunded",
        "accepted",
    )


def test_on_appeal_withdraw_means_the_appeal(marketplace):
    case = appealed()
    closed = marketplace.post(f"cases/{case.number}/withdraw", {"by": "seller"}).json()
    assert (closed["state"], closed["outcome"]) == ("closed", "refunded")


def test_a_key_without_the_scope_is_told_of_no_acts(day):
    case = walk.requested()
    reader = a_key(["cases:read"])
    assert reader.get(f"cases/{case.number}").json()["allowed_acts"] == []
