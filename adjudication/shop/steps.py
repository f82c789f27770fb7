"""What can be done in the play, by whom, and which call does it: the marketplace's side of the API, act by act.

Whether an act can be done now is what the case's `allowed_acts` say; for a parcel, where it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from adjudication.shop import kept
from adjudication.shop.asking import Service
from adjudication.shop.scene import Scene

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PRICE_MINOR, CURRENCY = 12_800, "CNY"
BUYER = {"id": "demo-buyer", "name": "Lin Xiaoyu 林晓雨"}
SHOP = {
    "id": "demo-shop",
    "name": "Kiln & Co 窑与器",
    "category": "home",
    "return_address": "18 Potters' Lane, Jingdezhen",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that somebody may do now."""

    name: str
    by: str
    """Whose button it is: `marketplace`, `buyer`, `seller`, `arbitrator`."""
    label: StrOrPromise
    does: StrOrPromise
    """What follows from it, in a sentence."""
    perform: Callable[[Service, Scene], object]
    is_open: Callable[[Scene], bool]
    is_next: Callable[[Scene], bool] = lambda scene: True
    """Of what is open, is it what usually comes next? The first such is the tour's."""


def register(service: Service) -> None:
    """The buyer has paid: the service takes the money into custody.

    Raises:
        NotAnswered: it was refused, or not answered.

    """
    money = {"amount_minor": PRICE_MINOR, "currency": CURRENCY}
    title = _("Porcelain cup, blue dots")
    snapshot = {"title": title, "description": _("Thrown and painted by hand; whole when it leaves us.")}
    item = {"sku": "CUP-12", "title": title, "unit_price_minor": PRICE_MINOR, "quantity": 1, "snapshot": snapshot}
    order = {"order_number": service.number, "buyer": BUYER, "shop": SHOP, "items": [item]}
    service.post(
        "orders", {**order, "price": money, "paid_at": kept.begun_at(service.number)}, once=f"{service.number}-register"
    )


def _ship(service: Service, scene: Scene) -> None:
    told = {"carrier": "SF Express", "tracking_number": f"SF{service.number[-6:]}"}
    _report(service, "shipments", {**told, "shipped_at": scene.latest})


def _deliver(service: Service, scene: Scene) -> None:
    _report(service, "deliveries", {"delivered_at": scene.latest, "signed_by": "Lin"})


def _confirm_receipt(service: Service, scene: Scene) -> None:
    _report(service, "receipt", {"confirmed_at": scene.latest})


def _ask_for_a_refund(service: Service, scene: Scene) -> None:
    reason = "quality" if scene.name == "delivered" else "not_shipped"
    words = _("The cup has a crack from rim to foot; it was there when I opened the box.")
    if reason == "not_shipped":
        words = _("It was to leave the same day, and nothing has been sent.")
    money = {"amount_minor": scene.money.held, "currency": scene.money.currency}
    asked = {"order_number": service.number, "reason": reason, "remedy": "refund", "amount": money, "statement": words}
    service.post("cases", asked, once=_once(service, scene, "request"))


def _accept(service: Service, scene: Scene) -> None:
    _act(service, scene, "accept", {})


def _reject(service: Service, scene: Scene) -> None:
    note = {"kind": "document", "title": _("Packing note"), "text": _("Packed by hand at 9:40; the cup was whole.")}
    words = _("It left us whole. We think that it fell after it was unpacked.")
    _act(service, scene, "reject", {"reason": "goods_as_described", "text": words, "exhibits": [note]})


def _withdraw(service: Service, scene: Scene) -> None:
    _act(service, scene, "withdraw", {})


def _intervene(service: Service, scene: Scene) -> None:
    _act(service, scene, "intervene", {"statement": _("I did not drop it. Please look at it yourselves.")})


