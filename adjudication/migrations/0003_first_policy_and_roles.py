"""Load policy version 1, and make the staff's roles as groups."""

import tomllib
from pathlib import Path

from django.db import migrations
from django.db.models.functions import Now

ROLES = ("arbitrator", "supervisor", "auditor", "operator")


def load(apps, schema_editor):
    """Version 1 comes with the service; every later one is loaded by an operator."""
    source = (Path(__file__).parent.parent / "policy" / "version_1.toml").read_text()
    apps.get_model("adjudication", "PolicyVersion").objects.create(
        version=1, source=source, tables=tomllib.loads(source), loaded_at=Now()
    )
    for role in ROLES:
        apps.get_model("auth", "Group").objects.get_or_create(name=role)


class Migration(migrations.Migration):
    """The first data."""

    dependencies = [
        ("adjudication", "0002_guarantees"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
