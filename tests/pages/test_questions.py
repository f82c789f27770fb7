"""The case page shows what the arbitrator asks, with the code, and takes the answer; chat is quoted from the record."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from adjudication.management.demo import drawings
from adjudication.parties import Role
from tests import walk


@pytest.fixture(autouse=True)
def evidence(tmp_path, settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "evidence": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}},
    }


def test_who_is_asked_sees_the_question_the_code_and_until_when_and_answers_with_a_photo(buyer, seller):
    case = walk.in_ruling()
    inquiry = walk.asked(case, Role.BUYER, Role.SELLER, is_challenge=True)
    code, others = (asking.code for asking in inquiry.asked)
    page = buyer(case).get(f"/cases/{case.number}/").text
    assert code in page
    assert others not in page
    assert "Answer the arbitrator’s question" in page
    photo = SimpleUploadedFile("cup.png", drawings.cup(), content_type="image/png")
    said = {"version": case.version, "inquiry": str(inquiry.pk), "text": "Here it is."}
    answer = buyer(case).post(f"/cases/{case.number}/reply/", {**said, "exhibits": [photo]})
    assert answer.status_code == 302, answer.text
    page = buyer(case).get(f"/cases/{case.number}/").text
    assert code not in page
    assert "Answers question 1." in seller(case).get(f"/cases/{case.number}/").text


def test_without_the_photo_it_is_refused_and_nothing_typed_is_lost(buyer):
    case = walk.in_ruling()
    inquiry = walk.asked(case, is_challenge=True)
    before = walk.snapshot()
    said = {"version": case.version, "inquiry": str(inquiry.pk), "text": "I have none."}
    answer = buyer(case).post(f"/cases/{case.number}/reply/", said)
    assert answer.status_code == 422
    assert "I have none." in answer.text
    assert walk.snapshot() == before


def test_chat_is_quoted_by_ticking_messages_and_shown_escaped(buyer):
    order = walk.register(walk.given_order())
    walk.deliver(order)
    walk.talked(order, ("seller", "<b>hand-painted</b>"))
    case = walk.requested(order)
    said = {"version": case.version, "title": "Promised", "messages": ["1"]}
    assert buyer(case).post(f"/cases/{case.number}/quote_chat/", said).status_code == 302
    page = buyer(case).get(f"/cases/{case.number}/").text
    assert page.count("&lt;b&gt;hand-painted&lt;/b&gt;") >= 2
    assert "<b>hand-painted" not in page
    assert walk.look(case).papers.exhibits[-1].is_of_record


def test_without_chat_on_record_nothing_is_offered_to_quote(buyer):
    assert "quote_chat" not in buyer(case := walk.requested()).get(f"/cases/{case.number}/").text
