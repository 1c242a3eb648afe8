"""Rows of another service that go with deleted ones: the key is named, and the advice is not a function."""

from __future__ import annotations

from collections.abc import Callable

from carveout.analyzer.model.boundary import Boundary, Service
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.rules.judge import judge

DJANGO = {
    "shop/__init__.py": "",
    "shop/basket/__init__.py": "",
    "shop/basket/models.py": """
        from django.db import models
        class Basket(models.Model):
            pass
    """,
    "shop/basket/service.py": """
        from shop.basket.models import Basket
        def drop(id):
            Basket.objects.get(id=id).delete()
        def drop_all(id):
            from shop.order.models import Note
            Note.objects.filter(basket=id).delete()
            Basket.objects.get(id=id).delete()
    """,
    "shop/order/__init__.py": "",
    "shop/order/models.py": """
        from django.db import models
        class Note(models.Model):
            basket = models.ForeignKey("basket.Basket", on_delete=models.CASCADE)
    """,
}


def test_a_cascade_names_its_key(graph_of: Callable[..., Graph]) -> None:
    services = (
        Service("basket", modules=("shop.basket",), tables=("basket_basket",)),
        Service("order", modules=("shop.order",), tables=("order_note",)),
    )
    result = judge(graph_of(DJANGO), Boundary(services))
    said = {
        violation.source.rpartition(".")[2]: violation
        for violation in result.violations
        if violation.rule == "table-write"
    }
    assert said["drop"].why.endswith(
        "its rows go with the deleted ones (order_note.basket_id -> basket_basket)"
    )
    assert said["drop"].help.startswith("tell order by an event what was deleted")
    assert said["drop_all"].why == 'table "order_note" belongs to order'  # it is named as well


def test_a_trigger_on_anothers_table_is_told_of_who_hung_it_there(graph_of: Callable[..., Graph]) -> None:
    sql = """
        CREATE TRIGGER audit AFTER INSERT ON basket_basket FOR EACH ROW EXECUTE FUNCTION audited();
    """
    services = (
        Service("basket", modules=("shop.basket",), tables=("basket_basket",)),
        Service("order", modules=("shop.order",), public=("shop.order.api",)),
    )
    result = judge(graph_of({**DJANGO, "shop/order/audit.sql": sql}), Boundary(services))
    (found,) = (violation for violation in result.violations if violation.target == "trigger:audit")
    assert found.title == "order must not hang a trigger on basket's tables"
