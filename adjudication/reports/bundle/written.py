"""The data of a signed file, as JSON: what the API tells the same asker, and the journal word for word."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from adjudication.cases.inquiries import Inquiry
from adjudication.deadlines.models import Deadline, Extension
from adjudication.escrow.models import Entry
from adjudication.evidence.kinds import TAKEN
from adjudication.evidence.models import Exhibit
from adjudication.journal.chain import timestamp
from adjudication.journal.models import Event
from adjudication.orders.models import Party
from adjudication.parties import SIDES
from adjudication.procedure.manifest import words_sha256
from adjudication.reports.bundle import form
from adjudication.reports.bundle.reading import Read


def data(read: Read, *, without: frozenset[str] = frozenset()) -> dict[str, bytes]:
    """Every data file by its name.

    Args:
        read: the case.
        without: the labels of the exhibits whose files are lacking.

    """
    made: dict[str, Callable[[], Any]] = {
        form.CASE: lambda: _case(read),
        form.ORDER: lambda: _order(read),
        form.POLICY: lambda: {
            "version": read.policy.version,
            "loaded_at": timestamp(read.policy.loaded_at),
            "tables": read.policy.tables,
        },
        form.TERMS: lambda: [_term(term) for term in read.terms],
        form.OFFERS: lambda: _offers(read),
        form.INQUIRIES: lambda: [_inquiry(inquiry, read) for inquiry in read.case.papers.inquiries],
        form.EXHIBITS: lambda: [_exhibit(exhibit, without) for exhibit in read.case.papers.exhibits],
        form.RULINGS: lambda: _rulings(read),
        form.LEDGER: lambda: [_entry(entry) for entry in read.entries],
        form.JOURNAL: lambda: [_event(event) for event in read.events],
        form.ORDER_JOURNAL: lambda: [_event(event) for event in read.order_events],
    }
    return {name: as_json(make()) for name, make in made.items()}


def as_json(value: Any) -> bytes:
    """Indented, for people read it too; always the same bytes of the same value."""
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=False, allow_nan=False) + "\n").encode()


def file_name(exhibit: Exhibit) -> str:
    """How an exhibit's file is called in the signed file: by its label, and by what it was found to be."""
    return f"{form.FILES}{exhibit.label}.{TAKEN.get(exhibit.media_type, 'bin')}"


def _case(read: Read) -> dict[str, Any]:
    case = read.case
    return {
        "number": case.number,
        "version": case.version,
        "state": case.state,
        "outcome": case.outcome,
        "instance": case.instance,
        "hearing": case.hearing,
        "forum": case.forum,
        "buyer": _party(case.buyer),
        "shop": {**_party(case.shop.party), "category": case.shop.category},
        "arbitrator": case.arbitrator.get_username() if case.arbitrator else None,
        "lines": read.lines,
        "reason": case.reason,
        "remedy": case.remedy,
        "amount_minor": case.amount_minor,
        "currency": case.currency,
        "channel": case.channel,
        "statement": case.statement,
        "rejection_reason": case.rejection_reason,
        "rejection_text": case.rejection_text,
        "intervention_text": case.intervention_text,
        "appellant": case.appellant,
        "grounds": case.grounds,
        "return_address": case.goods_go_back_to,
        "follows": read.follows or None,
        "policy_version": case.policy_version_id,
        "requested_at": timestamp(case.requested_at),
        "closed_at": _when(case.closed_at),
        "money_of_the_order": read.balance.as_dict(),
    }


def _party(party: Party) -> dict[str, Any]:
    return {"id": party.external_id, "name": party.name}


def _order(read: Read) -> dict[str, Any]:
    order = read.case.order
    return {
        "order_number": order.number,
        "price_minor": order.price_minor,
        "shipping_minor": order.shipping_minor,
        "discount_minor": order.discount_minor,
        "currency": order.currency,
        "paid_at": timestamp(order.paid_at),
        "registered_at": timestamp(order.registered_at),
        "policy_version": order.policy_version_id,
        "items": [
            {
                "line": line.label,
                "sku": line.sku,
                "title": line.title,
                "category": line.category,
                "unit_price_minor": line.unit_price_minor,
                "quantity": line.quantity,
                "price_minor": line.price_minor,
                "held_minor": line.held_minor,
                "parcel": line.parcel,
            }
            for line in order.papers.lines
        ],
        "parcel_reports": [
            {
                "kind": report.kind,
                "lines": report.line_labels,
                "carrier": report.carrier,
                "tracking_number": report.tracking_number,
                "signed_by": report.signed_by,
                "reported_at": timestamp(report.reported_at),
                "recorded_at": timestamp(report.recorded_at),
            }
            for report in read.parcels
        ],
        "messages": [
            {
                "number": message.number,
                "from": message.by,
                "text": message.text,
                "sent_at": timestamp(message.sent_at),
                "recorded_at": timestamp(message.recorded_at),
                "sha256": message.sha256,
            }
            for message in order.papers.messages
        ],
    }


def _term(term: Deadline) -> dict[str, Any]:
    return {
        "kind": term.kind,
        "binds": term.binds,
        "instance": term.instance,
        "if_silent": term.if_silent,
        "policy_version": term.policy_version_id,
        "opened_by_event": term.anchor_sequence,
        "counted_from": timestamp(term.anchored_at),
        "started_at": timestamp(term.started_at),
        "due_at": timestamp(term.due_at),
        "end": term.end,
        "ended_at": _when(term.ended_at),
        "extensions": [_extension(extension) for extension in term.extensions.all()],
    }


