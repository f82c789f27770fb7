"""A band of amounts: what the public reads in place of the sum, which alone could tell whose case it was."""

from __future__ import annotations

from itertools import pairwise

from adjudication.money import Amount


def band(amount: Amount) -> tuple[Amount, Amount]:
    """From 1, 2 or 5 times a power of ten up to the next: 12,345 lies from 10,000 to below 20,000.

    >>> band(Amount(12_345, "CNY"))
    (Amount(minor=10000, currency='CNY'), Amount(minor=20000, currency='CNY'))
    """
    power = 10 ** (len(str(amount.minor)) - 1)
    steps = [step * power for step in (1, 2, 5, 10)]
    low, high = next((low, high) for low, high in pairwise(steps) if low <= amount.minor < high)
    return Amount(low, amount.currency), Amount(high, amount.currency)
