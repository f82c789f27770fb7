"""Fill a database in bulk with what the acts would have written: paid, unshipped orders, each with a case requested.

The rows are those of `register` and `request`, down to the hashes of the chains; a test holds them against the acts.
The earliest cases are due, in the order of their ids; the others' terms still run.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg
from django.db import models

from adjudication.cases.models import Case, CaseLine
from adjudication.deadlines.models import Deadline
from adjudication.escrow.models import Account, Entry, Posting
from adjudication.journal.chain import digest
from adjudication.journal.models import Announcement, Event
from adjudication.money import Amount
from adjudication.orders.models import Line, Order, Party, Shop
from adjudication.orders.register import BuyerGiven, ItemGiven, OrderGiven, ShopGiven
from adjudication.policy.terms import Reason, Remedy
from adjudication.procedure.request import Claim

CURRENCY = "CNY"
#: Registered a day before the request; the request a term of 72 hours before its end.
WAITED, TERM, SHIPS = timedelta(hours=24), timedelta(hours=72), timedelta(hours=720)


@dataclass(frozen=True, slots=True)
class Filling:
    """How much to fill in: cases whose term has run out at the moment `at`, and others."""

    at: datetime
    due: int
    others: int = 0
    buyers: int = 5000
    shops: int = 500


def given_order(number: str, *, buyer: str, shop: str, price_minor: int, paid_at: datetime) -> OrderGiven:
    """The order as the marketplace registers it."""
    return OrderGiven(
        order_number=number,
        buyer=BuyerGiven(id=buyer, name=f"Buyer {buyer}"),
        shop=ShopGiven(id=shop, name=f"Shop {shop}", category="home"),
        items=(ItemGiven(sku="CUP", title="Porcelain cup", unit_price_minor=price_minor, quantity=1),),
        price=Amount(price_minor, CURRENCY),
        paid_at=paid_at,
    )


def claim(price_minor: int) -> Claim:
    """What each buyer asks for: all of it, the goods not having been shipped."""
    return Claim(Reason.NOT_SHIPPED, Remedy.REFUND, Amount(price_minor, CURRENCY), "Nothing has been sent for weeks.")


PLAN = """
CREATE TEMP TABLE plan AS
SELECT i, 'B-' || i AS order_number, 100 + i %% 9000 AS price, 1 + i %% %(buyers)s AS buyer_id,
       1 + %(buyers)s + i %% %(shops)s AS shop_id, r.requested_at - %(waited)s AS registered_at, r.requested_at,
       y.digits AS case_number
FROM generate_series(1::bigint, %(due)s + %(others)s) i
CROSS JOIN LATERAL (SELECT CASE WHEN i <= %(due)s THEN %(at)s - %(term)s - interval '8 h' * (1 - i / %(due)s::float8)
    ELSE %(at)s - %(term)s + interval '1 h' + interval '70 h' * ((i - %(due)s) / greatest(%(others)s, 1)::float8) END
    AS requested_at) r
CROSS JOIN LATERAL (SELECT to_char(r.requested_at AT TIME ZONE 'UTC', 'YYYY') AS year,
                           lpad(i::text, greatest(6, length(i::text)), '0') AS running) x
CROSS JOIN LATERAL (SELECT x.year || '-' || x.running || '-' ||
    lpad((98 - (x.year || x.running)::bigint * 100 %% 97)::text, 2, '0') AS digits) y"""

_ISO = """'"' || to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"'"""
_REGISTERED, _REQUESTED = _ISO.format("registered_at"), _ISO.format("requested_at")
_ORDER_OPENS = f"""'{{"at":' || {_REGISTERED} || ',"by":{{"role":"marketplace"}},"facts":{{"amount_minor":' || price
    || ',"currency":"{CURRENCY}"'"""

CHAINS = f"""
CREATE TEMP TABLE chains AS
WITH bodies AS MATERIALIZED (SELECT *,
    {_ORDER_OPENS} || ',"policy_version":1}},"kind":"order.registered","order":"' || order_number || '","sequence":1}}'
        AS registered,
    {_ORDER_OPENS} || '}},"kind":"escrow.held","order":"' || order_number || '","sequence":2}}' AS held,
    '{{"at":' || {_REQUESTED} || ',"by":{{"id":' || buyer_id || ',"role":"buyer"}},"facts":{{"case":"' || case_number
        || '","term":"seller_ships"}},"kind":"order.suspended","order":"' || order_number || '","sequence":3}}'
        AS suspended,
    '{{"at":' || {_REQUESTED} || ',"by":{{"id":' || buyer_id || ',"role":"buyer"}},"case":"' || case_number
        || '","facts":{{"amount_minor":' || price || ',"currency":"{CURRENCY}","lines":["1"],"order":"' || order_number
        || '","policy_version":1,"reason":"not_shipped","remedy":"refund","statement_sha256":"' || %(statement_sha256)s
        || '"}},"kind":"case.requested","sequence":1}}' AS requested
    FROM plan),
one AS MATERIALIZED (SELECT *, sha256(convert_to(registered, 'UTF8')) AS hash_1 FROM bodies),
two AS MATERIALIZED (SELECT *, sha256(hash_1 || convert_to(held, 'UTF8')) AS hash_2 FROM one)
SELECT *, sha256(hash_2 || convert_to(suspended, 'UTF8')) AS hash_3, sha256(convert_to(requested, 'UTF8')) AS hash_c
FROM two"""  # noqa: S608  # nothing given: our own tables and currency


