"""The marketplace: its staff, shops, buyers and orders, all of them invented, the same for the same seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from django.contrib.auth.models import Group, User

from adjudication.management.simulation.proportions import CURRENCIES, GOODS, pick
from adjudication.money import Amount, decimals
from adjudication.orders.register import BuyerGiven, ItemGiven, OrderGiven, ShopGiven
from adjudication.parties import Actor, Role

ARBITRATORS, SUPERVISORS = 8, 4


@dataclass(frozen=True, slots=True)
class Staff:
    """Who hears cases."""

    arbitrators: tuple[Actor, ...]
    supervisors: tuple[Actor, ...]

    def actor(self, user_id: int) -> Actor:
        """The member of staff with this id, in their role."""
        return next((one for one in self.supervisors if one.id == user_id), Actor(Role.ARBITRATOR, user_id))

    def supervisor_but(self, *user_ids: int | None) -> Actor | None:
        """A supervisor who is none of these."""
        return next((one for one in self.supervisors if one.id not in user_ids), None)


def hire() -> Staff:
    """Make the staff; none of them can sign in."""
    return Staff(_hired(Role.ARBITRATOR, ARBITRATORS), _hired(Role.SUPERVISOR, SUPERVISORS))


def _hired(role: Role, count: int) -> tuple[Actor, ...]:
    group = Group.objects.get(name=role.value)
    hired = []
    for number in range(1, count + 1):
        user, is_new = User.objects.get_or_create(username=f"simulated-{role.value}-{number}", is_staff=True)
        if is_new:
            user.set_unusable_password()
            user.save()
            user.groups.add(group)
        hired.append(Actor(role, user.pk))
    return tuple(hired)


class Marketplace:
    """Its shops and buyers; every order is drawn from the seed and its number alone."""

    def __init__(self, seed: int, orders: int) -> None:
        """So many orders will be placed."""
        self.seed = seed
        self.buyers = max(3, orders // 4)
        self.shops = max(3, orders // 120)
        self.categories: Sequence[str] = list(GOODS)

    def order(self, number: int, *, rng: Random, at: datetime) -> OrderGiven:
        """The order of this number, paid `at`."""
        shop, buyer = rng.randrange(self.shops), rng.randrange(self.buyers)
        category = self.categories[shop % len(self.categories)]
        currency = pick(rng, CURRENCIES)
        items = tuple(
            ItemGiven(
                sku=f"{category[:3].upper()}-{rng.randrange(1000):03d}",
                title=rng.choice(GOODS[category]),
                unit_price_minor=_price(rng, currency),
                quantity=rng.choices((1, 2, 3), weights=(85, 12, 3))[0],
                category=category,
            )
            for _item in range(rng.choices((1, 2, 3), weights=(75, 18, 7))[0])
        )
        shipping = rng.choice((0, 0, 500, 1200))
        discount = rng.choice((0, 0, 0, 300))
        return OrderGiven(
            order_number=f"SIM{self.seed}-{number:06d}",
            buyer=BuyerGiven(id=f"simulated-buyer-{buyer}", name=f"Buyer {buyer}"),
            shop=ShopGiven(id=f"simulated-shop-{shop}", name=f"Shop {shop}", category=category),
            items=items,
            price=Amount(sum(item.amount_minor for item in items) + shipping - discount, currency),
            paid_at=at,
            shipping_minor=shipping,
            discount_minor=discount,
        )


def _price(rng: Random, currency: str) -> int:
    """A unit price in minor units, around 120.00; three in a hundred are above what one person may rule on."""
    minor = rng.randint(550_000, 1_500_000) if rng.random() < 0.03 else int(rng.lognormvariate(9.4, 0.9))
    return max(500, minor) * (10 if decimals(currency) > 2 else 1)
