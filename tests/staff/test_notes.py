"""Private notes: staff write and read them on the hearing page; no party, feed or webhook ever tells of one."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from adjudication.cases.desks import Interest
from adjudication.cases.notes import Note
from adjudication.journal.models import Event
from adjudication.webhooks.models import WebhookMessage
from tests import walk
from tests.pages.conftest import signed_in as party_signed_in

SECRET = "The seller wrote like this in three other cases."


def note(client, case, text=SECRET):
    return client.post(reverse("admin:write_note", args=[case.number]), {"text": text})


def test_a_note_is_read_by_staff_and_by_no_party(signed_in, staff):
    case = walk.in_evidence()
    events, version = Event.objects.count(), case.version
    assert note(signed_in("arbitrator"), case).status_code == 302
    (kept,) = Note.objects.all()
    assert (kept.case, kept.by, kept.text, kept.kind) == (case, staff("arbitrator"), SECRET, "note")
    for role in ("arbitrator", "supervisor", "auditor", "operator"):
        assert SECRET in signed_in(role).get(reverse("admin:hearing", args=[case.number])).content.decode()
    for party in (case.buyer, case.shop.party):
        assert SECRET not in party_signed_in(party).get(f"/cases/{case.number}/").text
    assert (Event.objects.count(), walk.look(case).version) == (events, version)
    assert not WebhookMessage.objects.filter(body__icontains="three other").exists()


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 4001, "a\0b"])
def test_a_note_says_something_in_plain_text(text, signed_in):
    case = walk.in_evidence()
    assert note(signed_in("arbitrator"), case, text).status_code == 400
    assert not Note.objects.exists()


def test_why_a_case_is_handed_over_is_no_longer_than_a_note(signed_in, staff):
    case, colleague = walk.in_evidence(), staff("arbitrator", "colleague")
    address = reverse("admin:give_case", args=[case.number])
    form = {"version": case.version, "arbitrator": colleague.username}
    before = walk.snapshot()
    refused = signed_in("supervisor").post(address, {**form, "reason": "x" * 4001})
    assert refused.status_code == 400
    assert "4000" in refused.text
    assert walk.snapshot() == before
    assert signed_in("supervisor").post(address, {**form, "reason": "x" * 4000}).status_code == 302
    assert walk.look(case).arbitrator_id == colleague.pk


def test_the_database_keeps_notes_short_too(staff):
    note = Note(case=walk.in_evidence(), by=staff("arbitrator"), text="x" * 4001, written_at=walk.START)
    with pytest.raises(IntegrityError, match="a_note_can_be_read"), transaction.atomic():
        note.save()


def test_who_reads_or_may_not_hear_the_case_notes_nothing(signed_in, staff):
    case = walk.in_evidence()
    related = staff("arbitrator", "related")
    Interest.objects.create(
        user=related, party=case.buyer, kind="relation", declared_by=staff("supervisor"), declared_at=walk.START
    )
    for role, name in (("auditor", ""), ("operator", ""), ("arbitrator", "related")):
        client = signed_in(role, name)
        assert note(client, case).status_code == 403
        assert client.get(reverse("admin:hearing", args=[case.number])).context["may_note"] is False
    assert not Note.objects.exists()


@pytest.mark.parametrize("statement", ["UPDATE {} SET text = ''", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_database_lets_no_note_be_changed(statement, signed_in):
    note(signed_in("arbitrator"), walk.in_evidence())
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="stays as it was written"), transaction.atomic():
            cursor.execute(statement.format("adjudication_note"))
    assert Note.objects.get().text == SECRET


def test_earlier_cases_of_the_sides_are_counted_and_linked_for_supervisors_alone(signed_in):
    first = walk.after_silence(walk.requested())
    case = walk.in_evidence()
    address = reverse("admin:hearing", args=[case.number])
    shown = signed_in("supervisor").get(address)
    assert [(of.side.value, of.count, [o.number for o in of.latest]) for of in shown.context["earlier"]] == [
        ("buyer", 1, [first.number]),
        ("seller", 1, [first.number]),
    ]
    assert first.number in shown.content.decode()
    for role in ("arbitrator", "auditor", "operator"):
        assert first.number not in signed_in(role).get(address).content.decode()


def test_the_hearing_tells_the_rule_that_would_apply_and_why(signed_in):
    page = signed_in("auditor").get(reverse("admin:hearing", args=[walk.in_evidence().number]))
    shown = page.context["shown"]
    assert (shown["version"], shown["code"], shown["burden"]) == (1, "quality", "buyer")
    content = page.content.decode()
    assert "A shipment or a delivery is on record." in content
    assert "CN¥80.00" in content
