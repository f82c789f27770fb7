"""Inquiries, corrected kinds, the platform's chat; and what the database keeps of them, whoever asks."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KEPT = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON adjudication_kindcorrection FOR EACH ROW
    EXECUTE FUNCTION adjudication_refuse('what was said of an exhibit stays on record');
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON adjudication_kindcorrection FOR EACH STATEMENT
    EXECUTE FUNCTION adjudication_refuse('what was said of an exhibit stays on record');
CREATE TRIGGER never_deleted BEFORE DELETE ON adjudication_message FOR EACH ROW
    EXECUTE FUNCTION adjudication_refuse('a message is never deleted');
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON adjudication_message FOR EACH STATEMENT
    EXECUTE FUNCTION adjudication_refuse('a message is never deleted');
CREATE TRIGGER never_deleted BEFORE DELETE ON adjudication_inquiry FOR EACH ROW
    EXECUTE FUNCTION adjudication_refuse('an inquiry is never deleted');
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON adjudication_inquiry FOR EACH STATEMENT
    EXECUTE FUNCTION adjudication_refuse('an inquiry is never deleted');
CREATE TRIGGER never_deleted BEFORE DELETE ON adjudication_asking FOR EACH ROW
    EXECUTE FUNCTION adjudication_refuse('an inquiry is never deleted');
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON adjudication_asking FOR EACH STATEMENT
    EXECUTE FUNCTION adjudication_refuse('an inquiry is never deleted');
"""

# Words can be erased; nothing else of these rows ever changes, and no word becomes another.
ERASED_AT_MOST = """
CREATE TRIGGER erased_at_most BEFORE UPDATE ON adjudication_message FOR EACH ROW
    WHEN (NEW.text <> '' OR ROW(OLD.id, OLD.order_id, OLD.number, OLD.by, OLD.sent_at, OLD.recorded_at, OLD.sha256)
          IS DISTINCT FROM ROW(NEW.id, NEW.order_id, NEW.number, NEW.by, NEW.sent_at, NEW.recorded_at, NEW.sha256))
    EXECUTE FUNCTION adjudication_refuse('a message stays as it was sent');
CREATE TRIGGER erased_at_most BEFORE UPDATE ON adjudication_inquiry FOR EACH ROW
    WHEN (NEW.text <> '' OR ROW(OLD.id, OLD.case_id, OLD.number, OLD.instance, OLD.is_challenge, OLD.made_as,
                                OLD.made_by_id, OLD.made_at, OLD.due_at)
          IS DISTINCT FROM ROW(NEW.id, NEW.case_id, NEW.number, NEW.instance, NEW.is_challenge, NEW.made_as,
                               NEW.made_by_id, NEW.made_at, NEW.due_at))
    EXECUTE FUNCTION adjudication_refuse('an inquiry stays as it was made');
CREATE TRIGGER fixed BEFORE UPDATE ON adjudication_asking FOR EACH ROW
    WHEN (ROW(OLD.id, OLD.inquiry_id, OLD.side, OLD.code)
          IS DISTINCT FROM ROW(NEW.id, NEW.inquiry_id, NEW.side, NEW.code))
    EXECUTE FUNCTION adjudication_refuse('whom an inquiry asks, and with which code, is fixed');
CREATE TRIGGER answered_once BEFORE UPDATE ON adjudication_asking FOR EACH ROW
    WHEN (OLD.replied_at IS NOT NULL
          AND (NEW.replied_at IS DISTINCT FROM OLD.replied_at OR NEW.reply NOT IN ('', OLD.reply)))
    EXECUTE FUNCTION adjudication_refuse('an inquiry is answered once');
"""

# An inquiry that fell due in an outage can be answered until the outage's grace ends.
IN_TIME = """
CREATE FUNCTION adjudication_answered_in_time() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NOT EXISTS (
        SELECT FROM adjudication_inquiry i
        WHERE i.id = NEW.inquiry_id AND NEW.replied_at >= i.made_at
          AND (NEW.replied_at < i.due_at OR EXISTS (
              SELECT FROM adjudication_outage o
              WHERE o.began_at <= i.due_at AND i.due_at < o.grace_ends_at AND i.made_at < o.ended_at
                AND NEW.replied_at < o.grace_ends_at)))
    THEN RAISE EXCEPTION 'an inquiry is answered until it is due' USING ERRCODE = 'check_violation'; END IF;
    RETURN NEW; END $$;
CREATE TRIGGER answered_in_time BEFORE INSERT OR UPDATE ON adjudication_asking FOR EACH ROW
    WHEN (NEW.replied_at IS NOT NULL) EXECUTE FUNCTION adjudication_answered_in_time();

CREATE FUNCTION adjudication_answers_its_inquiry() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NOT EXISTS (SELECT FROM adjudication_inquiry i JOIN adjudication_asking a ON a.inquiry_id = i.id
                   WHERE i.id = NEW.inquiry_id AND i.case_id = NEW.case_id AND a.side = NEW."by")
    THEN RAISE EXCEPTION 'an exhibit answers an inquiry to its side in its case' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW; END $$;
CREATE TRIGGER answers_its_inquiry BEFORE INSERT ON adjudication_exhibit FOR EACH ROW
    WHEN (NEW.inquiry_id IS NOT NULL) EXECUTE FUNCTION adjudication_answers_its_inquiry();
"""

