"""Other engines are given the same work, and only what they did right is measured."""

import io
import json
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command

from adjudication.management.bench.peers import crew, rounds
from adjudication.management.bench.peers.place import Place
from adjudication.management.bench.scratch import scratch
from adjudication.management.bench.sweep import Scale, filled

FEW = {"due": 12, "others": 2, "rounds": 1, "peer_cases": 6, "widths": "2"}


def test_a_peer_whose_package_is_missing_is_left_out_and_that_is_said():
    said = []
    assert list(rounds.present({"celery": "celery", "abacus": "no-such-package"}, said.append)) == ["celery"]
    assert said == ["abacus is left out: the package no-such-package is not installed (uv sync --group bench)"]


@pytest.mark.processes
def test_a_peer_is_measured_beside_ours(own_database):
    out, progress = io.StringIO(), io.StringIO()
    call_command("bench", "peers", peers="celery", json=True, stdout=out, stderr=progress, **FEW)
    report = json.loads(out.getvalue())
    assert report["ratio_to_celery"] == report["ratios"]["celery"]["median"] > 0
    assert report["cases_per_second"].keys() == {"ours", "ours_one_process", "no_engine", "celery"}
    assert report["broker_of_celery"] == ("redis in memory" if crew.redis() else "pgmq in the same database")
    assert report["left_out"] == ""
    assert "round 1/1 celery" in progress.getvalue()


@pytest.mark.processes
def test_celery_works_without_redis_and_an_engine_that_leaves_terms_open_is_not_measured(own_database, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with scratch() as databases:
        at = filled(databases, "filled", Scale(due=3, others=0), print)
        databases.clone("round", "filled")
        place = Place(
            database=databases.full_name("round"),
            parameters=databases.parameters,
            at=at,
            cases=3,
            processes=1,
            threads=2,
            tally="",
        )
        started, times = crew.run("celery", place)
        assert len(times) == 3
        assert started < times[0]
        place = replace(place, database=databases.full_name("filled"), cases=4)
        with pytest.raises(CommandError, match="nothing lapsed 3 terms of 4"):
            crew.run("nothing", place)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"peers": "abacus"}, "There is no peer abacus"),
        ({"widths": "2,many"}, "--widths are whole numbers"),
        ({"widths": "0"}, "--widths are whole numbers"),
        ({"peer_cases": 13}, "A peer lapses more than 2 terms, and at most 12"),
    ],
)
def test_sizes_that_measure_nothing_are_refused(own_database, given, why):
    with pytest.raises(CommandError, match=why):
        call_command("bench", "peers", **FEW | {"peers": "celery"} | given, stderr=io.StringIO())
