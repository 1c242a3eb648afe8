"""The cut: who owns a node, and which edges cross."""

from __future__ import annotations

from carveout.analyzer.graph.cut import Membership, Patterns, cut
from carveout.analyzer.model.boundary import SHARED, Boundary, Service, Shared
from carveout.analyzer.model.building import GraphBuilder
from carveout.analyzer.model.evidence import Evidence, Place
from carveout.analyzer.model.graph import Edge, Graph, Node


def shop() -> Graph:
    """Orders reads billing's table, calls billing, and both use the kernel."""
    builder = GraphBuilder()
    for module in ("shop", "shop.orders", "shop.billing", "shop.util"):
        builder.add(Node(f"module:{module}", f"{module.replace('.', '/')}/__init__.py", 1, 10))
    builder.add(Node("module:shop.orders.views", "shop/orders/views.py", 1, 10))
    builder.add(Node("function:shop.orders.views.pay", "shop/orders/views.py", 2, 9))
    builder.add(Node("function:shop.orders.tests.test_pay", "shop/orders/tests/test_pay.py", 2, 9))
    builder.add(Node("function:shop.billing.charge", "shop/billing/__init__.py", 2, 9))
    builder.add(Node("function:shop.billing.refund", "shop/billing/__init__.py", 10, 19))
    builder.add(Node("template:orders/pay.html", "shop/orders/templates/orders/pay.html"))
    builder.add(Node("table:billing.invoice", "shop/schema.sql", 1))
    builder.add(Node("column:billing.invoice.total", "shop/schema.sql", 2))
    builder.add(Node("route:GET ^pay/(?P<id>[0-9]*)$", "shop/urls.py", 2))
    at = (Evidence(Place("shop/orders/views.py", 4)),)
    pay = "function:shop.orders.views.pay"
    builder.add(Edge(pay, "function:shop.billing.charge", "calls", evidence=at))
    builder.add(Edge(pay, "table:billing.invoice", "reads", evidence=at))
    builder.add(Edge(pay, "function:shop.billing.refund", "calls", "possible", evidence=at))
    builder.add(Edge(pay, "function:shop.util.money", "calls", evidence=at))
    builder.add(Edge("function:shop.util.money", "table:billing.invoice", "reads", evidence=at))
    builder.add(Edge("function:shop.orders.tests.test_pay", "table:billing.invoice", "writes", evidence=at))
    builder.add(Edge("route:GET ^pay/(?P<id>[0-9]*)$", pay, "handles", evidence=at))
    builder.add(Edge("module:shop.orders", pay, "contains", evidence=at))
    return builder.build()


BOUNDARY = Boundary(
    (Service("orders", ("shop.orders",)), Service("billing", ("shop.billing",), tables=("Invoice",))),
    Shared(("shop.util",)),
)


def test_the_most_specific_pattern_owns_a_name() -> None:
    """A longer pattern beats a shorter one, whether it is a plain name or a glob."""
    patterns = Patterns([("a", "one"), ("a.b", "two"), ("a.b.c*", "three"), ("*.z", "four")])
    owners = [patterns.owner(name) for name in ("a", "a.x", "a.b.x", "a.b.cc", "q.z", "q", "ab")]
    assert owners == ["one", "one", "two", "three", "four", None, None]


def test_each_kind_of_node_finds_its_owner() -> None:
    """Code goes by module, tables and columns by table, routes by handler, files by folder."""
    membership = Membership(shop(), BOUNDARY)
    assert membership.of("function:shop.orders.views.pay") == "orders"
    assert membership.of("table:billing.invoice") == "billing"
    assert membership.of("column:billing.invoice.total") == "billing"
    assert membership.of("route:GET ^pay/(?P<id>[0-9]*)$") == "orders"
    assert membership.of("template:orders/pay.html") == "orders"
    assert membership.of("function:shop.util.money") == SHARED
    assert membership.of("module:shop") is None


def test_an_entry_point_named_like_a_glob_is_matched_literally() -> None:
    """A route whose text holds `[` and `*` can be claimed by its own name."""
    name = "GET ^pay/(?P<id>[0-9]*)$"
    claimed = Boundary((Service("billing", ("shop.billing",), entry_points=(name,)), BOUNDARY.services[0]))
    assert Membership(shop(), claimed).of(f"route:{name}") == "billing"


