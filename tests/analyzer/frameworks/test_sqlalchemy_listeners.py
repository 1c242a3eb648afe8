"""Listeners to what happens to rows are subscribers of their class."""

from __future__ import annotations

from collections.abc import Callable

from carveout.analyzer.model.graph import Graph

FILES = {
    "m.py": """
        from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
        class Base(DeclarativeBase): pass
        class Order(Base):
            __tablename__ = "orders"
            id: Mapped[int] = mapped_column(primary_key=True)
        class Plain: pass
    """,
    "a.py": """
        import m
        from sqlalchemy import event
        from sqlalchemy.event import listens_for as on
        @event.listens_for(m.Order, "after_insert")
        def one(mapper, connection, target): pass
        @on(m.Order, "after_delete", propagate=True)
        def two(mapper, connection, target): pass
        def three(target, value, old, initiator): pass
        def connect():
            event.listen(m.Order.id, "set", three)
            event.listen(m.Plain, "set", three)
            event.listen(engine, "connect", three)
            other.listen(m.Order, "set", three)
        @event.listens_for(m.Order, computed())
        def four(): pass
    """,
}


def test_who_listens_subscribes_to_a_signal_of_the_class(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of(FILES)
    name = "signal:sqlalchemy.event.{}[m.Order]"
    assert {(e.source, e.target, e.evidence[0].place.line) for e in graph.edges("subscribes")} == {
        ("function:a.one", name.format("after_insert"), 5),
        ("function:a.two", name.format("after_delete"), 7),
        ("function:a.three", name.format("set"), 11),
    }
    assert {edge.source for edge in graph.edges("publishes")} == {"class:m.Order"}
    node = graph.node(name.format("set"))
    assert node is not None
    assert (node.path, node.line) == ("m.py", 4)


def test_a_lambda_listens(graph_of: Callable[..., Graph]) -> None:
    code = """
        import m
        from sqlalchemy import event
        event.listen(m.Order, "before_insert", lambda mapper, connection, target: None)
    """
    found = {e.source for e in graph_of({"m.py": FILES["m.py"], "b.py": code}).edges("subscribes")}
    assert found == {"function:b.<lambda1>"}
