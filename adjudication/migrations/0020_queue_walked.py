"""Each part of the queue is walked in the order of its due moments, without stepping over what is not in it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("adjudication", "0019_queue"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="case",
            name="case_on_appeal",
        ),
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                condition=models.Q(
                    ("case__isnull", False),
                    ("ended_at", None),
                    ("kind__in", ["arbitrator_assigned", "evidence", "ruling", "ruling_once_overdue"]),
                    ("parked_at", None),
                ),
                fields=["due_at", "id"],
                include=("case",),
                name="deadline_heard",
            ),
        ),
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                condition=models.Q(
                    ("case__isnull", False),
                    ("ended_at", None),
                    ("instance__gt", 1),
                    ("kind__in", ["arbitrator_assigned", "evidence", "ruling", "ruling_once_overdue"]),
                    ("parked_at", None),
                ),
                fields=["due_at", "id"],
                include=("case",),
                name="deadline_on_appeal",
            ),
        ),
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                condition=models.Q(
                    ("case__isnull", False), ("ended_at", None), ("kind", "ruling_once_overdue"), ("parked_at", None)
                ),
                fields=["due_at", "id"],
                include=("case",),
                name="deadline_overdue",
            ),
        ),
    ]
