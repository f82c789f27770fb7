"""Where rows leave the front of a partial index by the hundred thousand, vacuum comes soon after them.

A tick, a scrape and the outbox look at the front of an index. After a wave of reminders, lapses or announcements the
entries that left it lie there dead until a vacuum, and every look steps over them. PostgreSQL waits for a fifth of the
table; here a hundredth is enough.
"""

from django.db import migrations

TABLES = ("deadline", "announcement", "payout")
SOON = """
ALTER TABLE adjudication_{table} SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000)"""
USUAL = "ALTER TABLE adjudication_{table} RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold)"


class Migration(migrations.Migration):
    """Storage parameters only."""

    dependencies = [("adjudication", "0014_precedents")]
    operations = [migrations.RunSQL(SOON.format(table=table), USUAL.format(table=table)) for table in TABLES]
