"""Chat on the platform between the two sides of an order, as the marketplace reports it: each message once, as sent.

Whoever quotes it later quotes what stands here, never what somebody typed (DOMAIN section 5).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from django.db import models
from django.utils.translation import gettext_lazy as _

from adjudication.errors import Fault, Unprocessable
from adjudication.orders.models import Order

#: The longest message in characters, the most in one report, and the most that are kept of one order.
LONGEST, MOST_AT_ONCE, MOST_AN_ORDER = 2000, 200, 1000


class Message(models.Model):
    """One message that one side sent the other on the platform."""

    class By(models.TextChoices):
        """Who sent it."""

        BUYER = "buyer", _("buyer")
        SELLER = "seller", _("seller")

    order = models.ForeignKey(Order, models.PROTECT, related_name="messages")
    number = models.PositiveIntegerField(help_text=_("1, 2, 3, … within its order, as they were reported."))
    by = models.CharField(max_length=6, choices=By)
    text = models.TextField(help_text=_("Word for word; empty once erased."))
    sent_at = models.DateTimeField(help_text=_("As reported by the marketplace (UTC)."))
    recorded_at = models.DateTimeField(help_text=_("When this service recorded it (UTC)."))
    sha256 = models.CharField(max_length=64, help_text=_("Of sender, words and time; it stays when words are erased."))

    class Meta:
        """Numbered within its order; never kept twice, never changed."""

        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ("order_id", "number")
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="one_message_a_number"),
            models.UniqueConstraint(fields=["order", "sha256"], name="a_message_is_kept_once"),
        ]

    def __str__(self) -> str:
        """Number and sender."""
        return f"#{self.number} {self.by}"


@dataclass(frozen=True, slots=True)
class MessageGiven:
    """A message as the marketplace tells it."""

    by: Message.By
    text: str
    sent_at: datetime

    @property
    def sha256(self) -> str:
        """By what the same message is known again: sender, words and time, to the microsecond."""
        sent_at = self.sent_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        content = json.dumps([self.by.value, self.text, sent_at], separators=(",", ":"), ensure_ascii=False)
        return sha256(content.encode()).hexdigest()


def keep(order: Order, given: Sequence[MessageGiven], *, at: datetime) -> list[Message]:
    """Draft what is new among these messages onto the order's papers; what is known already is left as it is.

    Raises:
        Unprocessable: the order would have more messages than are kept.

    """
    known = {message.sha256 for message in order.papers.messages}
    new: list[Message] = []
    for each in given:
        if each.sha256 in known:
            continue
        known.add(each.sha256)
        number = order.messages_count + len(new) + 1
        new.append(
            Message(
                order_id=order.pk,
                number=number,
                by=each.by.value,
                text=each.text,
                sent_at=each.sent_at,
                recorded_at=at,
                sha256=each.sha256,
            )
        )
    if order.messages_count + len(new) > MOST_AN_ORDER:
        raise Unprocessable(
            _("Of one order %(most)d messages are kept; %(kept)d are.")
            % {"most": MOST_AN_ORDER, "kept": order.messages_count},
            Fault("messages", _("are more than are kept"), "too_many_messages"),
        )
    order.messages_count += len(new)
    order.papers.messages += new
    order.papers.new_messages += new
    return new


def in_order(messages: Sequence[Message]) -> list[Message]:
    """The conversation as it was held: by the time of sending."""
    return sorted(messages, key=lambda message: (message.sent_at, message.number))
