"""A record's fields are named in the reader's language.

Django makes a field's name of its code (`due_at`: "due at") and leaves it in English. The names are listed here for
the catalogue, and looked up in it when they are shown.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Field, Model
from django.utils.translation import gettext_lazy, gettext_noop, pgettext_lazy

#: Besides those that are messages for another reason: case, order, buyer, state, …
NAMES = (
    gettext_noop("pages"),
    gettext_noop("pages shown"),
    gettext_noop("number"),
    gettext_noop("reason"),
    gettext_noop("remedy"),
    gettext_noop("currency"),
    gettext_noop("statement"),
    gettext_noop("channel"),
    gettext_noop("follows"),
    gettext_noop("requested at"),
    gettext_noop("outcome"),
    gettext_noop("instance"),
    gettext_noop("rejection reason"),
    gettext_noop("rejection text"),
    gettext_noop("intervention text"),
    gettext_noop("heard from"),
    gettext_noop("hearing"),
    gettext_noop("appellant"),
    gettext_noop("grounds"),
    gettext_noop("agreed remedy"),
    gettext_noop("return shipped at"),
    gettext_noop("buyer rests"),
    gettext_noop("seller rests"),
    gettext_noop("is overdue"),
    gettext_noop("open offers"),
    gettext_noop("exhibits count"),
    gettext_noop("updated at"),
    gettext_noop("closed at"),
    gettext_noop("version"),
    gettext_noop("head"),
    gettext_noop("by"),
    gettext_noop("kind"),
    gettext_noop("title"),
    gettext_noop("text"),
    gettext_noop("replaces"),
    gettext_noop("is admissible"),
    gettext_noop("file name"),
    gettext_noop("original name"),
    gettext_noop("media type"),
    gettext_noop("size bytes"),
    gettext_noop("filed at"),
    gettext_noop("winner"),
    gettext_noop("answers"),
    gettext_noop("rule"),
    gettext_noop("reasons"),
    gettext_noop("decided as"),
    gettext_noop("decided by"),
    gettext_noop("confirmed by"),
    gettext_noop("issued at"),
    gettext_noop("digest"),
    gettext_noop("until"),
    gettext_noop("made at"),
    gettext_noop("ended at"),
    gettext_noop("content"),
    gettext_noop("proposed as"),
    gettext_noop("proposed by"),
    gettext_noop("proposed at"),
    gettext_noop("answered by"),
    gettext_noop("answered at"),
    gettext_noop("note"),
    gettext_noop("binds"),
    gettext_noop("if silent"),
    gettext_noop("anchor sequence"),
    gettext_noop("anchored at"),
    gettext_noop("started at"),
    gettext_noop("due at"),
    gettext_noop("end"),
    gettext_noop("parked at"),
    gettext_noop("failure"),
    gettext_noop("paid at"),
    gettext_noop("registered at"),
    gettext_noop("fingerprint"),
    gettext_noop("open cases"),
    gettext_noop("suspended kind"),
    gettext_noop("suspended left"),
    gettext_noop("label"),
    gettext_noop("category"),
    gettext_noop("quantity"),
    gettext_noop("snapshot"),
    gettext_noop("is disputed"),
    gettext_noop("cases count"),
    gettext_noop("is ruled"),
    gettext_noop("parcel"),
    gettext_noop("shipped at"),
    gettext_noop("is signed for"),
    gettext_noop("owed for"),
    gettext_noop("external id"),
    gettext_noop("name"),
    gettext_noop("email"),
    gettext_noop("language"),
    gettext_noop("return address"),
    gettext_noop("reference"),
    gettext_noop("recorded at"),
    gettext_noop("owner id"),
    gettext_noop("payee"),
    gettext_noop("attempts"),
    gettext_noop("next try at"),
    gettext_noop("provider reference"),
    gettext_noop("created at"),
    gettext_noop("sequence"),
    gettext_noop("transaction id"),
    gettext_noop("body"),
    gettext_noop("previous"),
    gettext_noop("source"),
    gettext_noop("tables"),
    gettext_noop("loaded at"),
    gettext_noop("loaded by"),
    gettext_noop("prefix"),
    gettext_noop("secret hash"),
    gettext_noop("user"),
    gettext_noop("expires at"),
    gettext_noop("revoked at"),
    gettext_noop("last used at"),
)

#: Fields of smallest units are shown as money, under these names.
MONEY = {
    "amount_minor": gettext_lazy("amount"),
    "return_cost_minor": gettext_lazy("cost of the way back"),
    "agreed_minor": gettext_lazy("agreed amount"),
    "buyer_minor": gettext_lazy("to the buyer"),
    "seller_minor": gettext_lazy("to the seller, before fees"),
    "price_minor": gettext_lazy("price"),
    "unit_price_minor": gettext_lazy("unit price"),
    "shipping_minor": gettext_lazy("shipping"),
    "discount_minor": gettext_lazy("discount"),
    "held_minor": gettext_lazy("held"),
    "claimed_minor": gettext_lazy("claimed"),
    "owed_minor": gettext_lazy("owed in kind"),
    "total_minor": gettext_lazy("total"),
    "debit_minor": gettext_lazy("debit"),
    "credit_minor": gettext_lazy("credit"),
}

#: The same word is a message of another meaning: there, a channel that buyers come through.
OTHERWISE = {"forum": pgettext_lazy("who hears a case", "forum")}


def translate_fields(models: Iterable[type[Model]]) -> None:
    """Show the fields of these models under their translated names; what migrations see of a field stays as it is."""
    for model in models:
        for field in model._meta.get_fields():
            if isinstance(field, Field) and isinstance(field.verbose_name, str):
                field.verbose_name = OTHERWISE.get(field.verbose_name) or gettext_lazy(field.verbose_name)
