"""The marketplace's side of the API, as any program outside would speak it: HTTP, JSON and a key."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from typing import Any


class Caller:
    """Whoever holds one key."""

    def __init__(self, port: int, key: str) -> None:
        """Speak to the service on this port."""
        self.base, self.key = f"http://127.0.0.1:{port}/api/v1/", key

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """The status and the JSON of the answer, whatever it is."""
        request = urllib.request.Request(  # noqa: S310  # always the loopback address
            self.base + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"} | headers,
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"null")

    def post(self, path: str, body: Any = None) -> Any:
        """The answer to an act that succeeds."""
        status, answer = self.call("POST", path, {} if body is None else body)
        assert status in (200, 201), (path, status, answer)
        return answer

    def get(self, path: str) -> Any:
        """What is there."""
        status, answer = self.call("GET", path)
        assert status == 200, (path, status, answer)
        return answer

    def until(self, path: str, wanted: dict[str, Any], seconds: float = 40) -> Any:
        """Ask until the answer has what is wanted."""
        last = time.monotonic() + seconds
        while True:
            answer = self.get(path)
            if all(answer.get(name) == value for name, value in wanted.items()):
                return answer
            assert time.monotonic() < last, (wanted, answer)
            time.sleep(0.2)


def an_order(number: str, **changes: Any) -> dict[str, Any]:
    """A paid order of one cup at 100.00."""
    return {
        "order_number": number,
        "buyer": {"id": "b-1", "name": "Lin"},
        "shop": {"id": "s-1", "name": "Kiln & Co", "category": "home"},
        "items": [{"sku": "CUP", "title": "Porcelain cup", "unit_price_minor": 10_000, "quantity": 1}],
        "price": {"amount_minor": 10_000, "currency": "CNY"},
        "paid_at": "2026-01-05T08:00:00Z",
    } | changes


def deliver(marketplace: Caller, number: str) -> None:
    """Ship and deliver an order."""
    shipment = {"carrier": "SF", "tracking_number": "SF1", "shipped_at": "2026-01-06T08:00:00Z"}
    marketplace.post(f"orders/{number}/shipments", shipment)
    marketplace.post(f"orders/{number}/deliveries", {"delivered_at": "2026-01-08T08:00:00Z"})


def a_claim(number: str, **changes: Any) -> dict[str, Any]:
    """The buyer's request over that order."""
    return {
        "order_number": number,
        "reason": "quality",
        "remedy": "refund",
        "amount": {"amount_minor": 10_000, "currency": "CNY"},
        "statement": "The cup came with a crack from rim to foot.",
    } | changes


def a_ruling(exhibits: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    """A complete ruling over these exhibits."""
    return {
        "winner": "split",
        "remedy": "refund",
        "rule": "quality",
        "reasons": "The photograph shows a crack that no fall in use would leave; the cup still holds water.",
        "answers": {"usable_percent": 40, "fault": "seller"},
        "findings": [
            {"exhibit": e["id"], "supports": "buyer", "weight": "strong", "note": "It shows the goods."}
            for e in exhibits
        ],
        "cited_exhibits": [exhibits[0]["id"]],
    } | changes
