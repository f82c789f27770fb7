"""The fingerprint of a ledger: one SHA-256 over every entry and posting, by names that the seed gives.

Ids, dates and the year in a case's number differ between two runs; what they stand for does not. So the order's number
stands for its account, the marketplace's id for a party, “the order's first case” for a case, and the time since the
period's start for a moment.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from hashlib import sha256

from adjudication.cases.models import Case
from adjudication.escrow.models import Account, Posting
from adjudication.orders.models import Order, Party

CASE_NUMBER = re.compile(r"\d{4}-\d{6,}-\d{2}")
PAYEE = re.compile(r"(?<=:)\d+$")


def of_ledger(since: datetime) -> str:
    """SHA-256 in hex over the whole ledger, with times counted from `since`."""
    orders = dict(Order.objects.values_list("pk", "number"))
    parties = dict(Party.objects.values_list("pk", "external_id"))
    cases = _cases()
    lines = []
    rows = Posting.objects.values_list(
        "entry__reference",
        "entry__currency",
        "entry__total_minor",
        "entry__occurred_at",
        "account__kind",
        "account__owner_id",
        "debit_minor",
        "credit_minor",
    )
    for reference, currency, total, at, kind, owner, debit, credit in rows.iterator(chunk_size=5000):
        named = CASE_NUMBER.sub(lambda found: cases[found[0]], reference)
        if named.startswith("payout:"):
            named = PAYEE.sub(lambda found: parties[int(found[0])], named)
        whose = orders[owner] if kind == Account.Kind.ESCROW_HELD else parties.get(owner, "")
        elapsed = (at - since).total_seconds()
        lines.append(f"{named}|{currency}|{total}|{elapsed:.6f}|{kind}|{whose}|{debit}|{credit}\n")
    receipt = sha256()
    for line in sorted(lines):
        receipt.update(line.encode())
    return receipt.hexdigest()


def _cases() -> dict[str, str]:
    """By number: the order's number and which of its cases it is."""
    seen: Counter[str] = Counter()
    named = {}
    for number, order in Case.objects.order_by("pk").values_list("number", "order__number"):
        seen[order] += 1
        named[number] = f"{order} case {seen[order]}"
    return named
