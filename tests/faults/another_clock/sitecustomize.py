"""Gives a Python process another clock from its very start: whoever asks for the time hears CLOCK_OFF_SECONDS more.

Put into a process by PYTHONPATH. Waiting is left alone, as it is where a host's clock is wrong.
"""

import datetime
import os
import time

OFF_SECONDS = int(os.environ["CLOCK_OFF_SECONDS"])
REAL = datetime.datetime
real_time, real_time_ns = time.time, time.time_ns


class _Kind(type):
    """What the database driver makes of a row is a moment too."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, REAL)


class Moment(REAL, metaclass=_Kind):
    __slots__ = ()

    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> REAL:  # type: ignore[override]  # of a moment that is always moved
        return REAL.now(tz) + datetime.timedelta(seconds=OFF_SECONDS)

    @classmethod
    def utcnow(cls) -> REAL:  # type: ignore[override]  # of a moment that is always moved
        return REAL.now(datetime.UTC).replace(tzinfo=None) + datetime.timedelta(seconds=OFF_SECONDS)

    @classmethod
    def today(cls) -> REAL:  # type: ignore[override]  # of a moment that is always moved
        return cls.now()


time.time = lambda: real_time() + OFF_SECONDS
time.time_ns = lambda: real_time_ns() + OFF_SECONDS * 10**9
datetime.datetime = Moment  # type: ignore[misc]  # which is this file's purpose
