"""Drafts of exhibits, and what an exhibit is said to prove.

A case's row may change without an event now, and in one way alone: the count of its drafts, which nobody is shown.
"""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

VERSION_RISES = """
DROP TRIGGER version_rises ON adjudication_case;
CREATE TRIGGER version_rises BEFORE UPDATE ON adjudication_case FOR EACH ROW WHEN ({condition})
    EXECUTE FUNCTION adjudication_refuse('every change is an event');
"""
# The first half is false of every act that is an event: the rows are compared for the sake of a draft alone.
UNLESS_DRAFTED = """NEW.version <= OLD.version AND (NEW.version < OLD.version
    OR (to_jsonb(NEW) - 'drafts_count') IS DISTINCT FROM (to_jsonb(OLD) - 'drafts_count'))"""

DRAFTS = """
CREATE FUNCTION adjudication_draft_fits() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF EXISTS (SELECT FROM adjudication_exhibit x WHERE x.id = NEW.id)
    THEN RAISE EXCEPTION 'what is filed is no draft any more' USING ERRCODE = 'check_violation'; END IF;
    IF NEW.replaces_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM adjudication_exhibit x
        WHERE x.id = NEW.replaces_id AND x.case_id = NEW.case_id AND x."by" = NEW."by")
    THEN RAISE EXCEPTION 'a draft corrects an exhibit of its own side' USING ERRCODE = 'check_violation'; END IF;
    RETURN NEW; END $$;
CREATE TRIGGER fits BEFORE INSERT OR UPDATE ON adjudication_draft
    FOR EACH ROW EXECUTE FUNCTION adjudication_draft_fits();
CREATE TRIGGER keeps_its_side BEFORE UPDATE ON adjudication_draft FOR EACH ROW
    WHEN (ROW(OLD.id, OLD.case_id, OLD."by", OLD.kept_at)
          IS DISTINCT FROM ROW(NEW.id, NEW.case_id, NEW."by", NEW.kept_at))
    EXECUTE FUNCTION adjudication_refuse('a draft stays with its side');
CREATE TRIGGER version_rises BEFORE UPDATE ON adjudication_draft FOR EACH ROW WHEN (NEW.version <= OLD.version)
    EXECUTE FUNCTION adjudication_refuse('every change of a draft is a version');
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON adjudication_draft FOR EACH STATEMENT
    EXECUTE FUNCTION adjudication_refuse('drafts are dropped one by one');

CREATE FUNCTION adjudication_drafts_are_counted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE whose bigint := coalesce(NEW.case_id, OLD.case_id);
BEGIN
    IF (SELECT c.drafts_count FROM adjudication_case c WHERE c.id = whose)
       <> (SELECT count(*) FROM adjudication_draft d WHERE d.case_id = whose)
    THEN RAISE EXCEPTION 'a case counts its drafts' USING ERRCODE = 'check_violation'; END IF;
    RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER counted AFTER INSERT OR DELETE ON adjudication_draft DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION adjudication_drafts_are_counted();
"""
NO_DRAFTS = """
DROP TRIGGER counted ON adjudication_draft; DROP TRIGGER never_emptied ON adjudication_draft;
DROP TRIGGER version_rises ON adjudication_draft; DROP TRIGGER keeps_its_side ON adjudication_draft;
DROP TRIGGER fits ON adjudication_draft;
DROP FUNCTION adjudication_drafts_are_counted; DROP FUNCTION adjudication_draft_fits;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("adjudication", "0009_signs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("by", models.CharField(choices=[("buyer", "buyer"), ("seller", "seller")], max_length=6)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("photo", "photo"),
                            ("video", "video"),
                            ("document", "document"),
                            ("carrier_record", "carrier's record"),
                            ("listing_snapshot", "listing snapshot"),
                            ("platform_chat", "platform chat"),
                            ("off_platform_chat", "off-platform chat"),
                            ("inspection_report", "inspection report"),
                        ],
                        max_length=20,
                    ),
                ),
                ("title", models.CharField(blank=True, default="", max_length=200)),
                ("text", models.TextField(blank=True, default="")),
                (
                    "facts",
                    models.JSONField(
                        blank=True, default=list, help_text="What it is said to prove: codes of the checklist."
                    ),
                ),
                (
                    "file",
                    models.JSONField(
                        blank=True, help_text="The stored file with its receipt, as it will be filed.", null=True
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, help_text="Every change moves it, for If-Match.")),
                ("kept_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "draft",
                "verbose_name_plural": "drafts",
                "ordering": ("case_id", "kept_at", "id"),
            },
        ),
        migrations.AddField(
            model_name="case",
            name="drafts_count",
            field=models.PositiveSmallIntegerField(
                db_default=0,
                default=0,
                help_text="Exhibits drafted and not filed; shown to nobody, and moves no version.",
            ),
        ),
        migrations.AddField(
            model_name="exhibit",
            name="facts",
            field=models.JSONField(
                blank=True,
                db_default=models.Value([], models.JSONField()),
                default=list,
                help_text="What it is said to prove: codes of the checklist.",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["ruling", "closed"]), _negated=True), ("drafts_count", 0), _connector="OR"
                ),
                name="nothing_is_drafted_once_evidence_closed",
            ),
        ),
        migrations.AddField(
            model_name="draft",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="drafts_kept", to="adjudication.case"
            ),
        ),
        migrations.AddField(
            model_name="draft",
            name="replaces",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrections_drafted",
                to="adjudication.exhibit",
            ),
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.CheckConstraint(
                condition=models.Q(("by__in", ["buyer", "seller"])), name="a_draft_is_of_a_side"
            ),
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("file__isnull", True),
                    models.Q(
                        ("file__has_keys", ["name", "sha256", "size_bytes"]),
                        ("file__name__gt", ""),
                        ("file__sha256__regex", "^[0-9a-f]{64}$"),
                        ("file__size_bytes__gt", 0),
                    ),
                    _connector="OR",
                ),
                name="a_drafted_file_has_its_receipt",
            ),
        ),
        migrations.RunSQL(DRAFTS, NO_DRAFTS),
        migrations.RunSQL(
            VERSION_RISES.format(condition=UNLESS_DRAFTED),
            VERSION_RISES.format(condition="NEW.version <= OLD.version"),
        ),
    ]
