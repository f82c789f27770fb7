"""The schema is whole: nothing in it is guessed, and it is valid."""

import json

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver

from adjudication.api import urls


def test_the_schema_is_made_without_a_warning_and_is_valid_openapi_3_1(tmp_path):
    file = tmp_path / "schema.json"
    call_command("spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json", "--file", str(file))
    schema = json.loads(file.read_text())
    assert schema["openapi"].startswith("3.1")
    assert "/api/v1/cases/{number}/reject" in schema["paths"]


def test_the_schema_and_its_page_are_served_without_a_key(db):
    client = Client()
    assert client.get("/api/v1/schema/").json()["openapi"].startswith("3.1")
    page = client.get("/api/v1/docs/")
    assert page.status_code == 200
    assert b"http://" not in page.content.replace(b"http://testserver", b"")
    assert b"https://" not in page.content


def posts():
    for pattern in get_resolver(urls).url_patterns:
        view = getattr(pattern.callback, "view_class", None)
        if hasattr(view, "post"):
            yield pytest.param(view, id=str(pattern.pattern))


@pytest.mark.parametrize("view", posts())
def test_every_post_honours_the_idempotency_key(view):
    assert view.post.is_answered_once
