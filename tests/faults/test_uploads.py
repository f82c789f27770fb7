"""Uploads that are large, hostile, or lie about their length, over real HTTP: the web process stays small and well."""

from __future__ import annotations

import hashlib
import os
import socket
import threading
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from adjudication.credentials import keys
from adjudication.credentials.models import Scope
from adjudication.evidence.models import Exhibit
from tests import walk
from tests.evidence import drawn
from tests.processes import Part, free_port

pytestmark = pytest.mark.faults

MOST_KB = 400 * 1024
LARGE = 48 * 2**20
PHOTO = drawn.photo(6)


def large_film() -> bytes:
    """One of just under 50 MB."""
    return drawn.film() + drawn.box(b"free", b"\0" * LARGE)


def peak_kb(pid: int) -> int:
    """The most memory that a process has ever had in use, in KB (Linux)."""
    said = Path(f"/proc/{pid}/status").read_text()
    return int(said.partition("VmHWM:")[2].split()[0])


class Door:
    """The web process, a case in evidence, and somebody with a key at its door."""

    def __init__(self, ground, tmp_path) -> None:
        self.store, self.port = tmp_path / "store", free_port()
        self.web: Part = ground.part("web", GRANIAN_PORT=str(self.port), EVIDENCE_STORAGE_URL=self.store.as_uri())
        ground.until(self.is_up, 60, "the web")
        self.case = walk.in_evidence()
        _key, self.key = keys.create("for a test", scopes=Scope.values)

    def is_up(self) -> bool:
        with suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/live", timeout=2).close()
            return True
        return False

    def kept(self) -> list[str]:
        return [name for _at, _folders, names in os.walk(self.store) for name in names]

    def filed(self) -> int:
        return Exhibit.objects.filter(case=self.case, by="buyer").count()

    def body(self, content: bytes, kind: bytes = b"photo") -> bytes:
        fields = ((b"by", b"buyer"), (b"kind", kind), (b"title", b"The crack"))
        body = b"".join(b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % field for field in fields)
        return body + (
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + content + b"\r\n--x--\r\n"
        )

    def send(self, body: bytes, *lengths: str, waits: bool = True) -> bytes:
        """POST these bytes under a head that says whatever; what is answered, if anything is."""
        told = "".join(f"Content-Length: {length}\r\n" for length in lengths or (str(len(body)),))
        head = (
            f"POST /api/v1/cases/{self.case.number}/exhibits HTTP/1.1\r\nHost: localhost\r\n"
            f"Authorization: Bearer {self.key}\r\nContent-Type: multipart/form-data; boundary=x\r\n"
            f"{told}Connection: close\r\n\r\n"
        )
        answer = b""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as sending, suppress(ConnectionError):
            sending.sendall(head.encode())
            sending.sendall(body)
            if not waits:
                with suppress(OSError):  # it has been hung up on already
                    sending.shutdown(socket.SHUT_WR)
            while piece := sending.recv(2**16):
                answer += piece
        return answer


@pytest.fixture
def door(ground, tmp_path):
    return Door(ground, tmp_path)


def test_large_files_and_bombs_at_once_leave_the_web_process_below_its_400_mb(door):
    sent = {
        "film": (door.body(large_film(), b"video"), b"201"),
        "film again": (door.body(large_film(), b"video"), b"201"),
        "PNG of the most pixels": (door.body(drawn.png(6_000, 4_000)), b"201"),
        "PNG bomb": (door.body(drawn.png(60_000, 60_000)), b"422"),
        "PDF bomb": (door.body(drawn.pdf_bomb(), b"document"), None),
        "more than is taken": (door.body(b"\xff\xd8\xff" + b"\0" * (30 * 2**20)), b"413"),
    }
    answers: dict[str, bytes] = {}

    def send(name: str, body: bytes) -> None:
        while b"HTTP/1.1 409" in (answer := door.send(body)) and b'"busy"' in answer:
            time.sleep(0.5)  # many files are being looked at: come again
        answers[name] = answer

    senders = [threading.Thread(target=send, args=(name, body)) for name, (body, _status) in sent.items()]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(120)
    for name, (_body, status) in sent.items():
        answered = answers[name].split(b" ", 2)[1]
        assert answered in ((status,) if status else (b"201", b"422")), (name, answers[name][:600])
    processes = [door.web.process.pid, *door.web.children()]
    peaks = {pid: peak_kb(pid) for pid in processes}
    print({pid: f"{peak // 1024} MB" for pid, peak in peaks.items()})
    assert len(processes) > 1
    assert max(peaks.values()) < MOST_KB, peaks


#: What is sent of the body, under which lengths, and whether the sender then waits or hangs up.
LIES = {
    "a length that is too short": (lambda body: (body, [len(body) - 700]), True),
    "a length of a few bytes": (lambda body: (body, [20]), True),
    "a body cut off": (lambda body: (body[: len(body) // 2], [len(body)]), False),
    "a length that is too long": (lambda body: (body, [len(body) + 5000]), False),
    "two lengths": (lambda body: (body, [len(body), 20]), True),
    "a length below nothing": (lambda body: (body, [-5]), True),
    "a length in words": (lambda body: (body, ["many"]), True),
    "a length beyond all bounds": (lambda body: (body, [10**23]), False),
    "a length of terabytes": (lambda body: (body, [10**13]), False),
}


def test_who_lies_about_the_length_is_refused_or_cut_off_and_what_is_filed_is_whole(door):
    body, whole = door.body(PHOTO), hashlib.sha256(PHOTO).hexdigest().encode()
    for name, (lie, waits) in LIES.items():
        sent, lengths = lie(body)
        filed, kept = door.filed(), door.kept()
        answer = door.send(sent, *map(str, lengths), waits=waits)
        if answer.startswith(b"HTTP/1.1 201"):  # every byte of the file had come
            assert (whole in answer, door.filed()) == (True, filed + 1), name
        else:
            assert not answer or answer.startswith(b"HTTP/1.1 4"), (name, answer[:300])
            assert (door.filed(), door.kept()) == (filed, kept), name
    assert door.send(body).startswith(b"HTTP/1.1 201")
