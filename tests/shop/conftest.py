"""A shop with keys and a folder of its own, which is told that a demonstration runs."""

import json

import pytest


@pytest.fixture
def shop(settings, tmp_path):
    """Its folder; the service's address is one at which nobody answers."""
    settings.DEMO = True
    settings.DEMO_SHOP_ADDRESS = "http://127.0.0.1:9"
    settings.DEMO_SHOP_FOLDER = tmp_path / "demo-shop"
    settings.DEMO_SHOP_FOLDER.mkdir()
    (settings.DEMO_SHOP_FOLDER / "keys.json").write_text(
        json.dumps({"marketplace": "adj_m", "staff": {"ada": "adj_a"}})
    )
    return settings.DEMO_SHOP_FOLDER
