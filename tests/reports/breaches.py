"""How each invariant is broken by a superuser whom no trigger stops, and what else that necessarily breaks."""

from __future__ import annotations

from dataclasses import dataclass
from string import Template

from django.db import connection

#: Rows of the world that breaches speak of.
ROWS = {
    "evidence": "(SELECT min(id) FROM adjudication_case WHERE state = 'evidence')",
    "requested": "(SELECT min(id) FROM adjudication_case WHERE state = 'requested')",
    "ruled": "(SELECT min(id) FROM adjudication_case WHERE state = 'ruled')",
    "withdrawn": "(SELECT min(id) FROM adjudication_case WHERE outcome = 'withdrawn')",
    "returning": "(SELECT min(id) FROM adjudication_case WHERE state = 'returning')",
    "split": "(SELECT min(id) FROM adjudication_case WHERE outcome = 'partly_refunded')",
    "settlement": """(SELECT id FROM adjudication_entry WHERE reference = 'settlement:' ||
        (SELECT number FROM adjudication_case WHERE outcome = 'partly_refunded' ORDER BY id LIMIT 1))""",
    "hold_1": "(SELECT id FROM adjudication_entry WHERE reference = 'hold:O-1')",
    "order_1": "(SELECT id FROM adjudication_order WHERE number = 'O-1')",
    "order_2": "(SELECT id FROM adjudication_order WHERE number = 'O-2')",
    "order_3": "(SELECT id FROM adjudication_order WHERE number = 'O-3')",
    "cash": "(SELECT id FROM adjudication_account WHERE kind = 'provider_cash')",
    "float": "(SELECT id FROM adjudication_account WHERE kind = 'platform_float')",
    "deposit": "(SELECT id FROM adjudication_account WHERE kind = 'shop_deposit')",
    "fees": "(SELECT id FROM adjudication_account WHERE kind = 'platform_fees')",
    "paid": "(SELECT min(id::text)::uuid FROM adjudication_payout WHERE state = 'paid')",
    "unpaid": "(SELECT min(id::text)::uuid FROM adjudication_payout WHERE state <> 'paid')",
    "ruling": "(SELECT id FROM adjudication_ruling WHERE winner = 'split' ORDER BY case_id LIMIT 1)",
    "sellers_ruling": "(SELECT id FROM adjudication_ruling WHERE winner = 'seller' ORDER BY case_id LIMIT 1)",
    "last_event": """(SELECT max(v.id) FROM adjudication_event v WHERE v.case_id = (
        SELECT min(id) FROM adjudication_case WHERE outcome = 'partly_refunded'))""",
}


@dataclass(frozen=True)
class Breach:
    """SQL that breaks one invariant; `$row` stands for the id of one of `ROWS`."""

    invariant: str
    sql: str
    follows: frozenset[str] = frozenset()
    """Other invariants that no longer hold either."""

    def commit(self) -> None:
        """Break it, past every trigger; each statement must find something to break."""
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL session_replication_role = replica")
            for statement in Template(self.sql).substitute(ROWS).split(";"):
                cursor.execute(statement)
                assert cursor.rowcount, statement


def breach(invariant: str, sql: str, *follows: str) -> Breach:
    """A row of the table."""
    return Breach(invariant, sql, frozenset(follows))
