"""What is answered when a case is filed is what the case reads like, to the letter."""

import pytest

from adjudication.policy.terms import Remedy
from tests import walk
from tests.api.conftest import a_claim, an_order

LISTED = {"sku": "CUP", "title": "Porcelain cup", "unit_price_minor": 10_000, "quantity": 1, "snapshot": {"a": "b"}}


@pytest.mark.parametrize("who", ["marketplace", "buyer"])
@pytest.mark.parametrize("is_chatted", [False, True])
def test_the_answer_to_a_request_is_the_case_as_it_then_reads(marketplace, party_key, who, is_chatted):
    marketplace.post("orders", an_order(items=[LISTED]))
    if is_chatted:
        messages = [{"from": "buyer", "text": "It leaks.", "sent_at": "2026-03-02T08:30:00Z"}]
        marketplace.post("orders/A-1/messages", {"messages": messages})
    caller = {"marketplace": marketplace, "buyer": party_key("buyer", "b-1")}[who]
    filed = caller.post("cases", a_claim(reason="not_shipped"))
    assert filed.status_code == 201, filed.content
    assert filed.json() == caller.get(filed.headers["Location"]).json()
    assert filed.json()["lines"] == ["1"]
    assert filed.json()["deadline"]["kind"] == "seller_answers"


def test_a_later_case_over_the_same_line_names_the_one_before(marketplace):
    first = walk.requested(remedy=Remedy.REFUND)
    marketplace.post(f"cases/{first.number}/withdraw", {"by": "buyer"})
    filed = marketplace.post("cases", a_claim(first.order.number))
    assert filed.status_code == 201, filed.content
    assert filed.json() == marketplace.get(filed.headers["Location"]).json()
    assert [linked["number"] for linked in filed.json()["linked_cases"]] == [first.number]
    before = marketplace.get(f"cases/{first.number}").json()
    assert [linked["relation"] for linked in before["linked_cases"]] == ["after"]
    assert before["lines"] == ["1"]
