"""Answers know the case they did something to, so that they can be let go after it; what each caller may still ask for.

The buckets are unlogged: they are written with every request and worth nothing after a crash.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

UNLOGGED = """
ALTER TABLE adjudication_ratebucket SET UNLOGGED;
ALTER TABLE adjudication_ratebucket SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("adjudication", "0012_webhooks"),
    ]

    operations = [
        migrations.CreateModel(
            name="RateBucket",
            fields=[
                (
                    "who",
                    models.CharField(
                        help_text="key:ID, or address:IP.", max_length=80, primary_key=True, serialize=False
                    ),
                ),
                ("tokens", models.FloatField()),
                ("filled_at", models.DateTimeField()),
            ],
            options={"verbose_name": "rate", "verbose_name_plural": "rates"},
        ),
        migrations.AddField(
            model_name="idempotencykey",
            name="case",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="The case it was about: the answer is kept as long as that is open, and a while longer.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="adjudication.case",
            ),
        ),
        migrations.AddIndex(
            model_name="idempotencykey",
            index=models.Index(condition=Q(case=None), fields=["created_at"], name="answer_without_a_case_by_age"),
        ),
        migrations.AddIndex(
            model_name="idempotencykey",
            index=models.Index(
                condition=Q(("case", None), _negated=True), fields=["created_at"], name="answer_of_a_case_by_age"
            ),
        ),
        migrations.RunSQL(UNLOGGED, migrations.RunSQL.noop),
    ]
