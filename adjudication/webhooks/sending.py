"""Send what is due: many endpoints at a time, few tries at each, and none waits for another's receiver.

Threads do nothing but talk to receivers; everything that touches the database is done here, by whoever called.
"""

from __future__ import annotations

import logging
import ssl
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from datetime import datetime

from django.db import DatabaseError, OperationalError

from adjudication.errors import Refused
from adjudication.webhooks import addresses, leases, signing
from adjudication.webhooks.addresses import Resolve
from adjudication.webhooks.compose import freeze
from adjudication.webhooks.leases import Leased
from adjudication.webhooks.models import WebhookEndpoint
from adjudication.webhooks.post import TOTAL_SECONDS, Answer, post, usual_trust

log = logging.getLogger(__name__)

#: Tries under way at once, and how long one call goes on taking up more; the last may take `TOTAL_SECONDS` longer.
AT_ONCE, PATIENCE_SECONDS = 32, 20.0
#: How often new work is looked for while tries are under way.
LOOK_SECONDS = 0.2
AGENT = "Adjudication-Webhooks/1"


def send_due(
    *,
    patience_seconds: float = PATIENCE_SECONDS,
    resolve: Resolve = addresses.system,
    trust: ssl.SSLContext | None = None,
    seconds_each: float = TOTAL_SECONDS,
) -> int:
    """Send what is due, until nothing is or the patience is over; returns how many were accepted.

    Somebody else's turn is left to them.
    """
    if not leases.is_due():
        return 0
    turn = leases.Turn()
    if not turn.take():
        return 0
    accepted, until = 0, time.monotonic() + patience_seconds
    under_way: dict[Future[Answer], tuple[Leased, str, dict[str, str]]] = {}
    looks = True
    try:
        trust = trust or usual_trust()  # here, once, rather than by every thread
        leases.park_what_is_over()
        with ThreadPoolExecutor(AT_ONCE, "webhook") as threads:
            while True:
                if looks and not (looks := time.monotonic() < until and turn.take()):
                    turn.pass_on()
                if looks and (free := AT_ONCE - len(under_way)):
                    for leased, url, headers in _taken_up(free):
                        said = str(leased.delivery.message.body)
                        trying = threads.submit(_try, url, headers, said, resolve, trust, seconds_each)
                        under_way[trying] = (leased, url, headers)
                if not under_way:
                    return accepted
                done, _others = wait(under_way, timeout=LOOK_SECONDS if looks else None, return_when=FIRST_COMPLETED)
                for trying in done:
                    leased, url, headers = under_way.pop(trying)
                    answer = trying.result()
                    accepted += _recorded(leased, url, headers, answer)
    finally:
        turn.pass_on()


def _recorded(leased: Leased, url: str, headers: dict[str, str], answer: Answer) -> bool:
    """Note how it went; what cannot be noted now is sent again when its lease has run out."""
    if not answer.is_accepted:
        log.info("webhook %s to %s: %s", leased.delivery.pk, url, answer.error or answer.status)
    try:
        leases.record(leased, url=url, headers=headers, answer=answer)
    except OperationalError as error:
        log.warning("how webhook %s went could not be noted: %s", leased.delivery.pk, " ".join(str(error).split()))
        return False
    return answer.is_accepted


def _taken_up(free: int) -> list[tuple[Leased, str, dict[str, str]]]:
    """Lease what is next; what each says is written down before it is sent."""
    taken = leases.lease(free)
    with suppress(ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        freeze([leased.delivery.message for leased in taken])  # what cannot be written is found out one by one, below
    ready = []
    for leased in taken:
        endpoint, message = leased.delivery.endpoint, leased.delivery.message
        headers = {"Content-Type": "application/json", "User-Agent": AGENT}
        try:
            freeze([message])
            signed = signing.signed(
                name=message.name,
                at=leased.at,
                body=str(message.body),
                with_secrets=_valid_secrets(endpoint, leased.at),
            )
        except DatabaseError:
            raise
        except Exception as error:  # one that cannot be written or signed is another matter than the next
            log.exception("webhook %s could not be made", leased.delivery.pk)
            why = f"could not be made: {type(error).__name__}: {error}".replace("\x00", "")[:300]
            _recorded(leased, endpoint.url, headers, Answer(0, error=why))
        else:
            ready.append((leased, endpoint.url, headers | signed))
    return ready


def _valid_secrets(endpoint: WebhookEndpoint, at: datetime) -> list[str]:
    sealed = [endpoint.secret]
    if endpoint.previous_expires_at is not None and endpoint.previous_expires_at > at:
        sealed.append(endpoint.previous_secret)
    return [signing.unseal(each) for each in sealed]


def _try(
    url: str, headers: dict[str, str], said: str, resolve: Resolve, trust: ssl.SSLContext | None, seconds: float
) -> Answer:
    try:
        destination = addresses.read(url)
        return post(destination, headers=headers, body=said, resolve=resolve, trust=trust, seconds=seconds)
    except Refused as refused:  # it was allowed when the endpoint was made, and is no longer
        return Answer(0, error=str(refused.detail)[:300])
    except Exception as error:  # whatever a receiver and its answer do, the next one is another matter
        log.exception("a webhook to %s could not be sent", url)
        return Answer(0, error=f"{type(error).__name__}: {error}".replace("\x00", "")[:300])