# What an exhibit counts as is what was said of it last; until the ruling of the instance in which it is said.
CORRECTED = """
CREATE FUNCTION adjudication_correction_fits() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NOT EXISTS (
        SELECT FROM adjudication_exhibit x
        JOIN adjudication_case c ON c.id = x.case_id
        LEFT JOIN LATERAL (SELECT k.number, k.kind FROM adjudication_kindcorrection k
                           WHERE k.exhibit_id = x.id ORDER BY k.number DESC LIMIT 1) l ON true
        WHERE x.id = NEW.exhibit_id AND NOT x.is_of_record AND c.instance = NEW.instance
          AND NEW.number = coalesce(l.number, 0) + 1 AND NEW.kind <> coalesce(l.kind, x.kind)
          AND NOT EXISTS (SELECT FROM adjudication_ruling r WHERE r.case_id = c.id AND r.instance = NEW.instance))
    THEN RAISE EXCEPTION 'a kind is corrected to another one, before the ruling' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW; END $$;
CREATE TRIGGER correction_fits BEFORE INSERT ON adjudication_kindcorrection FOR EACH ROW
    EXECUTE FUNCTION adjudication_correction_fits();

CREATE OR REPLACE FUNCTION adjudication_finding_fits() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NOT EXISTS (
        SELECT FROM adjudication_ruling r JOIN adjudication_exhibit e ON e.case_id = r.case_id
        WHERE r.id = NEW.ruling_id AND e.id = NEW.exhibit_id
          AND (NOT NEW.is_cited
               OR coalesce((SELECT k.kind <> 'off_platform_chat' FROM adjudication_kindcorrection k
                            WHERE k.exhibit_id = e.id ORDER BY k.number DESC LIMIT 1), e.is_admissible)))
    THEN RAISE EXCEPTION 'a finding is on an exhibit of its case, and cites what is admissible'
         USING ERRCODE = 'check_violation'; END IF;
    RETURN NEW; END $$;
"""

