"""Django: classes that are told by others which model they are about, and what is bound or read by its name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

MODELS = """
    from django.db import models
    class Shop(models.Model):
        name = models.CharField(max_length=3)
    class Order(models.Model):
        shop = models.ForeignKey(Shop, on_delete=models.PROTECT)
"""
HEAD = "from django.contrib import admin\nfrom rest_framework import serializers\nfrom shop.models import Order, Shop\n"

CASES = {
    "an admin that is registered by a call": (
        "class Orders(admin.ModelAdmin):\n"
        "    def again(self, pk): return self.model.objects.filter(pk=pk).exists()\n"
        "    def get_queryset(self, request): return super().get_queryset(request).filter(pk=1)\n"
        "    def zap(self, request, queryset): queryset.update(shop=1)\n"
        "    def named(self, obj): return obj.shop.name\n"
        "admin.site.register(Order, Orders)\n",
        {
            "Orders.again reads shop_order", "Orders.get_queryset reads shop_order",
            "Orders.zap writes shop_order (update) shop_id", "Orders.named reads shop_shop",
        },
    ),
    "an admin that is registered by a decorator, and what the library saves for it": (
        "@admin.register(Shop)\nclass Shops(admin.ModelAdmin):\n"
        "    def save_model(self, request, obj, form, change): super().save_model(request, obj, form, change)\n",
        {"Shops.save_model writes shop_shop (insert update)"},
    ),
    "an admin that nobody registers is about nothing": (
        "class Orders(admin.ModelAdmin):\n    def again(self, pk): return self.model.objects.exists()\n",
        set(),
    ),
    "what a serializer makes, changes and shows": (
        "class Orders(serializers.ModelSerializer):\n    class Meta:\n        model = Order\n"
        "    def create(self, data): return super().create(data)\n"
        "    def update(self, instance, data): return super().update(instance, data)\n"
        "    def get_name(self, obj): return obj.shop.name\n",
        {
            "Orders.create writes shop_order (insert update)", "Orders.update writes shop_order (insert update)",
            "Orders.get_name reads shop_shop",
        },
    ),
    "an attribute that is read by its name": (
        'def f(order: Order): return getattr(order, "shop").name\n'
        'def g(order: Order, name): return getattr(order, name)\n',
        {"f reads shop_shop"},
    ),
    "a method that a class is given": (
        "def _again(self): return Order.objects.filter(shop=self)\n"
        'Shop.add_to_class("again", _again)\ndef f(shop: Shop): return list(shop.again())\n',
        {"_again reads shop_order shop_id", "f reads shop_order"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_named_models(case: str, graph_of: Callable[..., Graph], told: Callable[[Graph], set[str]]) -> None:
    """Which tables, columns and how, per function."""
    body, expected = CASES[case]
    files = {"shop/__init__.py": "", "shop/models.py": MODELS, "views.py": HEAD + body}
    assert told(graph_of(files)) == expected