def test_a_function_may_leave_its_module() -> None:
    """`functions` takes a function out of the module that another service owns."""
    moved = Boundary(
        (Service("orders", ("shop.orders",)), Service("b", functions=("shop.orders.views.pay",)))
    )
    membership = Membership(shop(), moved)
    assert membership.of("function:shop.orders.views.pay") == "b"
    assert membership.of("module:shop.orders.views") == "orders"


def test_edges_into_the_kernel_and_of_tests_do_not_cross() -> None:
    """What crosses: service to service and kernel to service, nothing else."""
    found = [(edge.origin, edge.owner, edge.edge.kind) for edge in cut(shop(), BOUNDARY)]
    assert found == [
        ("orders", "billing", "calls"),
        ("orders", "billing", "reads"),
        ("shared", "billing", "reads"),
    ]


def test_each_crossing_says_what_it_becomes() -> None:
    """Consequence and remedy come with the edge, and so does its place."""
    call = cut(shop(), BOUNDARY)[0]
    assert call.consequence == "this call becomes a network call"
    assert "public interface" in call.remedy
    assert str(call.edge.evidence[0].place) == "shop/orders/views.py:4"


def test_a_call_that_is_merely_possible_does_not_cross() -> None:
    """It is in the graph, but nobody is told that it breaks a boundary."""
    graph = shop()
    assert [e.confidence for e in graph.edges("calls") if e.target.endswith(".refund")] == ["possible"]
    assert not [e for e in cut(graph, BOUNDARY) if e.edge.target == "function:shop.billing.refund"]


def test_who_reads_a_setting_depends_on_it() -> None:
    """A setting of the kernel is everybody's; one of a service is read across from the reader's side."""
    builder = GraphBuilder()
    for module in ("shop.orders", "shop.billing", "shop.util"):
        builder.add(Node(f"module:{module}", f"{module.replace('.', '/')}/__init__.py", 1, 10))
        builder.add(Node(f"setting:{module}.RATE", f"{module.replace('.', '/')}/__init__.py", 2))
    reader = "function:shop.orders.price"
    for module in ("shop.billing", "shop.util"):
        builder.add(Edge(f"setting:{module}.RATE", reader, "configures"))
    (crossing,) = cut(builder.build(), BOUNDARY)
    assert (crossing.edge.source, crossing.origin, crossing.owner) == (
        "setting:shop.billing.RATE", "orders", "billing",
    )  # fmt: skip


def test_what_is_merely_possible_is_no_part_of_the_cut() -> None:
    """Calls, imports and access of tables; rows that cascade count where the delete above them is sure."""
    builder = GraphBuilder()
    at = [(Evidence(Place("a.py", line), "convention"),) for line in (1, 2)]
    for id in ("module:a", "module:b", "function:a.f", "function:b.g"):
        builder.add(Node(id, f"{id.partition(':')[2][0]}.py", 1))
    for kind, target in (
        ("calls", "function:b.g"),
        ("imports", "module:b"),
        ("reads", "table:t"),
        ("joins", "table:t"),
    ):
        builder.add(Edge("function:a.f", target, kind, "possible", at[0]))
    builder.add(Edge("function:a.f", "table:own", "writes", "likely", at[0], how=("delete",)))
    builder.add(Edge("function:a.f", "table:below", "writes", "possible", at[0], how=("delete",)))
    builder.add(Edge("function:a.f", "table:guessed", "writes", "possible", at[1], how=("delete",)))
    builder.add(Edge("function:a.f", "table:t", "writes", "possible", at[0], how=("update",)))
    flows = (Evidence(Place("a.py", 1), "value-flow"),)
    builder.add(Edge("function:a.f", "table:else", "writes", "possible", flows, how=("delete",)))
    services = (
        Service("a", ("a",), tables=("own",)),
        Service("b", ("b",), tables=("t", "below", "guessed", "else")),
    )
    assert [(c.edge.kind, c.edge.target) for c in cut(builder.build(), Boundary(services))] == [
        ("writes", "table:below")
    ]
