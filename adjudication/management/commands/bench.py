"""Measure: how fast terms lapse, as ratios against references that run beside them in the same minutes."""

from __future__ import annotations

import json
import os
import platform
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from adjudication.management.bench import act, guarantees, lists, sweep, tick
from adjudication.management.bench.http import rounds as http
from adjudication.management.bench.peers import rounds as peers
from adjudication.management.bench.scratch import Scratch, scratch

NAMES = {
    "sweep": "terms due at once, beside set-based SQL and the tutorial way; two workers; one act alone",
    "tick": "a tick with nothing due, over few and over many open cases",
    "lists": "the staff's queue and the API's list, over few and over many cases, first pages and deep ones",
    "guarantees": "a sweep with all that the database guarantees, beside the bare schema",
    "http": "a case filed over HTTP with two web workers, beside two writers by hand",
    "peers": "the same terms by other engines, one job a case, those of them that are installed",
}


class Command(BaseCommand):
    """`manage.py bench [NAME ...] [--json]`."""

    help = "Measure, on databases made for the run and dropped afterwards: " + "; ".join(
        f"{name}: {what}" for name, what in NAMES.items()
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which, how large, how often."""
        usual = sweep.Scale()
        numbers = {
            "--due": (usual.due, "terms that are due at once"),
            "--others": (usual.others, "open cases besides whose terms run on"),
            "--rounds": (usual.rounds, "interleaved rounds"),
            "--tutorial": (usual.tutorial, "terms that the tutorial way lapses"),
            "--worker-rounds": (usual.rounds_of_workers, "rounds with one and two worker processes; 0: none"),
            "--acts": (200, "acts timed alone; 0: none"),
            "--filed": (http.Size().cases, "cases that either way files over HTTP's bench, fast and then paced"),
            "--open": (100_000, "open cases for tick and lists, beside 10,000"),
            "--peer-cases": (peers.Size().cases, "terms that each of the peers lapses"),
        }
        parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(NAMES)}; none: all of them")
        parser.add_argument("--json", action="store_true", help="the figures as JSON on standard output")
        for name, (default, meaning) in numbers.items():
            parser.add_argument(name, type=int, default=default, metavar="N", help=f"{meaning} (%(default)s)")
        words = {
            "--peers": (",".join(peers.PEERS), "the engines for peers"),
            "--widths": (",".join(map(str, peers.Size().widths)), "jobs at once that are tried for each of the peers"),
        }
        for name, (usually, meaning) in words.items():
            parser.add_argument(name, default=usually, metavar="A,B", help=f"{meaning} (%(default)s)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure; the progress goes to standard error, the figures to standard output."""
        names = options["names"] or list(NAMES)
        if unknown := [name for name in names if name not in NAMES]:
            raise CommandError(f"There is no measurement {', '.join(unknown)}; there are: {', '.join(NAMES)}.")
        if options["due"] < 1 or options["rounds"] < 1 or options["tutorial"] < 1:
            raise CommandError("--due, --rounds and --tutorial are at least 1.")
        report: dict[str, Any] = {}
        for name in names:
            with scratch() as databases:
                report[name] = self._measure(name, databases, options)
        if len(names) == 1:  # its figures stand at the top, where a gate reads them
            report = report[names[0]]
        report["machine"] = _machine()
        if options["json"]:
            self.stdout.write(json.dumps(report, indent=2))
        else:
            for line in _lines(report):
                self.stdout.write(line)

    def _measure(self, name: str, databases: Scratch, options: dict[str, Any]) -> dict[str, Any]:
        def say(what: str) -> None:
            self.stderr.write(f"{name}: {what}")

        scale = sweep.Scale(
            options["due"], options["others"], options["rounds"], options["tutorial"], options["worker_rounds"]
        )
        if name == "tick":
            return tick.bench(databases, many=options["open"], rounds=scale.rounds, say=say)
        if name == "lists":
            return lists.bench(databases, many=options["open"], rounds=scale.rounds, say=say)
        if name == "guarantees":
            return guarantees.bench(databases, scale, say)
        if name == "http":
            return http.bench(databases, http.Size(options["filed"], scale.rounds), say)
        if name == "peers":
            return peers.bench(databases, scale, _size(options), say, _peers(options["peers"]))
        at = sweep.filled(databases, "filled", scale, say)
        report = sweep.bench(databases, "filled", at, scale, say)
        if options["acts"]:
            report["act"] = act.bench(databases, "filled", at, options["acts"])
        return report


def _size(options: dict[str, Any]) -> peers.Size:
    widths = options["widths"].split(",")
    if not all(width.isdecimal() and int(width) for width in widths):
        raise CommandError("--widths are whole numbers from 1 on, as in 2,4,8.")
    return peers.Size(options["peer_cases"], tuple(map(int, widths)))


def _peers(given: str) -> dict[str, str]:
    names = given.split(",")
    if unknown := [name for name in names if name not in peers.PEERS]:
        raise CommandError(f"There is no peer {', '.join(unknown)}; there are: {', '.join(peers.PEERS)}.")
    return {name: peers.PEERS[name] for name in names}


def _machine() -> dict[str, Any]:
    """On what this was measured."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), current_setting('fsync')")
        version, fsync = cursor.fetchone()
    return {
        "cores": os.cpu_count(),
        "load_averages": [round(load, 1) for load in os.getloadavg()],
        "postgresql": version,
        "fsync": fsync,
        "python": platform.python_version(),
    }


def _lines(report: dict[str, Any], indent: str = "") -> list[str]:
    lines = []
    for name, value in report.items():
        if isinstance(value, dict):
            lines += [f"{indent}{name}", *_lines(value, f"{indent}  ")]
        else:
            lines.append(f"{indent}{name:<{36 - len(indent)}} {value}")
    return lines