def insert(model: type[models.Model], source: str, /, **columns: str) -> tuple[str, dict[str, Any]]:
    """A statement that inserts what `source` yields; a column that is not named gets the model's own default."""
    defaults: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        name = str(field.column)
        if field.has_default() and not field.primary_key and name not in columns:
            columns[name], defaults[name] = f"%({name})s", field.get_default()
    names = ", ".join(f'"{name}"' for name in columns)
    return f"INSERT INTO {model._meta.db_table} ({names}) SELECT {', '.join(columns.values())} {source}", defaults


_OPEN = "FROM plan ORDER BY i"
_CURRENCY = f"'{CURRENCY}'"
_TERM_OF_ORDER = {"kind": "'seller_ships'", "binds": "'seller'", "if_silent": "'refunded'", "anchor_sequence": "1"}
_TERM_OF_CASE = {"kind": "'seller_answers'", "binds": "'seller'", "if_silent": "'accepted'", "anchor_sequence": "1"}
_FINGERPRINT = "format(%(registration)s, order_number, 'b' || buyer_id, 's' || shop_id, price)"

ROWS = (
    insert(
        Party,
        "FROM generate_series(1, %(buyers)s + %(shops)s) i CROSS JOIN LATERAL (SELECT i <= %(buyers)s AS is_buyer) k",
        id="i",
        kind="CASE WHEN is_buyer THEN 'buyer' ELSE 'shop' END",
        external_id="CASE WHEN is_buyer THEN 'b' ELSE 's' END || i",
        name="CASE WHEN is_buyer THEN 'Buyer b' ELSE 'Shop s' END || i",
    ),
    insert(Shop, "FROM adjudication_party WHERE kind = 'shop' ORDER BY id", party_id="id", category="'home'"),
    insert(
        Order,
        "FROM chains ORDER BY i",
        id="i",
        number="order_number",
        buyer_id="buyer_id",
        shop_id="shop_id",
        currency=_CURRENCY,
        price_minor="price",
        paid_at="%(paid_at)s",
        registered_at="registered_at",
        policy_version_id="1",
        fingerprint=f"encode(sha256(convert_to({_FINGERPRINT}, 'UTF8')), 'hex')",
        open_cases="1",
        suspended_kind="'seller_ships'",
        suspended_left="%(ships)s - %(waited)s",
        version="3",
        head="hash_3",
    ),
    insert(
        Case,
        "FROM chains ORDER BY i",
        id="i",
        number="case_number",
        order_id="i",
        buyer_id="buyer_id",
        shop_id="shop_id",
        policy_version_id="1",
        reason="'not_shipped'",
        remedy="'refund'",
        amount_minor="price",
        currency=_CURRENCY,
        statement="%(statement)s",
        requested_at="requested_at",
        updated_at="requested_at",
        version="1",
        head="hash_c",
    ),
    insert(
        Line,
        _OPEN,
        id="i",
        order_id="i",
        label="'1'",
        sku="'CUP'",
        title="'Porcelain cup'",
        unit_price_minor="price",
        quantity="1",
        price_minor="price",
        held_minor="price",
        claimed_minor="price",
        latest_case_id="i",
        is_disputed="true",
        cases_count="1",
    ),
    insert(CaseLine, _OPEN, case_id="i", line_id="i", claimed_minor="price"),
    insert(
        Deadline,
        _OPEN,
        order_id="i",
        policy_version_id="1",
        anchored_at="registered_at",
        started_at="registered_at",
        due_at="registered_at + %(ships)s",
        remind_at="registered_at + %(ships)s - %(ships)s / 3",
        end="'superseded'",
        ended_at="requested_at",
        **_TERM_OF_ORDER,
    ),
    insert(
        Deadline,
        _OPEN,
        order_id="i",
        case_id="i",
        policy_version_id="1",
        anchored_at="requested_at",
        started_at="requested_at",
        due_at="requested_at + %(term)s",
        remind_at="requested_at + %(term)s - %(term)s / 3",
        **_TERM_OF_CASE,
    ),
    insert(
        Account,
        """FROM (
            SELECT unnest(ARRAY['provider_cash', 'platform_fees', 'platform_float']) AS kind, 0 AS owner_id UNION ALL
            SELECT k, p.id FROM adjudication_party p CROSS JOIN LATERAL unnest(CASE p.kind
                WHEN 'buyer' THEN ARRAY['payable_to_buyer', 'receivable_from_buyer']
                ELSE ARRAY['payable_to_shop', 'shop_deposit', 'receivable_from_shop'] END) k UNION ALL
            SELECT 'escrow_held', i FROM plan) a""",
        kind="kind",
        owner_id="owner_id",
        currency=_CURRENCY,
    ),
    insert(
        Entry,
        _OPEN,
        reference="'hold:' || order_number",
        order_id="i",
        currency=_CURRENCY,
        total_minor="price",
        occurred_at="registered_at",
    ),
    insert(
        Posting,
        """FROM adjudication_entry e CROSS JOIN LATERAL
           (VALUES ('provider_cash', 0, e.total_minor, 0), ('escrow_held', e.order_id, 0, e.total_minor))
               AS l(kind, owner_id, debit, credit)
           JOIN adjudication_account a ON a.kind = l.kind AND a.owner_id = l.owner_id ORDER BY e.id, l.credit""",
        entry_id="e.id",
        account_id="a.id",
        debit_minor="l.debit",
        credit_minor="l.credit",
    ),
    insert(
        Event,
        """FROM chains CROSS JOIN LATERAL (VALUES
               (i, NULL, 1, 'order.registered', registered_at, registered, ''::bytea, hash_1),
               (i, NULL, 2, 'escrow.held', registered_at, held, hash_1, hash_2),
               (i, NULL, 3, 'order.suspended', requested_at, suspended, hash_2, hash_3),
               (NULL, i, 1, 'case.requested', requested_at, requested, ''::bytea, hash_c))
               AS e(order_id, case_id, sequence, kind, at, body, previous, hash) ORDER BY i""",
        order_id="e.order_id",
        case_id="e.case_id",
        sequence="e.sequence",
        kind="e.kind",
        occurred_at="e.at",
        body="e.body",
        previous="e.previous",
        hash="e.hash",
    ),
    insert(Announcement, "FROM adjudication_event ORDER BY id", event_id="id"),
)
AFTERWARDS = (
    *(
        f"""SELECT setval(pg_get_serial_sequence('adjudication_{table}', 'id'),
                          (SELECT max(id) FROM adjudication_{table}))"""  # noqa: S608  # as above
        for table in ("party", "order", "line", "case")
    ),
    "DROP TABLE plan, chains",
)


