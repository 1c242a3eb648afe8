"""What touches several units at once, and how much it weighs."""

from __future__ import annotations

import pytest

from carveout.analyzer.model.boundary import Wishes
from carveout.analyzer.model.building import GraphBuilder
from carveout.analyzer.model.graph import Edge, Graph, Node
from carveout.analyzer.model.ties import WEIGHTS, Commit, History
from carveout.analyzer.proposals.choose import prepare
from carveout.analyzer.proposals.coupling import ties
from carveout.analyzer.proposals.survey import survey

HISTORY = History((Commit("c0ffee", "both", ("a.py", "b.py", "gone.py")), Commit("f00d", "one", ("c.py",))))


def shop() -> Graph:
    """A route of `a` that calls `b`; a transaction of `a` over two tables; a signal from `b` to `c`."""
    builder = GraphBuilder()
    for module in "abcdefghijkl":
        builder.add(Node(f"module:{module}", f"{module}.py", 1, 9))
        builder.add(Node(f"function:{module}.f", f"{module}.py", 1, 9))
    builder.add(Node("route:GET /", "a.py", 1))
    builder.add(Edge("route:GET /", "function:a.f", "handles"))
    builder.add(Edge("function:a.f", "function:b.f", "calls"))
    builder.add(Edge("function:b.f", "table:t", "writes"))
    builder.add(Node("transaction:a.f#1", "a.py", 2))
    builder.add(Edge("function:a.f", "transaction:a.f#1", "contains"))
    builder.add(Edge("transaction:a.f#1", "table:t", "spans", how=("writes",)))
    builder.add(Edge("transaction:a.f#1", "host:smtp", "spans", how=("requests",)))
    builder.add(Edge("function:b.f", "signal:paid", "publishes"))
    builder.add(Edge("function:c.f", "signal:paid", "subscribes"))
    return builder.build()


def test_groups_of_all_kinds() -> None:
    """Each ties the units and tables in it; a kind that weighs nothing is not worked out."""
    found = prepare(shop(), Wishes(coupling={"changes": 1.0}, history=HISTORY)).groups
    assert found == (
        ("commit#c0ffee", "changes", ("a", "b")),
        ("event#signal:paid", "publishes", ("b",)),
        ("event#signal:paid", "subscribes", ("c",)),
        ("functionality#route:GET /", "functionalities", ("a", "b", "c", "table:t")),
        ("transaction#transaction:a.f#1", "transactions", ("a", "table:t")),
    )
    none = dict.fromkeys(WEIGHTS, 0.0)
    assert prepare(shop(), Wishes(coupling=none, history=HISTORY)).groups == ()


def test_wished_weights_count() -> None:
    """The user's weights replace the defaults, one by one."""
    graph = shop()
    prepare(graph, Wishes(coupling={"calls": 7.0, "words": 0.0}))
    found = {(tie.left, tie.right, tie.kind): tie.weight for tie in ties(survey(graph), survey(graph).units)}
    assert found["a", "b", "calls"] == pytest.approx(7.0)
    assert found["b", "table:t", "writes"] == pytest.approx(WEIGHTS["writes"])
    assert {kind for _, right, kind in found if right.startswith("event#")} == {"publishes", "subscribes"}
