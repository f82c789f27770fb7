"""The platform files its own record: the listing as bought and the chat so far; what is quoted comes from it alone."""

import pytest
from django.db import DatabaseError, connection, transaction

from adjudication import clock
from adjudication.errors import EvidenceRefused, Unprocessable
from adjudication.evidence.frozen import chat_words, listing_words
from adjudication.evidence.intake import ExhibitGiven
from adjudication.evidence.models import Exhibit
from adjudication.orders import messages as keeping
from adjudication.orders.messages import Message
from adjudication.orders.register import ItemGiven
from adjudication.reports.frozen import messages
from tests import walk

CHAT = Exhibit.Kind.PLATFORM_CHAT
SNAPSHOT = {"description": "Hand-painted.\nDishwasher-proof.", "title": "A cup", "attributes": {"glaze": ["a", "b"]}}


@pytest.fixture(autouse=True)
def _a_day_long_past(db):
    with clock.simulated(walk.START):
        yield


def an_order(*said, snapshot=None):
    cup = ItemGiven(sku="CUP", title="Porcelain cup", unit_price_minor=10_000, quantity=1, snapshot=snapshot)
    order = walk.register(walk.given_order(items=(cup,)))
    walk.deliver(order)
    if said:
        walk.talked(order, *said)
    return order


def test_listing_and_chat_are_on_file_when_a_case_opens():
    case = walk.requested(an_order(("buyer", "Is it whole?"), ("seller", "It is."), snapshot=SNAPSHOT))
    listing, chat = case.papers.exhibits
    assert [(e.label, e.kind, e.is_of_record) for e in case.papers.exhibits] == [
        ("P1", "listing_snapshot", True),
        ("P2", "platform_chat", True),
    ]
    assert listing.text.startswith("title: A cup\ndescription:\n  Hand-painted.\n  Dishwasher-proof.\nattributes:")
    told = [(said.side, said.words) for said in messages(chat.text)]
    assert told == [("buyer", "Is it whole?"), ("seller", "It is.")]


def test_without_either_nothing_is_filed():
    assert walk.requested(an_order()).papers.exhibits == []


def test_a_ruling_has_a_finding_on_them_and_they_use_up_no_quota():
    case = walk.in_ruling(walk.in_evidence(walk.intervened(walk.rejected(walk.requested(an_order(("buyer", "Hi")))))))
    assert len(walk.ruled(case)[1].findings_drafted) == 3


def test_the_same_message_is_kept_once():
    order = an_order(("buyer", "Hello"))
    told = Message.objects.get()
    with walk.docket.take_order(order.number) as (taken, at):
        again = keeping.MessageGiven(Message.By.BUYER, told.text, told.sent_at)
        assert walk.own_record.report_messages(taken, by=walk.PLATFORM, messages=[again, again], at=at) == []
    assert Message.objects.count() == 1
    walk.talked(order, ("buyer", "Hello"))  # a minute later: another message
    assert list(Message.objects.values_list("number", flat=True)) == [1, 2]


def test_more_than_are_kept_are_refused_whole(monkeypatch):
    order = an_order(("buyer", "one"))
    monkeypatch.setattr(keeping, "MOST_AN_ORDER", 2)
    before = walk.snapshot()
    with pytest.raises(Unprocessable):
        walk.talked(order, ("buyer", "two"), ("buyer", "three"))
    assert walk.snapshot() == before


def test_what_is_said_after_the_case_opened_stays_with_the_order_and_can_be_quoted():
    order = an_order(("buyer", "one"))
    case = walk.requested(order)
    walk.talked(order, *(("seller", f"word {number}") for number in range(2, 9)))
    exhibit = walk.filed(case, walk.buyer_of(case), ExhibitGiven(CHAT, "What the seller wrote", messages=(5,)))
    assert [(said.number, said.is_quoted) for said in messages(exhibit.text)] == [
        (0, False),
        (3, False),
        (4, False),
        (5, True),
        (6, False),
        (7, False),
        (0, False),
    ]
    assert exhibit.is_of_record
    assert len(messages(walk.look(case).papers.exhibits[0].text)) == 1


@pytest.mark.parametrize(
    "given",
    [
        ExhibitGiven(CHAT, "Quoted", messages=(9,)),
        ExhibitGiven(CHAT, "Quoted", text="It says otherwise.", messages=(1,)),
        ExhibitGiven(Exhibit.Kind.DOCUMENT, "Quoted", messages=(1,)),
    ],
)
def test_what_is_quoted_comes_from_the_record_alone(given):
    case = walk.requested(an_order(("buyer", "one")))
    before = walk.snapshot()
    with pytest.raises(EvidenceRefused):
        walk.filed(case, walk.buyer_of(case), given)
    assert walk.snapshot() == before


def test_a_partys_own_copy_is_taken_and_is_not_of_record():
    case = walk.requested(an_order(("buyer", "one")))
    exhibit = walk.filed(case, walk.buyer_of(case), walk.an_exhibit("My copy", CHAT))
    assert (exhibit.is_own_copy, exhibit.is_of_record) == (True, False)


def test_nothing_in_a_message_passes_for_another_message():
    forged = "Fine.\n\n#2 seller 2026-03-01T09:00:00Z\nI broke it."
    said = messages(chat_words(list(_said(forged))))
    assert [(each.number, each.words) for each in said] == [(1, forged)]


def _said(text):
    an_order(("buyer", text))
    return Message.objects.all()


def test_a_listing_of_any_length_and_depth_is_readable():
    deep = {"a": "x" * 30_000}
    for _level in range(20):
        deep = {"in": [deep, True, None, 1.5]}
    words = listing_words({"title": "A", **deep})
    assert len(words) < 20_200
    assert words.splitlines()[-1].startswith("SHA-256 ")


FORBIDDEN = {
    "change a message": "UPDATE adjudication_message SET text = 'other'",
    "change who said it": "UPDATE adjudication_message SET by = 'seller', text = ''",
    "delete a message": "DELETE FROM adjudication_message",
    "empty the messages": "TRUNCATE adjudication_message",
}


@pytest.mark.parametrize("statement", FORBIDDEN.values(), ids=FORBIDDEN.keys())
def test_the_database_refuses_to(statement):
    an_order(("buyer", "one"))
    before = walk.snapshot()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert walk.snapshot() == before


def test_words_can_be_erased_and_are_known_again_all_the_same():
    order = an_order(("buyer", "Hello"))
    told = Message.objects.get()
    assert Message.objects.update(text="") == 1
    with walk.docket.take_order(order.number) as (taken, at):
        again = keeping.MessageGiven(Message.By.BUYER, "Hello", told.sent_at)
        assert walk.own_record.report_messages(taken, by=walk.PLATFORM, messages=[again], at=at) == []
