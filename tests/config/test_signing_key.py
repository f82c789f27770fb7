"""SIGNING_KEY is a private Ed25519 key that nobody can guess, and one installation has one."""

import base64
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from django.core.exceptions import ImproperlyConfigured

from config.paths import BASE_DIR
from config.signing_key import new_seed, own_seed
from tests.processes import clean_environment, run_manage

SEED = bytes(range(32))
GIVEN = base64.b64encode(SEED).decode()


def pem_of(key, protection=None):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection or NoEncryption()).decode()


def test_it_is_taken_as_base64_or_as_pem_also_on_one_line():
    pem = pem_of(Ed25519PrivateKey.from_private_bytes(SEED))
    assert {own_seed(given) for given in (GIVEN, f" {GIVEN}\n", pem, pem.replace("\n", "\\n"))} == {GIVEN}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("8f1c09d2", "is short"),
        ("secret-0123456789abcdefghijklmnopqrstuvwxyz", "could guess it"),
        ("h3Kq" * 12, "could guess it"),
        (base64.b64encode(bytes(32)).decode(), "is not random"),
        (base64.b64encode(b"changeme" * 4).decode(), "is not random"),
        ("-----BEGIN PRIVATE KEY-----\nnothing\n-----END PRIVATE KEY-----", "cannot be read, or is encrypted"),
        (pem_of(Ed25519PrivateKey.from_private_bytes(SEED), BestAvailableEncryption(b"x")), "or is encrypted"),
        (pem_of(generate_private_key(65537, 2048)), "is a key of another kind"),
    ],
    ids=["short", "a known word", "a pattern", "zeros", "a word four times", "no PEM", "encrypted", "RSA"],
)
def test_anything_else_is_refused_and_what_is_right_is_said(given, told):
    with pytest.raises(ImproperlyConfigured, match=told) as refused:
        own_seed(given)
    assert "openssl rand -base64 32" in str(refused.value)
    assert given not in str(refused.value)


def test_another_random_secret_is_always_stretched_to_the_same_key():
    given = "3f9a1c5e7b2d4860" * 2 + "0e1d2c3b4a596877"
    assert own_seed(given) == own_seed(f"{given}\n") == "ZljBIO4G5lY/QRSHA5TGgoN8HCuSA6TuUBww5CuszUo="
    assert own_seed(given) != own_seed(given[:-1])


def test_a_new_one_is_taken():
    assert own_seed(seed := new_seed()) == seed


def test_a_wrong_one_stops_every_command_in_one_line(tmp_path):
    done = run_manage("signing_key", DATA_DIR=str(tmp_path), SIGNING_KEY="secret")
    assert done.returncode == 1
    assert done.stderr.startswith("SIGNING_KEY is short")
    assert len(done.stderr.splitlines()) == 1


def test_production_is_given_one_and_makes_none(tmp_path):
    production = {"DATABASE_URL": "postgres://u:p@db.invalid/cases", "SECRET_KEY": "h3Kq" * 12}
    done = run_manage("signing_key", DATA_DIR=str(tmp_path), **production)
    assert done.returncode == 1
    assert "must set SIGNING_KEY" in done.stderr
    assert "config.W001" in run_manage("check", DATA_DIR=str(tmp_path), **production).stderr
    assert not (tmp_path / "signing_key").exists()
    done = run_manage("signing_key", DATA_DIR=str(tmp_path), SIGNING_KEY=GIVEN, **production)
    assert done.returncode == 0
    assert done.stdout.startswith("# Ed25519, id ")
    assert "W001" not in run_manage("check", DATA_DIR=str(tmp_path), SIGNING_KEY=GIVEN, **production).stderr


def test_the_key_that_up_has_made_is_found_by_every_command_of_that_machine(tmp_path):
    production = {
        "DATABASE_URL": "postgres://u:p@db.invalid/cases",
        "SECRET_KEY": "h3Kq" * 12,
        "DATA_DIR": str(tmp_path),
    }
    run_manage("check", STARTED_BY_UP="1", **production)
    kept = (tmp_path / "signing_key").read_text()
    done = run_manage("signing_key", **production)
    assert done.returncode == 0
    assert done.stdout == run_manage("signing_key", SIGNING_KEY=kept, **production).stdout


def test_one_that_is_not_there_is_not_made_to_be_told(tmp_path):
    data = tmp_path / "data"
    done = run_manage("signing_key", DATA_DIR=str(data))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"There is no signing key in {data}: it is made when the service is first started")
    assert not data.exists()
    run_manage("check", DATA_DIR=str(data))
    assert run_manage("signing_key", DATA_DIR=str(data)).stdout.startswith("# Ed25519, id ")
    given = run_manage("signing_key", DATA_DIR=str(tmp_path / "other"), SIGNING_KEY=GIVEN)
    assert given.stdout.startswith("# Ed25519, id ")


def test_processes_that_start_at_once_agree_on_one_for_its_owner_alone(tmp_path):
    def printed(_number):
        return subprocess.run(
            [sys.executable, "-c", "from config import settings; print(settings.SIGNING_KEY)"],
            cwd=BASE_DIR,
            env=clean_environment(DATA_DIR=str(tmp_path / "data")),
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()

    with ThreadPoolExecutor(6) as at_once:
        found = set(at_once.map(printed, range(6)))
    kept = tmp_path / "data" / "signing_key"
    assert found == {kept.read_text()}
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert sorted(path.name for path in kept.parent.iterdir()) == ["secret_key", "signing_key"]
