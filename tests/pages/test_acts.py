"""Every act can be done by its form; a refused one changes nothing, says why beside the form, and loses no word."""

import hashlib
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from adjudication import docket
from adjudication.cases.models import Case
from adjudication.cases.states import Outcome, State
from adjudication.management.demo import drawings
from adjudication.orders.register import ItemGiven
from adjudication.procedure import respond
from tests import walk


@pytest.fixture(autouse=True)
def evidence(tmp_path, settings):
    """The evidence store, as a folder of this test."""
    settings.STORAGES = {
        **settings.STORAGES,
        "evidence": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}},
    }
    return tmp_path


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _photo(name: str = "photo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, drawings.cup(), content_type="image/png")


def _act(client, case, name, **said):
    return client.post(f"/cases/{case.number}/{name}/", {"version": case.version, **said})


def test_the_seller_accepts_and_the_buyer_is_refunded(seller):
    case = walk.requested()
    answer = _act(seller(case), case, "accept", confirmed="on")
    assert (answer.status_code, answer["Location"]) == (302, f"/cases/{case.number}/")
    assert walk.look(case).outcome == Outcome.REFUNDED


def test_accepting_needs_a_deliberate_yes(seller):
    case = walk.requested()
    before = walk.snapshot()
    assert _act(seller(case), case, "accept").status_code == 400
    assert walk.snapshot() == before


def test_the_seller_refuses_with_files(seller, evidence):
    case = walk.requested()
    answer = _act(
        seller(case),
        case,
        "reject",
        reason="other",
        text="It left our shop without a flaw.",
        exhibits=[_photo("a.png"), _photo("b.png")],
    )
    assert answer.status_code == 302
    case = walk.look(case)
    assert case.state == State.REJECTED
    assert [(e.kind, e.title, e.by) for e in case.papers.exhibits] == [
        ("photo", "a.png", "seller"),
        ("photo", "b.png", "seller"),
    ]
    assert sum(path.suffix == ".png" for path in _files(evidence)) == 2


def test_a_refusal_without_an_exhibit_is_refused_and_keeps_what_was_typed(seller):
    case = walk.requested()
    before = walk.snapshot()
    answer = _act(seller(case), case, "reject", reason="signed_for", text="Signed for & <b>whole</b>.")
    assert answer.status_code == 422
    assert "Signed for &amp; &lt;b&gt;whole&lt;/b&gt;." in answer.text
    assert 'role="alert"' in answer.text
    assert 'href="#reject-exhibits"' in answer.text
    assert re.search(r'<details class="act " name="act" id="act-reject" open>', answer.text)
    assert walk.snapshot() == before


def test_the_buyer_calls_the_platform_in(buyer):
    case = walk.rejected()
    assert _act(buyer(case), case, "intervene", text="The crack was there.").status_code == 302
    case = walk.look(case)
    assert (case.state, case.intervention_text) == (State.INTERVENTION, "The crack was there.")


def test_a_photo_is_filed_and_comes_back_byte_for_byte_to_the_two_sides(buyer, seller):
    case = walk.in_evidence()
    said = {"kind": "photo", "title": "The crack", "text": "Rim to foot.", "file": _photo()}
    assert _act(buyer(case), case, "file_exhibit", **said).status_code == 302
    exhibit = walk.look(case).papers.exhibits[-1]
    picture = drawings.cup()
    assert exhibit.sha256 == hashlib.sha256(picture).hexdigest()
    for client in (buyer(case), seller(case)):
        assert exhibit.sha256 in client.get(f"/cases/{case.number}/").text
        answer = client.get(f"/cases/{case.number}/exhibits/{exhibit.pk}/file")
        assert b"".join(answer.streaming_content) == picture
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Disposition"] == f'attachment; filename="{case.number}-B2.png"'


def test_a_file_of_a_refused_exhibit_is_not_kept(buyer, evidence):
    case = walk.in_evidence()
    before = walk.snapshot()
    lying = SimpleUploadedFile("photo.png", b"<svg onload=alert(1)>", content_type="image/png")
    answer = _act(buyer(case), case, "file_exhibit", kind="photo", title="A photo", file=lying)
    assert answer.status_code == 422
    assert 'value="A photo"' in answer.text
    assert (walk.snapshot(), _files(evidence)) == (before, [])


def test_when_both_sides_rest_evidence_closes(buyer, seller):
    case = walk.in_evidence()
    assert _act(buyer(case), case, "rest", confirmed="on").status_code == 302
    case = walk.look(case)
    assert 'id="act-file_exhibit"' not in buyer(case).get(f"/cases/{case.number}/").text
    assert _act(seller(case), case, "rest", confirmed="on").status_code == 302
    assert walk.look(case).state == State.RULING


def test_the_buyer_withdraws(buyer):
    case = walk.in_evidence()
    assert _act(buyer(case), case, "withdraw", confirmed="on").status_code == 302
    assert walk.look(case).outcome == Outcome.WITHDRAWN


def test_an_act_on_a_case_that_has_moved_on_is_refused_and_can_be_sent_again(seller):
    case = walk.requested()
    walk.filed(case, walk.buyer_of(case))
    before = walk.snapshot()
    answer = _act(seller(case), case, "accept", confirmed="on")
    assert answer.status_code == 409
    assert walk.snapshot() == before
    now = re.search(r'name="version" value="(\d+)"', answer.text)
    assert now
    assert _act(seller(case), case, "accept", confirmed="on", version=now[1]).status_code == 302


def test_an_act_out_of_order_is_refused_with_its_words_kept_and_no_button(seller):
    case = walk.rejected()
    before = walk.snapshot()
    answer = _act(
        seller(case), case, "reject", reason="other", text="A second refusal, at length.", exhibit_text="Words."
    )
    assert answer.status_code == 409
    assert "A second refusal, at length." in answer.text
    assert walk.snapshot() == before


def test_the_other_sides_act_is_refused(buyer):
    case = walk.requested()
    before = walk.snapshot()
    assert _act(buyer(case), case, "accept", confirmed="on").status_code == 403
    assert _act(buyer(case), case, "no_such_act").status_code == 404
    assert walk.snapshot() == before


def test_an_act_at_the_due_moment_is_late(seller):
    case = walk.requested()
    with walk.at_due(case):
        before = walk.snapshot()
        answer = _act(seller(case), case, "accept", confirmed="on")
        assert answer.status_code == 409
        assert walk.snapshot() == before


def test_nonsense_for_the_version_is_malformed(seller):
    case = walk.requested()
    assert _act(seller(case), case, "accept", confirmed="on", version="²").status_code == 400


def test_nul_characters_are_malformed(buyer):
    case = walk.rejected()
    assert _act(buyer(case), case, "intervene", text="a\x00b").status_code == 400


def test_an_offer_is_made_and_accepted(buyer, seller):
    case = walk.rejected()
    refused = _act(seller(case), case, "make_offer", remedy="refund", amount="500")
    assert refused.status_code == 422
    asks_for_review = _act(seller(case), case, "make_offer", remedy="refund", amount="50", text="Delete your review.")
    assert (asks_for_review.status_code, "Delete your review." in asks_for_review.text) == (422, True)
    assert _act(seller(case), case, "make_offer", remedy="refund", amount="60", text="Let us share.").status_code == 302
    offer = walk.look(case).papers.offers[0]
    assert "Let us share." in buyer(case).get(f"/cases/{case.number}/").text
    assert _act(buyer(case), case, "answer_offer", answer="accept", offer=offer.pk).status_code == 302
    assert walk.look(case).outcome == Outcome.PARTLY_REFUNDED


def test_an_offer_is_declined(buyer, seller):
    case = walk.rejected()
    _act(seller(case), case, "make_offer", remedy="refund", amount="")
    offer = walk.look(case).papers.offers[0]
    assert offer.amount_minor == case.amount_minor
    assert _act(buyer(case), case, "answer_offer", answer="decline", offer=offer.pk).status_code == 302
    assert walk.look(case).papers.offers[0].state == "declined"


def _late():
    return walk.rejected(walk.requested(reason="late_delivery", remedy="refund"))


def test_an_offer_to_wait_says_until_when_and_accepted_it_leaves_the_money_held(buyer, seller):
    case = _late()
    offered = _act(seller(case), case, "make_offer", remedy="wait", until="2026-03-20", text="It is on its way.")
    assert offered.status_code == 302
    offer = walk.look(case).papers.offers[0]
    assert f"{offer.until:%Y-%m-%d %H:%M:%S %Z}" == "2026-03-20 23:59:59 UTC"
    for client in (buyer(case), seller(case)):
        assert "until <time" in client.get(f"/cases/{case.number}/").text
    asked = buyer(case).get(f"/cases/{case.number}/").text
    assert "wait longer</b>, until" in asked
    assert "closes as withdrawn" in asked
    assert _act(buyer(case), case, "answer_offer", answer="accept", offer=offer.pk).status_code == 302
    assert walk.look(case).outcome == Outcome.WITHDRAWN


def test_the_day_that_is_named_ends_where_the_reader_lives(seller):
    case = _late()
    client = seller(case)
    client.cookies["timezone"] = "Asia/Shanghai"
    assert _act(client, case, "make_offer", remedy="wait", until="2026-03-20").status_code == 302
    assert f"{walk.look(case).papers.offers[0].until:%Y-%m-%d %H:%M:%S %Z}" == "2026-03-20 15:59:59 UTC"


@pytest.mark.parametrize(
    ("said", "status", "why"),
    [
        ({"remedy": "wait"}, 400, "Say until when the buyer would wait."),
        ({"remedy": "wait", "until": "soon"}, 400, "Enter a valid date."),
        ({"remedy": "refund", "until": "2026-03-20"}, 400, "Leave this empty unless you propose to wait longer."),
        ({"remedy": "wait", "until": "2026-03-01"}, 422, "must lie ahead"),
    ],
)
def test_an_offer_that_does_not_say_how_long_is_refused_and_keeps_its_words(seller, said, status, why):
    case = _late()
    before = walk.snapshot()
    answer = _act(seller(case), case, "make_offer", text="Words to keep.", **said)
    assert (answer.status_code, why in answer.text, "Words to keep." in answer.text) == (status, True, True)
    assert walk.snapshot() == before


def test_only_where_one_can_wait_is_asked_until_when(seller):
    assert 'id="make_offer-until"' in seller(_late()).get(f"/cases/{_late().number}/").text
    case = walk.rejected()
    assert 'id="make_offer-until"' not in seller(case).get(f"/cases/{case.number}/").text


def test_the_losing_side_appeals_and_withdraws_the_appeal(seller):
    case, _ruling = walk.ruled()
    before = walk.snapshot()
    assert _act(seller(case), case, "appeal", grounds="It is wrong.").status_code == 422
    assert walk.snapshot() == before
    assert _act(seller(case), case, "appeal", grounds="It is wrong.", exhibits=[_photo()]).status_code == 302
    case = walk.look(case)
    assert (case.state, case.instance) == (State.EVIDENCE, 2)
    assert _act(seller(case), case, "withdraw_appeal", confirmed="on").status_code == 302
    assert walk.look(case).outcome == Outcome.REFUNDED


def _returning():
    case = walk.requested(remedy="return_and_refund")
    with docket.take(case.number) as (taken, at):
        respond.accept(taken, by=walk.seller_of(taken), at=at)
    return walk.look(case)


def test_the_goods_go_back_and_are_acknowledged(buyer, seller):
    case = _returning()
    assert case.state == State.RETURNING
    said = {"carrier": "SF", "tracking_number": "1", "cost": "8.50"}
    assert _act(buyer(case), case, "ship_return", **said).status_code == 302
    case = walk.look(case)
    assert case.return_cost_minor == 850
    assert _act(seller(case), case, "acknowledge_return", confirmed="on").status_code == 302
    assert walk.look(case).outcome == Outcome.REFUNDED


def test_the_seller_says_where_the_goods_go_back_to_and_the_buyer_reads_it(buyer, seller):
    case = walk.requested(remedy="return_and_refund")
    assert 'id="accept-return_address"' in seller(case).get(f"/cases/{case.number}/").text
    said = {"confirmed": "on", "return_address": " Gate 4 <b>\n18 Potters' Lane "}
    assert _act(seller(case), case, "accept", **said).status_code == 302
    case = walk.look(case)
    assert case.return_address == "Gate 4 <b>\n18 Potters' Lane"
    assert "Gate 4 &lt;b&gt;<br>18 Potters&#x27; Lane" in buyer(case).get(f"/cases/{case.number}/").text


def test_without_goods_to_come_back_no_address_is_asked_for(seller):
    case = walk.requested()
    assert "return_address" not in seller(case).get(f"/cases/{case.number}/").text
    assert _act(seller(case), case, "accept", confirmed="on", return_address="Anywhere").status_code == 302
    assert walk.look(case).return_address == ""


def test_without_a_word_the_goods_go_to_the_shops_address(buyer):
    shop = walk.ShopGiven(id="s-1", name="Kiln & Co", category="home", return_address="1 Kiln Road")
    order = _order(shop=shop)
    case = walk.requested(order, remedy="return_and_refund")
    with docket.take(case.number) as (taken, at):
        respond.accept(taken, by=walk.seller_of(taken), at=at)
    assert buyer(case).get(f"/cases/{case.number}/").text.count("1 Kiln Road") == 1


def test_the_seller_disputes_what_came_back(buyer, seller):
    case = _returning()
    _act(buyer(case), case, "ship_return", carrier="SF", tracking_number="1")
    case = walk.look(case)
    said = {"reason": "empty", "text": "Nothing in it.", "exhibits": [_photo()]}
    assert _act(seller(case), case, "dispute_return", **said).status_code == 302
    assert (walk.look(case).state, walk.look(case).hearing) == (State.EVIDENCE, "return")
    for client in (buyer(case), seller(case)):
        assert client.get(f"/cases/{case.number}/").status_code == 200


# --- Asking for a refund ---------------------------------------------------------------------------


def _order(**changes):
    order = walk.register(walk.given_order(**changes))
    walk.deliver(order)
    return order


def _ask(client, order, **changes):
    said = {"lines": ["1"], "reason": "quality", "remedy": "refund", "amount": "", "statement": "It is cracked."}
    return client.post("/cases/new/", {"order": order.number, **said, **changes})


@pytest.mark.parametrize(
    ("currency", "typed", "minor"),
    [("CNY", "12.34", 1234), ("JPY", "50", 50), ("KWD", "1.005", 1005), ("EUR", "", 10_000)],
)
def test_the_buyer_asks_for_a_refund(buyer, currency, typed, minor):
    order = _order(currency=currency)
    client = buyer(order)
    assert order.number in client.get("/cases/new/").text
    assert client.get(f"/cases/new/?order={order.number}").status_code == 200
    answer = _ask(client, order, amount=typed)
    case = Case.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/cases/{case.number}/")
    assert (case.amount_minor, case.currency, case.state) == (minor, currency, State.REQUESTED)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"amount": "0"}, 400),
        ({"amount": "-1"}, 400),
        ({"amount": "1.001"}, 400),
        ({"amount": "NaN"}, 400),
        ({"amount": "1e400"}, 400),
        ({"amount": "100.01"}, 422),
        ({"lines": ["9"]}, 400),
        ({"lines": []}, 400),
        ({"reason": "whim"}, 400),
        ({"statement": " "}, 400),
    ],
)
def test_a_request_against_form_or_rule_is_refused_and_keeps_its_words(buyer, changes, status):
    order = _order()
    client, before = buyer(order), walk.snapshot()
    answer = _ask(client, order, **{"statement": "Words to keep.", **changes})
    assert answer.status_code == status
    assert "statement" in changes or "Words to keep." in answer.text
    assert walk.snapshot() == before


def test_a_second_case_over_the_same_line_is_refused(buyer):
    order = _order(items=(ItemGiven("A", "Cup", 5_000, 1), ItemGiven("B", "Pot", 5_000, 1)))
    client = buyer(order)
    assert _ask(client, order, lines=["1"]).status_code == 302
    before = walk.snapshot()
    assert _ask(client, order, lines=["1"]).status_code == 400
    assert walk.snapshot() == before
    assert _ask(client, order, lines=["2"]).status_code == 302


def test_nobody_asks_over_anothers_order_and_no_seller_asks(buyer, seller):
    order = _order()
    stranger = walk.register(walk.given_order(buyer=walk.BuyerGiven(id="b-9", name="Wu")))
    before = walk.snapshot()
    assert _ask(buyer(stranger), order).status_code == 404
    assert buyer(stranger).get(f"/cases/new/?order={order.number}").status_code == 404
    assert buyer(stranger).get("/cases/new/?order=%00").status_code == 404
    assert _ask(seller(order), order).status_code == 403
    assert walk.snapshot() == before
    assert docket.look_at_order(order.number).open_cases == 0
