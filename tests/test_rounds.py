"""What is old is let go once a turn by each process; where the grant is missing, the round goes on without it."""

import logging
from datetime import timedelta

from django.db import ProgrammingError

from adjudication import clock, rounds
from tests import walk


def test_what_is_old_is_let_go_once_a_turn():
    asked = []

    def one(*, at):
        asked.append(("one", at))
        return 3

    def other(*, at):
        asked.append(("other", at))
        return 5

    with clock.simulated(walk.START):
        assert [rounds.let_go(of_old) for of_old in (one, other, one, other)] == [3, 5, 0, 0]
    later = walk.START + rounds.LETTING_GO_EVERY
    with clock.simulated(later - timedelta(microseconds=1)):
        assert rounds.let_go(one) == 0
    with clock.simulated(later):
        assert rounds.let_go(one) == 3
    assert asked == [("one", walk.START), ("other", walk.START), ("one", later)]


def test_a_missing_grant_is_logged_and_harms_nothing(caplog):
    def forbidden(*, at):
        raise ProgrammingError("permission denied")

    with clock.simulated(walk.START), caplog.at_level(logging.ERROR, logger="adjudication"):
        assert rounds.let_go(forbidden) == 0
    assert "names the grants" in caplog.text
