"""Django: models whose bases a call hands on, and fields that no class body shows, only migrations."""

from __future__ import annotations

from collections.abc import Callable

from carveout.analyzer.model.graph import Graph

MODELS = """
    from django.db import models
    from django.db.models.base import ModelBase
    from shop.util import with_metaclass
    class Linking(ModelBase):
        def __new__(cls, name, bases, attrs):
            made = super().__new__(cls, name, bases, attrs)
            made.add_to_class("shop", models.ForeignKey("shop.Shop", on_delete=models.CASCADE))
            return made
    class Shop(models.Model):
        name = models.CharField(max_length=3)
    class Base(with_metaclass(Linking, models.Model)):
        class Meta:
            abstract = True
    class Order(Base):
        paid = models.BooleanField()
"""
UTIL = """
    def with_metaclass(meta, *bases):
        class metaclass(type):
            def __new__(cls, name, this_bases, d):
                return meta(name, bases, d)
        return type.__new__(metaclass, "temporary", (), {})
"""
FIRST = """
    from django.db import migrations, models
    class Migration(migrations.Migration):
        operations = [
            migrations.CreateModel("Shop", [("id", models.AutoField(primary_key=True)), ("name", models.CharField(max_length=3))]),
            migrations.CreateModel("Order", [
                ("id", models.AutoField(primary_key=True)),
                ("paid", models.BooleanField()),
                ("shop", models.ForeignKey(to="shop.Shop", on_delete=models.CASCADE, related_name="orders")),
            ]),
        ]
"""
VIEWS = """
    from shop.models import Order, Shop
    def f(): return Order.objects.filter(paid=True).first()
    def g(pk): return Order.objects.get(pk=pk).shop.name
    def h(shop: Shop): return [order.pk for order in shop.orders.all()]
    def k(): return Order.objects.filter(shop__name="x").count()
"""


def test_fields_that_only_migrations_tell(
    graph_of: Callable[..., Graph], told: Callable[[Graph], set[str]]
) -> None:
    files = {"shop/__init__.py": "", "shop/util.py": UTIL, "shop/models.py": MODELS, "views.py": VIEWS}
    migrations = {"shop/migrations/__init__.py": "", "shop/migrations/0001_initial.py": FIRST}
    rows = told(graph_of(files))
    assert "f reads shop_order paid" in rows and "g reads shop_shop" not in rows
    rows = told(graph_of({**files, **migrations}))
    assert {"f reads shop_order paid", "g reads shop_shop", "h reads shop_order", "k joins shop_shop"} <= rows


def test_the_call_that_hands_bases_on_stays_a_call(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of({"shop/__init__.py": "", "shop/util.py": UTIL, "shop/models.py": MODELS})
    called = {(edge.source, edge.target) for edge in graph.edges("calls")}
    assert ("module:shop.models", "function:shop.util.with_metaclass") in called
    inherits = {(edge.source, edge.target) for edge in graph.edges("inherits")}
    assert ("class:shop.models.Order", "class:shop.models.Base") in inherits
