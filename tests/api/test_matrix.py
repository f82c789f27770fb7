"""Every route, for everyone: what is another's is answered, byte for byte, as what does not exist (F16)."""

import json
import re

import pytest
from django.urls import URLPattern, reverse

from adjudication.api import urls
from adjudication.credentials.models import Scope
from tests import walk
from tests.api.conftest import Caller, a_claim, a_key, client, refused, require_documented
from tests.api.matrix import COLUMNS, NOBODYS, STRANGERS, TABLE, UNKNOWN, a_world

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


def routes():
    """(name, the names of the ids in its address, the methods its view takes)."""
    for pattern in urls.urlpatterns:
        assert isinstance(pattern, URLPattern)
        view = pattern.callback.view_class
        if pattern.name:
            taken = {method for method in METHODS if hasattr(view, method.lower())} - {"OPTIONS"}
            yield pattern.name, tuple(pattern.pattern.converters), taken


ROUTES = {name: (ids, methods) for name, ids, methods in routes()}


def test_every_route_stands_in_the_table():
    there = {(method, name) for name, (_ids, methods) in ROUTES.items() for method in methods}
    missing, gone = sorted(there - set(TABLE)), sorted(set(TABLE) - there)
    assert not missing, "add to TABLE in tests/api/matrix.py, by hand, who may do it:\n" + "\n".join(
        f'    ("{method}", "{name}"): READ, BY_SIDES, … or _row("{" ".join(["???"] * len(COLUMNS))}"),'
        for method, name in missing
    )
    assert not gone, f"no such route any more; take it out of TABLE in tests/api/matrix.py: {gone}"


def test_every_kind_of_id_in_an_address_is_known_to_the_table():
    named = {each for ids, _methods in ROUTES.values() for each in ids}
    missing = sorted(named - set(UNKNOWN) - set(NOBODYS))
    assert not missing, (
        f"{missing}: add an id that names nothing to UNKNOWN in tests/api/matrix.py, and one that names a matter of "
        "b-1 and s-1 to a_world (or, if it is nobody's, a value to NOBODYS)"
    )


@pytest.fixture
def callers(day, marketplace, staff_key, party_key, settings):
    settings.RATE_LIMIT_PER_MINUTE_UNAUTHENTICATED = 10_000
    return {
        "marketplace": marketplace,
        "buyer": party_key("buyer", "b-1"),
        "shop": party_key("shop", "s-1"),
        "arbitrator": staff_key("arbitrator"),
        "other arbitrator": staff_key("arbitrator", "another"),
        "supervisor": staff_key("supervisor"),
        "auditor": staff_key("auditor"),
        "operator": staff_key("operator"),
        "other buyer": party_key("buyer", "b-2"),
        "other shop": party_key("shop", "s-2"),
        "no scope": a_key([Scope.JURY]),
        "nobody": Caller("adj_nobody"),
    }


def asked(caller, method, address, body=None, *, documented=True):
    """What can be told apart by whoever asks: status, the headers that speak of the matter, and the whole body."""
    sent = b"" if method == "GET" else b"{" if body is None else json.dumps(body).encode()
    response = client().generic(
        method, address, sent, "application/json", headers={"Authorization": f"Bearer {caller.text}"}
    )
    if documented:
        require_documented(method, address, response)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    told = {
        name: response.headers.get(name) for name in ("Content-Type", "Content-Length", "Allow", "ETag", "Location")
    }
    return response.status_code, told, content


def address_of(name, objects):
    return reverse(f"api:{name}", kwargs={each: objects[each] for each in ROUTES[name][0]})


def test_everyone_reaches_what_the_table_says_and_the_rest_looks_like_nothing(callers):
    world = a_world()
    before = walk.snapshot()
    wrong, leaks, compared = [], [], 0
    for (method, name), row in TABLE.items():
        there = NOBODYS | world.of(name)
        nothing = NOBODYS | UNKNOWN
        for who in COLUMNS:
            body, bodied = (row.body(there), row.body(nothing)) if row.body else (None, None)
            is_of_matters = name not in ("schema", "docs")
            status, told, content = asked(callers[who], method, address_of(name, there), body, documented=is_of_matters)
            if status != row.statuses[who]:
                wrong.append(
                    f"{who}: {method} {name} is {status}, the table says {row.statuses[who]}: {content[:200]!r}"
                )
            if who not in STRANGERS:
                continue
            if found := [secret for secret in world.secrets if secret.encode() in content]:
                leaks.append(f"{who}: {method} {name} tells {found}")
            if ROUTES[name][0] or row.body:
                compared += 1
                unknown = asked(callers[who], method, address_of(name, nothing), bodied)
                if (status, told, content) != unknown:
                    leaks.append(f"{who}: {method} {name} tells {status, told, content} from {unknown}")
    assert not wrong, "\n".join(wrong)
    assert not leaks, "\n".join(leaks)
    assert compared > 60
    assert walk.snapshot() == before


