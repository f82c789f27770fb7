"""Drafts over HTTP: its own side alone sees one, changes what it has seen, and files it under the id it had."""

import hashlib
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from adjudication.evidence.drafts import Draft
from adjudication.evidence.models import Exhibit
from adjudication.management.demo import drawings
from tests import walk
from tests.api.conftest import refused

NOTE = {"kind": "document", "title": "A note", "text": "As can be seen.", "draft": True}


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    where = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "evidence": where}
    return tmp_path


@pytest.fixture
def case(day):
    return walk.in_evidence()


@pytest.fixture
def buyer(party_key):
    return party_key("buyer", "b-1")


@pytest.fixture
def seller(party_key):
    return party_key("shop", "s-1")


def photo():
    return SimpleUploadedFile("photo.png", drawings.cup(), content_type="image/png")


def patched(caller, path, fields, **headers):
    """PATCH as a form with a file."""
    body = encode_multipart(BOUNDARY, fields)
    return caller._sent("PATCH", path, body, MULTIPART_CONTENT, headers)


def kept_by(caller, case, **changes):
    answer = caller.post(f"cases/{case.number}/exhibits", {**NOTE, **changes})
    assert answer.status_code == 201, answer.content
    return answer


def test_a_draft_is_kept_changed_and_filed_under_its_id(buyer, case):
    answer = kept_by(buyer, case, facts=["promised"])
    draft = answer.json()
    assert (draft["filed_at"], draft["label"], draft["number"], draft["draft"]) == (None, None, None, True)
    assert answer["ETag"] == '"1"'
    assert buyer.get(f"cases/{case.number}/exhibits?drafts=true").json()["results"] == [draft]
    path = f"exhibits/{draft['id']}"
    changed = buyer.send("PATCH", path, {"title": "Better", "facts": ["promised", "defect_shown"]}, If_Match='"1"')
    assert (changed.status_code, changed["ETag"]) == (200, '"2"')
    assert (changed.json()["title"], changed.json()["text"]) == ("Better", "As can be seen.")
    filed = buyer.send("PATCH", path, {"draft": False}, If_Match='"2"').json()
    assert (filed["id"], filed["label"], filed["draft"], filed["version"]) == (draft["id"], "B2", False, None)
    assert filed["facts"] == ["defect_shown", "promised"]
    assert filed["filed_at"] is not None
    assert buyer.get(path).json() == filed


def test_nobody_else_can_tell_that_there_is_a_draft(buyer, seller, staff_key, marketplace, case):
    staff = [staff_key(role) for role in ("arbitrator", "supervisor", "auditor", "operator")]
    lists = [f"cases/{case.number}", "cases", f"cases/{case.number}/exhibits", f"cases/{case.number}/events", "events"]
    lists += [f"cases/{case.number}/checklist", f"cases/{case.number}/offers"]
    seen = [[(each.get(path).content, each.get(path).get("ETag")) for path in lists] for each in [seller, *staff]]
    draft = kept_by(buyer, case).json()
    again = [[(each.get(path).content, each.get(path).get("ETag")) for path in lists] for each in [seller, *staff]]
    assert again == seen
    assert seller.get(f"cases/{case.number}/exhibits?drafts=true").json()["results"] == []
    before = walk.snapshot()
    for other in [seller, *staff]:
        for path in ("", "/file", "/pages/1", "/thumbnail"):
            refused(other.get(f"exhibits/{draft['id']}{path}"), 404, "not_found")
        refused(other.send("PATCH", f"exhibits/{draft['id']}", {"draft": False}), 404, "not_found")
        refused(other.send("DELETE", f"exhibits/{draft['id']}"), 404, "not_found")
    for other in staff:
        refused(other.get(f"cases/{case.number}/exhibits?drafts=true"), 403, "no_standing")
    assert walk.snapshot() == before
    assert [each["id"] for each in marketplace.get(f"cases/{case.number}/exhibits?drafts=true").json()["results"]] == [
        draft["id"]
    ]


def test_the_marketplace_keeps_a_draft_for_the_side_it_names(marketplace, case):
    refused(marketplace.post(f"cases/{case.number}/exhibits", NOTE), 400, "invalid")
    draft = kept_by(marketplace, case, by="seller").json()
    assert draft["by"] == "seller"
    assert marketplace.send("PATCH", f"exhibits/{draft['id']}", {"draft": False}).json()["label"] == "S2"


