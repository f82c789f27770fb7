"""A device that shows one-time passwords, as staff carry one; and the sign-in as a person goes through it."""

import base64
import hmac
import re
import struct
import time
from datetime import datetime
from hashlib import sha1

from django.test import Client
from django.urls import reverse

PASSWORD = "a long walk home"


def password_of(secret: str, at: datetime | None = None, *, steps: int = 0) -> str:
    """What the device shows: RFC 6238, computed here from the standard alone."""
    step = int(at.timestamp() if at else time.time()) // 30 + steps
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


def secret_on(page: str) -> str:
    """The key that a page tells."""
    return re.search(r'<code class="key">([A-Z2-7 ]+)</code>', page)[1].replace(" ", "")


def codes_on(page: str) -> list[str]:
    """The recovery codes that a page tells."""
    return re.findall(r"<li><code>(\d{8})</code></li>", page)


def give_password(username: str, *, password: str = PASSWORD, going_to: str = "", client: Client | None = None):
    """The first step, by a browser of its own."""
    client = client or Client()
    address = reverse("admin:login") + (f"?next={going_to}" if going_to else "")
    return client, client.post(address, {"username": username, "password": password})


def enrolled(username: str, at: datetime) -> tuple[Client, str, list[str]]:
    """Signed in for the first time, the device set up on the way: the browser, the device's secret, the codes."""
    client, answer = give_password(username)
    page = client.get(answer["Location"], follow=True)
    secret = secret_on(page.text)
    done = client.post(page.request["PATH_INFO"], {"code": password_of(secret, at)})
    assert done.status_code == 200, done.text
    return client, secret, codes_on(done.text)
