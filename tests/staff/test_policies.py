"""Supervisors, auditors and operators read the policy versions; operators load the next, once they saw what changes."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from adjudication import clock
from adjudication.policy import versions
from adjudication.policy.models import PolicyVersion
from tests import walk

SHORTER = """
[terms_seconds]
seller_answers = 172800
[fees]
seller_basis_points = 500
[limits_minor.second_person_above]
CNY = 5000
"""


def at(name, *args):
    return reverse(f"admin:{name}", args=args)


def known():
    return list(PolicyVersion.objects.order_by("version").values())


def test_every_version_is_listed_with_when_it_was_in_force_and_by_whom(signed_in, staff):
    versions.load(SHORTER, user_id=staff("operator").pk)
    for role in ("supervisor", "auditor", "operator"):
        page = signed_in(role).get(at("policies"))
        rows = page.context["rows"]
        assert [(row.version, row.loaded_by and row.loaded_by.username) for row, _end in rows] == [
            *((2, "operator"), (1, None)),
        ]
        assert [end for _row, end in rows] == [None, rows[0][0].loaded_at]
        assert ("<textarea" in page.text) is (role == "operator")


def test_two_versions_are_compared_in_words(signed_in):
    versions.load(SHORTER)
    page = signed_in("auditor").get(at("policies_compared"), {"before": 1, "after": 2})
    assert page.context["groups"] == [
        ("Terms", [("the seller answers the request", "72 h", "48 h")]),
        ("Fees", [("the fee on the seller’s part", "0\u00a0%", "5\u00a0%")]),
        ("Limits", [("a second person confirms rulings on claims above (CNY)", "CN¥5,000.00", "CN¥50.00")]),
    ]
    assert "Both say the same" in signed_in("auditor").get(at("policies_compared"), {"before": 2, "after": 2}).text
    for asked in ({}, {"before": "1", "after": "x"}, {"before": "1", "after": "-1"}):
        assert signed_in("auditor").get(at("policies_compared"), asked).status_code == 400
    assert signed_in("auditor").get(at("policies_compared"), {"before": "1", "after": "99"}).status_code == 404


@pytest.mark.parametrize("is_file", [True, False])
def test_an_operator_sees_what_changes_and_then_puts_it_in_force(signed_in, staff, is_file):
    client = signed_in("operator")
    content = SHORTER.replace("\n", "\r\n").encode()
    form = {"file": SimpleUploadedFile("next.toml", b"\xef\xbb\xbf" + content)} if is_file else {"source": SHORTER}
    checked = client.post(at("check_policy"), form)
    assert [group for group, _rows in checked.context["groups"]] == ["Terms", "Fees", "Limits"]
    assert len(known()) == 1
    sent = {"source": checked.context["source"], "upon": checked.context["upon"], "confirmed": "1"}
    answer = client.post(at("load_policy"), sent, follow=True)
    assert "Version 2 is in force" in answer.text
    loaded = PolicyVersion.objects.get(version=2)
    assert (loaded.source, loaded.loaded_by) == (SHORTER, staff("operator"))
    assert versions.current().seller_basis_points == 500


def test_what_the_command_refuses_is_refused_here_and_nothing_typed_is_lost(signed_in):
    client, before = signed_in("operator"), known()
    wrong = "[terms_seconds]\nseller_answer = 5\nruling = 1\n[fees]\nseller_basis_points = 10001"
    for name, form in (("check_policy", {}), ("load_policy", {"upon": 1, "confirmed": "1"})):
        answer = client.post(at(name), {"source": wrong, **form})
        assert answer.status_code == 400
        assert "did you mean “seller_answers”?" in answer.text
        assert "fees.seller_basis_points" in answer.text
        assert answer.context["source"] == wrong
    for form in (
        {},
        {"source": " "},
        {"source": "not = = toml"},
        {"source": "a\0b = 1"},
        {"file": SimpleUploadedFile("x.toml", b"\xff\xfe\x00")},
        {"file": SimpleUploadedFile("x.toml", b"#" * 300_000)},
        {"file": SimpleUploadedFile("x.toml", b"[terms_seconds]\nevidence = 1.5")},
    ):
        assert client.post(at("check_policy"), form).status_code == 400
    assert known() == before


def test_a_script_in_a_file_is_shown_and_never_run(signed_in):
    answer = signed_in("operator").post(
        at("check_policy"), {"source": "# </textarea><script>alert(1)</script>\n" + SHORTER}
    )
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert" in answer.text


def test_nothing_is_loaded_unseen_unconfirmed_or_upon_another_version(signed_in):
    client, before = signed_in("operator"), known()
    for form in ({}, {"upon": "x", "confirmed": "1"}, {"upon": "1"}):
        assert client.post(at("load_policy"), {"source": SHORTER, **form}).status_code == 400
    assert client.post(at("load_policy"), {"source": SHORTER, "upon": "7", "confirmed": "1"}).status_code == 409
    assert known() == before
    answer = client.post(at("load_policy"), {"source": "[cases]", "upon": "1", "confirmed": "1"}, follow=True)
    assert "nothing was changed" in answer.text
    assert known() == before


def test_whoever_is_no_operator_loads_nothing(signed_in):
    before = known()
    form = {"source": SHORTER, "upon": "1", "confirmed": "1"}
    for role in ("arbitrator", "supervisor", "auditor"):
        for name in ("check_policy", "load_policy"):
            answer = signed_in(role).post(at(name), form)
            assert answer.status_code == 403
            assert "belongs to: operator" in answer.text
    for name in ("check_policy", "load_policy"):
        assert signed_in("operator").get(at(name)).status_code == 405
    assert known() == before


def test_an_arbitrator_reads_the_records_alone(signed_in):
    client = signed_in("arbitrator")
    for address in (at("policies"), f"{at('policies_compared')}?before=1&after=1", at("policy_effects", 1)):
        assert client.get(address).status_code == 403
    assert at("policies") not in client.get(at("index")).text
    assert at("adjudication_policyversion_changelist") in client.get(at("index")).text


def test_what_it_would_have_changed_is_told_for_the_month_before(signed_in):
    case = walk.rejected()
    versions.load(SHORTER)
    client = signed_in("supervisor")
    with clock.simulated(walk.START + 31 * 24 * walk.HOUR):
        page = client.get(at("policy_effects", 2))
        assert page.context["month"] == "2026-03"
        assert client.get(at("policy_effects", 2), {"month": "2026-02"}).context["looked"].cases == 0
        for month in ("2026-04", "2999-01", "1900-01", "march"):
            assert client.get(at("policy_effects", 2), {"month": month}).status_code == 400
    assert page.context["looked"].cases == 1
    assert "would have been due 24 h earlier" in page.text
    assert case.number not in page.text  # it was answered at once
    assert client.get(at("policy_effects", 9)).status_code == 404
    assert client.get(at("policy_effects", 2**40)).status_code == 404
