"""What the database refuses whoever asks: rewritten records, illegal moves, broken chains, one-sided entries.

Plain SQL, so that no session setting can switch any of it off. A WHEN clause is an expression and not a function call:
the legal move, the usual one, costs next to nothing. Row triggers let TRUNCATE through, so a statement trigger stands
beside each.
"""

from django.db import migrations

APPEND_ONLY = {
    "event": "the journal is append-only",
    "entry": "the ledger is append-only",
    "posting": "the ledger is append-only",
    "exhibit": "a filed exhibit is never changed",
    "ruling": "a ruling is immutable",
    "finding": "a ruling is immutable",
    "policyversion": "a policy version is never changed",
    "parcelreport": "what was reported stays",
    "caseline": "what a case is over is fixed",
}
NEVER_DELETED = {
    "case": "a case is never deleted",
    "deadline": "a deadline is never deleted",
    "payout": "a payout is never deleted",
    "order": "an order is never deleted",
    "line": "an order is never deleted",
    "account": "an account is never deleted",
    "announcement": "the outbox is never emptied",
    "offer": "an offer is never deleted",
    "proposal": "a proposed ruling is never deleted",
}
MOVES = [
    "requested>rejected",
    "requested>intervention",
    "rejected>intervention",
    "intervention>evidence",
    "evidence>ruling",
    "intervention>ruled",
    "ruling>ruled",
    "ruled>evidence",
    "requested>returning",
    "rejected>returning",
    "intervention>returning",
    "evidence>returning",
    "ruled>returning",
    "returning>evidence",
    "requested>closed",
    "rejected>closed",
    "intervention>closed",
    "evidence>closed",
    "ruled>closed",
    "returning>closed",
]

FIXED_CASE = [
    "id",
    "number",
    "order_id",
    "buyer_id",
    "shop_id",
    "policy_version_id",
    "reason",
    "remedy",
    "amount_minor",
    "currency",
    "statement",
    "channel",
    "follows_id",
    "requested_at",
]
FIXED_ORDER = [
    "id",
    "number",
    "buyer_id",
    "shop_id",
    "currency",
    "price_minor",
    "shipping_minor",
    "discount_minor",
    "paid_at",
    "registered_at",
    "policy_version_id",
    "fingerprint",
]
FIXED_LINE = [
    "id",
    "order_id",
    "label",
    "sku",
    "title",
    "category",
    "unit_price_minor",
    "quantity",
    "price_minor",
    "snapshot",
]
FIXED_DEADLINE = [
    "id",
    "order_id",
    "case_id",
    "kind",
    "binds",
    "if_silent",
    "policy_version_id",
    "instance",
    "anchor_sequence",
    "anchored_at",
    "started_at",
]
FIXED_OFFER = ["id", "case_id", "by", "remedy", "amount_minor", "text", "until", "made_at"]
FIXED_PROPOSAL = ["id", "case_id", "instance", "content", "proposed_as", "proposed_by_id", "proposed_at"]
FIXED_PAYOUT = [
    "id",
    "entry_id",
    "case_id",
    "order_id",
    "payee_id",
    "account_id",
    "amount_minor",
    "currency",
    "created_at",
]


def changed(columns: list[str]) -> str:
    """An expression that is true when any of the columns is to change."""
    old = ", ".join(f"OLD.{column}" for column in columns)
    new = ", ".join(f"NEW.{column}" for column in columns)
    return f"ROW({old}) IS DISTINCT FROM ROW({new})"


def row_trigger(table: str, name: str, when: str, condition: str, why: str) -> str:
    """A trigger that refuses the rows that meet the condition."""
    clause = f"WHEN ({condition}) " if condition else ""
    return (
        f"CREATE TRIGGER {name} {when} ON adjudication_{table} FOR EACH ROW {clause}"
        f"EXECUTE FUNCTION adjudication_refuse('{why}');"
    )


def never_emptied(table: str, why: str) -> str:
    """A trigger that refuses TRUNCATE."""
    return (
        f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON adjudication_{table} FOR EACH STATEMENT "
        f"EXECUTE FUNCTION adjudication_refuse('{why}');"
    )


