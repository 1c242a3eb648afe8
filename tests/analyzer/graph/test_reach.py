"""How many functionalities reach what."""

from __future__ import annotations

from carveout.analyzer.graph.reach import reach
from carveout.analyzer.model.building import GraphBuilder
from carveout.analyzer.model.graph import Edge, Node


def test_functionalities_are_counted_where_they_pass() -> None:
    """Two routes share a function; routes of tests, and such that reach no code, do not count."""
    builder = GraphBuilder()
    for name, path in (("a.show", "a.py"), ("a.list", "a.py"), ("a.load", "a.py"), ("tests.t", "tests/t.py")):
        builder.add(Node(f"function:{name}", path, 1, 9))
        builder.add(Node(f"route:GET /{name}", path, 1, 9))
        if name != "a.load":
            builder.add(Edge(f"route:GET /{name}", f"function:{name}", "handles"))
            builder.add(Edge(f"function:{name}", "function:a.load", "calls"))
    builder.add(Edge("function:a.load", "table:t", "reads"))
    builder.add(Edge("function:a.load", "state:a.CACHE", "reads"))
    known = reach(builder.build())
    assert known.entries == ("route:GET /a.list", "route:GET /a.show")
    assert known.times == {"function:a.load": 2, "function:a.list": 1, "function:a.show": 1}
    assert known.users == {"table:t": known.entries}