def test_a_method_that_a_route_does_not_take_says_so_alike_for_what_there_is_and_what_there_is_not(callers):
    world = a_world()
    for name, (ids, taken) in ROUTES.items():
        for method in set(METHODS) - taken:
            for who in ("marketplace", "other buyer", "nobody"):
                known, unknown = (
                    asked(callers[who], method, address_of(name, NOBODYS | objects), documented=False)
                    for objects in (world.of(name), UNKNOWN)
                )
                assert known[0] in ({401, 405} if who == "nobody" else {405}), (who, method, name, known)
                assert not ids or known == unknown


def test_a_filter_finds_nothing_of_what_is_anothers(callers):
    world = a_world()
    for who in STRANGERS:
        own = callers[who].get("cases").json()
        assert len(own["results"]) == 1
        for known, unknown in (
            (f"order_number={world.objects['order_number']}", "order_number=unknown"),
            ("buyer=b-1", "buyer=b-9"),
            ("shop=s-1", "shop=s-9"),
            ("arbitrator=arbitrator", "arbitrator=nobody"),
        ):
            answers = [callers[who].get(f"cases?{query}").json() for query in (known, unknown)]
            assert answers[0] == answers[1] == {"next": None, "previous": None, "results": []}


def test_an_id_of_anothers_in_a_body_is_answered_like_one_that_names_nothing(callers):
    """Of what the marketplace may see but the case does not hold, too: another case's exhibit is no exhibit here."""
    world = a_world()
    theirs = world.objects["exhibit_id"]
    own = callers["other buyer"].get("cases").json()["results"][0]["number"]
    note = {"kind": "document", "title": "A note", "text": "As can be seen."}
    before = walk.snapshot()
    for who, path, body in (
        ("other buyer", f"cases/{own}/exhibits", lambda pk: {**note, "replaces": pk}),
        ("other shop", f"cases/{own}/reject", lambda pk: {"reason": "signed_for", "text": "No.", "exhibits": [pk]}),
        ("marketplace", f"cases/{own}/reject", lambda pk: {"reason": "signed_for", "text": "No.", "exhibits": [pk]}),
    ):
        answers = []
        for pk in (theirs, UNKNOWN["exhibit_id"]):
            answer = callers[who].post(path, body(pk))
            assert answer.status_code == 422
            answers.append(answer.content.replace(pk.encode(), b"ID"))
        assert answers[0] == answers[1]
    assert walk.snapshot() == before


def test_a_proposal_or_party_of_another_case_is_none_of_this(callers):
    world = a_world()
    number, proposal = world.objects["number"], world.objects["proposal_id"]
    before = walk.snapshot()
    for below in ("confirm", "send-back"):
        body = {"note": "No."} if below == "send-back" else {}
        answers = {
            callers["supervisor"].post(f"cases/{number}/rulings/{pk}/{below}", body).content
            for pk in (proposal, UNKNOWN["proposal_id"])
        }
        assert len(answers) == 1
    known = callers["marketplace"].post(f"cases/{number}/links", {"party": "b-2"})
    unknown = callers["marketplace"].post(f"cases/{number}/links", {"party": "b-9"})
    assert known.content == unknown.content
    refused(known, 422, "unprocessable")
    assert walk.snapshot() == before


def test_a_claim_over_anothers_order_tells_nothing_whatever_else_it_says(callers):
    world = a_world()
    for who in STRANGERS:
        for changes in ({}, {"amount": 7}, {"lines": ["9"]}, {"colour": "red"}):
            answers = {
                callers[who].post("cases", a_claim(number, **changes)).content
                for number in (world.objects["order_number"], "unknown")
            }
            assert len(answers) == 1
            assert not re.search(rb"Lin|Kiln", *answers)
