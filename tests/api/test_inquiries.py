"""Inquiries, chat and corrected kinds over the API: who sees what, and what is answered."""

import io

import pytest
from PIL import Image

from tests import walk
from tests.api.conftest import an_order, refused


@pytest.fixture(autouse=True)
def evidence(tmp_path, settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "evidence": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}},
    }


def a_photo():
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "PNG")
    file.seek(0)
    file.name = "cup.png"
    return file


def test_a_code_is_shown_to_staff_and_to_the_side_it_was_given_to_and_the_reply_brings_a_photo(
    marketplace, staff_key, party_key
):
    case = walk.in_ruling()
    body = {"to": ["buyer", "seller"], "text": "Show the cup.", "challenge": True}
    staff, buyer, seller = staff_key("arbitrator"), party_key("buyer", "b-1"), party_key("shop", "s-1")
    refused(marketplace.post(f"cases/{case.number}/inquiries", body), 403, "no_standing")
    made = staff.post(f"cases/{case.number}/inquiries", body)
    assert made.status_code == 201, made.content
    codes = {asking["side"]: asking["code"] for asking in made.json()["asked"]}
    seen = buyer.get(f"cases/{case.number}").json()["inquiries"][0]["asked"]
    assert [asking["code"] for asking in seen] == [codes["buyer"], None]
    seen = seller.get(f"cases/{case.number}/inquiries").json()["results"][0]["asked"]
    assert [asking["code"] for asking in seen] == [None, codes["seller"]]
    for event in buyer.get(f"cases/{case.number}/events").json()["results"]:
        assert not any(code in str(event) for code in codes.values())
    reply = f"inquiries/{made.json()['id']}/reply"
    refused(buyer.post(reply, {"text": "Here."}), 422, "evidence_refused")
    refused(marketplace.post(reply, {"text": "Here."}), 400, "invalid")
    answered = buyer.upload(reply, {"text": "Here.", "files": [a_photo()]})
    assert answered.status_code == 201, answered.content
    assert [asking["code"] for asking in answered.json()["asked"]] == [None, None]
    refused(buyer.upload(reply, {"text": "Again.", "files": [a_photo()]}), 409, "out_of_order")
    exhibit = buyer.get(f"cases/{case.number}/exhibits").json()["results"][-1]
    assert exhibit["inquiry"] == made.json()["id"]
    refused(party_key("buyer", "b-2").post(reply, {"text": "Mine?"}), 404, "not_found")


def test_chat_is_reported_once_listed_and_quoted(marketplace, party_key):
    assert marketplace.post("orders", an_order()).status_code == 201
    body = {"messages": [{"from": "buyer", "text": "Is it whole?", "sent_at": "2026-03-01T08:00:00Z"}]}
    assert marketplace.post("orders/A-1/messages", body).status_code == 201
    again = marketplace.post("orders/A-1/messages", body)
    assert (again.status_code, again.json()["messages_count"]) == (200, 1)
    listed = marketplace.get("orders/A-1/messages").json()["results"]
    assert [(each["number"], each["from"], each["text"]) for each in listed] == [(1, "buyer", "Is it whole?")]
    refused(party_key("buyer", "b-1").post("orders/A-1/messages", body), 403, "no_standing")
    for wrong in ({"messages": []}, {"messages": [{**body["messages"][0], "from": "staff"}]}, {}):
        refused(marketplace.post("orders/A-1/messages", wrong), 400, "invalid")


def test_a_quoted_message_is_filled_in_from_the_record(marketplace):
    order = walk.register(walk.given_order())
    walk.deliver(order)
    walk.talked(order, ("seller", "It is hand-painted."))
    case = walk.requested(order)
    own = f"cases/{case.number}/exhibits"
    quoted = marketplace.post(own, {"by": "buyer", "kind": "platform_chat", "title": "Promised", "messages": [1]})
    assert (quoted.status_code, quoted.json()["of_record"]) == (201, True), quoted.content
    assert "It is hand-painted." in quoted.json()["text"]
    frozen = marketplace.get(own).json()["results"][0]
    assert (frozen["label"], frozen["by"], frozen["kind"]) == ("P1", "platform", "platform_chat")


def test_a_corrected_kind_is_told_with_what_it_was_filed_as(marketplace, staff_key):
    case = walk.in_ruling()
    path = f"exhibits/{case.papers.exhibits[0].pk}/kind"
    body = {"kind": "off_platform_chat", "reason": "It shows another app."}
    refused(marketplace.post(path, body), 403, "no_standing")
    told = staff_key("arbitrator").post(path, body).json()
    assert (told["kind"], told["filed_as"], told["admissible"]) == ("off_platform_chat", "document", False)
    listed = marketplace.get(f"cases/{case.number}/exhibits").json()["results"][0]
    assert listed["correction"]["reason"] == "It shows another app."
