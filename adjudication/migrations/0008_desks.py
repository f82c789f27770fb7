"""Who hears what and what they may not hear; and notes that staff alone read."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KEPT = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON adjudication_note FOR EACH ROW
    EXECUTE FUNCTION adjudication_refuse('a note on a case stays as it was written');
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON adjudication_note FOR EACH STATEMENT
    EXECUTE FUNCTION adjudication_refuse('a note on a case stays as it was written');
CREATE TRIGGER never_deleted BEFORE DELETE ON adjudication_interest FOR EACH ROW
    EXECUTE FUNCTION adjudication_refuse('an interest ends; that it was declared stays on record');
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON adjudication_interest FOR EACH STATEMENT
    EXECUTE FUNCTION adjudication_refuse('an interest ends; that it was declared stays on record');
CREATE TRIGGER declared_once BEFORE UPDATE ON adjudication_interest FOR EACH ROW
    WHEN (ROW(OLD.id, OLD.user_id, OLD.party_id, OLD.kind, OLD.declared_by_id, OLD.declared_at)
          IS DISTINCT FROM ROW(NEW.id, NEW.user_id, NEW.party_id, NEW.kind, NEW.declared_by_id, NEW.declared_at)
          OR OLD.ended_at IS NOT NULL)
    EXECUTE FUNCTION adjudication_refuse('an interest only ever ends');
CREATE FUNCTION adjudication_require_disinterested() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF EXISTS (
        SELECT FROM adjudication_interest i JOIN adjudication_case c ON c.id = NEW.case_id
        WHERE i.user_id = NEW.decided_by_id AND i.ended_at IS NULL
          AND (i.party_id IN (c.buyer_id, c.shop_id)
               OR i.kind = 'account' AND EXISTS (
                   SELECT FROM adjudication_order o
                   WHERE (o.buyer_id = i.party_id AND o.shop_id = c.shop_id)
                      OR (o.shop_id = i.party_id AND o.buyer_id = c.buyer_id)))) THEN
        RAISE EXCEPTION 'ruling refused: nobody rules on a case of a party they are related to or have traded with'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decided_by_the_disinterested BEFORE INSERT ON adjudication_ruling FOR EACH ROW
    WHEN (NEW.decided_by_id IS NOT NULL) EXECUTE FUNCTION adjudication_require_disinterested();
"""
NOT_KEPT = """
DROP TRIGGER decided_by_the_disinterested ON adjudication_ruling;
DROP FUNCTION adjudication_require_disinterested();
DROP TRIGGER declared_once ON adjudication_interest;
DROP TRIGGER never_emptied ON adjudication_interest;
DROP TRIGGER never_deleted ON adjudication_interest;
DROP TRIGGER never_emptied ON adjudication_note;
DROP TRIGGER append_only ON adjudication_note;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("adjudication", "0007_evidence"),
        ("auth", "0012_alter_user_first_name_max_length"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Desk",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="desk",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "languages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=10),
                        blank=True,
                        default=list,
                        help_text="None named: any language.",
                        size=None,
                    ),
                ),
                (
                    "categories",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=120),
                        blank=True,
                        default=list,
                        help_text="Shops’ categories known well.",
                        size=None,
                    ),
                ),
                (
                    "most_cases",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="So many open cases are assigned at most; empty: no limit.", null=True
                    ),
                ),
                ("is_away", models.BooleanField(default=False, help_text="Away: nothing is assigned by itself.")),
            ],
            options={
                "verbose_name": "desk",
                "verbose_name_plural": "desks",
            },
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("note", "note"), ("handover", "handed over")], default="note", max_length=8
                    ),
                ),
                ("text", models.TextField()),
                ("written_at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="adjudication.case"
                    ),
                ),
            ],
            options={
                "verbose_name": "note",
                "verbose_name_plural": "notes",
                "ordering": ("written_at", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Interest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("account", "own account at the marketplace"), ("relation", "related to the party")],
                        max_length=8,
                    ),
                ),
                ("declared_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "declared_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="interests", to="adjudication.party"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="interests",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "interest",
                "verbose_name_plural": "interests",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("user", "party", "kind"),
                        name="an_interest_is_declared_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at", None), ("ended_at__gte", models.F("declared_at")), _connector="OR"
                        ),
                        name="an_interest_ends_after_it_was_declared",
                    ),
                ],
            },
        ),
        migrations.RunSQL(KEPT, NOT_KEPT),
    ]
