"""The words of the rules: why a refund is asked for, what may be ordered, why a seller refuses (DOMAIN section 6)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Reason(models.TextChoices):
    """Why the buyer asks for a refund; the one first given counts, however it is edited."""

    NOT_SHIPPED = "not_shipped", _("not shipped")
    NOT_RECEIVED = "not_received", _("not received")
    QUALITY = "quality", _("quality")
    NOT_AS_DESCRIBED = "not_as_described", _("not as described")
    COUNTERFEIT = "counterfeit", _("counterfeit")
    DAMAGED_IN_TRANSIT = "damaged_in_transit", _("damaged in transit")
    SIZE_OR_TASTE = "size_or_taste", _("size or taste")
    LATE_DELIVERY = "late_delivery", _("late delivery")
    OTHER = "other", _("other reason")


class Remedy(models.TextChoices):
    """What is asked for, offered or ordered; `release` is only ever ordered."""

    REFUND = "refund", _("refund without return")
    RETURN_AND_REFUND = "return_and_refund", _("return and refund")
    EXCHANGE = "exchange", _("exchange")
    REPAIR = "repair", _("repair")
    RESEND = "resend", _("send again")
    WAIT = "wait", _("wait longer")
    RELEASE = "release", _("release to the seller")


class RejectionReason(models.TextChoices):
    """Why the seller refuses. A buyer's bad rating is never a ground."""

    GOODS_AS_DESCRIBED = "goods_as_described", _("the goods are as described")
    SIGNED_FOR = "signed_for", _("delivery was signed for")
    DAMAGED_BY_BUYER = "damaged_by_buyer", _("damaged by the buyer")
    USED_OR_WORN = "used_or_worn", _("used or worn")
    WRONG_ITEM_RETURNED = "wrong_item_returned", _("another item was returned")
    OUTSIDE_TERMS = "outside_terms", _("outside the shop's terms")
    ALREADY_REFUNDED = "already_refunded", _("already refunded")
    OTHER = "other", _("other reason")


class Channel(models.TextChoices):
    """Where the case came in; DOMAIN section 10."""

    SERVICE_DESK = "service_desk", _("service desk")
    FORUM = "forum", _("forum")
    CONSUMER_CENTRE = "consumer_centre", _("consumer centre")
    PHONE = "phone", _("phone")
