"""Published words name nobody: not the sides, not the parcel, not whoever can be told by the form of a text."""

import time

import pytest
from django.contrib.auth.models import User

from adjudication.orders.models import ParcelReport
from adjudication.orders.register import BuyerGiven, ShopGiven
from adjudication.register.leaving_out import known_of, leave_out
from adjudication.rulings.models import Ruling
from tests import walk


def known(buyer="Mei Lin", shop="Kiln & Co", address="88 Kiln Road, Jingdezhen"):
    given = walk.given_order(
        "ORD-2026-77",
        buyer=BuyerGiven(id="b-4711", name=buyer, email="mei.lin@example.org"),
        shop=ShopGiven(id="s-0815", name=shop, category="home", return_address=address),
    )
    order = walk.register(given)
    walk.deliver(order)
    case = walk.requested(order)
    ruling = Ruling(case=case, decided_by=User(username="judge.dredd", first_name="Joe", last_name="Dredd"))
    return known_of(case, ruling, [ParcelReport(tracking_number="SF12345", signed_by="Wang Wei")]), case


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Mei Lin is right.", "[buyer] is right."),
        ("MEI  LIN, or Mei, or Lin's cup.", "[buyer], or [buyer], or [buyer]'s cup."),
        ("ＭＥＩ ＬＩＮ is right.", "[buyer] is right."),
        ("The linen cup of Linda.", "The linen cup of Linda."),
        ("kiln & co sent it; Kiln &\nCo knew.", "[seller] sent it; [seller] knew."),
        ("Order ord-2026-77 of b-4711.", "Order [order] of [buyer]."),
        ("Parcel SF12345 was signed for by Wang Wei.", "Parcel [parcel] was signed for by [person]."),
        ("It went to 88 Kiln Road, Jingdezhen.", "It went to [address]."),
        ("Joe Dredd (judge.dredd) has ruled.", "[arbitrator] ([arbitrator]) has ruled."),
        ("Write to mei.lin@example.org or X_y+z@mail.example.co.uk!", "Write to [email] or [email]!"),
    ],
)
def test_what_the_case_knows_is_left_out(text, told):
    assert leave_out(text, known()[0]) == told


def test_the_number_of_the_case_is_left_out():
    names, case = known()
    assert leave_out(f"See {case.number}.", names) == "See [case]."


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("买家林美美称杯子坏了。", "买家[buyer]称杯子坏了。"),
        ("林女士与景德镇青瓷旗舰店协商", "[buyer]与[seller]协商"),
        ("景德镇青瓷拒绝退款", "[seller]拒绝退款"),
        ("收货地址：浙江省杭州市西湖区文三路１２８号３幢502室，", "收货地址：[address]，"),
        ("电话１３８ ００１３ ８０００，微信号：lin_88", "电话[phone]，[account]"),
    ],
)
def test_chinese_names_and_addresses_are_left_out(text, told):
    assert leave_out(text, known("林美美", "景德镇青瓷旗舰店", "")[0]) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Call +44 20 7946 0958 or 0571-87654321.", "Call [phone] or [phone]."),
        ("WeChat ID: cup-lover", "[account]"),
        ("See https://example.org/a?b=c, and www.example.org。", "See [link], and [link]。"),
        ("ID 110101199003078888 and card 6222020200112233445", "ID [number] and card [number]"),
        ("He lives at 12 Old Mill Lane.", "He lives at [address]."),
        ("It arrived on 2026-03-02, a week late.", "It arrived on 2026-03-02, a week late."),
        ("The claim of 1234.56 is for 2 cups at 60 %.", "The claim of 1234.56 is for 2 cups at 60 %."),
        ("他在路上走了3天，街上有20号楼的灯。", "他在路上走了3天，街上有20号楼的灯。"),
        ("[buyer] and [seller]", "[buyer] and [seller]"),
        ("", ""),
    ],
)
def test_what_has_the_form_of_a_name_or_number_is_left_out(text, told):
    assert leave_out(text, []) == told


def test_leaving_out_twice_is_the_same_as_once():
    names, _case = known(buyer="Buyer Order")
    once = leave_out("Buyer Order wrote from 12 Old Mill Lane about ORD-2026-77 to a@b.org, 13800138000.", names)
    assert leave_out(once, names) == once


@pytest.mark.parametrize("piece", ["a@", "1-", "A ", "12 Aa ", "路1", "省市区路", "+1 ", "www.", "微信 ", "["])
def test_no_text_takes_long(piece):
    names = known()[0]
    began = time.process_time()
    leave_out(piece * (20_000 // len(piece)), names)
    assert time.process_time() - began < 5
