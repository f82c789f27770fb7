"""Callers of the API: each answer is held against the schema, so that nothing undocumented leaves."""

import json
import re
import threading
from dataclasses import dataclass
from functools import cache

import jsonschema
import pytest
from django.contrib.auth.models import User
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from adjudication import clock
from adjudication.credentials import keys
from adjudication.credentials.models import Scope
from adjudication.orders.models import Party
from tests import walk

own = threading.local()


@pytest.fixture
def day(db):
    """A simulated day long past, in a transaction that is rolled back."""
    with clock.simulated(walk.START):
        yield walk.START


@cache
def schema():
    return SchemaGenerator().get_schema(request=None, public=True)


@cache
def documented():
    """(pattern of the path, what is documented of it), longest first."""
    found = [
        (re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)), operations) for path, operations in schema()["paths"].items()
    ]
    return sorted(found, key=lambda pair: -len(pair[0].pattern))


def require_documented(method, path, response):
    """The status and the content are as the schema says."""
    address = path.partition("?")[0]
    operations = next((ops for pattern, ops in documented() if pattern.fullmatch(address)), None)
    if operations is None or method.lower() not in operations:
        assert response.status_code in (404, 405), f"{method} {address} is not documented"
        return
    answers = operations[method.lower()]["responses"]
    assert str(response.status_code) in answers, f"{response.status_code} is not documented for {method} {address}"
    content = answers[str(response.status_code)].get("content")
    if content is None:
        assert not response.content
        return
    kind = response.headers["Content-Type"].partition(";")[0]
    if response.streaming:
        return
    assert kind in content, f"{kind} is not documented for {method} {address}"
    told = json.dumps(content[kind]["schema"], sort_keys=True)
    validator(told).validate(json.loads(response.content))


def client():
    """One client a thread: each new one looks through all static files again."""
    if not hasattr(own, "client"):
        own.client = Client()
    return own.client


@cache
def validator(told):
    """Hold content against one of the schema's answers."""
    return jsonschema.Draft202012Validator({**json.loads(told), "components": schema()["components"]})


@dataclass
class Caller:
    """Somebody with a key."""

    text: str

    def get(self, path, **headers):
        return self._sent("GET", path, b"", "", headers)

    def post(self, path, body=None, *, raw=None, content_type="application/json", **headers):
        data = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        return self._sent("POST", path, data, content_type, headers)

    def send(self, method, path, body=None, **headers):
        data = b"" if body is None else json.dumps(body).encode()
        return self._sent(method, path, data, "application/json", headers)

    def upload(self, path, fields, **headers):
        path = path if path.startswith("/") else f"/api/v1/{path}"
        response = client().post(path, fields, headers=self._headers(headers))
        require_documented("POST", path, response)
        return response

    def _sent(self, method, path, data, content_type, headers):
        path = path if path.startswith("/") else f"/api/v1/{path}"
        response = client().generic(method, path, data, content_type, headers=self._headers(headers))
        require_documented(method, path, response)
        return response

    def _headers(self, headers):
        return {"Authorization": f"Bearer {self.text}", **{n.replace("_", "-"): v for n, v in headers.items()}}


def a_key(scopes=Scope.values, **whom):
    return Caller(keys.create("for a test", scopes=scopes, **whom)[1])


@pytest.fixture
def marketplace(day):
    return a_key()


@pytest.fixture
def staff_key(day):
    """A maker of staff keys: `staff_key("arbitrator")`, with a username if the role is not its own."""

    def made(role, username=None, scopes=Scope.values):
        user = User.objects.get_or_create(username=username or role, defaults={"is_staff": True})[0]
        user.groups.add(walk.group(role))
        return a_key(scopes, user=user)

    return made


@pytest.fixture
def party_key(day):
    """A maker of party keys: `party_key("buyer", "b-1")`."""

    def made(kind, external_id, scopes=Scope.values):
        party, _made = Party.objects.get_or_create(kind=kind, external_id=external_id)
        return a_key(scopes, party=party)

    return made


def refused(response, status, code):
    """It was refused in this way; returns the problem."""
    assert (response.status_code, response.json().get("code")) == (status, code), response.content
    assert response.headers["Content-Type"].startswith("application/problem+json")
    problem = response.json()
    assert problem["status"] == status
    assert problem["detail"]
    return problem


def an_order(number="A-1", **changes):
    """The body of a registration."""
    return {
        "order_number": number,
        "buyer": {"id": "b-1", "name": "Lin"},
        "shop": {"id": "s-1", "name": "Kiln & Co", "category": "home"},
        "items": [{"sku": "CUP", "title": "Porcelain cup", "unit_price_minor": 10_000, "quantity": 1}],
        "price": {"amount_minor": 10_000, "currency": "CNY"},
        "paid_at": "2026-03-02T08:00:00Z",
        **changes,
    }


def a_claim(number="A-1", **changes):
    """The body of a request."""
    return {
        "order_number": number,
        "reason": "quality",
        "remedy": "refund",
        "amount": {"amount_minor": 10_000, "currency": "CNY"},
        "statement": "The cup came with a crack from rim to foot.",
        **changes,
    }
