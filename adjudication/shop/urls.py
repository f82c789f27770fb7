"""The addresses of the shop; `demo/buyer/` and `demo/seller/` are the pages'."""

from __future__ import annotations

from django.urls import path, register_converter

from adjudication.shop import kept, views


class Number:
    """An order of the shop."""

    regex = kept.NUMBER

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


class Side(Number):
    """One of the two sides."""

    regex = "buyer|seller"


register_converter(Number, "shop_order")
register_converter(Side, "shop_side")

app_name = "demo"
urlpatterns = [
    path("", views.shop, name="shop"),
    path("buy/", views.buy, name="buy"),
    path("webhooks", views.webhooks, name="webhooks"),
    path("orders/<shop_order:number>/", views.order, name="order"),
    path("orders/<shop_order:number>/news", views.news, name="news"),
    path("orders/<shop_order:number>/sign-in/<shop_side:side>/", views.sign_in, name="sign_in"),
    path("orders/<shop_order:number>/<slug:name>/", views.perform, name="step"),
]
