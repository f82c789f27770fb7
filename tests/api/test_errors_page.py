"""docs/errors.md tells of every code there is."""

from adjudication.management.commands import errors
from config.paths import BASE_DIR


def test_the_page_is_what_the_tree_says():
    assert (BASE_DIR / "docs" / "errors.md").read_text() == errors.written(), "manage.py errors > docs/errors.md"
