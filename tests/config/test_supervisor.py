"""What died is started again after growing waits, and a reader who does not read stops nothing."""

import os

import pytest

from config.console import Console
from config.supervisor import LIVED_LONG_SECONDS, Mortal


def test_waits_grow_to_half_a_minute_and_start_over_after_a_long_life(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("config.supervisor.time.monotonic", lambda: now[0])
    mortal = Mortal("worker", lambda: None)
    waits = []
    for _ in range(7):
        mortal.start()
        waits.append(mortal.found_dead())
    assert waits == [1, 2, 4, 8, 16, 30, 30]
    mortal.start()
    now[0] += LIVED_LONG_SECONDS
    assert mortal.found_dead() == 1


def test_a_reader_who_does_not_read_is_told_how_much_was_dropped() -> None:
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    console = Console(writer)
    console.patience = 0.0
    for number in range(2000):
        console.say("web", f"line {number} " + "x" * 100)
    assert console.dropped > 0
    assert b"   web | line 0 x" in os.read(reader, 1 << 20)
    console.say("up", "still here")
    said = os.read(reader, 1 << 20).decode()
    assert "lines not shown: nobody read them" in said
    assert said.endswith("    up | still here\n")


def test_a_reader_who_has_gone_stops_nothing() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    console = Console(writer)
    console.say("up", "to nobody")
    console.say("up", "again")
    os.close(writer)


def test_a_name_stands_before_each_line_without_colour_off_a_terminal() -> None:
    reader, writer = os.pipe()
    Console(writer).say("beat", "first\nsecond")
    assert os.read(reader, 4096).decode() == "  beat | first\n  beat | second\n"
