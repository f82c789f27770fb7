"""What is wrong stands above every page of the desk, and leads to where it is dealt with."""

import pytest
from django.urls import reverse

from adjudication import clock
from adjudication.deadlines.models import Deadline
from adjudication.escrow.models import Payout
from adjudication.procedure import lapse
from adjudication.reports.heartbeat import beat
from tests import walk


def parked():
    """A term that could not lapse."""
    case = walk.requested()
    Deadline.objects.filter(case=case).update(parked_at=clock.now(), failures=5, failure="ValueError: no such table")
    return Deadline.objects.get(case=case)


def test_a_quiet_service_shows_no_banner(signed_in):
    beat("sweep")
    assert "alarms" not in signed_in("auditor").get(reverse("admin:queue")).text


@pytest.mark.parametrize("page", ["admin:index", "admin:queue", "admin:adjudication_order_changelist"])
def test_every_page_shows_what_is_wrong_with_a_way_there(signed_in, page):
    parked()
    walk.after_silence(walk.requested())
    Payout.objects.update(state=Payout.State.FAILED)
    text = signed_in("auditor").get(reverse(page)).text
    assert "Terms kept failing and were parked" in text
    assert f"{reverse('admin:adjudication_payout_changelist')}?state__exact=failed" in text


@pytest.mark.parametrize("name", ["terms_parked", "payouts_failing", "rulings_overdue", "terms_late", "outbox_late"])
def test_every_link_leads_somewhere(signed_in, name):
    from adjudication.staff.alarms import DEALT_WITH

    page, query = DEALT_WITH[name]
    assert signed_in("supervisor").get(reverse(page) + query).status_code == 200


def test_strangers_see_no_banner(client):
    parked()
    assert "alarms" not in client.get(reverse("admin:login")).text


def test_a_parked_term_says_why_and_is_tried_again(signed_in):
    deadline = parked()
    client = signed_in("operator")
    page = client.get(reverse("admin:adjudication_deadline_change", args=[deadline.pk])).text
    assert "ValueError: no such table" in page
    assert reverse("admin:retry_term", args=[deadline.pk]) in page
    answer = client.post(reverse("admin:retry_term", args=[deadline.pk]), follow=True)
    assert "tried again at the next tick" in answer.text
    with walk.at_due(walk.look(deadline.case)):
        assert lapse.sweep()
    deadline = Deadline.objects.get(pk=deadline.pk)
    assert (deadline.end, deadline.parked_at) == ("lapsed", None)


def test_only_operators_and_supervisors_have_it_tried_again(signed_in):
    deadline = parked()
    before = walk.snapshot()
    for role in ("arbitrator", "auditor"):
        client = signed_in(role)
        page = client.get(reverse("admin:adjudication_deadline_change", args=[deadline.pk])).text
        assert "ValueError: no such table" in page
        assert reverse("admin:retry_term", args=[deadline.pk]) not in page
        assert client.post(reverse("admin:retry_term", args=[deadline.pk])).status_code == 403
    assert walk.snapshot() == before


def test_a_term_that_is_not_parked_is_not_tried_again(signed_in):
    case = walk.requested()
    before = walk.snapshot()
    client = signed_in("supervisor")
    assert client.post(reverse("admin:retry_term", args=[case.papers.deadline.pk])).status_code == 409
    assert client.post(reverse("admin:retry_term", args=[999999])).status_code == 404
    assert client.get(reverse("admin:retry_term", args=[case.papers.deadline.pk])).status_code == 405
    assert walk.snapshot() == before
