"""Peewee: tables as it names them itself, and who reads and writes them."""

from __future__ import annotations

from collections.abc import Callable

from carveout.analyzer.model.graph import Graph

MODELS = """
    from peewee import AutoField, CharField, CompositeKey, ForeignKeyField, IntegerField, Model, TextField
    class LongField(TextField): pass
    class Base(Model):
        made = IntegerField(null=True)
        class Meta:
            database = None
    class UserProfile(Base):
        email = CharField(unique=True)
        notes = LongField(column_name="note")
    class Order(Base):
        user = ForeignKeyField(UserProfile, backref="orders", on_delete="CASCADE")
        parent = ForeignKeyField("self", null=True)
        class Meta:
            table_name = "orders"
    class Snake(Base):
        class Meta:
            legacy_table_names = False
    class OrderLine(Snake):
        order = ForeignKeyField(Order)
        number = IntegerField()
        class Meta:
            primary_key = CompositeKey("order", "number")
"""


def test_tables_as_peewee_names_them(graph_of: Callable[..., Graph]) -> None:
    """What Peewee 3 itself says of these models (`Model._meta`); a base that others build on has no table."""
    graph = graph_of({"shop/models.py": MODELS})
    columns: dict[str, list[str]] = {}
    for node in graph.nodes("column"):
        table, _, name = node.name.rpartition(".")
        columns.setdefault(table, []).append(name)
    assert {table: sorted(names) for table, names in columns.items()} == {
        "userprofile": ["email", "id", "made", "note"],
        "orders": ["id", "made", "parent_id", "user_id"],
        "order_line": ["made", "number", "order_id"],
    }
    keys = {(e.source, e.target, e.columns) for e in graph.edges("references")}
    assert keys == {
        ("table:orders", "table:userprofile", ("user_id",)),
        ("table:orders", "table:orders", ("parent_id",)),
        ("table:order_line", "table:orders", ("order_id",)),
    }


def test_access(graph_of: Callable[..., Graph], told: Callable[[Graph], set[str]]) -> None:
    """Calls on classes, on rows, and on what a class of the project keeps the model in."""
    views = """
        from shop.models import Order, OrderLine, UserProfile
        def one(key): return Order.get_by_id(key)
        def two():
            for order in Order.select().where(Order.id > 1):
                order.save()
        def three(): return Order.select().join(UserProfile).where(UserProfile.email == "x").count()
        def four(): UserProfile.delete().where(UserProfile.id == 1).execute()
        def five(): OrderLine.create(number=1)
        def six(): one(3).delete_instance()
        def seven(data): return UserProfile.get_or_create(email="x")
        def other(): return {}.get("x")
        class Service:
            model = None
            @classmethod
            def drop(cls, key): return cls.model.delete().where(cls.model.id == key).execute()
        class Lines(Service):
            model = OrderLine
        def eight(): Lines.drop(1)
    """
    graph = graph_of({"shop/models.py": MODELS, "views.py": views})
    assert told(graph) >= {
        "one reads orders",
        "two reads orders",
        "two writes orders (loop upsert)",
        "three reads orders (aggregate)",
        "three joins userprofile",
        "four writes userprofile (delete)",
        "five writes order_line (insert)",
        "six writes orders (delete)",
        "seven reads userprofile",
        "seven writes userprofile (insert)",
    }
    assert not {row for row in told(graph) if row.startswith("other")}
    print(sorted(told(graph)))
