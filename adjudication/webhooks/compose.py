"""What a message says: the event's facts, and its matter in brief as it stood when the message was first sent.

It is written down before it is sent and never again, so that every try at every endpoint says the same bytes. The
matter's `version` is the number of its last event; where it is above the event's `sequence`, more has happened since.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model

from adjudication.cases.models import Case
from adjudication.cases.offers import Offer
from adjudication.deadlines.models import Deadline
from adjudication.escrow.models import Payout
from adjudication.evidence.models import Exhibit
from adjudication.journal.chain import canonical, timestamp
from adjudication.journal.models import Event
from adjudication.orders.models import Order, Party
from adjudication.rulings.models import Ruling
from adjudication.webhooks.models import WebhookMessage
from adjudication.webhooks.types import PING

#: What an event may be about beside its case or order, by the fact that names it.
ABOUT: dict[str, type[Model]] = {"payout": Payout, "ruling": Ruling, "offer": Offer, "exhibit": Exhibit}


def freeze(messages: Iterable[WebhookMessage]) -> None:
    """Write down what each of these messages says, unless somebody has; afterwards each has its body."""
    unsaid = [message for message in messages if message.body is None]
    if not unsaid:
        return
    events = _events([message.event_id for message in unsaid if message.event_id])
    cases = [event.case_id for event in events.values() if event.case_id]
    orders = [event.order_id for event in events.values() if event.order_id]
    terms = {("case", term.case_id): term for term in Deadline.objects.filter(case_id__in=cases, ended_at=None)}
    terms |= {
        ("order", term.order_id): term
        for term in Deadline.objects.filter(order_id__in=orders, case=None, ended_at=None)
    }
    subjects = _subjects(events.values())
    for message in unsaid:
        if message.event_id is not None:
            body = _of_event(message.name, events[message.event_id], terms, subjects)
            WebhookMessage.objects.filter(pk=message.pk, body=None).update(body=body)
    said = dict(WebhookMessage.objects.filter(pk__in=[m.pk for m in unsaid]).values_list("pk", "body"))
    for message in unsaid:
        message.body = said[message.pk]


def of_ping(name: str, *, endpoint_id: UUID, at: datetime) -> str:
    """What a ping says."""
    data = {"endpoint": {"id": str(endpoint_id)}}
    return canonical({"id": name, "type": PING, "sequence": 0, "occurred_at": timestamp(at), "data": data})


def _events(ids: list[int]) -> dict[int, Event]:
    of_case = ("case__order", "case__buyer", "case__shop__party")
    found = Event.objects.select_related(*of_case, "order__buyer", "order__shop__party")
    return found.in_bulk(ids)


def _of_event(name: str, event: Event, terms: dict[tuple[str, Any], Deadline], subjects: dict[Any, Model]) -> str:
    told = json.loads(event.body)
    data: dict[str, Any] = {"by": told["by"]["role"], "facts": told["facts"]}
    if event.case is not None:
        data["case"] = _case(event.case, terms.get(("case", event.case_id)))
    elif event.order is not None:
        data["order"] = _order(event.order, terms.get(("order", event.order_id)))
    for fact in ABOUT:
        subject = subjects.get((fact, str(told["facts"].get(fact, ""))))
        if subject is not None:
            data[fact] = _brief(subject)
    return canonical(
        {
            "id": name,
            "type": event.kind,
            "sequence": event.sequence,
            "occurred_at": timestamp(event.occurred_at),
            "cursor": f"{event.transaction_id}-{event.pk}",
            "data": data,
        }
    )


def _subjects(events: Iterable[Event]) -> dict[Any, Model]:
    """What the events are about, by the fact that names it and its id; a query a kind."""
    named: dict[str, set[str]] = {fact: set() for fact in ABOUT}
    for event in events:
        facts = json.loads(event.body)["facts"]
        for fact in ABOUT:
            if fact in facts:
                named[fact].add(str(facts[fact]))
    found: dict[Any, Model] = {}
    for fact, ids in named.items():
        if ids:
            related = {"payout": ("payee",), "offer": ("case",)}.get(fact, ())
            rows = ABOUT[fact]._default_manager.filter(pk__in=ids).select_related(*related)
            found |= {(fact, str(row.pk)): row for row in rows}
    return found


def _case(case: Case, term: Deadline | None) -> dict[str, Any]:
    return {
        "number": case.number,
        "order_number": case.order.number,
        "version": case.version,
        "state": case.state,
        "outcome": case.outcome or None,
        "instance": case.instance,
        "reason": case.reason,
        "remedy": case.remedy,
        "amount": _money(case.amount_minor, case.currency),
        "buyer": {"id": case.buyer.external_id},
        "shop": {"id": case.shop.party.external_id},
        "policy_version": case.policy_version_id,
        "requested_at": timestamp(case.requested_at),
        "deadline": _term(term),
    }


def _order(order: Order, term: Deadline | None) -> dict[str, Any]:
    return {
        "order_number": order.number,
        "version": order.version,
        "price": _money(order.price_minor, order.currency),
        "buyer": {"id": order.buyer.external_id},
        "shop": {"id": order.shop.party.external_id},
        "policy_version": order.policy_version_id,
        "deadline": _term(term),
    }


def _term(term: Deadline | None) -> dict[str, Any] | None:
    if term is None:
        return None
    return {"kind": term.kind, "binds": term.binds, "due_at": timestamp(term.due_at), "if_silent": term.if_silent}


def _brief(subject: Model) -> dict[str, Any]:
    """What of it never changes."""
    told: dict[str, Any] = {"id": str(subject.pk)}
    if isinstance(subject, Payout):
        payee: Party = subject.payee
        told |= {"amount": _money(subject.amount_minor, subject.currency)}
        told |= {"payee": {"kind": payee.kind, "id": payee.external_id}}
    elif isinstance(subject, Ruling):
        told |= {"instance": subject.instance, "winner": subject.winner, "remedy": subject.remedy, "rule": subject.rule}
        told["award"] = {
            "buyer": _money(subject.buyer_minor, subject.currency),
            "seller": _money(subject.seller_minor, subject.currency),
        }
    elif isinstance(subject, Offer):
        told |= {"by": subject.by, "remedy": subject.remedy}
        told["amount"] = _money(subject.amount_minor, subject.case.currency)
    elif isinstance(subject, Exhibit):
        told |= {"label": subject.label, "by": subject.by, "kind": subject.kind, "admissible": subject.is_admissible}
        told |= {"sha256": subject.sha256, "size_bytes": subject.size_bytes}
    return told


def _money(minor: int, currency: str) -> dict[str, Any]:
    return {"amount_minor": minor, "currency": currency}
