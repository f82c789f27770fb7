"""Like cases are found by answers, words, category and amount; only what is final and still stands is a precedent."""

import pytest
from django.db import connection

from adjudication import docket
from adjudication.money import Amount
from adjudication.orders.register import ShopGiven
from adjudication.parties import PLATFORM, Role
from adjudication.policy.terms import Reason, Remedy
from adjudication.procedure import appeal, intervene, return_goods, take_evidence
from adjudication.procedure.rule import rule
from adjudication.register import precedents
from adjudication.register.enter import enter_final
from adjudication.register.precedents import Drafted, departs, nearest
from adjudication.rulings.models import Winner
from tests import walk
from tests.register.final import final

CRACK = "The photograph shows a crack from rim to foot, which no fall in use would leave behind."
PAINT = "Under the lamp one sees that the glaze has run, and that its colour is not the one of the listing."
ENGLISH = {"reasons": CRACK}
CHINESE = {"reasons": "照片显示杯子从杯口到杯底有一道裂纹，正常使用中跌落不会留下这样的裂纹，卖家的装箱照片没有拍到。"}


def drafted(**changes):
    given = {
        "case_id": 0,
        "reason": "quality",
        "category": "home",
        "claim": Amount(10_000, "CNY"),
        "answers": {},
        "texts": [],
        **changes,
    }
    return Drafted(**given)


def a_case(category="home", amount_minor=0, **changes):
    """One that awaits its ruling, in a shop of that category."""
    order = walk.register(walk.given_order(shop=ShopGiven(id=f"s-{category}", name="Kiln & Co", category=category)))
    walk.deliver(order)
    requested = walk.requested(order, amount_minor=amount_minor, **changes)
    return walk.in_ruling(walk.in_evidence(walk.intervened(walk.rejected(requested))))


def found(**changes):
    return [each.publication for each in nearest(drafted(**changes))]


def do(case, act, **given):
    with docket.take(case.number) as (taken, at):
        act(taken, at=at, **given)
    return walk.look(case)


def test_one_whose_answers_are_alike_comes_before_one_whose_answers_are_not():
    alike = final(answers={"as_described": False, "fault": "seller"})
    other = final(answers={"as_described": True, "fault": "buyer"})
    silent = final()
    assert found(answers={"as_described": False, "fault": "seller"}) == [alike, silent, other]
    assert found(answers={"as_described": True, "fault": "buyer"}) == [other, silent, alike]


def test_how_much_is_still_usable_is_compared_by_degrees():
    far, near = (final(Winner.SPLIT, answers={"fault": "seller", "usable_percent": percent}) for percent in (90, 45))
    assert found(answers={"fault": "seller", "usable_percent": 40}) == [near, far]


def test_category_and_amount_decide_between_those_whose_answers_are_alike():
    elsewhere = final(case=a_case("books"))
    small = final(case=a_case(amount_minor=500))
    same = final(case=a_case())
    assert found() == [same, small, elsewhere]
    assert found(category="books", claim=Amount(10_000, "CNY"))[0] == elsewhere
    assert found(claim=Amount(450, "CNY"))[0] == small


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("There is a crack from the rim down.", 0),
        ("the Glaze has run under the lamp", 1),
        ("杯口到杯底的裂纹很明显", 2),
        ("ＣＲＡＣＫ， rim；", 0),
    ],
)
def test_words_are_compared_in_either_language(text, first):
    known = [final(**ENGLISH), final(reasons=PAINT), final(**CHINESE)]
    assert found(texts=[text])[0] == known[first]


def test_a_rules_own_reasons_are_compared_in_both_languages():
    last = walk.after_silence(walk.after_silence(walk.after_silence(walk.in_ruling())))
    enter_final()
    for text in ("nobody ruled in time", "无人裁决"):
        (precedent,) = nearest(drafted(texts=[text]))
        assert precedent.publication.ruling.case == last


