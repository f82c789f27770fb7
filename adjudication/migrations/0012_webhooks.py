"""Webhooks: endpoints, messages frozen before they are first sent, deliveries, and the record of every try."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

WHY = "what was sent, and what was answered, stays on record"
GUARDS = f"""
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON adjudication_webhookattempt FOR EACH ROW
    EXECUTE FUNCTION adjudication_refuse('{WHY}');
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON adjudication_webhookattempt FOR EACH STATEMENT
    EXECUTE FUNCTION adjudication_refuse('{WHY}');
CREATE TRIGGER said_once BEFORE UPDATE ON adjudication_webhookmessage FOR EACH ROW
    WHEN (OLD.body IS NOT NULL OR (OLD.id, OLD.name, OLD.kind, OLD.event_id) IS DISTINCT FROM
          (NEW.id, NEW.name, NEW.kind, NEW.event_id))
    EXECUTE FUNCTION adjudication_refuse('a message is written once and sent again as it is');
CREATE TRIGGER never_deleted BEFORE DELETE ON adjudication_webhookmessage FOR EACH ROW
    EXECUTE FUNCTION adjudication_refuse('{WHY}');
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON adjudication_webhookmessage FOR EACH STATEMENT
    EXECUTE FUNCTION adjudication_refuse('{WHY}');
CREATE TRIGGER stays_what_it_is BEFORE UPDATE ON adjudication_webhookdelivery FOR EACH ROW
    WHEN ((OLD.id, OLD.endpoint_id, OLD.message_id, OLD.kind, OLD.event_id, OLD.matter) IS DISTINCT FROM
          (NEW.id, NEW.endpoint_id, NEW.message_id, NEW.kind, NEW.event_id, NEW.matter)
          OR NEW.attempts < OLD.attempts OR OLD.state <> 'due' AND NEW.state NOT IN ('due', OLD.state))
    EXECUTE FUNCTION adjudication_refuse('a delivery leads where it was meant to, and is due before it ends otherwise');
CREATE TRIGGER never_deleted BEFORE DELETE ON adjudication_webhookdelivery FOR EACH ROW
    EXECUTE FUNCTION adjudication_refuse('{WHY}');
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON adjudication_webhookdelivery FOR EACH STATEMENT
    EXECUTE FUNCTION adjudication_refuse('{WHY}');
CREATE TRIGGER keeps_its_owner BEFORE UPDATE ON adjudication_webhookendpoint FOR EACH ROW
    WHEN ((OLD.id, OLD.party_id) IS DISTINCT FROM (NEW.id, NEW.party_id) OR OLD.off = 'removed' AND NEW.off <> OLD.off)
    EXECUTE FUNCTION adjudication_refuse('an endpoint stays its owner''s, and what was removed stays removed');
CREATE TRIGGER never_deleted BEFORE DELETE ON adjudication_webhookendpoint FOR EACH ROW
    EXECUTE FUNCTION adjudication_refuse('{WHY}');
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON adjudication_webhookendpoint FOR EACH STATEMENT
    EXECUTE FUNCTION adjudication_refuse('{WHY}');
