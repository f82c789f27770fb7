"""A table as a CSV file: sent row by row, in UTF-8 that spreadsheets recognise, and never a formula in them.

A spreadsheet takes a text that begins with one of these signs for something to compute, and a party or a member of
staff may have chosen the text (OWASP, CSV injection). So it is told to be a text, by an apostrophe before it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import StreamingHttpResponse

#: Their wide forms too: some spreadsheets read them alike.
BEGINS_A_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
MARK = "\ufeff"


class _Line:
    """What the writer writes into: it hands each line on."""

    def write(self, line: str) -> str:
        return line


def safe(value: Any) -> Any:
    """Return the value as a cell that computes nothing; numbers stay numbers, and what is unknown stays empty."""
    if isinstance(value, str) and value.lstrip(" \u3000\u00a0").startswith(BEGINS_A_FORMULA):
        return f"'{value}"
    return "" if value is None else value


def lines(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The lines of the file, its mark first."""
    writer = csv.writer(_Line())
    yield MARK
    for row in (head, *rows):
        yield writer.writerow([safe(value) for value in row])


def csv_answer(name: str, head: Iterable[str], rows: Iterable[Iterable[Any]]) -> StreamingHttpResponse:
    """The file, to be kept under that name."""
    answer = StreamingHttpResponse(lines(head, rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "no-store"
    return answer
