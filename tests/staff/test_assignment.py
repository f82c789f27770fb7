"""A supervisor gives a case to any colleague who could take it, and nobody else does."""

import pytest
from django.urls import reverse

from adjudication import docket
from adjudication.procedure import appeal
from tests import walk


def give(client, case, name, **said):
    page = reverse("admin:give_case", args=[case.number])
    return client.post(page, {"version": case.version, "arbitrator": name, "reason": "Away from Monday.", **said})


def offered(client, case):
    return client.get(reverse("admin:hearing", args=[case.number])).context["colleagues"]


@pytest.fixture
def desks(staff):
    """Two arbitrators and two supervisors; an arbitrator who has left, and an auditor."""
    people = [staff("arbitrator"), staff("arbitrator", "bea"), staff("supervisor"), staff("supervisor", "sol")]
    gone = staff("arbitrator", "gone")
    gone.is_active = False
    gone.save()
    staff("auditor")
    return people


def appealed():
    case, _ruling = walk.ruled()
    with docket.take(case.number) as (taken, at):
        by, error = walk.seller_of(taken), appeal.NamedError.FACT
        appeal.appeal(taken, by=by, grounds="It was whole.", error=error, at=at)
    return walk.look(case)


def test_a_supervisor_gives_a_case_to_a_colleague(desks, signed_in):
    case, client = walk.in_evidence(), signed_in("supervisor")
    assert offered(client, case) == ["bea", "sol"], "not to who has it, to oneself, to who has left or only reads"
    answer = give(client, case, "bea")
    assert (answer.status_code, answer["Location"]) == (302, reverse("admin:hearing", args=[case.number]))
    assert walk.look(case).arbitrator.username == "bea"
    assert b"heard by bea" in client.get(answer["Location"]).content


def test_a_case_that_waits_is_given_and_evidence_opens(desks, signed_in):
    case, client = walk.intervened(), signed_in("supervisor")
    assert offered(client, case) == ["arbitrator", "bea", "sol"]
    assert give(client, case, "arbitrator").status_code == 302
    assert (walk.look(case).state, walk.look(case).arbitrator.username) == ("evidence", "arbitrator")


def test_an_appeal_is_given_to_a_supervisor_alone(desks, signed_in):
    case, client = appealed(), signed_in("supervisor")
    assert offered(client, case) == ["sol"]
    before = walk.snapshot()
    for name in ("bea", "arbitrator"):
        assert give(client, case, name).status_code == 403, name
    assert walk.snapshot() == before
    assert give(client, case, "sol").status_code == 302


@pytest.mark.parametrize("name", ["", "gone", "auditor", "nobody", "a\x00b"])
def test_who_does_not_hear_cases_is_given_none(desks, signed_in, name):
    case = walk.in_evidence()
    before = walk.snapshot()
    assert give(signed_in("supervisor"), case, name).status_code in (400, 422)
    assert walk.snapshot() == before


@pytest.mark.parametrize("role", ["arbitrator", "auditor", "operator"])
def test_nobody_but_a_supervisor_gives_a_case(desks, signed_in, role):
    case, client = walk.intervened(), signed_in(role)
    assert offered(client, case) == []
    before = walk.snapshot()
    assert give(client, case, "bea").status_code == 403
    assert walk.snapshot() == before


def test_a_case_that_has_moved_on_is_not_given(desks, signed_in):
    case, client = walk.in_evidence(), signed_in("supervisor")
    seen = case.version
    walk.filed(case, walk.buyer_of(case))
    before = walk.snapshot()
    assert give(client, case, "bea", version=seen).status_code == 409
    assert walk.snapshot() == before
    assert client.get(reverse("admin:give_case", args=[case.number])).status_code == 405


def test_who_hears_a_case_hands_it_over_and_says_why(desks, signed_in):
    case, client = walk.in_evidence(), signed_in("arbitrator")
    assert "bea" in offered(client, case)
    before = walk.snapshot()
    assert give(client, case, "bea", reason=" ").status_code == 400
    assert walk.snapshot() == before
    assert give(client, case, "bea").status_code == 302
    assert walk.look(case).arbitrator.username == "bea"
    assert give(client, walk.look(case), "arbitrator").status_code == 403, "it is no longer theirs to give"
