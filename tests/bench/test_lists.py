"""The lists' measurement measures what it says: every tab and page answers, with as many statements at any size."""

import io
import json

from django.core.management import call_command

from adjudication.management.bench import lists
from tests.bench.test_bench import OWN_DATABASES, connection_rows


def test_every_list_is_asked_over_few_and_over_many(own_database, monkeypatch):
    monkeypatch.setattr(lists, "FEW", 120)
    monkeypatch.setattr(lists, "ASKED", 3)
    monkeypatch.setattr(lists, "WARM", 1)
    before, out = connection_rows(OWN_DATABASES), io.StringIO()
    call_command("bench", "lists", "--open", "400", "--rounds", "1", "--json", stdout=out, stderr=io.StringIO())
    report = json.loads(out.getvalue())
    assert {f"queue {tab}" for tab in lists.TABS} < set(report["ratio_many_to_few"])
    assert {"list", "list, deep"} < set(report["ratio_many_to_few"])
    for what, (few, many) in report["statements"].items():
        assert few == many <= 10, what
    assert report["ratio_deep_to_first"].keys() == {"queue", "list"}
    assert connection_rows(OWN_DATABASES) == before
