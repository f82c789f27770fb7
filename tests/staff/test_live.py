"""The queue stays fresh by itself, tells who looks at what, and lets everybody switch its keys off."""

import pytest
from django.test import Client
from django.urls import reverse

from adjudication import clock
from adjudication.management.bench import meter
from adjudication.parties import Actor, Role
from adjudication.staff.models import Looking, Shortcuts
from tests import walk
from tests.staff.test_queue import QUEUE

ROWS = "/admin/queue/rows/"


def look(client, case, **said):
    return client.post(reverse("admin:look_at_case", args=[case.number]), said)


def asked_again(client, mark="", **said):
    return client.get(ROWS, {"tab": "open", **said}, headers={"if-none-match": mark} if mark else {})


def test_the_page_carries_the_mark_of_what_it_shows_and_is_told_when_nothing_has_changed(signed_in):
    walk.requested()
    client = signed_in("auditor")
    mark = client.get(QUEUE, {"tab": "open"}).context["mark"]
    answer = asked_again(client, mark)
    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", mark)
    with clock.simulated(walk.START + walk.HOUR):
        assert asked_again(client, mark).status_code == 304, "the time left is told by the page itself"


def test_whatever_a_row_shows_changes_the_mark(staff, signed_in):
    case, client = walk.in_evidence(by=Actor(Role.ARBITRATOR, staff("arbitrator").pk)), signed_in("auditor")
    marks = [asked_again(client)["ETag"]]

    def is_new(answer):
        marks.append(answer["ETag"])
        return answer.status_code == 200 and marks.count(answer["ETag"]) == 1

    walk.filed(case, walk.buyer_of(case))
    assert is_new(asked_again(client, marks[-1]))
    walk.requested()
    assert is_new(asked_again(client, marks[-1]))
    look(signed_in("supervisor"), case)
    assert is_new(asked_again(client, marks[-1]))
    assert is_new(asked_again(client, marks[-1], currency="CNY"))
    assert is_new(client.get(ROWS, {"tab": "open"}, headers={"if-none-match": marks[-1], "accept-language": "zh-CN"}))


def test_the_rows_come_alone_with_counts_and_the_way_on(signed_in):
    case = walk.requested()
    answer = asked_again(signed_in("auditor"))
    text = answer.content.decode()
    assert f'data-case="{case.number}" data-due="{int(case.papers.deadline.due_at.timestamp())}"' in text
    assert "<html" not in text
    assert 'id="queue-tabs"' in text
    assert 'id="queue-more"' in text
    assert "csrfmiddlewaretoken" not in text, "a token would make every answer another one"
    assert "private" in answer["Cache-Control"]


def test_the_rows_are_read_by_staff_alone(signed_in):
    assert asked_again(Client()).status_code == 302
    assert signed_in("auditor").post(ROWS).status_code == 405
    for wrong in ({"tab": "none"}, {"after": "x"}):
        assert asked_again(signed_in("auditor"), **wrong).status_code == 400


def test_asking_again_costs_the_same_however_many_rows_there_are(signed_in):
    client = signed_in("auditor")
    walk.rejected()
    asked_again(client)
    few = meter.statements(lambda: asked_again(client)).work
    for _ in range(4):
        walk.in_evidence()
    assert meter.statements(lambda: asked_again(client)).work == few
    assert few <= 8


def test_who_looks_at_a_case_is_told_to_colleagues_for_a_while_and_to_nobody_else(staff, signed_in):
    case = walk.in_evidence()
    wei = staff("supervisor", "wei")
    wei.first_name, wei.last_name = "Li", "Wei"
    wei.save()
    before = walk.snapshot()
    mine, theirs = signed_in("supervisor", "wei"), signed_in("arbitrator", "bea")
    assert look(mine, case).json() == {"words": ""}
    assert look(theirs, case).json() == {"words": "Li Wei is looking"}
    assert look(mine, case).json() == {"words": "bea is looking"}
    row = theirs.get(QUEUE, {"tab": "open"}).context["rows"][0]
    assert row.beside.looking == "Li Wei is looking"
    look(signed_in("auditor"), case)
    assert look(theirs, case).json() == {"words": "Li Wei, auditor are looking"}
    with clock.simulated(walk.START + 45 * walk.HOUR / 3600):
        assert theirs.get(QUEUE, {"tab": "open"}).context["rows"][0].beside.looking == ""
        assert look(theirs, case).json() == {"words": ""}
        assert Looking.objects.count() == 1, "what is over is gone"
    assert walk.snapshot() == before, "no journal has it"


def test_who_closes_the_page_is_gone_at_once(signed_in):
    case = walk.in_evidence()
    client, other = signed_in("supervisor"), signed_in("auditor")
    look(client, case)
    look(other, case)
    assert look(client, case, away="1").status_code == 200
    assert look(other, case).json() == {"words": ""}


def test_a_look_needs_a_case_a_post_and_a_token(staff, signed_in):
    case = walk.in_evidence()
    client = signed_in("auditor")
    for number in ("2020-000001-11", "a\0b", "none"):
        assert client.post(f"/admin/cases/{number}/looking/").status_code in (400, 404)
    assert client.get(reverse("admin:look_at_case", args=[case.number])).status_code == 405
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(staff("auditor"), backend="django.contrib.auth.backends.ModelBackend")
    assert look(forged, case).status_code == 403
    assert Looking.objects.count() == 0


def test_the_keys_are_switched_off_by_each_for_themselves(signed_in):
    client, address = signed_in("arbitrator"), reverse("admin:switch_shortcuts")
    assert client.get(QUEUE).context["live"]["keys"] is True
    assert client.post(address, {"keys": "off"}).status_code == 302
    assert client.get(QUEUE).context["live"]["keys"] is False
    assert signed_in("supervisor").get(QUEUE).context["live"]["keys"] is True
    assert client.post(address, {"keys": "on"}, headers={"accept": "application/json"}).status_code == 204
    assert client.get(QUEUE).context["live"]["keys"] is True


@pytest.mark.parametrize("said", [{}, {"keys": ""}, {"keys": "maybe"}])
def test_the_keys_are_on_or_off(said, signed_in):
    assert signed_in("arbitrator").post(reverse("admin:switch_shortcuts"), said).status_code == 400
    assert Shortcuts.objects.count() == 0