NOT_KEPT = """
CREATE OR REPLACE FUNCTION adjudication_finding_fits() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NOT EXISTS (SELECT FROM adjudication_ruling r JOIN adjudication_exhibit e ON e.case_id = r.case_id
                   WHERE r.id = NEW.ruling_id AND e.id = NEW.exhibit_id AND (e.is_admissible OR NOT NEW.is_cited))
    THEN RAISE EXCEPTION 'a finding is on an exhibit of its case, and cites what is admissible'
         USING ERRCODE = 'check_violation'; END IF;
    RETURN NEW; END $$;
DROP TRIGGER correction_fits ON adjudication_kindcorrection;
DROP FUNCTION adjudication_correction_fits;
DROP TRIGGER answers_its_inquiry ON adjudication_exhibit;
DROP FUNCTION adjudication_answers_its_inquiry;
DROP TRIGGER answered_in_time ON adjudication_asking;
DROP FUNCTION adjudication_answered_in_time;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("adjudication", "0010_drafts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="KindCorrection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.PositiveSmallIntegerField(help_text="1, 2, 3, … of its exhibit; the last one counts."),
                ),
                ("instance", models.PositiveSmallIntegerField()),
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
                        help_text="What it is.",
                        max_length=20,
                    ),
                ),
                ("reason", models.TextField(help_text="Why; both sides read it.")),
                (
                    "corrected_as",
                    models.CharField(
                        choices=[
                            ("buyer", "buyer"),
                            ("seller", "seller"),
                            ("arbitrator", "arbitrator"),
                            ("supervisor", "supervisor"),
                            ("auditor", "auditor"),
                            ("operator", "operator"),
                            ("platform", "platform"),
                            ("clock", "clock"),
                            ("marketplace", "marketplace"),
                        ],
                        max_length=12,
                    ),
                ),
                ("corrected_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "corrected kind",
                "verbose_name_plural": "corrected kinds",
                "ordering": ("exhibit_id", "number"),
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.PositiveIntegerField(help_text="1, 2, 3, … within its order, as they were reported."),
                ),
                ("by", models.CharField(choices=[("buyer", "buyer"), ("seller", "seller")], max_length=6)),
                ("text", models.TextField(help_text="Word for word; empty once erased.")),
                ("sent_at", models.DateTimeField(help_text="As reported by the marketplace (UTC).")),
                ("recorded_at", models.DateTimeField(help_text="When this service recorded it (UTC).")),
                (
                    "sha256",
                    models.CharField(
                        help_text="Of sender, words and time; it stays when words are erased.", max_length=64
                    ),
                ),
            ],
            options={
                "verbose_name": "message",
                "verbose_name_plural": "messages",
                "ordering": ("order_id", "number"),
            },
        ),
        migrations.AddField(
            model_name="case",
            name="corrections_count",
            field=models.PositiveSmallIntegerField(
                db_default=0, default=0, help_text="How often the kind of an exhibit was corrected."
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="inquiries_count",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="exhibit",
            name="is_of_record",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Its words are the platform’s own record, and nobody typed them.",
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="messages_count",
            field=models.PositiveIntegerField(
                db_default=0, default=0, help_text="How many messages of the platform’s chat are kept of it."
            ),
        ),
        migrations.CreateModel(
            name="Inquiry",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveSmallIntegerField(help_text="1, 2, 3, … within its case.")),
                ("instance", models.PositiveSmallIntegerField()),
                ("text", models.TextField(help_text="What is asked; both sides read it.")),
                (
                    "is_challenge",
                    models.BooleanField(default=False, help_text="It asks for a photo that shows a one-time code."),
                ),
                (
                    "made_as",
                    models.CharField(
                        choices=[
                            ("buyer", "buyer"),
                            ("seller", "seller"),
                            ("arbitrator", "arbitrator"),
                            ("supervisor", "supervisor"),
                            ("auditor", "auditor"),
                            ("operator", "operator"),
                            ("platform", "platform"),
                            ("clock", "clock"),
                            ("marketplace", "marketplace"),
                        ],
                        max_length=12,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(help_text="Until then it can be answered (UTC).")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inquiries_made",
                        to="adjudication.case",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inquiries_made",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "inquiry",
                "verbose_name_plural": "inquiries",
                "ordering": ("case_id", "number"),
            },
        ),
        migrations.CreateModel(
            name="Asking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("side", models.CharField(choices=[("buyer", "buyer"), ("seller", "seller")], max_length=6)),
                (
                    "code",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="Written on paper, it stands in the photo that is asked for.",
                        max_length=9,
                    ),
                ),
                (
                    "reply",
                    models.TextField(blank=True, default="", help_text="What the side answered; empty once erased."),
                ),
                ("replied_at", models.DateTimeField(blank=True, null=True)),
                (
                    "inquiry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="askings", to="adjudication.inquiry"
                    ),
                ),
            ],
            options={
                "verbose_name": "side asked",
                "verbose_name_plural": "sides asked",
                "ordering": ("inquiry_id", "side"),
            },
        ),
        migrations.AddField(
            model_name="exhibit",
            name="inquiry",
            field=models.ForeignKey(
                blank=True,
                help_text="The inquiry that it answers.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="exhibits",
                to="adjudication.inquiry",
            ),
        ),
        migrations.AddConstraint(
            model_name="exhibit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_of_record", False),
                    models.Q(("file_name", ""), ("kind__in", ["listing_snapshot", "platform_chat"])),
                    _connector="OR",
                ),
                name="of_record_are_listing_and_chat",
            ),
        ),
        migrations.AddField(
            model_name="kindcorrection",
            name="corrected_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="kindcorrection",
            name="exhibit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="kind_corrections", to="adjudication.exhibit"
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="messages", to="adjudication.order"
            ),
        ),
        migrations.AddConstraint(
            model_name="inquiry",
            constraint=models.UniqueConstraint(fields=("case", "number"), name="one_inquiry_a_number"),
        ),
        migrations.AddConstraint(
            model_name="inquiry",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_at__gt", models.F("made_at"))), name="an_inquiry_takes_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="asking",
            constraint=models.UniqueConstraint(fields=("inquiry", "side"), name="a_side_is_asked_once"),
        ),
        migrations.AddConstraint(
            model_name="asking",
            constraint=models.UniqueConstraint(
                condition=models.Q(("code", ""), _negated=True), fields=("code",), name="a_code_is_given_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="asking",
            constraint=models.CheckConstraint(
                condition=models.Q(("reply", ""), ("replied_at__isnull", False), _connector="OR"),
                name="a_reply_has_its_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="kindcorrection",
            constraint=models.UniqueConstraint(fields=("exhibit", "number"), name="one_correction_a_number"),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(fields=("order", "number"), name="one_message_a_number"),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(fields=("order", "sha256"), name="a_message_is_kept_once"),
        ),
        migrations.RunSQL([KEPT, ERASED_AT_MOST, IN_TIME, CORRECTED], NOT_KEPT),
    ]
