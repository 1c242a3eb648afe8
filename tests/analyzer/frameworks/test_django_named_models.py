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


SORTED = """
    from django.db import models
    class Shop(models.Model):
        name = models.CharField(max_length=3)
        class Meta:
            ordering = ["name"]
    class Order(models.Model):
        shop = models.ForeignKey(Shop, on_delete=models.PROTECT)
        class Meta:
            ordering = ("-shop", "pk")
"""
LIBRARY = {
    "rows in the order of their model": (
        "def f(): return list(Order.objects.filter(pk=1))\ndef g(): return list(Order.objects.order_by('pk'))\n"
        "def h(): return Order.objects.get(pk=1)\n",
        {"f reads shop_order", "f joins shop_shop", "g reads shop_order", "h reads shop_order"},
    ),
    "values that another function asks for": (
        "from itertools import groupby\ndef f(found): return groupby(found, None)\n"
        "def g(): return f(Order.objects.values('shop__name').order_by('pk'))\n",
        {"f reads shop_order", "f joins shop_shop", "g reads shop_order shop_id", "g joins shop_shop"},
    ),
    "users, groups and content types": (
        "from django.contrib.auth.models import Group\n"
        "from django.contrib.contenttypes.models import ContentType\n"
        "def f(user): Group.objects.get(name='a').user_set.add(user)\n"
        "def g(row): return ContentType.objects.get_for_model(row)\n",
        {
            "f reads auth_group", "f reads auth_user_groups", "f writes auth_user_groups (insert)",
            "g reads django_content_type", "g writes django_content_type (insert)",
        },
    ),
    "whether a row is unique": (
        "def f(order: Order): order.full_clean()\n",
        {"f reads shop_order"},
    ),
    "what rows of earlier models lead to": (
        "from django.db import migrations\ndef up(apps, editor):\n    Group = apps.get_model('auth', 'Group')\n"
        "    group, made = Group.objects.get_or_create(name='a')\n    group.permissions.add(1)\n"
        "class Migration(migrations.Migration):\n    operations = [migrations.RunPython(up)]\n",
        {
            "up reads auth_group", "up writes auth_group (insert)",
            "up reads auth_group_permissions", "up writes auth_group_permissions (insert)",
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", LIBRARY)
def test_what_the_library_does(
    case: str, graph_of: Callable[..., Graph], told: Callable[[Graph], set[str]]
) -> None:
    """Orders, values, Django's own models."""
    body, expected = LIBRARY[case]
    files = {"shop/__init__.py": "", "shop/models.py": SORTED, "views.py": HEAD + body}
    assert {access.partition(" pk")[0] for access in told(graph_of(files))} == expected
