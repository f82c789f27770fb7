"""The list of cases in one state is walked from the newest, as the list of all is; nobody walks it by request."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("adjudication", "0021_access"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="case",
            name="case_queue",
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                models.F("state"),
                models.OrderBy(models.F("updated_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="case_newest_by_state",
            ),
        ),
    ]
