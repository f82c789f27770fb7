"""How a desk is set is on record, an interest is ended by somebody else; what each reader of the queue keeps."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KEPT = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON adjudication_deskchange FOR EACH ROW
    EXECUTE FUNCTION adjudication_refuse('how a desk was set stays on record');
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON adjudication_deskchange FOR EACH STATEMENT
    EXECUTE FUNCTION adjudication_refuse('how a desk was set stays on record');
DROP TRIGGER declared_once ON adjudication_interest;
CREATE TRIGGER declared_once BEFORE UPDATE ON adjudication_interest FOR EACH ROW
    WHEN (ROW(OLD.id, OLD.user_id, OLD.party_id, OLD.kind, OLD.declared_by_id, OLD.declared_at)
          IS DISTINCT FROM ROW(NEW.id, NEW.user_id, NEW.party_id, NEW.kind, NEW.declared_by_id, NEW.declared_at)
          OR OLD.ended_at IS NOT NULL OR (NEW.ended_at IS NULL) <> (NEW.ended_by_id IS NULL))
    EXECUTE FUNCTION adjudication_refuse('an interest only ever ends, by somebody else');
ALTER TABLE adjudication_looking SET UNLOGGED;
ALTER TABLE adjudication_looking SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
"""
NOT_KEPT = """
DROP TRIGGER declared_once ON adjudication_interest;
CREATE TRIGGER declared_once BEFORE UPDATE ON adjudication_interest FOR EACH ROW
    WHEN (ROW(OLD.id, OLD.user_id, OLD.party_id, OLD.kind, OLD.declared_by_id, OLD.declared_at)
          IS DISTINCT FROM ROW(NEW.id, NEW.user_id, NEW.party_id, NEW.kind, NEW.declared_by_id, NEW.declared_at)
          OR OLD.ended_at IS NOT NULL)
    EXECUTE FUNCTION adjudication_refuse('an interest only ever ends');
DROP TRIGGER never_emptied ON adjudication_deskchange;
DROP TRIGGER append_only ON adjudication_deskchange;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("adjudication", "0018_desk"),
        ("auth", "0012_alter_user_first_name_max_length"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DeskChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                (
                    "away_until",
                    models.DateTimeField(
                        blank=True,
                        help_text="From this moment on they are back; empty: until they say so (UTC).",
                        null=True,
                    ),
                ),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "change of a desk",
                "verbose_name_plural": "changes of desks",
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="Looking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seen_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "looking at a case",
                "verbose_name_plural": "looking at cases",
            },
        ),
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "place",
                    models.PositiveSmallIntegerField(help_text="1 … 20: no two have the same, so there are no more."),
                ),
                ("name", models.CharField(max_length=60)),
                (
                    "query",
                    models.CharField(help_text="The tab and the filter as they stand in the address.", max_length=500),
                ),
                ("saved_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "saved filter",
                "verbose_name_plural": "saved filters",
                "ordering": ("name",),
            },
        ),
        migrations.CreateModel(
            name="Shortcuts",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="shortcuts",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("are_on", models.BooleanField(default=True)),
            ],
            options={
                "verbose_name": "keyboard shortcuts",
                "verbose_name_plural": "keyboard shortcuts",
            },
        ),
        migrations.AddField(
            model_name="desk",
            name="away_until",
            field=models.DateTimeField(
                blank=True, help_text="From this moment on they are back; empty: until they say so (UTC).", null=True
            ),
        ),
        migrations.AddField(
            model_name="interest",
            name="ended_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="desk",
            constraint=models.CheckConstraint(
                condition=models.Q(("away_until", None), ("is_away", True), _connector="OR"),
                name="who_comes_back_has_been_away",
            ),
        ),
        migrations.AddConstraint(
            model_name="interest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_by", None), models.Q(("ended_by", models.F("user")), _negated=True), _connector="OR"
                ),
                name="nobody_ends_their_own_interest",
            ),
        ),
        migrations.AddConstraint(
            model_name="interest",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended_by", None), ("ended_at__isnull", False), _connector="OR"),
                name="an_interest_that_runs_was_ended_by_nobody",
            ),
        ),
        migrations.AddField(
            model_name="deskchange",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="deskchange",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="desk_changes", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="looking",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                db_constraint=False,
                to="adjudication.case",
            ),
        ),
        migrations.AddField(
            model_name="looking",
            name="user",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="savedfilter",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="saved_filters", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="looking",
            index=models.Index(fields=["seen_at"], name="looking_by_age"),
        ),
        migrations.AddConstraint(
            model_name="looking",
            constraint=models.UniqueConstraint(fields=("user", "case"), name="one_look_a_person_and_case"),
        ),
        migrations.AddConstraint(
            model_name="savedfilter",
            constraint=models.UniqueConstraint(fields=("user", "name"), name="a_filter_has_a_name_of_its_own"),
        ),
        migrations.AddConstraint(
            model_name="savedfilter",
            constraint=models.UniqueConstraint(fields=("user", "place"), name="one_filter_a_place"),
        ),
        migrations.AddConstraint(
            model_name="savedfilter",
            constraint=models.CheckConstraint(
                condition=models.Q(("place__gte", 1), ("place__lte", 20)), name="twenty_filters_a_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="savedfilter",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="a_filter_is_named"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("instance__gt", 1), ("state__in", ["intervention", "evidence", "ruling"])),
                fields=["heard_from", "id"],
                name="case_on_appeal",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("state__in", ["intervention", "evidence", "ruling"])),
                fields=["amount_minor", "id"],
                name="case_large",
            ),
        ),
        migrations.AddIndex(
            model_name="shop",
            index=models.Index(fields=["category"], name="shop_by_category"),
        ),
        migrations.RunSQL(KEPT, NOT_KEPT),
    ]
