"""The public register: a place for every final ruling, with the words that the public reads."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FIXED = ("id", "ruling_id", "final_at")
ENTERED = (
    *("entered_at", "publish_from", "publish_by", "reason", "category", "amount_minor", "currency"),
    *("winner", "remedy", "share_basis_points", "answers"),
)


def changed(columns):
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    return f"ROW({old}) IS DISTINCT FROM ROW({new})"


KEPT = f"""
CREATE TRIGGER never_deleted BEFORE DELETE ON adjudication_publication FOR EACH ROW
    EXECUTE FUNCTION adjudication_refuse('a final ruling keeps its place in the register');
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON adjudication_publication FOR EACH STATEMENT
    EXECUTE FUNCTION adjudication_refuse('a final ruling keeps its place in the register');
CREATE TRIGGER fixed_once_final BEFORE UPDATE ON adjudication_publication FOR EACH ROW
    WHEN ({changed(FIXED)}) EXECUTE FUNCTION adjudication_refuse('which ruling became final when is fixed');
CREATE TRIGGER fixed_once_entered BEFORE UPDATE ON adjudication_publication FOR EACH ROW
    WHEN (OLD.entered_at IS NOT NULL AND {changed(ENTERED)})
    EXECUTE FUNCTION adjudication_refuse('what the register tells of a ruling is fixed, but for its words');
CREATE TRIGGER published_once BEFORE UPDATE ON adjudication_publication FOR EACH ROW
    WHEN (OLD.published_at IS NOT NULL AND NEW.published_at IS DISTINCT FROM OLD.published_at)
    EXECUTE FUNCTION adjudication_refuse('what was published stays so');
"""
NOT_KEPT = """
DROP TRIGGER published_once ON adjudication_publication;
DROP TRIGGER fixed_once_entered ON adjudication_publication;
DROP TRIGGER fixed_once_final ON adjudication_publication;
DROP TRIGGER never_emptied ON adjudication_publication;
DROP TRIGGER never_deleted ON adjudication_publication;
"""
# What became final before there was a register: by silence or at once, or because the appeal was withdrawn.
FINAL_BEFORE = """
INSERT INTO adjudication_publication (ruling_id, final_at, reason, category, amount_minor, currency, winner, remedy,
                                      share_basis_points, answers, words)
SELECT ruling, min(at), '', '', 0, '', '', '', 0, '{}', ''
FROM (SELECT (body::jsonb -> 'facts' ->> 'ruling')::uuid AS ruling, occurred_at AS at
      FROM adjudication_event WHERE kind = 'ruling.final'
      UNION ALL
      SELECT (SELECT r.id FROM adjudication_ruling r WHERE r.case_id = e.case_id AND r.issued_at <= e.occurred_at
              ORDER BY r.instance DESC LIMIT 1), e.occurred_at
      FROM adjudication_event e WHERE e.kind = 'appeal.withdrawn') final
GROUP BY ruling ORDER BY min(at), ruling
"""


class Migration(migrations.Migration):
    dependencies = [
        ("adjudication", "0013_door"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Publication",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("final_at", models.DateTimeField(help_text="When the ruling became final (UTC).")),
                (
                    "entered_at",
                    models.DateTimeField(blank=True, help_text="When its words were made ready (UTC).", null=True),
                ),
                (
                    "publish_from",
                    models.DateTimeField(blank=True, help_text="It is published from then on (UTC).", null=True),
                ),
                ("publish_by", models.DateTimeField(blank=True, help_text="It is late from then on (UTC).", null=True)),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("not_shipped", "not shipped"),
                            ("not_received", "not received"),
                            ("quality", "quality"),
                            ("not_as_described", "not as described"),
                            ("counterfeit", "counterfeit"),
                            ("damaged_in_transit", "damaged in transit"),
                            ("size_or_taste", "size or taste"),
                            ("late_delivery", "late delivery"),
                            ("other", "other reason"),
                        ],
                        default="",
                        max_length=24,
                    ),
                ),
                (
                    "category",
                    models.CharField(blank=True, default="", help_text="The shop’s main category.", max_length=120),
                ),
                (
                    "amount_minor",
                    models.BigIntegerField(default=0, help_text="The claim, in the currency's smallest units."),
                ),
                ("currency", models.CharField(blank=True, default="", max_length=3)),
                (
                    "winner",
                    models.CharField(
                        blank=True,
                        choices=[("buyer", "buyer"), ("seller", "seller"), ("split", "both in part")],
                        default="",
                        max_length=6,
                    ),
                ),
                (
                    "remedy",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("refund", "refund without return"),
                            ("return_and_refund", "return and refund"),
                            ("exchange", "exchange"),
                            ("repair", "repair"),
                            ("resend", "send again"),
                            ("wait", "wait longer"),
                            ("release", "release to the seller"),
                        ],
                        default="",
                        max_length=20,
                    ),
                ),
                (
                    "share_basis_points",
                    models.PositiveIntegerField(
                        default=0, help_text="What of the claim the buyer was awarded, in hundredths of a percent."
                    ),
                ),
                ("answers", models.JSONField(blank=True, default=dict, help_text="The questions of fact, answered.")),
                ("words", models.TextField(blank=True, default="", help_text="The reasons as the public reads them.")),
                ("edited_at", models.DateTimeField(blank=True, null=True)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "search",
                    django.contrib.postgres.search.SearchVectorField(
                        editable=False, help_text="The words as the search knows them.", null=True
                    ),
                ),
                (
                    "edited_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ruling",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="publication",
                        to="adjudication.ruling",
                    ),
                ),
            ],
            options={
                "verbose_name": "publication",
                "verbose_name_plural": "publications",
                "indexes": [
                    models.Index(condition=models.Q(("entered_at", None)), fields=["id"], name="publication_to_enter"),
                    models.Index(
                        condition=models.Q(("entered_at__isnull", False), ("published_at", None)),
                        fields=["publish_from", "id"],
                        name="publication_to_publish",
                    ),
                    models.Index(
                        condition=models.Q(("entered_at__isnull", False), ("published_at", None)),
                        fields=["publish_by", "id"],
                        name="publication_due",
                    ),
                    models.Index(
                        models.OrderBy(models.F("published_at"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        condition=models.Q(("published_at__isnull", False)),
                        name="publication_newest",
                    ),
                    models.Index(
                        condition=models.Q(("entered_at__isnull", False)),
                        fields=["reason"],
                        include=("id", "category", "amount_minor", "currency", "answers"),
                        name="publication_precedents",
                    ),
                    django.contrib.postgres.indexes.GinIndex(fields=["search"], name="publication_search"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("published_at", None),
                            models.Q(("entered_at__isnull", False), models.Q(("words", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="published_only_once_entered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("entered_at", None), ("publish_by", None), ("publish_from", None)),
                            models.Q(
                                ("entered_at__isnull", False),
                                ("publish_by__gte", models.F("publish_from")),
                                ("publish_from__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="entered_with_the_days_it_is_due",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("share_basis_points__gte", 0), ("share_basis_points__lte", 10000)),
                        name="share_is_of_the_claim",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FINAL_BEFORE, migrations.RunSQL.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED", migrations.RunSQL.noop),
        migrations.RunSQL(KEPT, NOT_KEPT),
    ]
