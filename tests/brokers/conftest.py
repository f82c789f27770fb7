"""One `up` for all tests of a file, over the broker that the file names; it starts while that broker is absent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

pytest.register_assert_rewrite("tests.brokers.service")

from tests.brokers.service import Service, started  # noqa: E402  # what is rewritten is named before it is imported


@pytest.fixture(scope="module")
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service, whose web process answers already."""
    broker = request.module.BROKER
    broker.require_installed()
    with started(broker, tmp_path_factory.mktemp("broker")) as running:
        yield running