REFUSE = """
CREATE FUNCTION adjudication_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION '% on % refused: %', TG_OP, TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'check_violation';
END $$;
"""

SIMPLE = [
    *(row_trigger(table, "append_only", "BEFORE UPDATE OR DELETE", "", why) for table, why in APPEND_ONLY.items()),
    *(row_trigger(table, "never_deleted", "BEFORE DELETE", "", why) for table, why in NEVER_DELETED.items()),
    *(never_emptied(table, why) for table, why in {**APPEND_ONLY, **NEVER_DELETED}.items()),
    row_trigger(
        "case",
        "legal_move",
        "BEFORE UPDATE",
        "OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN (" + ", ".join(f"'{m}'" for m in MOVES) + ")",
        "not a legal move",
    ),
    row_trigger("case", "version_rises", "BEFORE UPDATE", "NEW.version <= OLD.version", "every change is an event"),
    row_trigger("case", "starts_requested", "BEFORE INSERT", "NEW.state <> 'requested'", "a case starts as requested"),
    row_trigger("case", "filed_once", "BEFORE UPDATE", changed(FIXED_CASE), "what was filed stays"),
    row_trigger("order", "filed_once", "BEFORE UPDATE", changed(FIXED_ORDER), "what was registered stays"),
    row_trigger(
        "order", "version_never_falls", "BEFORE UPDATE", "NEW.version < OLD.version", "events are never undone"
    ),
    row_trigger("line", "filed_once", "BEFORE UPDATE", changed(FIXED_LINE), "what was registered stays"),
    row_trigger(
        "line", "hold_never_grows", "BEFORE UPDATE", "NEW.held_minor > OLD.held_minor", "held money only leaves"
    ),
    row_trigger("deadline", "ends_once", "BEFORE UPDATE", "OLD.ended_at IS NOT NULL", "a deadline ends once"),
    row_trigger("deadline", "explains_itself", "BEFORE UPDATE", changed(FIXED_DEADLINE), "a deadline keeps its cause"),
    row_trigger("deadline", "never_shortened", "BEFORE UPDATE", "NEW.due_at < OLD.due_at", "a term is never shortened"),
    # By the database's own clock, whatever time an act was told.
    row_trigger(
        "deadline",
        "never_swept_early",
        "BEFORE UPDATE",
        """NEW."end" = 'lapsed' AND clock_timestamp() < OLD.due_at""",
        "the term still runs",
    ),
    row_trigger("payout", "paid_once", "BEFORE UPDATE", "OLD.state = 'paid'", "a payout is paid once"),
    row_trigger("offer", "answered_once", "BEFORE UPDATE", "OLD.state <> 'open'", "an offer is answered once"),
    row_trigger("offer", "fixed", "BEFORE UPDATE", changed(FIXED_OFFER), "an offer keeps its terms"),
    row_trigger("proposal", "answered_once", "BEFORE UPDATE", "OLD.state <> 'open'", "a proposal is answered once"),
    row_trigger("proposal", "fixed", "BEFORE UPDATE", changed(FIXED_PROPOSAL), "a proposal keeps its content"),
    row_trigger("payout", "fixed", "BEFORE UPDATE", changed(FIXED_PAYOUT), "a payout keeps its payee and amount"),
]

JOURNAL = """
ALTER TABLE adjudication_event ADD CONSTRAINT hash_of_its_body
    CHECK (hash = sha256(previous || convert_to(body, 'UTF8')));
CREATE FUNCTION adjudication_chain_holds() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF EXISTS (SELECT FROM fresh f LEFT JOIN adjudication_event p
                    ON p.case_id = f.case_id AND p.sequence = f.sequence - 1
               WHERE f.case_id IS NOT NULL
                 AND (f.previous IS DISTINCT FROM coalesce(p.hash, '') OR (f.sequence > 1 AND p.id IS NULL)))
    OR EXISTS (SELECT FROM fresh f LEFT JOIN adjudication_event p
                    ON p.order_id = f.order_id AND p.sequence = f.sequence - 1
               WHERE f.order_id IS NOT NULL
                 AND (f.previous IS DISTINCT FROM coalesce(p.hash, '') OR (f.sequence > 1 AND p.id IS NULL)))
    THEN RAISE EXCEPTION 'an event does not continue its chain' USING ERRCODE = 'check_violation'; END IF;
    RETURN NULL; END $$;
CREATE TRIGGER chain_holds AFTER INSERT ON adjudication_event REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION adjudication_chain_holds();
"""

