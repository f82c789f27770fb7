"""The demo command gives the shop keys, once; they are made anew when they no longer open the door."""

import json
import stat
from io import StringIO

from django.core.management import call_command

from adjudication.credentials import keys
from adjudication.credentials.models import ApiKey
from adjudication.management.demo import shop_keys
from tests.pages.test_demo import evidence_folder

__all__ = ["evidence_folder"]


def demo():
    call_command("demo", stdout=StringIO())


def of_shop():
    return ApiKey.objects.filter(name=shop_keys.NAME, revoked_at=None)


def test_keys_are_made_once_for_the_shop_alone_and_anew_when_they_are_unknown(db, settings, tmp_path, evidence_folder):
    settings.DEMO, settings.DEMO_SHOP_FOLDER = True, tmp_path / "demo-shop"
    demo()
    file = tmp_path / "demo-shop" / "keys.json"
    known = json.loads(file.read_text())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert keys.authenticate(known["marketplace"]).user is None
    assert {keys.authenticate(text).user.username for text in known["staff"].values()} == set(shop_keys.WHO_RULE)
    demo()
    assert json.loads(file.read_text()) == known
    keys.revoke_named(shop_keys.NAME, reason="It leaked.")
    demo()
    assert json.loads(file.read_text()) != known
    assert of_shop().count() == 4
    file.write_text("{")
    demo()
    assert of_shop().count() == 4


def test_without_a_demonstration_there_are_no_keys(db, settings, tmp_path, evidence_folder):
    settings.DEMO, settings.DEMO_SHOP_FOLDER = False, tmp_path / "demo-shop"
    demo()
    assert not of_shop().exists()
    assert not (tmp_path / "demo-shop").exists()
