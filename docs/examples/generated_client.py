"""A case from the order to its end, with nothing but the client that openapi-python-client makes of the schema.

BASE=https://disputes.example.com KEY=adj_… PYTHONPATH=dispute-adjudication-client python generated_client.py
"""

import os
from datetime import UTC, datetime
from typing import TypeVar

from dispute_adjudication_client import AuthenticatedClient
from dispute_adjudication_client.api.cases import accept, read_case, reject, request_refund
from dispute_adjudication_client.api.evidence import file_exhibit
from dispute_adjudication_client.api.journal import list_case_events
from dispute_adjudication_client.api.orders import register_order, report_delivery
from dispute_adjudication_client.models import (
    AcceptForm,
    BuyerForm,
    CaseForm,
    DeliveryForm,
    ExhibitForm,
    ExhibitKind,
    ItemForm,
    NewExhibitForm,
    OrderForm,
    Price,
    ProblemAnswer,
    Reason,
    RejectForm,
    RejectionReason,
    Remedy,
    ShopForm,
    Side,
)

Answer = TypeVar("Answer")
PAID_AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
PRICE = Price(amount_minor=10_000, currency="CNY")
client = AuthenticatedClient(base_url=os.environ["BASE"], token=os.environ["KEY"])


def done(answer: Answer | ProblemAnswer | None) -> Answer:
    """The answer, unless it is a refusal."""
    if answer is None or isinstance(answer, ProblemAnswer):
        raise SystemExit(f"refused: {answer}")
    return answer


order = done(
    register_order.sync(
        client=client,
        body=OrderForm(
            order_number="G-1",
            buyer=BuyerForm(id="b-17", name="Lin Wei"),
            shop=ShopForm(id="s-4", name="Kiln & Co", category="home"),
            items=[ItemForm(sku="CUP-7", title="Porcelain cup", unit_price_minor=10_000, quantity=1)],
            price=PRICE,
            paid_at=PAID_AT,
        ),
        idempotency_key="register G-1",
    )
)
done(report_delivery.sync(order.order_number, client=client, body=DeliveryForm(delivered_at=PAID_AT)))
case = done(
    request_refund.sync(
        client=client,
        body=CaseForm(
            order_number=order.order_number,
            reason=Reason.QUALITY,
            remedy=Remedy.REFUND,
            amount=PRICE,
            statement="The cup has a crack from rim to foot.",
        ),
    )
)
print("filed", case.number)
crack = ExhibitForm(by=Side.BUYER, kind=ExhibitKind.DOCUMENT, title="The crack", text="From rim to foot.")
print("exhibit", done(file_exhibit.sync(case.number, client=client, body=crack)).label)
packing = NewExhibitForm(kind=ExhibitKind.DOCUMENT, title="Packing note", text="Wrapped twice.")
refusal = RejectForm(reason=RejectionReason.GOODS_AS_DESCRIBED, text="It left us whole.", exhibits=[packing])
print("now", done(reject.sync(case.number, client=client, body=refusal)).state)
again = request_refund.sync(client=client, body=CaseForm("G-1", Reason.OTHER, Remedy.REFUND, PRICE, "Again."))
print("refused", again.code if isinstance(again, ProblemAnswer) else "not")
print("may", sorted({act.act for act in done(read_case.sync(case.number, client=client)).allowed_acts}))
closed = done(accept.sync(case.number, client=client, body=AcceptForm()))
print("closed", closed.outcome)
print("events", [event.type_ for event in done(list_case_events.sync(case.number, client=client)).results])
