"""Supervisors and auditors see how the work goes; nobody else does, and a file of it computes nothing."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from adjudication import clock
from adjudication.staff.csv_file import lines, safe
from adjudication.staff.figure_cells import few
from tests import walk
from tests.reports.test_figures import hours, two_weeks

PAGE = {"every": "week", "until": "2026-03-09"}


def read(answer):
    """The rows of a file, as a spreadsheet would read them."""
    text = b"".join(answer.streaming_content).decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


def of(name):
    return reverse("admin:figures_file", args=[name])


def test_a_page_has_every_figure_with_its_table_and_its_meaning(signed_in):
    two_weeks()
    with hours(200):
        page = signed_in("supervisor").get(reverse("admin:figures"), PAGE)
    assert [table.name for table, _options in page.context["tables"]] == [
        *("course", "time-to-ruling", "outcomes", "appeals", "arbitrators", "money"),
    ]
    for said in (
        "33.3\u00a0%",
        "CN¥420.00",
        "A buyer win is a ruling for the buyer",
        "few cases",
        "2026-W11 is not over",
    ):
        assert said in page.text
    assert page.text.count("<canvas") == page.text.count("<table") == 6
    assert "//cdn" not in page.text


def test_a_page_of_nothing_says_so(signed_in):
    for every in ("week", "month", "quarter"):
        page = signed_in("auditor").get(reverse("admin:figures"), {"every": every})
        assert page.status_code == 200
        assert "Nothing in these periods." in page.text
    for name in ("course", "time-to-ruling", "outcomes", "appeals", "arbitrators"):
        assert signed_in("auditor").get(of(name)).status_code == 200


def test_a_file_has_the_numbers_as_numbers(signed_in):
    two_weeks()
    with hours(200):
        client = signed_in("auditor")
        known = {name: read(client.get(of(name), PAGE)) for name in ("course", "time-to-ruling", "appeals", "money")}
    assert known["course"][-2:] == [["2026-W10", "6", "5", "1"], ["2026-W11", "1", "1", "0"]]
    assert known["time-to-ruling"][-2:] == [["2026-W10", "7", "10.0", "30.0"], ["2026-W11", "0", "", ""]]
    assert known["appeals"][-1] == ["Together", "1", "1", "1", "33.3", "6.1", "79.2"]
    assert known["money"][-2] == ["2026-W10", "CNY", "600.00", "420.00", "80.00", "0.00"]


def test_a_name_that_is_a_formula_is_kept_as_a_text(signed_in):
    case = walk.in_ruling(walk.in_evidence(by=walk.arbitrator("=cmd|' /C calc'!A0")))
    walk.ruled(case, by=walk.arbitrator("=cmd|' /C calc'!A0"))
    rows = read(signed_in("auditor").get(of("arbitrators"), PAGE))
    assert rows[1][:3] == ["'=cmd|' /C calc'!A0", "1", "1"]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "\u00a0@", "＝", "－"])
def test_every_beginning_of_a_formula_is_disarmed(sign):
    assert safe(f"{sign}1+1") == f"'{sign}1+1"


def test_what_computes_nothing_stays_as_it_is():
    assert [safe(value) for value in ("a=b", "", -1, 0, None)] == ["a=b", "", -1, 0, ""]
    assert list(lines(["a"], [['x, "y"\nz']])) == ["\ufeff", "a\r\n", '"x, ""y""\nz"\r\n']


def test_nobody_else_sees_them(signed_in):
    for role in ("arbitrator", "operator"):
        for address in (reverse("admin:figures"), of("arbitrators")):
            answer = signed_in(role).get(address)
            assert answer.status_code == 403
            assert "belongs to: supervisor, auditor" in answer.text
        assert reverse("admin:figures") not in signed_in(role).get(reverse("admin:index")).text
    assert reverse("admin:figures") in signed_in("supervisor").get(reverse("admin:index")).text
    assert signed_in("supervisor").post(reverse("admin:figures")).status_code == 405


@pytest.mark.parametrize(
    "asked",
    [
        {"every": "day"},
        {"until": "yesterday"},
        {"until": "0001-01-01"},
        {"currency": "XXX"},
        {"every": "week", "until": "\0"},
    ],
)
def test_what_is_no_period_is_refused(signed_in, asked):
    assert signed_in("auditor").get(reverse("admin:figures"), asked).status_code == 400
    assert signed_in("auditor").get(of("course"), asked).status_code == 400


def test_periods_to_come_are_not_shown_and_unknown_tables_are_not_found(signed_in):
    client = signed_in("auditor")
    page = client.get(reverse("admin:figures"), {"until": "9999-12-31"})
    assert page.context["last"].name == "2026-03"
    assert page.context["later"] is None
    assert client.get(of("salaries")).status_code == 404
    assert client.get(of("money")).status_code == 404  # no order, no currency


def test_it_asks_as_much_however_many_cases_there_are(signed_in, django_assert_num_queries):
    client = signed_in("supervisor")
    client.get(reverse("admin:figures"), PAGE)
    walk.requested()
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("admin:figures"), PAGE)
    two_weeks()
    with clock.simulated(walk.START), django_assert_num_queries(len(few)):
        client.get(reverse("admin:figures"), PAGE)


def test_few_cases_are_called_few():
    assert [bool(few(of)) for of in (0, 1, 29, 30)] == [False, True, True, False]
