"""docs/operations.md names every command there is, and none that there is not."""

import re

from django.core.management import get_commands

from config.paths import BASE_DIR


def test_every_command_of_ours_is_on_the_page_and_no_other():
    page = (BASE_DIR / "docs/operations.md").read_text().split("## Commands\n")[1].split("\n## ")[0]
    ours = {name for name, app in get_commands().items() if app == "adjudication"}
    assert set(re.findall(r"^\| `(\w+)", page, re.MULTILINE)) == ours
