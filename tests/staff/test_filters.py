"""What the queue is narrowed to: it stands in the address, adds to any tab, and is kept under a name."""

from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.urls import reverse

from adjudication import clock, docket
from adjudication.orders.models import Party, Shop
from adjudication.orders.register import ItemGiven
from adjudication.parties import Actor, Role
from adjudication.procedure import inquire, lapse
from adjudication.staff.models import SavedFilter
from tests import walk
from tests.staff.test_queue import QUEUE, numbers

KEEP = "/admin/queue/filters/"


def dear(currency="CNY", minor=600_000, **changes):
    order = walk.register(
        walk.given_order(
            currency=currency, items=(ItemGiven("VASE", "Vase", unit_price_minor=minor, quantity=1),), **changes
        )
    )
    walk.deliver(order)
    return walk.requested(order)


def narrowed(client, **said):
    return numbers(client.get(QUEUE, {"tab": "open", **said}))


def kept(username):
    return list(
        SavedFilter.objects.filter(user__username=username).order_by("place").values_list("place", "name", "query")
    )


def test_a_claim_of_at_least_so_much_is_found_in_its_own_currency_alone(signed_in):
    cheap, large, yen = walk.requested(), dear(), dear("JPY", 600_000)
    client = signed_in("auditor")
    assert narrowed(client, amount="100", currency="cny") == [cheap.number, large.number]
    assert narrowed(client, amount="100.01", currency="CNY") == [large.number]
    assert narrowed(client, amount="6,000.00", currency="CNY") == [large.number]
    assert narrowed(client, amount="6000.001", currency="CNY") == [], "less is not enough"
    assert narrowed(client, amount="600000", currency="JPY") == [yen.number]
    assert narrowed(client, currency="JPY") == [yen.number]


def test_reason_state_category_and_language_narrow_and_add_up(signed_in):
    first, second = walk.requested(), walk.rejected(dear())
    Shop.objects.filter(pk=second.shop_id).update(category="toys & games")
    Party.objects.filter(pk=first.buyer_id).update(language="zh-hans")
    client = signed_in("auditor")
    both = [first.number, second.number]
    assert narrowed(client, reason="quality") == both
    assert narrowed(client, reason="counterfeit") == []
    assert narrowed(client, state="rejected") == [second.number]
    assert narrowed(client, category="toys & games") == both, "they are of one shop"
    assert narrowed(client, category="home") == []
    assert narrowed(client, language="zh") == both
    assert narrowed(client, language="en") == []
    assert narrowed(client, state="requested", currency="CNY", amount="1", language="zh") == [first.number]


def test_a_language_is_not_another_that_begins_alike(signed_in):
    case = walk.requested()
    client = signed_in("auditor")
    for written, found in (("fil", []), ("fi", [case.number]), ("FI-fi", [case.number])):
        Party.objects.filter(pk=case.buyer_id).update(language=written)
        assert narrowed(client, language="fi") == found


def test_an_open_question_is_flagged_and_found_until_it_is_answered_or_over(signed_in):
    case = walk.in_evidence()
    walk.in_evidence()
    with docket.take(case.number) as (taken, at):
        by = Actor(Role.ARBITRATOR, taken.arbitrator_id)
        inquire.inquire(taken, by=by, to=(Role.BUYER,), text="Show the underside.", at=at)
    client = signed_in("auditor")
    answer = client.get(QUEUE, {"tab": "open", "question": "1"})
    assert numbers(answer) == [case.number]
    assert answer.context["rows"][0].beside.questions == "buyer"
    assert b"Question open: buyer" in answer.content
    with clock.simulated(walk.START + 24 * walk.HOUR):
        assert narrowed(client, question="1") == []


def test_overdue_narrows_any_tab(signed_in):
    case = walk.in_ruling()
    with walk.at_due(case):
        lapse.sweep()
        assert case.number in narrowed(signed_in("auditor"), overdue="1")
    assert numbers(signed_in("auditor").get(QUEUE, {"tab": "unassigned", "overdue": "1", "reason": "other"})) == []