INSERT INTO adjudication_webhookturn (id, until) VALUES (1, '2000-01-01T00:00:00Z');
"""
UNGUARDED = """
DROP TRIGGER append_only ON adjudication_webhookattempt;
DROP TRIGGER never_emptied ON adjudication_webhookattempt;
DROP TRIGGER said_once ON adjudication_webhookmessage;
DROP TRIGGER never_deleted ON adjudication_webhookmessage;
DROP TRIGGER never_emptied ON adjudication_webhookmessage;
DROP TRIGGER stays_what_it_is ON adjudication_webhookdelivery;
DROP TRIGGER never_deleted ON adjudication_webhookdelivery;
DROP TRIGGER never_emptied ON adjudication_webhookdelivery;
DROP TRIGGER keeps_its_owner ON adjudication_webhookendpoint;
DROP TRIGGER never_deleted ON adjudication_webhookendpoint;
DROP TRIGGER never_emptied ON adjudication_webhookendpoint;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("adjudication", "0011_inquiries"),
    ]

    operations = [
        migrations.CreateModel(
            name="WebhookEndpoint",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("url", models.CharField(max_length=2000)),
                (
                    "types",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        help_text="What it is told of; empty: everything.",
                        null=True,
                        size=None,
                    ),
                ),
                ("description", models.CharField(blank=True, default="", max_length=200)),
                ("secret", models.TextField(help_text="Sealed with the service’s key.")),
                ("previous_secret", models.TextField(blank=True, default="", help_text="The one before it, sealed.")),
                ("previous_expires_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "off",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("by_request", "by request"),
                            ("gone", "its receiver answered 410 Gone"),
                            ("removed", "removed"),
                        ],
                        default="",
                        help_text="Why nothing is sent to it; empty: it is on.",
                        max_length=12,
                    ),
                ),
                ("off_at", models.DateTimeField(blank=True, null=True)),
                ("failures", models.PositiveIntegerField(default=0, help_text="Tries in a row that failed.")),
                ("failing_since", models.DateTimeField(blank=True, null=True)),
                (
                    "probe_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="While it fails, no try is made before this, and then one alone.",
                        null=True,
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        blank=True,
                        help_text="Whose it is and of whose matters it is told; empty: the marketplace’s, of all.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="webhook_endpoints",
                        to="adjudication.party",
                    ),
                ),
            ],
            options={
                "verbose_name": "webhook endpoint",
                "verbose_name_plural": "webhook endpoints",
            },
        ),
        migrations.CreateModel(
            name="WebhookMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "name",
                    models.CharField(help_text="The webhook-id, the same at every try.", max_length=60, unique=True),
                ),
                ("kind", models.CharField(max_length=40)),
                (
                    "body",
                    models.TextField(
                        blank=True, help_text="The very text that is sent; empty until it first is.", null=True
                    ),
                ),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "event",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="webhook_message",
                        to="adjudication.event",
                    ),
                ),
            ],
            options={
                "verbose_name": "webhook message",
                "verbose_name_plural": "webhook messages",
            },
        ),
        migrations.CreateModel(
            name="WebhookDelivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40)),
                (
                    "matter",
                    models.BigIntegerField(
                        help_text="The case, or the order (negative), whose events are sent in order; 0: none."
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("due", "due"), ("delivered", "delivered"), ("parked", "parked")],
                        default="due",
                        max_length=9,
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0, help_text="Tries begun.")),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("trying_since", models.DateTimeField(help_text="It is tried for three days from here on.")),
                ("next_try_at", models.DateTimeField()),
                ("lease", models.UUIDField(blank=True, help_text="The try that is under way.", null=True)),
                (
                    "leased_until",
                    models.DateTimeField(
                        blank=True, help_text="After this whoever was sending it counts as dead.", null=True
                    ),
                ),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "event",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="adjudication.event",
                    ),
                ),
                (
                    "endpoint",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="adjudication.webhookendpoint",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="adjudication.webhookmessage",
                    ),
                ),
            ],
            options={
                "verbose_name": "webhook delivery",
                "verbose_name_plural": "webhook deliveries",
            },
        ),
        migrations.CreateModel(
            name="WebhookTurn",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("sender", models.UUIDField(null=True)),
                ("until", models.DateTimeField()),
            ],
            options={
                "verbose_name": "turn to send webhooks",
                "verbose_name_plural": "turns to send webhooks",
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="one_turn_at_a_time")],
            },
        ),
        migrations.CreateModel(
            name="WebhookAttempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.PositiveIntegerField(
                        help_text="1, 2, 3, … within its delivery; a try that was killed has none."
                    ),
                ),
                ("url", models.CharField(max_length=2000)),
                ("headers", models.JSONField(help_text="As sent.")),
                ("sent_at", models.DateTimeField()),
                ("duration_ms", models.PositiveIntegerField()),
                (
                    "status",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="Of the answer, if there was one.", null=True
                    ),
                ),
                ("answer", models.TextField(blank=True, default="", help_text="The beginning of the answer’s body.")),
                (
                    "error",
                    models.CharField(blank=True, default="", help_text="Why there was no answer.", max_length=300),
                ),
                (
                    "delivery",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attempts_made",
                        to="adjudication.webhookdelivery",
                    ),
                ),
            ],
            options={
                "verbose_name": "webhook attempt",
                "verbose_name_plural": "webhook attempts",
                "constraints": [
                    models.UniqueConstraint(fields=("delivery", "number"), name="one_attempt_a_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", None), _negated=True),
                            models.Q(("error", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="attempt_was_answered_or_says_why_not",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="webhookendpoint",
            index=models.Index(fields=["party", "created_at", "id"], name="endpoint_of_owner"),
        ),
        migrations.AddConstraint(
            model_name="webhookendpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("off", ""), ("off_at", None)),
                    models.Q(models.Q(("off", ""), _negated=True), models.Q(("off_at", None), _negated=True)),
                    _connector="OR",
                ),
                name="endpoint_that_is_off_says_since_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookendpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(("off__in", ["", "by_request", "gone", "removed"])),
                name="endpoint_is_off_for_a_known_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookendpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("previous_expires_at", None), ("previous_secret", "")),
                    models.Q(
                        models.Q(("previous_secret", ""), _negated=True),
                        models.Q(("previous_expires_at", None), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="previous_secret_ends",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookendpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("failing_since", None), ("failures", 0)),
                    models.Q(("failures__gt", 0), models.Q(("failing_since", None), _negated=True)),
                    _connector="OR",
                ),
                name="endpoint_that_fails_says_since_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookendpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(("secret", ""), _negated=True), name="endpoint_has_a_secret"
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookendpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(("types", None), ("types__len__gt", 0), _connector="OR"),
                name="endpoint_hears_of_everything_or_something",
            ),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(fields=["endpoint", "id"], name="delivery_of_endpoint"),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(condition=models.Q(("state", "due")), fields=["endpoint", "event"], name="delivery_due"),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(
                condition=models.Q(("state", "due")), fields=["endpoint", "matter", "event"], name="delivery_due_matter"
            ),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(condition=models.Q(("state", "due")), fields=["id"], name="delivery_waiting"),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(
                condition=models.Q(("state", "parked")), fields=["endpoint", "id"], name="delivery_parked"
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.UniqueConstraint(
                fields=("message", "endpoint"), name="one_delivery_a_message_and_endpoint"
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["due", "delivered", "parked"])),
                name="delivery_is_due_delivered_or_parked",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "delivered"), models.Q(("delivered_at", None), _negated=True)),
                    models.Q(models.Q(("state", "delivered"), _negated=True), ("delivered_at", None)),
                    _connector="OR",
                ),
                name="delivery_that_is_delivered_says_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lease", None), ("leased_until", None)),
                    models.Q(models.Q(("lease", None), _negated=True), models.Q(("leased_until", None), _negated=True)),
                    _connector="OR",
                ),
                name="delivery_is_leased_until_a_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "due"), ("lease", None), _connector="OR"),
                name="delivery_is_leased_while_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("event", None), ("matter", 0)),
                    models.Q(models.Q(("event", None), _negated=True), models.Q(("matter", 0), _negated=True)),
                    _connector="OR",
                ),
                name="delivery_of_an_event_belongs_to_its_matter",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "delivered"), _negated=True), ("attempts__gt", 0), _connector="OR"
                ),
                name="delivery_was_tried_before_it_was_delivered",
            ),
        ),
        migrations.RunSQL(GUARDS, UNGUARDED),
    ]