def test_whoever_saw_an_older_version_is_told_that_it_is_stale(buyer, case):
    path = f"exhibits/{kept_by(buyer, case).json()['id']}"
    assert buyer.send("PATCH", path, {"title": "Second"}, If_Match='"1"').status_code == 200
    before = walk.snapshot()
    refused(buyer.send("PATCH", path, {"title": "Third"}, If_Match='"1"'), 409, "stale")
    refused(buyer.send("PATCH", path, {"draft": False}, If_Match='"1"'), 409, "stale")
    refused(buyer.send("DELETE", path, If_Match='"1"'), 409, "stale")
    refused(buyer.send("PATCH", path, {"title": "Third"}, If_Match='"x"'), 400, "invalid")
    assert walk.snapshot() == before


def test_a_filed_exhibit_is_neither_changed_nor_dropped(buyer, seller, staff_key, case):
    filed = walk.filed(case, walk.buyer_of(case))
    before = walk.snapshot()
    for caller, status, code in (
        (buyer, 409, "out_of_order"),
        (seller, 403, "no_standing"),
        (staff_key("arbitrator"), 403, "no_standing"),
    ):
        refused(caller.send("PATCH", f"exhibits/{filed.pk}", {"title": "Other"}), status, code)
        refused(caller.send("DELETE", f"exhibits/{filed.pk}"), status, code)
    assert walk.snapshot() == before


def test_a_dropped_draft_is_gone_with_its_file(buyer, case, folder, django_capture_on_commit_callbacks):
    sent = buyer.upload(f"cases/{case.number}/exhibits", {"kind": "photo", "draft": "true", "file": photo()})
    draft = sent.json()
    assert draft["title"] == ""
    assert draft["sha256"] == hashlib.sha256(drawings.cup()).hexdigest()
    assert b"".join(buyer.get(f"exhibits/{draft['id']}/file")) == drawings.cup()
    assert buyer.get(f"exhibits/{draft['id']}/thumbnail").status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        assert buyer.send("DELETE", f"exhibits/{draft['id']}").status_code == 204
    refused(buyer.get(f"exhibits/{draft['id']}"), 404, "not_found")
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_a_file_takes_the_place_of_the_one_before_and_null_takes_it_away(
    buyer, case, folder, django_capture_on_commit_callbacks
):
    path = f"exhibits/{kept_by(buyer, case).json()['id']}"
    with django_capture_on_commit_callbacks(execute=True):
        first = patched(buyer, path, {"file": photo()}).json()
        assert (first["media_type"], first["title"], first["draft"]) == ("image/png", "A note", True)
        assert buyer.send("PATCH", path, {"file": None}).json()["sha256"] == ""
    assert [each for each in folder.rglob("*") if each.is_file()] == []


def test_a_form_takes_away_by_an_empty_field_what_a_draft_may_be_without(
    buyer, case, folder, django_capture_on_commit_callbacks
):
    replaced = str(walk.filed(case, walk.buyer_of(case)).pk)
    path = f"exhibits/{kept_by(buyer, case, replaces=replaced, facts=['promised', 'defect_shown']).json()['id']}"
    with django_capture_on_commit_callbacks(execute=True):
        assert patched(buyer, path, {"file": photo()}).json()["media_type"] == "image/png"
        untouched = patched(buyer, path, {"title": "Better"}).json()
    assert (untouched["replaces"], untouched["facts"]) == (replaced, ["defect_shown", "promised"])
    assert untouched["media_type"] == "image/png"
    with django_capture_on_commit_callbacks(execute=True):
        emptied = patched(buyer, path, {"replaces": "", "facts": "", "file": "", "text": ""})
    assert emptied.status_code == 200, emptied.content
    left = emptied.json()
    assert (left["replaces"], left["facts"], left["sha256"], left["text"]) == (None, [], "", "")
    assert (left["title"], left["kind"]) == ("Better", "document")
    assert [each for each in folder.rglob("*") if each.is_file()] == []


@pytest.mark.parametrize("field", ["kind", "draft"])
def test_a_form_cannot_empty_what_every_draft_has(buyer, case, field):
    path = f"exhibits/{kept_by(buyer, case).json()['id']}"
    before = walk.snapshot()
    told = refused(patched(buyer, path, {field: "", "title": "Better"}), 400, "invalid")
    assert [error["field"] for error in told["errors"]] == [field]
    told = refused(patched(buyer, path, {"replaces": "null"}), 400, "invalid")
    assert [error["field"] for error in told["errors"]] == ["replaces"]
    assert walk.snapshot() == before


