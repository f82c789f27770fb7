"""One browser for each file of stories."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser import people


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with people.chromium() as found:
        yield found
