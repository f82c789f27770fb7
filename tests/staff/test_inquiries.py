"""Questions are put, and kinds corrected, from the hearing page; the ruling form says what is still open."""

import pytest
from django.urls import reverse

from adjudication.parties import Actor, Role
from tests import walk


@pytest.fixture
def heard(staff):
    user = staff("arbitrator")
    return walk.in_ruling(walk.in_evidence(by=Actor(Role.ARBITRATOR, user.pk)))


def test_a_question_is_put_with_a_code_and_the_ruling_form_warns(signed_in, heard):
    client, own = signed_in("arbitrator"), reverse("admin:hearing", args=[heard.number])
    said = {"version": heard.version, "to": ["buyer"], "text": "Show the cup.", "challenge": "1"}
    assert client.post(reverse("admin:inquire", args=[heard.number]), said).status_code == 302
    code = walk.look(heard).papers.inquiries[0].asked[0].code
    assert code in client.get(own).text
    assert "can still be answered" in client.get(reverse("admin:ruling", args=[heard.number])).text


def test_a_kind_is_corrected_and_both_are_shown(signed_in, heard):
    client, exhibit = signed_in("arbitrator"), heard.papers.exhibits[0]
    said = {"version": heard.version, "kind": "off_platform_chat", "reason": "Another app."}
    address = reverse("admin:correct_kind", args=[heard.number, exhibit.pk])
    assert client.post(address, said).status_code == 302
    page = client.get(reverse("admin:hearing", args=[heard.number])).text
    assert "Filed as document; the platform says what it is: Another app." in page
    assert "Off-platform chat ·" in page


@pytest.mark.parametrize("role", ["auditor", "operator"])
def test_nobody_else_asks_or_corrects(signed_in, heard, role):
    client, before = signed_in(role), walk.snapshot()
    for name, args in (("inquire", [heard.number]), ("correct_kind", [heard.number, heard.papers.exhibits[0].pk])):
        assert client.post(reverse(f"admin:{name}", args=args), {"version": heard.version}).status_code == 403
    assert walk.snapshot() == before
