"""Canned reasons: kept by supervisors in versions, filled in strictly, and edited by who rules."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from adjudication.errors import Unprocessable
from adjudication.rulings import canned
from adjudication.rulings.canned import CannedReason
from tests import walk
from tests.staff.test_ruling import page, typed

TEXT = {
    "seen": "0",
    "code": "cracked",
    "title": "Came cracked",
    "reason": "quality",
    "winner": "buyer",
    "text_en": "{cited} shows the crack, so {loser_label} bears it: {to_buyer} of {amount}.",
    "text_zh_hans": "{cited} 显示裂痕，由{loser_label}承担：{amount} 中的 {to_buyer}。",
    "is_offered": "1",
}


def write(client, **changes):
    return client.post(reverse("admin:write_canned_reason"), TEXT | changes)


def kept(signed_in, **changes):
    assert write(signed_in("supervisor"), **changes).status_code == 302
    return CannedReason.objects.latest("pk")


def insert(client, case, text, language="en", **changes):
    form = typed(case, reasons="As follows.", canned=text.pk, language=language, **changes)
    return client.post(page(case, "ruling_insert"), form)


def test_a_supervisor_keeps_a_text_and_a_change_is_a_new_version(signed_in, staff):
    kept(signed_in)
    kept(signed_in, seen="1", text_en="Another.", title="Cracked")
    versions = CannedReason.objects.order_by("version")
    assert [(each.version, each.title, each.written_by) for each in versions] == [
        (1, "Came cracked", staff("supervisor")),
        (2, "Cracked", staff("supervisor")),
    ]
    assert [each.version for each in canned.current()] == [2]
    for role in ("arbitrator", "supervisor", "auditor", "operator"):
        client = signed_in(role)
        assert "Another." in client.get(reverse("admin:canned_reasons")).content.decode()
        history = client.get(reverse("admin:canned_reason", args=["cracked"])).content.decode()
        assert "{cited} shows the crack" in history


def test_nobody_else_keeps_one(signed_in):
    for role in ("arbitrator", "auditor", "operator"):
        assert write(signed_in(role)).status_code == 403
    assert not CannedReason.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "Ünknown"}, "code"),
        ({"code": "crac\0ked"}, "code"),
        ({"code": "new"}, "code"),
        ({"code": "write"}, "code"),
        ({"title": " "}, "title"),
        ({"reason": "whim"}, "reason"),
        ({"winner": "nobody"}, "winner"),
        ({"text_zh_hans": ""}, "text_zh_hans"),
        ({"text_en": "x" * 4001}, "text_en"),
        ({"text_en": "{buyer_name} is right."}, "text_en"),
        ({"text_en": "{amount.minor} is right."}, "text_en"),
    ],
)
def test_a_text_with_a_mistake_is_refused_where_it_is_and_nothing_typed_is_lost(changes, field, signed_in):
    answer = write(signed_in("supervisor"), **changes)
    assert answer.status_code == 400
    assert list(answer.context["fields_at_fault"]) == [field]
    assert getattr(answer.context["text"], field) == changes[field].strip()
    assert TEXT["text_zh_hans" if field == "text_en" else "text_en"] in answer.content.decode()
    assert not CannedReason.objects.exists()


@pytest.mark.parametrize("seen", ["0", "2", "x", ""])
def test_a_text_that_somebody_else_has_changed_meanwhile_is_not_overwritten(seen, signed_in):
    kept(signed_in)
    assert write(signed_in("supervisor"), seen=seen).status_code in (400, 409)
    assert CannedReason.objects.count() == 1


def test_inserted_it_is_filled_in_behind_what_is_typed_in_the_language_chosen(signed_in):
    text, case = kept(signed_in), walk.in_ruling()
    client = signed_in("arbitrator")
    before = walk.snapshot()
    answer = insert(client, case, text)
    assert answer.status_code == 200
    told = "As follows.\n\nS1 shows the crack, so the seller bears it: CN¥100.00 of CN¥100.00."
    assert answer.context["typed"].reasons == told
    in_chinese = insert(client, case, text, "zh-hans").context["typed"].reasons
    assert in_chinese.startswith("As follows.\n\nS1 显示裂痕，由")
    assert client.get(page(case)).context["typed"].reasons.startswith("As follows.\n\nS1"), "it is kept as a draft"
    assert walk.snapshot() == before


def test_a_place_with_nothing_to_fill_it_is_named_and_nothing_is_inserted(signed_in):
    text, case = kept(signed_in), walk.in_ruling()
    answer = insert(signed_in("arbitrator"), case, text, winner=None, **{f"cited-{case.papers.exhibits[0].pk}": None})
    assert answer.status_code == 422
    told = [str(fault.detail) for fault in answer.context["canned_faults"]]
    assert [each.split(" is empty")[0] for each in told] == ["{cited}", "{loser_label}", "{to_buyer}"]
    assert answer.context["typed"].reasons == "As follows."


def test_a_text_for_another_reason_or_no_longer_offered_or_none_at_all_is_not_inserted(signed_in):
    case, client = walk.in_ruling(), signed_in("arbitrator")
    late = kept(signed_in, code="late", reason="late_delivery")
    old = kept(signed_in, code="old")
    withdrawn = kept(signed_in, code="old", seen="1", is_offered="")
    for text in (late, old, withdrawn, CannedReason(pk=0)):
        assert insert(client, case, text).status_code == 400
    assert insert(client, case, kept(signed_in), "fr").status_code == 400
    assert [each.code for each in client.get(page(case)).context["texts"]] == ["cracked"]


def test_a_ruling_with_a_place_left_in_it_is_not_previewed(signed_in):
    case = walk.in_ruling()
    form = typed(case, reasons="The crack is plain to see, so {buyer_label} gets all of {amount}, as was asked for.")
    answer = signed_in("arbitrator").post(page(case, "ruling_preview"), form)
    assert answer.status_code == 400
    assert "{amount} is not filled in" in answer.content.decode()


def test_filling_in_names_every_place_that_is_not_known():
    with pytest.raises(Unprocessable) as refused:
        canned.fill("{amount} {who} {amount.x} {0}", {"amount": "1.00"})
    assert [str(fault.detail) for fault in refused.value.faults] == [
        "{who} is not known",
        "{amount.x} is not known",
        "{0} is not known",
    ]
    assert canned.fill("{amount}, {amount}", {"amount": "{rule}"}) == "{rule}, {rule}", "what is filled in is no place"


@pytest.mark.parametrize("statement", ["UPDATE {} SET text_en = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_database_lets_no_version_be_changed(statement, signed_in):
    kept(signed_in)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="stays as it was written"), transaction.atomic():
            cursor.execute(statement.format("adjudication_cannedreason"))
