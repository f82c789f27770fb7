"""The schema is whole: nothing in it is guessed, and it is valid."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver
from drf_spectacular.generators import SchemaGenerator

from adjudication.api import urls


def test_the_schema_is_made_without_a_warning_and_is_valid_openapi_3_1(tmp_path):
    file = tmp_path / "schema.json"
    call_command("spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json", "--file", str(file))
    schema = json.loads(file.read_text())
    assert schema["openapi"].startswith("3.1")
    assert "/api/v1/cases/{number}/reject" in schema["paths"]


def test_the_schema_is_written_for_one_reader_after_the_other(db, monkeypatch):
    written, at_once, most = SchemaGenerator.get_schema, [], []

    def watched(self, **options):
        at_once.append(self)
        most.append(len(at_once))
        try:
            return written(self, **options)
        finally:
            at_once.pop()

    monkeypatch.setattr(SchemaGenerator, "get_schema", watched)
    with ThreadPoolExecutor(3) as pool:
        statuses = [pool.submit(lambda: Client().get("/api/v1/schema/").status_code) for _reader in range(3)]
        assert [status.result() for status in statuses] == [200, 200, 200]
    assert most == [1, 1, 1]


def test_the_schema_and_its_page_are_served_without_a_key(db):
    client = Client()
    assert client.get("/api/v1/schema/").json()["openapi"].startswith("3.1")
    page = client.get("/api/v1/docs/")
    assert page.status_code == 200
    assert b"http://" not in page.content.replace(b"http://testserver", b"")
    assert b"https://" not in page.content


def changing():
    for pattern in get_resolver(urls).url_patterns:
        view = getattr(pattern.callback, "view_class", None)
        for method in ("post", "patch"):
            if hasattr(view, method):
                yield pytest.param(getattr(view, method), id=f"{method} {pattern.pattern}")


@pytest.mark.parametrize("method", changing())
def test_every_post_and_patch_honours_the_idempotency_key(method):
    assert method.is_answered_once


def test_a_form_takes_no_field_but_its_own_and_no_blank_where_it_says_so():
    schemas = SchemaGenerator().get_schema(request=None, public=True)["components"]["schemas"]
    forms = {name: told for name, told in schemas.items() if name.endswith("Form")}
    assert len(forms) > 20
    for name, told in forms.items():
        assert told["additionalProperties"] is False, name
    claim = forms["CaseForm"]["properties"]
    assert (claim["statement"]["minLength"], claim["statement"]["pattern"]) == (1, r"\S")
    assert forms["OrderForm"]["properties"]["items"]["maxItems"] == 500
    assert forms["ItemForm"]["properties"]["sku"].get("minLength") is None
    assert forms["RejectUploadForm"]["properties"]["files"]["items"]["format"] == "binary"


def test_a_form_with_files_takes_an_empty_field_where_json_takes_null():
    schema = SchemaGenerator().get_schema(request=None, public=True)
    bodies = [told.get("requestBody", {}) for methods in schema["paths"].values() for told in methods.values()]
    of_the_web = {
        body["content"]["multipart/form-data"]["schema"]["$ref"].rpartition("/")[2]
        for body in bodies
        if "multipart/form-data" in body.get("content", {})
    }
    assert len(of_the_web) == 6
    forms = schema["components"]["schemas"]
    for name in of_the_web:
        assert "null" not in json.dumps(forms[name]).lower(), name
    replaces = {"anyOf": [{"type": "string", "format": "uuid"}, {"type": "string", "maxLength": 0}]}
    assert replaces.items() <= forms["PatchedDraftUploadForm"]["properties"]["replaces"].items()
    assert forms["PatchedDraftWithoutFileForm"]["properties"]["replaces"]["type"] == ["string", "null"]