def test_tabs_and_pages_keep_the_filter_in_the_address(signed_in, monkeypatch):
    from adjudication.staff import queue

    monkeypatch.setattr(queue, "PAGE", 1)
    cases = [walk.requested().number for _ in range(3)]
    dear("JPY")
    client, address, seen = signed_in("auditor"), QUEUE + "?tab=open&currency=CNY", []
    while address:
        answer = client.get(address)
        seen += numbers(answer)
        assert {tab.address for tab in answer.context["tabs"]} >= {"?tab=mine&currency=CNY"}
        assert answer.context["found"] == "3"
        address = QUEUE + answer.context["next_page"] if answer.context["next_page"] else ""
    assert seen == cases


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"reason": "theft"}, "reason"),
        ({"state": "closed"}, "state"),
        ({"amount": "50"}, "currency"),
        ({"amount": "50", "currency": "XAU"}, "currency"),
        ({"amount": "0", "currency": "CNY"}, "amount"),
        ({"amount": "-5", "currency": "CNY"}, "amount"),
        ({"amount": "much", "currency": "CNY"}, "amount"),
        ({"amount": "NaN", "currency": "CNY"}, "amount"),
        ({"amount": "1e9999999", "currency": "CNY"}, "amount"),
        ({"amount": "9" * 23, "currency": "CNY"}, "amount"),
        ({"amount": "٥٠", "currency": "CNY"}, "amount"),
        ({"language": "zh-hans"}, "language"),
        ({"category": "ho\0me"}, "category"),
        ({"question": "yes"}, "question"),
        ({"overdue": "0"}, "overdue"),
    ],
)
def test_a_filter_that_is_wrong_shows_nothing_and_says_why_beside_its_field(said, field, signed_in):
    walk.requested()
    client = signed_in("auditor")
    answer = client.get(QUEUE, {"tab": "open", **said})
    assert answer.status_code == 400
    assert set(answer.context["faults"]) == {field}
    assert f'id="filter-{field}-fault"' in answer.content.decode()
    assert answer.context["rows"] == []
    typed = answer.context["filter"]
    assert {name: getattr(typed, name) for name in said} == said
    assert client.get(reverse("admin:queue_rows"), {"tab": "open", **said}).status_code == 400


def test_a_filter_is_kept_under_a_name_and_seen_by_nobody_else(signed_in):
    client = signed_in("arbitrator")
    query = "tab=open&category=home&currency=CNY&amount=1%2C000&page=7&after=1-2"
    assert client.post(KEEP, {"name": "  Dear   ones ", "query": query}).status_code == 302
    assert kept("arbitrator") == [(1, "Dear ones", "?tab=open&currency=CNY&amount=1000&category=home")]
    answer = client.get(QUEUE + kept("arbitrator")[0][2])
    assert answer.context["kept"][0][1], "it is what the page shows"
    assert signed_in("arbitrator", "other").get(QUEUE).context["kept"] == []
    client.post(KEEP, {"name": "Dear ones", "query": "tab=mine"})
    assert kept("arbitrator") == [(1, "Dear ones", "?tab=mine")], "the same name keeps the new one"


def test_a_category_as_long_as_a_category_may_be_is_kept_and_found_again(signed_in):
    client, category = signed_in("arbitrator"), "家居 & 园艺" * 13
    query = urlencode({"tab": "open", "category": category})
    answer = client.post(KEEP, {"name": "家居", "query": query}, follow=True)
    assert answer.context["filter"].category == category
    assert answer.context["kept"][0][1], "it is what the page shows"
    assert client.get(QUEUE + kept("arbitrator")[0][2]).context["filter"].category == category


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"name": " ", "query": "tab=open"}, 400),
        ({"name": "n" * 61, "query": "tab=open"}, 400),
        ({"name": "a\0b", "query": "tab=open"}, 400),
        ({"name": "a", "query": ""}, 400),
        ({"name": "a", "query": "tab=everything"}, 400),
        ({"name": "a", "query": "tab=open&amount=5"}, 400),
        ({"name": "the 21st", "query": "tab=open"}, 422),
    ],
)
def test_what_cannot_be_kept_changes_nothing(said, status, signed_in):
    client = signed_in("arbitrator")
    for number in range(20):
        assert client.post(KEEP, {"name": f"{number}", "query": "tab=open"}).status_code == 302
    before = kept("arbitrator")
    assert client.post(KEEP, said).status_code == status
    assert kept("arbitrator") == before
    assert client.get(KEEP).status_code == 405


def test_one_is_forgotten_by_who_kept_it_alone_and_leaves_its_place(signed_in):
    client = signed_in("arbitrator")
    for name in ("a", "b"):
        client.post(KEEP, {"name": name, "query": "tab=open"})
    first = SavedFilter.objects.get(name="a")
    drop = reverse("admin:drop_filter", args=[first.pk])
    assert signed_in("supervisor").post(drop).status_code == 404
    assert client.get(drop).status_code == 405
    assert len(kept("arbitrator")) == 2
    assert client.post(drop).status_code == 302
    assert client.post(drop).status_code == 404
    client.post(KEEP, {"name": "c", "query": "tab=open"})
    assert [(place, name) for place, name, _query in kept("arbitrator")] == [(1, "c"), (2, "b")]


@pytest.mark.parametrize("wrong", [{"place": 21}, {"place": 0}, {"place": 1}, {"name": "kept"}, {"name": ""}])
def test_the_database_keeps_twenty_a_person_too(wrong, staff):
    row = {"user": User.objects.get(pk=staff("arbitrator").pk), "query": "?tab=open", "saved_at": walk.START}
    SavedFilter.objects.create(place=1, name="kept", **row)
    with pytest.raises(DatabaseError), transaction.atomic():
        SavedFilter.objects.create(**{"place": 2, "name": "another", **row, **wrong})


def test_a_category_of_a_shop_is_shown_as_it_is_and_never_as_markup(signed_in):
    case = walk.requested()
    Shop.objects.filter(pk=case.shop_id).update(category="<script>alert(1)</script>")
    text = signed_in("auditor").get(QUEUE).content.decode()
    assert "<script>alert" not in text
    assert text.count("&lt;script&gt;alert(1)") == 2, "in the row and in the filter"
