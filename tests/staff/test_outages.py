"""Outages are read by all staff and declared by operators; what cannot be is refused, with what would be right."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from adjudication import clock
from adjudication.deadlines.models import Outage
from adjudication.procedure import tick
from tests import walk
from tests.walk import HOUR, MICROSECOND

LIST, DECLARE = "admin:outages", "admin:declare_outage"


def given(began_after=-HOUR, lasts=2 * HOUR, **changes):
    began_at = clock.now() + began_after
    typed = {"began_at": began_at, "ended_at": began_at + lasts, "note": "Sign-in was down <all day>."} | changes
    return {key: value if isinstance(value, str) else value.isoformat() for key, value in typed.items()}


def on_record():
    return list(Outage.objects.values())


def test_an_operator_declares_one_and_reads_which_terms_it_moved(signed_in):
    case, client = walk.requested(), signed_in("operator")
    due = case.papers.deadline.due_at
    with clock.simulated(due):
        page = client.post(reverse(DECLARE), given(), follow=True)
        assert "is on record" in page.text
        outage = Outage.objects.get()
        assert (outage.cause, outage.declared_by.username) == ("declared", "operator")
        assert "It has moved no term" in page.text
        tick.tick()
        page = client.get(reverse("admin:outage", args=[outage.pk])).text
    assert case.number in page
    assert "Sign-in was down &lt;all day&gt;." in page
    assert walk.look(case).papers.deadline.due_at == outage.grace_ends_at
    row = re.search(r"(?s)<tbody>.*?</tbody>", client.get(reverse(LIST)).text)[0]
    assert re.search(r'class="number">1<', row)
    assert "declared by an operator" in row


def test_an_orders_term_is_told_of_too(signed_in):
    order = walk.register(walk.given_order())
    with clock.simulated(clock.now() + 720 * HOUR):
        client = signed_in("operator")
        client.post(reverse(DECLARE), given())
        tick.tick()
        page = client.get(reverse("admin:outage", args=[Outage.objects.get().pk])).text
    assert reverse("admin:adjudication_order_change", args=[order.pk]) in page


@pytest.mark.parametrize("role", ["arbitrator", "supervisor", "auditor"])
def test_others_read_and_a_forged_declaration_is_refused(signed_in, role):
    client = signed_in(role)
    page = client.get(reverse(LIST))
    assert page.status_code == 200
    assert reverse(DECLARE) not in page.text
    before = walk.snapshot()
    refused = client.post(reverse(DECLARE), given())
    assert refused.status_code == 403
    assert "declared by operators" in refused.text
    assert walk.snapshot() == before
    assert on_record() == []


def test_strangers_and_requests_from_other_sites_declare_nothing(staff):
    assert Client().post(reverse(DECLARE), given()).status_code == 302
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(staff("operator"), backend="django.contrib.auth.backends.ModelBackend")
    assert careful.post(reverse(DECLARE), given()).status_code == 403
    assert careful.get(reverse(DECLARE)).status_code == 405
    assert on_record() == []


@pytest.mark.parametrize(
    ("changes", "status", "told"),
    [
        ({"began_at": "2026-03-01T08:00"}, 400, "add Z where it is in UTC, or its offset"),
        ({"ended_at": "2026-03-01T08:00:00"}, 400, "add Z where it is in UTC, or its offset"),
        ({"began_at": "yesterday"}, 400, "is not a moment such as"),
        ({"began_at": ""}, 400, "is not a moment such as"),
        ({"ended_at": "9999-12-31T23:59:59-23:59"}, 400, "is not a moment such as"),
        ({"ended_at": "9999-12-31T23:59:59Z"}, 400, "must not lie after"),
        ({"began_after": HOUR, "lasts": -HOUR}, 400, "must be after its beginning"),
        ({"began_after": -9 * HOUR, "lasts": HOUR}, 400, "must not lie further back"),
        ({"began_after": 721 * HOUR}, 400, "must not lie after"),
        ({"note": "   "}, 400, "the parties read it"),
        ({"note": "x" * 1001}, 400, "at most 1000 characters"),
        ({"began_after": MICROSECOND}, 422, "declare only what lies beside it"),
    ],
)
def test_what_cannot_be_is_refused_with_what_would_be_right_and_nothing_typed_is_lost(signed_in, changes, status, told):
    client = signed_in("operator")
    assert client.post(reverse(DECLARE), given(0 * HOUR, HOUR)).status_code == 302
    before, typed = (walk.snapshot(), on_record()), given(**changes)
    page = client.post(reverse(DECLARE), typed)
    assert page.status_code == status
    assert told in page.text
    assert f'value="{typed["began_at"]}"' in page.text
    assert (walk.snapshot(), on_record()) == before


def test_an_unknown_one_is_not_found(signed_in):
    assert signed_in("auditor").get(reverse("admin:outage", args=[999])).status_code == 404


def test_moments_are_offered_in_the_readers_own_time(signed_in):
    client = signed_in("operator")
    client.cookies["timezone"] = "Asia/Shanghai"
    assert "+08:00" in client.get(reverse(LIST)).text
