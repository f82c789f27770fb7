"""Each signed file of a case that was handed out stays on record."""

import django.db.models.deletion
from django.db import migrations, models

KEPT = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON adjudication_export FOR EACH ROW
    EXECUTE FUNCTION adjudication_refuse('what was handed out stays on record');
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON adjudication_export FOR EACH STATEMENT
    EXECUTE FUNCTION adjudication_refuse('what was handed out stays on record');
"""
NOT_KEPT = """
DROP TRIGGER never_emptied ON adjudication_export;
DROP TRIGGER append_only ON adjudication_export;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("adjudication", "0023_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="Export",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
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
                (
                    "asker_id",
                    models.BigIntegerField(default=0, help_text="The party or the member of staff; 0 for none."),
                ),
                ("asker_name", models.CharField(help_text="As the file says.", max_length=200)),
                ("key_id", models.BigIntegerField(blank=True, help_text="The API key, where one was used.", null=True)),
                ("sequence", models.IntegerField(help_text="The number of the case’s last event in it.")),
                (
                    "manifest_sha256",
                    models.CharField(help_text="SHA-256 of manifest.json, which is what is signed.", max_length=64),
                ),
                ("signing_key", models.CharField(help_text="The id of the key it is signed with.", max_length=64)),
                ("is_whole", models.BooleanField(help_text="Every exhibit’s file was in it.")),
                ("exported_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="exports", to="adjudication.case"
                    ),
                ),
            ],
            options={
                "verbose_name": "signed file",
                "verbose_name_plural": "signed files",
                "ordering": ("-id",),
            },
        ),
        migrations.RunSQL(KEPT, NOT_KEPT),
    ]
