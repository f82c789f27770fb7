"""Stored answers outlive their case by a month and no longer; one round lets go of so many and no more."""

import threading
from datetime import timedelta

from django.db import connection

from adjudication import clock
from adjudication.api.models import IdempotencyKey
from adjudication.cases.models import Case
from adjudication.credentials import forget, limits
from adjudication.credentials.models import RateBucket
from tests import walk
from tests.api.conftest import a_claim, a_key, an_order

DAY = timedelta(days=1)


def kept():
    return set(IdempotencyKey.objects.values_list("key", flat=True))


def test_an_answer_is_kept_while_its_case_is_open_and_a_month_longer(marketplace):
    marketplace.post("orders", an_order(), Idempotency_Key="order")
    case = marketplace.post("cases", a_claim(reason="not_shipped"), Idempotency_Key="case").json()["number"]
    note = {"by": "buyer", "kind": "document", "title": "A", "text": "B"}
    marketplace.post(f"cases/{case}/exhibits", note, Idempotency_Key="exhibit")
    offer = {"by": "seller", "remedy": "refund", "amount": {"amount_minor": 1, "currency": "CNY"}}
    offered = marketplace.post(f"cases/{case}/offers", offer, Idempotency_Key="offer").json()["id"]
    marketplace.post(f"offers/{offered}/decline", Idempotency_Key="decline")
    assert kept() == {"order", "case", "exhibit", "offer", "decline"}
    assert forget.forget(at=walk.START + 30 * DAY) == 0
    forget.forget(at=walk.START + 31 * DAY)
    assert kept() == {"case", "exhibit", "offer", "decline"}  # it is still open
    walk.after_silence(walk.look(Case.objects.get()))
    closed_at = Case.objects.get().closed_at
    forget.forget(at=closed_at + 30 * DAY)
    assert len(kept()) == 4
    forget.forget(at=closed_at + 31 * DAY)
    assert kept() == set()


def test_an_answer_about_an_exhibit_or_an_inquiry_is_kept_as_long_as_its_case(marketplace, staff_key):
    case = walk.in_evidence()
    exhibits, staff = f"cases/{case.number}/exhibits", staff_key("arbitrator")
    draft = {"by": "buyer", "kind": "document", "title": "A", "text": "B", "draft": True}
    drafted = marketplace.post(exhibits, draft).json()["id"]
    marketplace.send("PATCH", f"exhibits/{drafted}", {"draft": False}, Idempotency_Key="filed")
    kind = {"kind": "off_platform_chat", "reason": "It shows another app."}
    staff.post(f"exhibits/{drafted}/kind", kind, Idempotency_Key="kind")
    asked = staff.post(f"cases/{case.number}/inquiries", {"to": ["buyer"], "text": "Since when?"}).json()["id"]
    marketplace.post(f"inquiries/{asked}/reply", {"by": "buyer", "text": "Since May."}, Idempotency_Key="reply")
    assert set(IdempotencyKey.objects.values_list("key", "case_id")) == {
        (name, case.pk) for name in ("filed", "kind", "reply")
    }


def test_a_round_lets_go_of_so_many_and_no_more(marketplace):
    for number in range(5):
        marketplace.post("orders", an_order(f"A-{number}"), Idempotency_Key=f"k{number}")
    with clock.simulated(walk.START + 31 * DAY):
        assert [forget.forget(at=clock.now(), most=2) for _each in range(4)] == [2, 2, 1, 0]


def test_a_full_bucket_is_forgotten(day):
    limits.draw_for_key(1)
    at = RateBucket.objects.get().filled_at
    assert forget.forget(at=at) == 0
    assert forget.forget(at=at + timedelta(hours=2)) == 1


def test_fifty_equal_requests_at_once_have_one_effect_and_equal_answers(own_database):
    order = walk.register(walk.given_order())
    walk.deliver(order)
    caller = a_key()
    answers = []

    def send():
        while True:
            answer = caller.post("cases", a_claim(order.number), Idempotency_Key="k")
            if answer.status_code != 409:
                break
        answers.append(answer)
        connection.close()

    threads = [threading.Thread(target=send) for _each in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
    assert Case.objects.count() == 1
    assert IdempotencyKey.objects.get().case_id == Case.objects.get().pk
