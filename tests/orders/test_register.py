"""Registering an order: its price is shared over its lines to the last unit, and held from that moment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adjudication.errors import Refused
from adjudication.escrow import balances
from adjudication.money import Amount
from adjudication.orders import register as registration
from tests import walk


def test_shipping_and_discount_are_shared_by_amount_and_the_rest_goes_to_the_largest_line():
    items = (
        walk.ItemGiven("A", "Pot", 10_000, 1),
        walk.ItemGiven("B", "Cup", 1_000, 3),
        walk.ItemGiven("C", "Lid", 1, 1),
    )
    order = walk.register(walk.given_order(items=items, shipping_minor=1_000, discount_minor=500))
    # Of 13,001: shipping down 769, 230, 0 and 1 left over; discount down 384, 115, 0 and 1 left over.
    assert [line.price_minor for line in order.papers.lines] == [10_000 + 770 - 385, 3_000 + 230 - 115, 1]
    assert sum(line.held_minor for line in order.papers.lines) == order.price_minor == 13_501
    assert balances.of_order(order.pk).held == 13_501


@given(
    items=st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 50)), min_size=1, max_size=12),
    shipping=st.integers(0, 10**5),
    off=st.integers(0, 100),
)
def test_line_prices_add_up_to_the_price_and_are_never_negative(items, shipping, off):
    lines = tuple(walk.ItemGiven(str(n), "x", price, quantity) for n, (price, quantity) in enumerate(items))
    total = sum(line.amount_minor for line in lines)
    given = walk.given_order("x", items=lines, shipping_minor=shipping, discount_minor=total * off // 100)
    prices = registration.line_prices(given)
    assert sum(prices) == given.price.minor
    assert min(prices) >= 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"price": Amount(9_999, "CNY")}, "unprocessable"),
        ({"price": Amount(0, "CNY")}, "invalid"),
        ({"price": Amount(10_000, "XXX")}, "invalid"),
        ({"price": Amount(10_000, "cny")}, "invalid"),
        ({"items": (walk.ItemGiven("A", "x", -1, 1),)}, "invalid"),
        ({"items": (walk.ItemGiven("A", "x", 1, 0),)}, "invalid"),
        ({"items": (walk.ItemGiven("A", "x", 1, 1, "1"), walk.ItemGiven("B", "x", 1, 1, "1"))}, "unprocessable"),
        ({"shipping_minor": -1}, "invalid"),
    ],
)
def test_what_does_not_make_an_order_is_refused(changes, code):
    with pytest.raises(Refused) as refused:
        registration.check(walk.given_order("x", **changes))
    assert refused.value.code == code


def test_the_same_registration_is_known_again_and_another_is_not():
    given = walk.given_order("T-same")
    assert given.fingerprint() == walk.given_order("T-same").fingerprint()
    assert given.fingerprint() != walk.given_order("T-same", shipping_minor=1).fingerprint()