def test_a_refused_change_keeps_no_file(buyer, case, folder):
    path = f"exhibits/{kept_by(buyer, case).json()['id']}"
    before = walk.snapshot()
    refused(patched(buyer, path, {"file": photo(), "facts": "moon"}), 422, "evidence_refused")
    refused(patched(buyer, path, {"file": photo(), "moon": "x"}), 400, "invalid")
    refused(buyer.send("PATCH", path, {"file": "x"}), 400, "invalid")
    refused(buyer.send("PATCH", path, {"draft": "no"}), 400, "invalid")
    assert walk.snapshot() == before
    assert [each for each in folder.rglob("*") if each.is_file()] == []


def test_what_is_filed_at_once_needs_its_title(buyer, case):
    before = walk.snapshot()
    told = refused(buyer.post(f"cases/{case.number}/exhibits", {"kind": "photo", "text": "x"}), 400, "invalid")
    assert told["errors"][0]["field"] == "title"
    assert walk.snapshot() == before


def test_a_refusal_an_appeal_and_a_dispute_name_drafts(seller, day):
    case = walk.requested()
    body = {"reason": "signed_for", "text": "Signed.", "exhibits": [kept_by(seller, case).json()["id"]]}
    assert seller.post(f"cases/{case.number}/reject", body).json()["state"] == "rejected"
    case, _ruling = walk.ruled()
    draft = kept_by(seller, case).json()
    refused(seller.send("PATCH", f"exhibits/{draft['id']}", {"draft": False}), 409, "out_of_order")
    body = {"grounds": "See the note.", "exhibits": [draft["id"], {**NOTE, "facts": ["tested"]} | {"draft": None}]}
    del body["exhibits"][1]["draft"]
    assert seller.post(f"cases/{case.number}/appeal", body).json()["state"] == "evidence"
    assert Exhibit.objects.get(pk=draft["id"]).instance == 2
    assert Exhibit.objects.latest("number").facts == ["tested"]
    assert not Draft.objects.exists()


def test_the_checklist_says_what_is_missing_and_a_side_sees_its_own(buyer, seller, staff_key, case):
    (mine,) = buyer.get(f"cases/{case.number}/checklist").json()["sides"]
    assert (mine["side"], mine["has_burden"]) == ("buyer", True)
    assert mine["missing"] == [item["fact"] for item in mine["items"]]
    exhibit = {"kind": "document", "title": "Letter", "text": "Of that day.", "facts": ["reported_in_time"]}
    filed = buyer.post(f"cases/{case.number}/exhibits", exhibit).json()
    (mine,) = buyer.get(f"cases/{case.number}/checklist").json()["sides"]
    cover = {item["fact"]: (item["cover"], item["exhibits"]) for item in mine["items"]}
    assert cover["reported_in_time"] == ("covered", [filed["id"]])
    assert cover["defect_shown"] == ("missing", [])
    (theirs,) = seller.get(f"cases/{case.number}/checklist").json()["sides"]
    assert theirs["side"] == "seller"
    both = staff_key("arbitrator").get(f"cases/{case.number}/checklist").json()["sides"]
    assert both == [mine, theirs]


def test_the_manifest_can_be_checked_against_the_journal(buyer, seller, staff_key, day):
    case = walk.in_evidence()
    refused(buyer.get(f"cases/{case.number}/manifest"), 404, "not_found")
    walk.ruled(walk.in_ruling(case))
    first = buyer.get(f"cases/{case.number}/manifest?at=evidence-1").json()
    last = buyer.get(f"cases/{case.number}/manifest").json()
    assert (last["at"], last["type"]) == ("ruling-1", "ruling.issued")
    assert first["exhibits"] == last["exhibits"]
    assert [entry["label"] for entry in last["exhibits"]] == ["S1", "B2"]
    events = {event["sequence"]: event for event in buyer.get(f"cases/{case.number}/events").json()["results"]}
    for manifest in (first, last):
        assert events[manifest["sequence"]]["hash"] == manifest["hash"]
        hashed = hashlib.sha256(bytes.fromhex(manifest["previous"]) + manifest["body"].encode())
        assert hashed.hexdigest() == manifest["hash"]
        listed = json.loads(manifest["body"])["facts"]["manifest"]
        assert [list(entry.values()) for entry in manifest["exhibits"]] == listed
    for other in (seller, staff_key("auditor")):
        assert other.get(f"cases/{case.number}/manifest").json() == last
    refused(buyer.get(f"cases/{case.number}/manifest?at=ruling-2"), 404, "not_found")
    refused(buyer.get(f"cases/{case.number}/manifest?at=moon"), 400, "invalid")
