"""Whatever staff type in words is kept whole or refused whole: at most 4,000 characters, as over the API."""

import pytest
from django.urls import reverse

from adjudication.cases.inquiries import Inquiry
from adjudication.cases.notes import Note
from adjudication.deadlines.models import Extension
from adjudication.evidence.corrections import KindCorrection
from adjudication.parties import Actor, Role
from tests import walk
from tests.staff.test_second_person import proposed

#: Each act → its field of words, what else it asks for, and where the words are kept.
WORDS = {
    "extend_term": ("reason", {"hours": "9"}, Extension, "reason"),
    "inquire": ("text", {"to": "buyer"}, Inquiry, "text"),
    "correct_kind": ("reason", {"kind": "carrier_record"}, KindCorrection, "reason"),
    "give_case": ("reason", {"arbitrator": "colleague"}, Note, "text"),
}


@pytest.fixture
def sent(staff, signed_in):
    case = walk.in_evidence(by=Actor(Role.ARBITRATOR, staff("arbitrator").pk))
    staff("arbitrator", "colleague")
    client = signed_in("arbitrator")

    def post(name, words):
        field, more, *_kept = WORDS[name]
        which = {"exhibit_id": case.papers.exhibits[0].pk} if name == "correct_kind" else {}
        address = reverse(f"admin:{name}", kwargs={"number": case.number, **which})
        return client.post(address, {"version": case.version, field: words, **more})

    return post


@pytest.mark.parametrize("name", WORDS)
def test_too_many_words_are_refused_and_none_is_cut_off(sent, name):
    before = walk.snapshot()
    refused = sent(name, "x" * 4001)
    assert refused.status_code == 400
    assert "4001 characters" in refused.text
    assert walk.snapshot() == before
    assert sent(name, "x" * 4000).status_code == 302
    *_asked, model, field = WORDS[name]
    assert model.objects.values_list(field, flat=True).get() == "x" * 4000


@pytest.mark.parametrize("name", WORDS)
def test_lines_end_alike_and_no_text_holds_a_nul(sent, name):
    assert sent(name, "One\r\ntwo\0.").status_code == 302
    *_asked, model, field = WORDS[name]
    assert model.objects.values_list(field, flat=True).get() == "One\ntwo."


def test_why_a_ruling_goes_back_is_kept_whole_too(signed_in):
    case = proposed(signed_in)
    client, address = signed_in("supervisor"), reverse("admin:ruling_send_back", args=[case.number])
    before = walk.snapshot()
    assert client.post(address, {"version": case.version, "note": "x" * 4001}).status_code == 400
    assert walk.snapshot() == before
    assert client.post(address, {"version": case.version, "note": "Weigh S1\0 again."}).status_code == 302
