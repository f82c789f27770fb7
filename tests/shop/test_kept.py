"""What the shop keeps survives a kill, gives no secret away, and decides nothing."""

import stat

import pytest

from adjudication.shop import kept
from adjudication.shop.asking import NotAnswered, Service


def test_a_line_that_a_kill_cut_short_is_passed_over_and_the_next_is_whole(shop):
    number = kept.new_number()
    kept.note(number, "call", {"path": "/one"})
    with (shop / "orders" / f"{number}.jsonl").open("a") as file:
        file.write('\n{"what": "call", "path": "/tw')
    kept.note(number, "call", {"path": "/three"})
    assert [each["path"] for each in kept.noted(number, "call")] == ["/one", "/three"]


def test_every_order_has_a_number_of_its_own_in_the_demonstrations_range(shop):
    numbers = {kept.new_number() for _each in range(20)}
    assert len(numbers) == 20
    assert all(number.startswith("DEMO-") and kept.is_ours(number) for number in numbers)
    assert set(kept.orders()) <= numbers


def test_what_is_no_order_of_the_shop_is_not_looked_for_in_the_file_system(shop):
    (shop / "orders").mkdir()
    (shop / "orders" / "x.jsonl").touch()
    for number in ("x", "../keys", "DEMO-SHOP-000000/..", "DEMO-SHOP-OOOOOO", ""):
        assert not kept.is_ours(number)


def test_the_endpoints_secret_is_kept_for_nobody_else_to_read(shop):
    kept.keep_endpoint({"id": "1", "url": "http://127.0.0.1:9/demo/webhooks", "secret": "whsec_x"})
    assert stat.S_IMODE((shop / "endpoint.json").stat().st_mode) == 0o600
    assert kept.endpoint()["secret"] == "whsec_x"


def test_a_service_that_does_not_answer_is_noted_as_such_without_the_key(shop):
    number = kept.new_number()
    with pytest.raises(NotAnswered) as unanswered:
        Service(number).post("orders", {"order_number": number}, once="x")
    assert unanswered.value.call.status == 0
    noted = kept.noted(number, "call")
    assert [each["status"] for each in noted] == [0]
    assert "adj_m" not in (shop / "orders" / f"{number}.jsonl").read_text()


def test_a_secret_that_is_answered_is_not_noted():
    from adjudication.shop.asking import _without_secret

    noted = _without_secret({"path": "/", "answer": {"id": 1, "secret": "whsec_abc"}})
    assert noted["answer"] == {"id": 1, "secret": "whsec_…"}
