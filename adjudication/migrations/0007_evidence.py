"""How many pages an exhibit's file has and shows; who fetched an original."""

import django.db.models.deletion
from django.db import migrations, models

KEPT = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON adjudication_viewing FOR EACH ROW
    EXECUTE FUNCTION adjudication_refuse('who viewed an original stays on record');
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON adjudication_viewing FOR EACH STATEMENT
    EXECUTE FUNCTION adjudication_refuse('who viewed an original stays on record');
"""
NOT_KEPT = """
DROP TRIGGER never_emptied ON adjudication_viewing;
DROP TRIGGER append_only ON adjudication_viewing;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("adjudication", "0006_watched"),
    ]

    operations = [
        migrations.CreateModel(
            name="Viewing",
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
                    "viewer_id",
                    models.BigIntegerField(default=0, help_text="The party or the member of staff; 0 for none."),
                ),
                ("key_id", models.BigIntegerField(blank=True, help_text="The API key, where one was used.", null=True)),
                ("viewed_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "viewing",
                "verbose_name_plural": "viewings",
            },
        ),
        migrations.AddField(
            model_name="exhibit",
            name="pages",
            field=models.PositiveSmallIntegerField(
                db_default=0, default=0, help_text="Of a picture 1, of a document its pages, of a film 0."
            ),
        ),
        migrations.AddField(
            model_name="exhibit",
            name="pages_shown",
            field=models.PositiveSmallIntegerField(
                db_default=0, default=0, help_text="So many of them are shown as copies, from the first on."
            ),
        ),
        migrations.AddIndex(
            model_name="exhibit",
            index=models.Index(
                condition=models.Q(("file_name", ""), _negated=True), fields=["file_name"], name="exhibit_by_file"
            ),
        ),
        migrations.AddConstraint(
            model_name="exhibit",
            constraint=models.CheckConstraint(
                condition=models.Q(("pages_shown__lte", models.F("pages"))),
                name="no_more_pages_are_shown_than_there_are",
            ),
        ),
        migrations.AddField(
            model_name="viewing",
            name="exhibit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="viewings", to="adjudication.exhibit"
            ),
        ),
        migrations.RunSQL(KEPT, NOT_KEPT),
    ]