def _offer_half(service: Service, scene: Scene) -> None:
    half = {"amount_minor": PRICE_MINOR // 2, "currency": CURRENCY}
    words = _("Let us meet half way; you keep the cup.")
    _act(service, scene, "offers", {"by": "seller", "remedy": "refund", "amount": half, "text": words})


def _accept_offer(service: Service, scene: Scene) -> None:
    offer = scene.open_offer("seller") or {}
    service.post(f"offers/{offer.get('id')}/accept", {}, once=_once(service, scene, "accept-offer"))


def _file(service: Service, scene: Scene) -> None:
    words = _("The crack runs under the glaze; I photographed it on the packing paper.")
    exhibit = {"by": "buyer", "kind": "document", "title": _("The crack, from rim to foot"), "text": words}
    _act(service, scene, "exhibits", exhibit)


def _rest(service: Service, scene: Scene) -> None:
    for side in ("buyer", "seller"):
        if scene.may("rest", side):
            once = f"{_once(service, scene, 'rest')}-{side}"
            service.post(f"cases/{_case(scene)['number']}/rest", {"by": side}, once=once)


def _rule(winner: str, answers: dict[str, Any]) -> Callable[[Service, Scene], object]:
    def perform(service: Service, scene: Scene) -> None:
        number, whose = _case(scene)["number"], scene.arbitrator
        # The arbitrator's own key, which acts as that member of staff; at the desk it is one page.
        found = service.get(f"cases/{number}/exhibits", whose=whose, is_noted=True)["results"]
        citable = [each for each in found if each["admissible"]]
        side = "seller" if winner == "seller" else "buyer"
        note = _("It speaks of the cup that was sold.")
        weighed = {"supports": side, "weight": "some", "note": note}
        ruling = {
            "winner": winner,
            "remedy": "release" if winner == "seller" else "refund",
            "rule": _case(scene)["reason"],
            "answers": answers,
            "reasons": _reasons(winner),
            "findings": [{"exhibit": each["id"], **weighed} for each in citable],
            "cited_exhibits": [each["id"] for each in citable[-1:]],
        }
        service.post(f"cases/{number}/rulings", ruling, whose=whose, once=_once(service, scene, f"rule-{winner}"))

    return perform


def _appeal(by: str) -> Callable[[Service, Scene], object]:
    def perform(service: Service, scene: Scene) -> None:
        words = _("The ruling overlooks how a crack from a fall looks: it starts where the cup was hit.")
        _act(service, scene, "appeal", {"by": by, "grounds": words, "error": "fact"})

    return perform


def _read(what: str) -> Callable[[Service, Scene], object]:
    return lambda service, scene: service.get(f"cases/{_case(scene)['number']}/{what}", is_noted=True)


def _allowed(act: str, by: str) -> Callable[[Scene], bool]:
    return lambda scene: scene.may(act, by)


def _is(*names: str) -> Callable[[Scene], bool]:
    return lambda scene: scene.name in names


def _may_rule(scene: Scene) -> bool:
    return scene.name == "ruling" and bool(scene.arbitrator)


def _is_over(scene: Scene) -> bool:
    return scene.name == "settled" and scene.case is not None


def _never(scene: Scene) -> bool:
    return False


#: In the order of the play.
STEPS = (
    Step(
        *("ship", "seller", gettext_lazy("Ship the cup")),
        gettext_lazy("The marketplace reports the parcel; the money stays held until the buyer has the goods."),
        *(_ship, _is("paid")),
    ),
    Step(
        *("deliver", "marketplace", gettext_lazy("Deliver it")),
        gettext_lazy("The carrier says that it has arrived; from now on the buyer may confirm receipt or complain."),
        *(_deliver, _is("shipped")),
    ),
    Step(
        *("request", "buyer", gettext_lazy("Ask for a refund: it is cracked")),
        gettext_lazy("A case opens over the order. No release by time any more: the money waits for its end."),
        *(_ask_for_a_refund, _is("delivered")),
    ),
    Step(
        *("missing", "buyer", gettext_lazy("Ask for a refund: it was never sent")),
        gettext_lazy("A case opens over the order."),
        *(_ask_for_a_refund, _is("paid"), _never),
    ),
    Step(
        *("receipt", "buyer", gettext_lazy("Confirm receipt")),
        gettext_lazy("All is well: the money goes to the seller, and the play ends early."),
        *(_confirm_receipt, _is("delivered"), _never),
    ),
    Step(
        *("reject", "seller", gettext_lazy("Refuse the refund")),
        gettext_lazy("With a reason, words and at least one exhibit; now the buyer may call the platform in."),
        *(_reject, _allowed("reject", "seller")),
    ),
    Step(
        *("intervene", "buyer", gettext_lazy("Ask the platform in")),
        gettext_lazy("An arbitrator who knows neither side is assigned by the next tick, and evidence opens."),
        *(_intervene, _allowed("intervene", "buyer")),
    ),
    Step(
        *("file", "buyer", gettext_lazy("File what the buyer saw")),
        gettext_lazy("Both sides have the same time and see what the other has filed. It is never changed again."),
        *(_file, _allowed("file_exhibit", "buyer")),
        lambda scene: scene.name == "evidence" and not scene.has_filed("buyer"),
    ),
    Step(
        *("rest", "marketplace", gettext_lazy("Both sides rest")),
        gettext_lazy("Neither files any more, so nobody waits for the end of the term: it is the arbitrator’s turn."),
        _rest,
        lambda scene: scene.may("rest", "buyer") or scene.may("rest", "seller"),
    ),
    Step(
        *("rule_buyer", "arbitrator", gettext_lazy("Rule for the buyer")),
        gettext_lazy("Every exhibit is answered, and the reasons are written for the side that loses."),
        *(_rule("buyer", {"as_described": False}), _may_rule),
    ),
    Step(
        *("rule_split", "arbitrator", gettext_lazy("Split it: half the cup’s use is left")),
        gettext_lazy("The award follows from the answers: claim × (100 % − usable) × fault."),
        *(_rule("split", {"as_described": False, "usable_percent": 50, "fault": "seller"}), _may_rule, _never),
    ),
    Step(
        *("rule_seller", "arbitrator", gettext_lazy("Rule for the seller")),
        gettext_lazy("The claim is released to the seller once the ruling is final."),
        *(_rule("seller", {"as_described": True}), _may_rule, _never),
    ),
    Step(
        *("offer", "seller", gettext_lazy("Offer half")),
        gettext_lazy("An offer stops no term; the buyer may accept it at any time."),
        _offer_half,
        lambda scene: scene.may("make_offer", "seller") and scene.open_offer("seller") is None,
        _never,
    ),
    Step(
        *("accept_offer", "buyer", gettext_lazy("Accept the seller’s offer")),
        gettext_lazy("They have agreed: the case closes, and each gets a part."),
        _accept_offer,
        lambda scene: scene.open_offer("seller") is not None and scene.may("accept_offer", "buyer"),
        _never,
    ),
    Step(
        *("accept", "seller", gettext_lazy("Accept the refund")),
        gettext_lazy("What was asked for is carried out at once, and the case closes."),
        *(_accept, _allowed("accept", "seller"), _never),
    ),
    Step(
        *("withdraw", "buyer", gettext_lazy("Withdraw the request")),
        gettext_lazy("The case closes and the order goes on as before."),
        *(_withdraw, _allowed("withdraw", "buyer"), _never),
    ),
    Step(
        *("appeal_seller", "seller", gettext_lazy("Appeal for the seller")),
        gettext_lazy("A supervisor hears it anew, free to find either way."),
        *(_appeal("seller"), _allowed("appeal", "seller"), _never),
    ),
    Step(
        *("appeal_buyer", "buyer", gettext_lazy("Appeal for the buyer")),
        gettext_lazy("A supervisor hears it anew, free to find either way."),
        *(_appeal("buyer"), _allowed("appeal", "buyer"), _never),
    ),
    Step(
        *("ledger", "marketplace", gettext_lazy("Read the ledger")),
        gettext_lazy("Every entry with its postings: debits equal credits, and nothing is ever changed."),
        *(_read("ledger"), _is_over, _never),
    ),
    Step(
        *("events", "marketplace", gettext_lazy("Read the events")),
        gettext_lazy("The whole journal of the case, without gaps: what webhooks told, and what they may have missed."),
        *(_read("events"), _is_over, _never),
    ),
)


def open_now(scene: Scene) -> list[Step]:
    """What may be done now, in the order of the play."""
    return [step for step in STEPS if step.is_open(scene)]


def next_of(scene: Scene) -> Step | None:
    """What the tour does next; None: somebody else's turn, or the end."""
    return next((step for step in open_now(scene) if step.is_next(scene)), None)


def named(name: str) -> Step | None:
    """The step of that name."""
    return next((step for step in STEPS if step.name == name), None)


def _reasons(winner: str) -> str:
    if winner == "seller":
        return _("The packing note names the hour and the hand; nothing shows that the cup was cracked when it came.")
    if winner == "split":
        return _(
            "The crack was there when the box was opened, as the exhibits say; the cup still serves for dry things."
        )
    return _(
        "The crack runs under the glaze, which only the kiln can do; the packing note does not show the cup itself."
    )


def _report(service: Service, kind: str, told: dict[str, Any]) -> None:
    service.post(f"orders/{service.number}/{kind}", told, once=f"{service.number}-{kind}")


def _act(service: Service, scene: Scene, act: str, body: dict[str, Any]) -> None:
    service.post(f"cases/{_case(scene)['number']}/{act}", body, once=_once(service, scene, act))


def _case(scene: Scene) -> dict[str, Any]:
    return scene.case or {}


def _once(service: Service, scene: Scene, act: str) -> str:
    return f"{service.number}-{scene.version}-{act}"
