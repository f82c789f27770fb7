"""Where a run takes place, told to the processes that work there: which database, which moment, how many of what."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from psycopg.conninfo import make_conninfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One run of one engine over one copy of the filled database."""

    database: str
    parameters: dict[str, Any]
    """How libpq reaches the server."""
    at: datetime
    """The simulated moment at which the terms are due."""
    cases: int
    """How many terms are handed to the engine; those that have been due for longest."""
    processes: int
    threads: int
    """At once in each process."""
    tally: str
    """The file to which every process appends a time for each term that has lapsed."""
    broker: str = ""
    """The address of a Redis; without one, whatever needs a broker has it in the same database."""

    @property
    def dsn(self) -> str:
        """A libpq connection string to the database."""
        return make_conninfo("", **self.parameters, dbname=self.database)

    def written(self) -> str:
        """As one line."""
        return json.dumps(asdict(self) | {"at": self.at.isoformat()})

    @classmethod
    def read(cls, line: str) -> Place:
        """From that line."""
        given = json.loads(line)
        return cls(**given | {"at": datetime.fromisoformat(given["at"])})
