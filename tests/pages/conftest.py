"""Browsers of the two sides, and a simulated clock."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from adjudication import clock
from adjudication.cases.models import Case
from adjudication.credentials import links
from adjudication.orders.models import Order, Party
from tests import walk


@pytest.fixture(autouse=True)
def _clock(db: None) -> Iterator[None]:
    with clock.simulated(walk.START):
        yield


def signed_in(party: Party) -> Client:
    """A browser that has used a sign-in link of this party."""
    client = Client()
    assert client.post(f"/sign-in/{links.create(party)}/").status_code == 302
    return client


@pytest.fixture
def buyer() -> Callable[[Case | Order], Client]:
    """The buyer's browser."""
    return lambda matter: signed_in(matter.buyer)


@pytest.fixture
def seller() -> Callable[[Case | Order], Client]:
    """The seller's browser."""
    return lambda matter: signed_in(matter.shop.party)
