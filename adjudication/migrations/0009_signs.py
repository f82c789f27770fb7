"""What an exhibit's file gave away of where it comes from, and how pictures that look alike are found quickly."""

from django.db import migrations, models

# Whatever is near to a picture agrees with it in one of these bands, but for at most one bit: evidence/alike.py.
BANDS = """
CREATE INDEX exhibit_by_band_0 ON adjudication_exhibit ((picture_hash & 65535)) WHERE picture_hash IS NOT NULL;
CREATE INDEX exhibit_by_band_1 ON adjudication_exhibit ((picture_hash >> 16 & 65535)) WHERE picture_hash IS NOT NULL;
CREATE INDEX exhibit_by_band_2 ON adjudication_exhibit ((picture_hash >> 32 & 65535)) WHERE picture_hash IS NOT NULL;
CREATE INDEX exhibit_by_band_3 ON adjudication_exhibit ((picture_hash >> 48 & 65535)) WHERE picture_hash IS NOT NULL;
"""
NO_BANDS = "DROP INDEX exhibit_by_band_0, exhibit_by_band_1, exhibit_by_band_2, exhibit_by_band_3;"


class Migration(migrations.Migration):
    dependencies = [
        ("adjudication", "0008_desks"),
    ]

    operations = [
        migrations.AddField(
            model_name="exhibit",
            name="camera",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="exhibit",
            name="changed_at",
            field=models.DateTimeField(blank=True, help_text="When it was changed, by its own account.", null=True),
        ),
        migrations.AddField(
            model_name="exhibit",
            name="is_zone_known",
            field=models.BooleanField(
                db_default=False, default=False, help_text="It says how far its clock is from UTC."
            ),
        ),
        migrations.AddField(
            model_name="exhibit",
            name="made_with",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="The software it names.", max_length=200
            ),
        ),
        migrations.AddField(
            model_name="exhibit",
            name="picture_hash",
            field=models.BigIntegerField(blank=True, help_text="How the picture looks, in 64 bits.", null=True),
        ),
        migrations.AddField(
            model_name="exhibit",
            name="taken_at",
            field=models.DateTimeField(blank=True, help_text="When it was made, by its own account.", null=True),
        ),
        migrations.AddIndex(
            model_name="exhibit",
            index=models.Index(
                condition=models.Q(("sha256", ""), _negated=True), fields=["sha256"], name="exhibit_by_receipt"
            ),
        ),
        migrations.AddConstraint(
            model_name="exhibit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("file_name", ""), _negated=True),
                    models.Q(
                        ("camera", ""),
                        ("changed_at", None),
                        ("is_zone_known", False),
                        ("made_with", ""),
                        ("picture_hash", None),
                        ("taken_at", None),
                    ),
                    _connector="OR",
                ),
                name="only_a_file_leaves_traces",
            ),
        ),
        migrations.RunSQL(BANDS, NO_BANDS),
    ]