# All postings of an entry, not only the fresh ones, must make its total: so a later posting never fits (the seal).
LEDGER = """
CREATE FUNCTION adjudication_entry_balances() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF EXISTS (SELECT FROM (SELECT DISTINCT entry_id FROM fresh) f JOIN adjudication_entry e ON e.id = f.entry_id
               JOIN LATERAL (SELECT sum(p.debit_minor) AS debit, sum(p.credit_minor) AS credit,
                                    bool_and(a.currency = e.currency) AS one_currency
                             FROM adjudication_posting p JOIN adjudication_account a ON a.id = p.account_id
                             WHERE p.entry_id = e.id) s ON true
               WHERE s.debit IS DISTINCT FROM e.total_minor OR s.credit IS DISTINCT FROM e.total_minor
                  OR s.one_currency IS DISTINCT FROM true)
    THEN RAISE EXCEPTION 'an entry does not balance, or was sealed' USING ERRCODE = 'check_violation'; END IF;
    IF EXISTS (SELECT FROM (SELECT DISTINCT account_id FROM fresh WHERE debit_minor > 0) f
               JOIN adjudication_account a ON a.id = f.account_id
               WHERE a.kind = 'escrow_held'
                 AND (SELECT sum(p.credit_minor) - sum(p.debit_minor) FROM adjudication_posting p
                      WHERE p.account_id = a.id) < 0)
    THEN RAISE EXCEPTION 'more would leave escrow than it holds' USING ERRCODE = 'check_violation'; END IF;
    RETURN NULL; END $$;
CREATE TRIGGER entry_balances AFTER INSERT ON adjudication_posting REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION adjudication_entry_balances();

CREATE FUNCTION adjudication_entry_has_postings() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF EXISTS (SELECT FROM fresh e WHERE NOT EXISTS (SELECT FROM adjudication_posting p WHERE p.entry_id = e.id))
    THEN RAISE EXCEPTION 'an entry without postings' USING ERRCODE = 'check_violation'; END IF;
    RETURN NULL; END $$;
CREATE TRIGGER entry_has_postings AFTER INSERT ON adjudication_entry REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION adjudication_entry_has_postings();
"""

RULINGS = """
CREATE FUNCTION adjudication_award_is_the_claim() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NOT EXISTS (SELECT FROM adjudication_case c WHERE c.id = NEW.case_id AND c.instance = NEW.instance
                   AND c.amount_minor = NEW.buyer_minor + NEW.seller_minor AND c.currency = NEW.currency)
    THEN RAISE EXCEPTION 'a ruling awards the claim, neither more nor less' USING ERRCODE = 'check_violation'; END IF;
    RETURN NEW; END $$;
CREATE TRIGGER award_is_the_claim BEFORE INSERT ON adjudication_ruling
    FOR EACH ROW EXECUTE FUNCTION adjudication_award_is_the_claim();

CREATE FUNCTION adjudication_finding_fits() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NOT EXISTS (SELECT FROM adjudication_ruling r JOIN adjudication_exhibit e ON e.case_id = r.case_id
                   WHERE r.id = NEW.ruling_id AND e.id = NEW.exhibit_id AND (e.is_admissible OR NOT NEW.is_cited))
    THEN RAISE EXCEPTION 'a finding is on an exhibit of its case, and cites what is admissible'
         USING ERRCODE = 'check_violation'; END IF;
    RETURN NEW; END $$;
CREATE TRIGGER finding_fits BEFORE INSERT ON adjudication_finding
    FOR EACH ROW EXECUTE FUNCTION adjudication_finding_fits();
"""


class Migration(migrations.Migration):
    """Install them; they are never taken away."""

    dependencies = [("adjudication", "0001_foundations")]

    operations = [
        migrations.RunSQL([REFUSE, *SIMPLE, JOURNAL, LEDGER, RULINGS], reverse_sql=migrations.RunSQL.noop),
    ]
