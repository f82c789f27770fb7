"""F11: a disk that is full while a file is filed: 507 in a sentence, no row without a file, and it recovers."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from adjudication.credentials import keys
from adjudication.credentials.models import Scope
from adjudication.evidence.models import Exhibit
from config.lifeline import tied_to
from config.paths import BASE_DIR
from tests import walk
from tests.evidence import drawn
from tests.processes import PARTS, clean_environment, free_port

pytestmark = pytest.mark.faults

#: Two small disks of the web process's own, which nobody else sees: mounted in a namespace, without being root.
DISKS = """set -e
mount -t tmpfs -o size=6m none "$STORE"; mount -t tmpfs -o size=6m none "$SPOOL"
export TMPDIR="$SPOOL"; exec "$@" """
NAMESPACE = ("unshare", "--user", "--map-root-user", "--mount")
PHOTO = drawn.photo(6)
LARGE = drawn.film(4 * 2**20)  # more than is kept in memory while it arrives


class Web:
    """The web process on its two small disks."""

    def __init__(self, ground, folder: Path) -> None:
        self.port, self.store, self.spool = free_port(), folder / "store", folder / "spool"
        self.store.mkdir()
        self.spool.mkdir()
        _key, self.key = keys.create("for a test", scopes=Scope.values)
        self.process = subprocess.Popen(
            [*NAMESPACE, "sh", "-c", DISKS, "sh", *PARTS["web"], "--port", str(self.port)],
            cwd=BASE_DIR,
            env=clean_environment(**ground.environment)
            | {"STORE": str(self.store), "SPOOL": str(self.spool), "EVIDENCE_STORAGE_URL": self.store.as_uri()},
            start_new_session=True,
            preexec_fn=tied_to(os.getpid()),
        )

    def inside(self, disk: Path) -> Path:
        """The disk as the process sees it."""
        return Path(f"/proc/{self.process.pid}/root{disk}")

    def kept(self) -> list[Path]:
        return [path for path in self.inside(self.store).rglob("*") if path.is_file() and path.name != "filler"]

    def fill(self, disk: Path) -> None:
        """Write until no more goes on it."""
        with (self.inside(disk) / "filler").open("wb", buffering=0) as filler:
            try:
                while filler.write(b"x" * 4096):
                    pass
            except OSError:
                return

    def clear(self, disk: Path) -> None:
        (self.inside(disk) / "filler").unlink()

    def upload(self, case, content: bytes) -> tuple[int, dict]:
        parts = {"by": b"buyer", "kind": b"photo", "title": b"The crack"}
        body = b"".join(
            b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), value)
            for name, value in parts.items()
        )
        body += b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + content + b"\r\n--x--\r\n"
        request = urllib.request.Request(  # always the loopback address
            f"http://127.0.0.1:{self.port}/api/v1/cases/{case.number}/exhibits",
            body,
            {"Authorization": f"Bearer {self.key}", "Content-Type": "multipart/form-data; boundary=x"},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  # as above
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def wait(self) -> None:
        until = time.monotonic() + 40
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/live", timeout=2).close()
                return
            except OSError:
                if time.monotonic() > until or self.process.poll() is not None:
                    raise
                time.sleep(0.2)

    def kill(self) -> None:
        """Kill -9 it with the worker that it has started."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def may_mount() -> bool:
    if not shutil.which("unshare"):
        return False
    return not subprocess.run([*NAMESPACE, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True).returncode


@pytest.mark.skipif(not may_mount(), reason="this machine lets nobody mount a disk of his own")
def test_a_full_disk_is_told_leaves_nothing_behind_and_is_over_when_there_is_room(ground, tmp_path):
    case = walk.in_evidence()
    web = Web(ground, tmp_path)
    try:
        web.wait()
        assert web.upload(case, PHOTO)[0] == 201
        for disk, content in ((web.store, PHOTO), (web.spool, PHOTO), (web.spool, LARGE)):
            before, exhibits = sorted(web.kept()), Exhibit.objects.filter(case=case).count()
            web.fill(disk)
            status, told = web.upload(case, content)
            assert (status, told["code"]) == (507, "storage_full"), (disk, told)
            assert (sorted(web.kept()), Exhibit.objects.filter(case=case).count()) == (before, exhibits)
            web.clear(disk)
            assert web.upload(case, PHOTO)[0] == 201, "it recovers"
        assert all((web.inside(web.store) / x.file_name).is_file() for x in Exhibit.objects.exclude(file_name=""))
        assert not list(web.inside(web.spool).iterdir())
    finally:
        web.kill()
