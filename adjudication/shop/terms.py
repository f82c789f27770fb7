"""How long terms last in a tour. Policies are data: the shop loads the next version through the API before it sells.

An order keeps the version of its registration and a case that of its opening, so no other order's terms change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from adjudication.shop.asking import Service

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

USUAL = {
    "seller_answers": 259_200,
    "buyer_intervenes": 259_200,
    "arbitrator_assigned": 43_200,
    "evidence": 172_800,
    "ruling": 259_200,
    "ruling_once_overdue": 86_400,
    "appeal": 259_200,
    "seller_ships": 2_592_000,
    "buyer_reports_missing": 3_888_000,
    "buyer_confirms_receipt": 864_000,
}
#: What a visitor may choose; the first unless they say otherwise.
LENGTHS: dict[str, tuple[StrOrPromise, dict[str, int]]] = {
    "tour": (_("Days as in real life, but half a minute to appeal: right for a tour"), {**USUAL, "appeal": 30}),
    "minute": (
        _("A minute or two for everything: do nothing, and watch what silence does"),
        {
            **dict.fromkeys(USUAL, 60),
            "arbitrator_assigned": 30,
            "evidence": 120,
            "ruling": 180,
            "appeal": 30,
        },
    ),
    "days": (_("All as in real life"), USUAL),
}


def ensure(service: Service, length: str) -> None:
    """Have terms of this length in force; whatever else the policy says stays as it is.

    Raises:
        NotAnswered: it was refused, or not answered.

    """
    newest: dict[str, Any] = service.get("policies?limit=1")["results"][0]
    chosen = LENGTHS[length][1]
    if chosen.items() <= newest["tables"]["terms_seconds"].items():
        return
    tables = {name: table for name, table in newest["tables"].items() if table}
    tables["terms_seconds"] = {**tables["terms_seconds"], **chosen}
    service.post("policies", tables, once=f"terms-{service.number}")
