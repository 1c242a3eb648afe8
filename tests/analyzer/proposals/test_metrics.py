"""The metrics, against values that were worked out by hand."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import log

from carveout.analyzer.graph.cut import Membership
from carveout.analyzer.model.boundary import Boundary, Service, Shared
from carveout.analyzer.model.building import GraphBuilder
from carveout.analyzer.model.graph import Edge, Graph, Node
from carveout.analyzer.proposals import metrics
from carveout.analyzer.proposals.metrics import comparisons, measure

Make = Callable[..., Graph]

BOUNDARY = Boundary(
    (Service("a", ("a",), tables=("one",)), Service("b", ("b",), tables=("two",))), Shared(("k",))
)


def measured(graph: Graph, boundary: Boundary = BOUNDARY) -> dict[str, float]:
    """The metrics of a graph under a boundary."""
    return measure(graph, boundary, Membership(graph, boundary))


def test_metrics_of_a_small_graph() -> None:
    """Every figure follows from its formula."""
    builder = GraphBuilder()
    for module in ("a.x", "a.y", "b.x", "k"):
        builder.add(Node(f"module:{module}", f"{module.replace('.', '/')}.py", 1, 9))
    for function in ("a.x.f", "a.y.g", "b.x.h", "k.now"):
        path = f"{function.rpartition('.')[0].replace('.', '/')}.py"
        builder.add(Node(f"function:{function}", path, 1, 9))
    builder.add(Edge("function:a.x.f", "function:a.y.g", "calls"))
    builder.add(Edge("function:a.x.f", "function:b.x.h", "calls", count=3))
    builder.add(Edge("function:a.x.f", "function:k.now", "calls"))
    builder.add(Edge("function:a.x.f", "table:one", "writes"))
    builder.add(Edge("function:b.x.h", "table:one", "reads"))
    builder.add(Edge("function:b.x.h", "table:two", "reads"))
    builder.add(Edge("function:k.now", "table:two", "reads"))
    found = measured(builder.build())
    # a holds 2 units, b holds 1; one link inside a, one across
    cohesion, coupling = (1 / 2**2 + 0) / 2, 1 / (2 * 2 * 1)
    assert found["SM"] == round(cohesion - coupling, 4)
    assert found["ICP"] == round((log(3) + 1) / ((log(1) + 1) + (log(3) + 1)), 4)
    assert found["IFN"] == 0.5
    assert found["NED"] == 1
    assert found["shared tables"] == 0.5
    assert found["services"] == 2
    assert list(found) == ["services", "SM", "ICP", "IFN", "NED", "shared tables"]


def test_a_class_is_a_unit_whatever_its_methods() -> None:
    """Calls among the methods of one class are no links; calls to two methods are one unit entered."""
    builder = GraphBuilder()
    for id, path in (
        ("module:a", "a.py"),
        ("class:a.C", "a.py"),
        ("module:b", "b.py"),
        ("class:b.D", "b.py"),
    ):
        builder.add(Node(id, path, 1, 9))
    for function in ("a.C.f", "a.C.g", "b.D.m", "b.D.n"):
        builder.add(Node(f"function:{function}", f"{function[0]}.py", 1))
    builder.add(Edge("function:a.C.f", "function:a.C.g", "calls"))
    builder.add(Edge("function:a.C.f", "function:b.D.m", "calls"))
    builder.add(Edge("function:a.C.f", "function:b.D.n", "calls"))
    found = measured(builder.build())
    assert (found["IFN"], found["ICP"]) == (0.5, 1.0)


def test_ned_counts_units_in_services_of_five_to_twenty() -> None:
    """Six units in one service and two in another: a quarter is extreme."""
    builder = GraphBuilder()
    for service, count in (("a", 6), ("b", 2)):
        for number in range(count):
            builder.add(Node(f"module:{service}.m{number}", f"{service}/m{number}.py", 1, 9))
            builder.add(Node(f"function:{service}.m{number}.f", f"{service}/m{number}.py", 1, 9))
    assert measured(builder.build())["NED"] == 0.25


def test_empty_graphs_divide_by_nothing(make: Make) -> None:
    """No calls, no tables, no services: numbers all the same."""
    found = measured(make({"a": 1}, []), Boundary())
    assert found == {"services": 0, "SM": 0, "ICP": 0, "IFN": 0, "NED": 1, "shared tables": 0}


def test_comparisons_know_which_direction_is_better() -> None:
    """High SM is good, all others are good when low; equal ones are left out."""
    one = {"SM": 0.2, "ICP": 0.3, "IFN": 1.0, "NED": 0.5, "shared tables": 0.1}
    two = {"SM": 0.1, "ICP": 0.2, "IFN": 1.0, "NED": 0.6, "shared tables": 0.1}
    assert comparisons(one, two) == (["SM", "NED"], ["ICP"])


def test_every_formula_and_its_source_stand_in_the_docstring() -> None:
    """Names mean different formulas elsewhere, so each function spells its own out."""
    for name, function in {
        "SM =": metrics.structural_modularity,
        "ICP =": metrics.inter_partition_calls,
        "IFN =": metrics.interfaces,
        "NED =": metrics.non_extreme_distribution,
    }.items():
        text = function.__doc__ or ""
        assert name in text
        assert re.search(r"(FSE|TSE|ICWS|ICSM) 20\d\d", text)
