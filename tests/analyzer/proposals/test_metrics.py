"""The metrics, against values that were worked out by hand."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import log

from carveout.analyzer.graph.cut import Membership, crossings
from carveout.analyzer.model.boundary import Boundary, Service, Shared
from carveout.analyzer.model.building import GraphBuilder
from carveout.analyzer.model.graph import Edge, Graph, Node
from carveout.analyzer.model.measures import MEASURES
from carveout.analyzer.proposals import formulas
from carveout.analyzer.proposals.formulas import adjusted_rand, mojo_fm, transactional_purity
from carveout.analyzer.proposals.metrics import measure

Make = Callable[..., Graph]

BOUNDARY = Boundary(
    (Service("a", ("a",), tables=("one",)), Service("b", ("b",), tables=("two",))), Shared(("k",))
)


def measured(graph: Graph, boundary: Boundary = BOUNDARY) -> dict[str, float]:
    """The metrics of a graph under a boundary."""
    membership = Membership(graph, boundary)
    return measure(graph, boundary, membership, tuple(crossings(graph, membership)))


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
    assert found["several writers"] == 0
    assert found["services"] == 2
    # `one` is used by both alike, `two` by b alone (the kernel does not count)
    assert found["DTP by code"] == round((0 + 1) / 2, 4)
    assert "DTP by entry" not in found and "network calls added" not in found
    order = [each.name for each in MEASURES]
    assert list(found) == sorted(found, key=order.index)


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
    none = {"joins across": 0, "foreign keys across": 0}
    assert found == {"services": 0, "SM": 0, "ICP": 0, "IFN": 0, "NED": 1, **none}


def test_what_functionalities_and_transactions_pay() -> None:
    """Two routes, one of which calls and reads across; one of two transactions writes both tables."""
    builder = GraphBuilder()
    for module in ("a", "b"):
        builder.add(Node(f"module:{module}", f"{module}.py", 1, 99))
    for function in ("a.show", "a.save", "b.pay"):
        builder.add(Node(f"function:{function}", f"{function[0]}.py", 1, 9))
        builder.add(Node(f"route:GET /{function}", f"{function[0]}.py", 1, 9))
    builder.add(Edge("route:GET /a.show", "function:a.show", "handles"))
    builder.add(Edge("route:GET /b.pay", "function:b.pay", "handles"))
    builder.add(Edge("function:a.show", "function:a.save", "calls"))
    builder.add(Edge("function:a.save", "function:b.pay", "calls"))
    builder.add(Edge("function:a.save", "table:two", "reads"))
    builder.add(Edge("function:b.pay", "table:two", "writes"))
    builder.add(Edge("function:a.show", "table:one", "joins"))
    builder.add(Edge("table:one", "table:two", "references"))
    for number, tables in ((1, ("one", "two")), (2, ("one",))):
        builder.add(Node(f"transaction:a.save#{number}", "a.py", 1, 9))
        for table in tables:
            builder.add(Edge(f"transaction:a.save#{number}", f"table:{table}", "spans", how=("writes",)))
    found = measured(builder.build())
    assert found["split transactions"] == 1 / 2
    assert (found["joins across"], found["foreign keys across"]) == (0, 1)
    # GET /a.show reaches save, which calls b and reads its table; GET /b.pay stays at home
    assert found["network calls added"] == (2 + 0) / 2
    # `one` is reached from a alone, `two` from the entries of both
    assert found["DTP by entry"] == (1 + 0) / 2
    assert found["DTP by code"] == (1 + 0) / 2


def test_purity_between_one_user_and_all_alike() -> None:
    """Three services: one user is 1, all alike 0, and 3 to 1 of two users lies between."""
    entropy = -(0.75 * log(0.75) + 0.25 * log(0.25))
    assert transactional_purity([{"a": 5}], 3) == 1
    assert abs(transactional_purity([{"a": 2, "b": 2, "c": 2}], 3)) < 1e-12
    mean = (1 + (1 - entropy / log(3))) / 2
    assert transactional_purity([{"a": 5}, {"a": 3, "b": 1}, {}], 3) == mean


def test_agreement_of_two_partitions() -> None:
    """ARI and MoJoFM of six names, worked out by hand."""
    wanted = dict(zip("uvwxyz", "aaabbb", strict=True))
    found = dict(zip("uvwxyz", "112222", strict=True))
    # pairs together in both: 1 + 3; in `found` 1 + 6, in `wanted` 3 + 3; of 15
    assert adjusted_rand(found, wanted) == (4 - 7 * 6 / 15) / ((7 + 6) / 2 - 7 * 6 / 15)
    # one move leads from one to the other; the worst partition of six needs 6 - 2 steps
    assert mojo_fm(found, wanted) == 100 * (1 - 1 / 4)
    assert mojo_fm(dict.fromkeys("uvwxyz", "1"), wanted) == 100 * (1 - 3 / 4)
    assert adjusted_rand(dict.fromkeys("uvwxyz", "1"), wanted) == 0
    # six groups of one: each joins, 6 - 2 steps, the worst that there is
    assert mojo_fm(dict(zip("uvwxyz", "123456", strict=True)), wanted) == 0
    assert mojo_fm(wanted, wanted) == 100 and adjusted_rand(wanted, wanted) == 1


def test_mojo_lets_groups_choose_among_equal_targets() -> None:
    """Group 1 overlaps with a and b alike; as 2 can only become a, 1 becomes b, and no join is needed."""
    found = dict(zip("uvwx", "1122", strict=True))
    wanted = dict(zip("uvwx", "abaa", strict=True))
    # one move (u), no join; the worst of sizes 1 and 3 needs 4 - 2 steps
    assert mojo_fm(found, wanted) == 100 * (1 - 1 / 2)


def test_every_formula_and_its_source_stand_in_the_docstring() -> None:
    """Names mean different formulas elsewhere, so each function spells its own out."""
    for name, function in {
        "SM =": formulas.structural_modularity,
        "ICP =": formulas.inter_partition_calls,
        "IFN =": formulas.interfaces,
        "NED =": formulas.non_extreme_distribution,
        "DTP =": formulas.transactional_purity,
        "MoJoFM =": formulas.mojo_fm,
    }.items():
        text = function.__doc__ or ""
        assert name in text
        assert re.search(r"(FSE|TSE|ICWS|ICSM|ASE|IWPC) 20\d\d", text)