def test_why_one_is_near_is_told():
    final(answers={"fault": "seller"}, **ENGLISH)
    (precedent,) = nearest(drafted(answers={"fault": "seller"}, texts=["Look at this crack."]))
    assert [str(why) for why in precedent.why] == [
        "Whose fault was it? the seller's",
        "same category",
        "a claim of about the same amount",
        "words in common: crack",
    ]
    (far,) = nearest(drafted(category="books", claim=Amount(10_000, "JPY"), answers={"fault": "buyer"}))
    assert (far.why, far.nearness) == ([], 0)


def test_a_stretch_of_characters_in_common_is_named_as_a_whole():
    final(**CHINESE)
    (precedent,) = nearest(drafted(category="", claim=Amount(10_000, "JPY"), texts=["杯口到杯底的裂纹"]))
    assert precedent.why == ["words in common: 杯口到杯底, 的裂纹"]


def test_another_reason_is_no_precedent_and_no_more_than_five_are():
    final(case=a_case(reason=Reason.COUNTERFEIT), rule="counterfeit")
    assert found() == []
    known = [final() for _ in range(6)]
    assert found() == known[:0:-1]  # alike in everything, the later ones


def test_what_is_not_final_is_no_precedent():
    case = walk.ruled()[0]
    enter_final()
    assert found() == []
    do(case, appeal.appeal, by=walk.seller_of(case), grounds="Whole.", error=appeal.NamedError.FACT)
    enter_final()
    assert found() == []


def test_a_reversed_ruling_is_no_precedent_and_what_reversed_it_is():
    case = walk.ruled()[0]
    case = do(case, appeal.appeal, by=walk.seller_of(case), grounds="Whole.", error=appeal.NamedError.FACT)
    case = heard_again(case, Winner.SELLER)
    enter_final()
    assert [(each.ruling.instance, each.winner) for each in found()] == [(2, "seller")]
    assert found(case_id=case.pk) == []  # its own


def test_a_ruling_after_which_the_return_was_decided_otherwise_is_none_either():
    case = a_case(remedy=Remedy.RETURN_AND_REFUND)
    final(case=case, remedy=Remedy.RETURN_AND_REFUND)
    assert [each.ruling.instance for each in found()] == [1]
    case = do(case, return_goods.ship_return, by=walk.buyer_of(case), carrier="SF", tracking_number="1")
    box = [walk.an_exhibit("Box")]
    by = walk.seller_of(case)
    case = do(case, return_goods.dispute_return, by=by, reason="empty", text="Empty.", exhibits=box)
    heard_again(case, Winner.SELLER)
    enter_final()
    assert [each.ruling.instance for each in found()] == [2]


def heard_again(case, winner):
    senior = walk.arbitrator("senior", Role.SUPERVISOR)
    case = do(case, intervene.assign, by=PLATFORM, to=senior)
    for by in (walk.buyer_of(case), walk.seller_of(case)):
        case = do(case, take_evidence.rest, by=by)
    return do(case, rule, by=senior, given=walk.a_ruling(case, winner))


def test_a_draft_departs_only_from_all_of_them():
    final(Winner.SELLER)
    final(Winner.SPLIT, answers={"usable_percent": 40, "fault": "seller"})

    def told(winner, share=None):
        draft = drafted(winner=winner, share_basis_points=share)
        return departs(draft, nearest(draft))

    assert told("buyer", 10_000)
    assert not told("seller", 0)
    assert not told("split", 8_500)
    assert told("split", 8_501)
    assert not told("split")  # as long as it cannot be computed
    assert not told("")
    assert not departs(drafted(winner="buyer"), [])


def test_common_words_are_not_asked_for(monkeypatch):
    for reasons in (CRACK, PAINT, CRACK.replace("crack", "chip")):
        final(reasons=reasons)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE adjudication_publication")
    monkeypatch.setattr(precedents, "MOST_FOUND", 2.5)
    assert precedents._tell_most(["the crack, the glaze and the foot"]) == ["crack", "glaze"]
