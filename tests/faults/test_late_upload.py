"""An upload that begins before the term ends and arrives after it is late, by the database's clock, over real HTTP."""

from __future__ import annotations

import os
import socket
import time
import urllib.request

import pytest

from adjudication.credentials import keys
from adjudication.credentials.models import Scope
from adjudication.evidence.models import Exhibit
from adjudication.policy import versions
from tests import walk
from tests.evidence import drawn
from tests.processes import free_port

pytestmark = pytest.mark.faults

PHOTO = drawn.photo(6)


def test_an_upload_that_begins_in_time_and_arrives_after_the_term_is_late(ground, tmp_path):
    versions.load("[terms_seconds]\narbitrator_assigned = 1\nevidence = 8\n")
    port = free_port()
    web = ground.part("web", GRANIAN_PORT=str(port), EVIDENCE_STORAGE_URL=(tmp_path / "store").as_uri())
    until = time.monotonic() + 40
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/live", timeout=2).close()
            break
        except OSError:
            assert time.monotonic() < until, web.lines
            time.sleep(0.2)
    case = walk.in_evidence()
    due_at = case.papers.deadline.due_at
    _key, text = keys.create("for a test", scopes=Scope.values)
    body = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % part
        for part in ((b"by", b"buyer"), (b"kind", b"photo"), (b"title", b"The crack"))
    )
    body += b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + PHOTO + b"\r\n--x--\r\n"
    head = (
        f"POST /api/v1/cases/{case.number}/exhibits HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {text}\r\n"
        f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    before = Exhibit.objects.filter(case=case).count()
    with socket.create_connection(("127.0.0.1", port), timeout=30) as sending:
        assert ground.now() < due_at, "it begins in time"
        sending.sendall(head.encode() + body[: len(body) // 2])
        while ground.now() <= due_at:
            time.sleep(0.2)
        sending.sendall(body[len(body) // 2 :])
        answer = b"".join(iter(lambda: sending.recv(2**16), b""))
    assert answer.startswith(b"HTTP/1.1 409"), answer[:300]
    assert b'"too_late"' in answer
    assert Exhibit.objects.filter(case=case).count() == before
    assert not [name for _at, _folders, names in os.walk(tmp_path / "store") for name in names]
