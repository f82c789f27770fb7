"""What whoever rules need not type anew: canned reasons in versions, and drafts that end with the ruling."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

WHY = "a canned reason stays as it was written; a change is a new version"
KEPT = f"""
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON adjudication_cannedreason FOR EACH ROW
    EXECUTE FUNCTION adjudication_refuse('{WHY}');
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON adjudication_cannedreason FOR EACH STATEMENT
    EXECUTE FUNCTION adjudication_refuse('{WHY}');
CREATE FUNCTION adjudication_ruling_is_awaited() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM FROM adjudication_case c WHERE c.id = NEW.case_id AND c.state = 'ruling' FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a ruling is drafted while it is awaited' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER awaits_its_ruling BEFORE INSERT OR UPDATE ON adjudication_rulingdraft FOR EACH ROW
    EXECUTE FUNCTION adjudication_ruling_is_awaited();
CREATE FUNCTION adjudication_ruling_ends_drafts() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    DELETE FROM adjudication_rulingdraft d USING ruled r WHERE d.case_id = r.case_id;
    RETURN NULL;
END $$;
CREATE TRIGGER ends_drafts AFTER INSERT ON adjudication_ruling REFERENCING NEW TABLE AS ruled FOR EACH STATEMENT
    EXECUTE FUNCTION adjudication_ruling_ends_drafts();
"""
NOT_KEPT = """
DROP TRIGGER ends_drafts ON adjudication_ruling;
DROP FUNCTION adjudication_ruling_ends_drafts();
DROP TRIGGER awaits_its_ruling ON adjudication_rulingdraft;
DROP FUNCTION adjudication_ruling_is_awaited();
DROP TRIGGER never_emptied ON adjudication_cannedreason;
DROP TRIGGER append_only ON adjudication_cannedreason;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("adjudication", "0017_outages"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CannedReason",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(help_text="Which text; the highest version counts.", max_length=40)),
                ("version", models.PositiveSmallIntegerField(help_text="1, 2, 3, … of its code.")),
                ("title", models.CharField(help_text="By which those who rule find it.", max_length=120)),
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
                        help_text="Offered for this reason alone, or for any.",
                        max_length=24,
                    ),
                ),
                (
                    "winner",
                    models.CharField(
                        blank=True,
                        choices=[("buyer", "buyer"), ("seller", "seller"), ("split", "both in part")],
                        default="",
                        help_text="For whom it decides, or for whomever.",
                        max_length=6,
                    ),
                ),
                ("text_en", models.TextField()),
                ("text_zh_hans", models.TextField()),
                ("is_offered", models.BooleanField(default=True, help_text="Offered to those who rule, or no more.")),
                ("written_at", models.DateTimeField()),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "canned reason",
                "verbose_name_plural": "canned reasons",
                "ordering": ("code", "version"),
                "constraints": [
                    models.UniqueConstraint(fields=("code", "version"), name="one_canned_reason_a_version"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("text_en", ""), _negated=True),
                            models.Q(("text_zh_hans", ""), _negated=True),
                            models.Q(("title", ""), _negated=True),
                        ),
                        name="a_canned_reason_is_told_in_both_languages",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RulingDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("instance", models.PositiveSmallIntegerField()),
                ("content", models.JSONField(help_text="The form, as it was typed.")),
                ("shown", models.JSONField(help_text="The exhibits on the form, each with the kind it counted as.")),
                ("kept_at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rulings_drafted",
                        to="adjudication.case",
                    ),
                ),
            ],
            options={
                "verbose_name": "drafted ruling",
                "verbose_name_plural": "drafted rulings",
                "constraints": [models.UniqueConstraint(fields=("case", "by"), name="one_drafted_ruling_a_person")],
            },
        ),
        migrations.RunSQL(KEPT, NOT_KEPT),
    ]