def fill(raw: psycopg.Connection[Any], filling: Filling) -> None:
    """Put all of it in, and have the planner look at it. The database must be freshly migrated.

    Args:
        raw: a plain connection in autocommit mode.
        filling: how much; `at` is the moment at which `due` cases are due, and must have passed.

    """
    values = _values(filling)
    with raw.transaction(), psycopg.ClientCursor(raw) as cursor:
        _without_row_checks(raw)
        for statement, defaults in ((PLAN, {}), (CHAINS, {}), *ROWS, *((after, {}) for after in AFTERWARDS)):
            cursor.execute(statement, defaults | values)
    raw.execute("VACUUM ANALYZE")


def _without_row_checks(raw: psycopg.Connection[Any]) -> None:
    """Skip triggers and foreign keys for this transaction, where the role may: what is written is known to be right."""
    try:
        with raw.transaction():
            raw.execute("SET LOCAL session_replication_role = replica")
    except psycopg.errors.InsufficientPrivilege:
        return


def _values(filling: Filling) -> dict[str, Any]:
    paid_at = (filling.at - timedelta(days=10)).replace(microsecond=0)
    sample = given_order("%1$s", buyer="%2$s", shop="%3$s", price_minor=987654321, paid_at=paid_at)
    registration = json.dumps({**asdict(sample), "paid_at": paid_at.isoformat()}, sort_keys=True)
    statement = claim(1).statement
    return {
        "at": filling.at,
        "due": filling.due,
        "others": filling.others,
        "buyers": filling.buyers,
        "shops": filling.shops,
        "waited": WAITED,
        "term": TERM,
        "ships": SHIPS,
        "paid_at": paid_at,
        "registration": registration.replace("987654321", "%4$s"),
        "statement": statement,
        "statement_sha256": digest(statement),
    }
