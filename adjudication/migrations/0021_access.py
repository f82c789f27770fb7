"""Who was turned away, and who gave or took a way in: lines that are never altered nor taken out.

A line of denied tries is counted up while its minute lasts, and nothing else of it ever changes.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KEPT = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON adjudication_accesschange FOR EACH ROW
    EXECUTE FUNCTION adjudication_refuse('who gave or took a way in stays on record');
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON adjudication_accesschange FOR EACH STATEMENT
    EXECUTE FUNCTION adjudication_refuse('who gave or took a way in stays on record');
CREATE TRIGGER never_deleted BEFORE DELETE ON adjudication_denial FOR EACH ROW
    EXECUTE FUNCTION adjudication_refuse('what was denied stays on record');
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON adjudication_denial FOR EACH STATEMENT
    EXECUTE FUNCTION adjudication_refuse('what was denied stays on record');
CREATE TRIGGER only_counts_up BEFORE UPDATE ON adjudication_denial FOR EACH ROW
    WHEN (ROW(OLD.id, OLD.minute, OLD.user_id, OLD.act, OLD.case_number, OLD.why, OLD.told, OLD.address)
          IS DISTINCT FROM
          ROW(NEW.id, NEW.minute, NEW.user_id, NEW.act, NEW.case_number, NEW.why, NEW.told, NEW.address)
          OR NEW.tries <> OLD.tries + 1 OR NEW.last_at < OLD.last_at)
    EXECUTE FUNCTION adjudication_refuse('a denied try is only counted up');
"""
NOT_KEPT = """
DROP TRIGGER only_counts_up ON adjudication_denial;
DROP TRIGGER never_emptied ON adjudication_denial;
DROP TRIGGER never_deleted ON adjudication_denial;
DROP TRIGGER never_emptied ON adjudication_accesschange;
DROP TRIGGER append_only ON adjudication_accesschange;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("adjudication", "0020_queue_walked"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="ratebucket",
            name="who",
            field=models.CharField(
                help_text="key:ID, address:IP, or sign-in:IP.", max_length=80, primary_key=True, serialize=False
            ),
        ),
        migrations.CreateModel(
            name="AccessChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("key_made", "key made"),
                            ("key_revoked", "key revoked"),
                            ("second_factor_set_up", "second factor set up"),
                            ("second_factor_reset", "second factor reset"),
                            ("recovery_codes_made", "recovery codes made anew"),
                            ("unlocked", "unlocked"),
                        ],
                        max_length=24,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("reason", models.CharField(blank=True, max_length=500)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty for a command on the server.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="adjudication.apikey",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        help_text="Whose way in it is; empty for a key.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="access_changes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "change of access",
                "verbose_name_plural": "changes of access",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("key__isnull", False), ("user", None)),
                            models.Q(("key", None), ("user__isnull", False)),
                            _connector="OR",
                        ),
                        name="access_is_a_persons_or_a_keys",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ("key_revoked", "second_factor_reset", "unlocked")), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="access_is_taken_for_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                (
                                    "key_made",
                                    "key_revoked",
                                    "second_factor_set_up",
                                    "second_factor_reset",
                                    "recovery_codes_made",
                                    "unlocked",
                                ),
                            )
                        ),
                        name="change_of_access_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Denial",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("minute", models.DateTimeField(help_text="The minute in which it was tried.")),
                ("last_at", models.DateTimeField()),
                (
                    "act",
                    models.CharField(
                        help_text="What was asked for: the method and the name of the address.", max_length=80
                    ),
                ),
                (
                    "case_number",
                    models.CharField(blank=True, help_text="The case it was about, if there is one.", max_length=25),
                ),
                ("why", models.CharField(help_text="The code of the refusal.", max_length=40)),
                (
                    "told",
                    models.CharField(
                        blank=True, help_text="The sentence that was answered the first time.", max_length=300
                    ),
                ),
                ("address", models.CharField(blank=True, help_text="Whence somebody tried to sign in.", max_length=45)),
                ("tries", models.PositiveIntegerField(default=1)),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty where nobody of that name works here.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "denied try",
                "verbose_name_plural": "denied tries",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("minute", "user", "act", "case_number", "why", "address"),
                        name="equal_tries_of_a_minute_are_one",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(condition=models.Q(("tries__gt", 0)), name="denial_was_tried"),
                    models.CheckConstraint(
                        condition=models.Q(("last_at__gte", models.F("minute"))), name="denial_is_of_its_minute"
                    ),
                ],
            },
        ),
        migrations.RunSQL(KEPT, NOT_KEPT),
    ]
