"""A process of a run, begun anew for each: it learns its place, waits until all of them are ready, and works."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import django
from django.db import connections


def main() -> None:
    """`python -m …child enqueue|work ENGINE`, the place on standard input; says `ready` and waits for a line."""
    what, engine = sys.argv[1:]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    here = __package__ or ""
    place = import_module(f"{here}.place").Place.read(sys.stdin.readline())
    connections.settings["default"]["NAME"] = place.database
    import_module(f"{here}.job").sit_down(place)
    over = import_module(f"{here}.over_{engine}")
    if what == "enqueue":
        over.enqueue(place)
    else:
        over.work(place, _wait_for_start)


def _wait_for_start() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    os.dup2(2, 1)  # nobody reads on


if __name__ == "__main__":
    main()