def _extension(extension: Extension) -> dict[str, Any]:
    outage = extension.outage
    return {
        "due_before": timestamp(extension.due_before),
        "due_after": timestamp(extension.due_after),
        "extended_at": timestamp(extension.extended_at),
        "by": extension.by.get_username() if extension.by else None,
        "reason": extension.reason,
        "outage": outage
        and {"began_at": timestamp(outage.began_at), "ended_at": timestamp(outage.ended_at), "note": outage.note},
    }


def _offers(read: Read) -> list[dict[str, Any]]:
    made = {
        json.loads(event.body)["facts"]["offer"]: event.sequence for event in read.events if event.kind == "offer.made"
    }
    return [
        {
            "id": str(offer.pk),
            "by": offer.by,
            "remedy": offer.remedy,
            "amount_minor": offer.amount_minor,
            "text": offer.text,
            "until": _when(offer.until),
            "state": offer.state,
            "made_at": timestamp(offer.made_at),
            "ended_at": _when(offer.ended_at),
        }
        for offer in sorted(read.case.papers.offers, key=lambda offer: made[str(offer.pk)])
    ]


def _inquiry(inquiry: Inquiry, read: Read) -> dict[str, Any]:
    role = read.asker.actor.role
    side = role.value if role in SIDES else None
    return {
        "id": str(inquiry.pk),
        "number": inquiry.number,
        "instance": inquiry.instance,
        "text": inquiry.text,
        "is_challenge": inquiry.is_challenge,
        "state": inquiry.state,
        "made_as": inquiry.made_as,
        "made_at": timestamp(inquiry.made_at),
        "due_at": timestamp(inquiry.ends_at),
        "asked": [
            {
                "side": asking.side,
                "code": inquiry.code_told_to(side, asking),
                "reply": asking.reply,
                "replied_at": _when(asking.replied_at),
            }
            for asking in inquiry.asked
        ],
    }


def _exhibit(exhibit: Exhibit, without: frozenset[str]) -> dict[str, Any]:
    correction = exhibit.last_correction
    return {
        "id": str(exhibit.pk),
        "label": exhibit.label,
        "by": exhibit.by,
        "instance": exhibit.instance,
        "kind": exhibit.kind,
        "counts_as": exhibit.kind_now,
        "title": exhibit.title,
        "text": exhibit.text,
        "facts": exhibit.facts,
        "replaces": str(exhibit.replaces_id) if exhibit.replaces_id else None,
        "inquiry": str(exhibit.inquiry_id) if exhibit.inquiry_id else None,
        "is_admissible": exhibit.is_admissible,
        "may_be_cited": exhibit.may_be_cited,
        "is_of_record": exhibit.is_of_record,
        "correction": correction
        and {
            "kind": correction.kind,
            "reason": correction.reason,
            "corrected_as": correction.corrected_as,
            "corrected_at": timestamp(correction.corrected_at),
        },
        "filed_at": timestamp(exhibit.filed_at),
        "words_sha256": words_sha256(exhibit),
        "file": {
            "name": None if exhibit.label in without else file_name(exhibit),
            "media_type": exhibit.media_type,
            "size_bytes": exhibit.size_bytes,
            "sha256": exhibit.sha256,
        }
        if exhibit.file_name
        else None,
    }


def _rulings(read: Read) -> list[dict[str, Any]]:
    return [
        {
            "id": str(ruling.pk),
            "case_id": ruling.case_id,  # the digest covers it
            "instance": ruling.instance,
            "winner": ruling.winner,
            "remedy": ruling.remedy,
            "buyer_minor": ruling.buyer_minor,
            "seller_minor": ruling.seller_minor,
            "currency": ruling.currency,
            "answers": ruling.answers,
            "rule": ruling.rule,
            "reasons": ruling.reasons,
            "findings": [
                {
                    "exhibit": str(exhibit.pk),
                    "label": exhibit.label,
                    "supports": found.supports,
                    "weight": found.weight,
                    "note": found.note,
                    "is_cited": found.is_cited,
                }
                for exhibit, found in findings
            ],
            "decided_as": ruling.decided_as,
            "decided_by": ruling.decided_by.get_username() if ruling.decided_by else None,
            "confirmed_by": ruling.confirmed_by.get_username() if ruling.confirmed_by else None,
            "issued_at": timestamp(ruling.issued_at),
            "digest": ruling.digest,
        }
        for ruling, findings in read.rulings
    ]


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "reference": entry.reference,
        "case": entry.case.number if entry.case else None,
        "currency": entry.currency,
        "total_minor": entry.total_minor,
        "occurred_at": timestamp(entry.occurred_at),
        "recorded_at": timestamp(entry.recorded_at),
        "postings": [
            {
                "account": posting.account.kind,
                "debit_minor": posting.debit_minor,
                "credit_minor": posting.credit_minor,
            }
            for posting in sorted(entry.postings.all(), key=lambda posting: posting.pk)
        ],
    }


def _event(event: Event) -> dict[str, Any]:
    return {
        "sequence": event.sequence,
        "recorded_at": timestamp(event.recorded_at),
        "body": event.body,
        "hash": bytes(event.hash).hex(),
    }


def _when(at: Any) -> str | None:
    return timestamp(at) if at is not None else None
