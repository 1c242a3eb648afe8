"""Access, functionalities, cycles and consequences."""

from __future__ import annotations

from carveout.analyzer.graph.access import table_access
from carveout.analyzer.graph.consequences import CONSEQUENCES
from carveout.analyzer.graph.functionality import Tracing, functionalities
from carveout.analyzer.graph.topology import cycles, digraph
from carveout.analyzer.model.building import GraphBuilder
from carveout.analyzer.model.graph import EDGE_KINDS, Edge, Node


def test_table_access_tells_readers_from_writers_and_leaves_tests_out() -> None:
    """Joins count as reads; a view is a table, too; untouched tables are listed."""
    builder = GraphBuilder()
    builder.add(Node("table:idle", "schema.sql", 1))
    builder.add(Node("function:t.check", "t/test_check.py", 1))
    builder.add(Edge("function:a.f", "table:orders", "reads"))
    builder.add(Edge("function:a.g", "view:sales", "joins"))
    builder.add(Edge("function:a.f", "table:orders", "writes"))
    builder.add(Edge("function:t.check", "table:orders", "writes"))
    found = {access.table: (access.readers, access.writers) for access in table_access(builder.build())}
    assert found == {
        "table:idle": ((), ()),
        "table:orders": (("function:a.f",), ("function:a.f",)),
        "view:sales": (("function:a.g",), ()),
    }


def test_a_functionality_follows_calls_in_their_order() -> None:
    """What a first callee calls comes before its sibling; recursion ends; tables are collected."""
    builder = GraphBuilder()
    for name in "abc":
        builder.add(Node(f"function:{name}", "shop.py", 1))
    builder.add(Node("function:pay", "shop.py", 1))
    builder.add(Edge("route:POST /pay", "function:pay", "handles"))
    builder.add(Edge("function:pay", "function:a", "calls", order=1))
    builder.add(Edge("function:pay", "function:c", "calls", order=2))
    builder.add(Edge("function:a", "function:c", "calls", order=2))
    builder.add(Edge("function:a", "function:b", "calls", order=1))
    builder.add(Edge("function:c", "function:pay", "calls"))
    builder.add(Edge("function:b", "table:stock", "writes"))
    builder.add(Edge("function:c", "table:price", "joins"))
    (found,) = functionalities(builder.build())
    assert found.functions == ("function:pay", "function:a", "function:b", "function:c")
    assert [step.depth for step in found.steps] == [1, 2, 3, 4, 3, 4]
    assert (found.reads, found.writes) == (("table:price",), ("table:stock",))


def test_a_functionality_tells_what_runs_apart() -> None:
    """Signals run in the request, tasks do not; what both reach belongs to the request; libraries are left out."""
    builder = GraphBuilder()
    for name in ("pay", "listen", "send", "log", "guess"):
        builder.add(Node(f"function:{name}", "shop.py", 1))
    builder.add(Edge("route:POST /pay", "function:pay", "handles"))
    builder.add(Edge("function:pay", "task:send", "enqueues", order=1))
    builder.add(Edge("task:send", "function:send", "handles"))
    builder.add(Edge("function:pay", "signal:paid", "publishes", order=2))
    builder.add(Edge("function:listen", "signal:paid", "subscribes"))
    builder.add(Edge("function:pay", "function:guess", "calls", "possible", order=3))
    builder.add(Edge("function:pay", "function:json.dumps", "calls", order=4))
    builder.add(Edge("function:send", "function:log", "calls", order=1))
    builder.add(Edge("function:listen", "function:log", "calls", order=1))
    graph = builder.build()
    found = Tracing(graph).trace("route:POST /pay")
    assert [(step.id, step.kind, step.apart) for step in found.steps] == [
        ("function:pay", "handles", False),
        ("task:send", "enqueues", True),
        ("signal:paid", "publishes", False),
        ("function:listen", "subscribes", False),
        ("function:log", "calls", False),
        ("function:send", "handles", True),
    ]
    assert "function:guess" in Tracing(graph, possible=True).trace("route:POST /pay").functions
    assert Tracing(graph).trace("route:GET /nothing").steps == ()


def test_a_functionality_reaches_what_the_library_calls() -> None:
    """Methods of the handler's class that nobody calls, those of its bases too; not the handlers of others."""
    builder = GraphBuilder()
    builder.add(Edge("class:Page", "class:Base", "inherits"))
    builder.add(Edge("class:Base", "class:lib.FormView", "inherits"))
    for class_, names in (
        ("Page", ("post", "get", "form_valid", "helper")),
        ("Base", ("form_valid", "context")),
    ):
        builder.add(Node(f"class:{class_}", "shop.py", 1))
        for line, name in enumerate(names, 2):
            builder.add(Node(f"function:{class_}.{name}", "shop.py", line))
            builder.add(Edge(f"class:{class_}", f"function:{class_}.{name}", "contains"))
    builder.add(Edge("function:Page.form_valid", "function:Page.helper", "calls", order=1))
    builder.add(Edge("route:POST /", "function:Page.post", "handles"))
    builder.add(Edge("route:GET /", "function:Page.get", "handles"))
    builder.add(Edge("route:PUT /", "class:Base", "handles"))
    builder.add(Edge("route:HEAD /", "class:Base", "handles"))
    tracing = Tracing(builder.build())
    assert tracing.trace("route:HEAD /").functions == ("function:Base.context",)
    assert tracing.trace("route:GET /").functions == ("function:Page.get", "function:Base.context")
    assert tracing.trace("route:PUT /").functions == ("function:Base.form_valid", "function:Base.context")
    found = tracing.trace("route:POST /")
    assert [(step.id.partition(":")[2], step.kind) for step in found.steps] == [
        ("Page.post", "handles"),
        ("Page.form_valid", "overrides"),
        ("Page.helper", "calls"),
        ("Base.context", "overrides"),
    ]


def test_cycles_are_found_largest_first() -> None:
    """Strongly connected groups only; weights of repeated pairs add up."""
    pairs = [("a", "b", 1), ("b", "a", 2), ("c", "d", 1), ("d", "e", 1), ("e", "c", 1), ("e", "f", 1)]
    assert cycles(pairs) == (("c", "d", "e"), ("a", "b"))
    assert digraph([("a", "b", 1), ("a", "b", 2)]).get_edge_data("a", "b")["weight"] == 3


def test_consequences_are_about_edge_kinds_and_say_something() -> None:
    """Every consequence belongs to a kind of edge and has a remedy."""
    assert set(CONSEQUENCES) <= set(EDGE_KINDS)
    assert all(consequence.cost and consequence.remedy for consequence in CONSEQUENCES.values())
    assert {"reads", "writes", "joins", "references", "calls", "imports"} <= set(CONSEQUENCES)
