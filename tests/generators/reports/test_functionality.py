"""What one entry point reaches, as text and as data."""

from __future__ import annotations

import json

import pytest

from carveout.analyzer.graph.functionality import Tracing
from carveout.analyzer.model.building import GraphBuilder
from carveout.analyzer.model.errors import UsageError
from carveout.analyzer.model.graph import Edge, Graph, Node
from carveout.analyzer.model.results import FunctionalityResult
from carveout.cli.options import traced
from carveout.generators.reports import choose
from carveout.generators.reports.plain import cells

LONG = "shop." + "deeply." * 12 + "nested"


def graph() -> Graph:
    builder = GraphBuilder()
    builder.add(Node("function:shop.pay", "shop/pay.py", 12))
    builder.add(Node(f"function:{LONG}", f"{LONG.replace('.', '/')}.py", 4_000))
    builder.add(Node("function:shop.mail\x1b[2J", "shop/mail.py", 3))
    builder.add(Edge("route:POST /pay", "function:shop.pay", "handles"))
    builder.add(Edge("route:POST /pay/<id>", "function:shop.pay", "handles"))
    builder.add(Edge("function:shop.pay", "table:payment", "writes", order=1))
    builder.add(Edge("function:shop.pay", "task:mail", "enqueues", order=2))
    builder.add(Edge("task:mail", "function:shop.mail\x1b[2J", "handles"))
    builder.add(Edge("function:shop.pay", f"function:{LONG}", "calls", order=3))
    return builder.build()


def result() -> FunctionalityResult:
    return FunctionalityResult("shop", graph(), Tracing(graph()).trace("route:POST /pay"))


def test_text_shows_order_and_what_runs_apart() -> None:
    """Each step with its place, indented by calls, within 80 columns, and names cannot steer the terminal."""
    text = choose(FunctionalityResult, "text").render(result()).decode()
    lines = text.splitlines()
    assert [line.split()[0] for line in lines[2:6]] == ["shop.pay", "writes", "enqueues", lines[5].split()[0]]
    assert lines[2].endswith("shop/pay.py:12")
    assert "nested.py:4000" in lines[5]
    assert lines[7:10] == [
        "apart from it, by workers or other processes:",
        "  task mail",
        "    shop.mail\\x1b[2J".ljust(66) + "shop/mail.py:3",
    ]
    assert lines[-2:] == ["reads:  none", "writes: payment"]
    assert max(map(cells, lines)) <= 80


def test_json_has_each_step_with_its_place() -> None:
    """The schema is named; steps keep their order."""
    data = json.loads(choose(FunctionalityResult, "json").render(result()))
    assert (data["schema"], data["entry"]) == ("carveout/functionality/0", "route:POST /pay")
    assert [step["kind"] for step in data["steps"]] == ["handles", "writes", "enqueues", "calls", "handles"]
    assert data["steps"][0] == {
        "id": "function:shop.pay", "kind": "handles", "caller": "route:POST /pay", "depth": 1, "apart": False,
        "path": "shop/pay.py", "line": 12,
    }  # fmt: skip
    assert data["writes"] == ["table:payment"]


def test_entry_points_are_named_in_full_or_by_a_part() -> None:
    """A full name wins over parts; what several have, or none, is refused with names that exist."""
    assert traced(graph(), "POST /pay").entry == "route:POST /pay"
    assert traced(graph(), "<id>").entry == "route:POST /pay/<id>"
    with pytest.raises(UsageError, match="several entry points") as several:
        traced(graph(), "/pay")
    assert '"route:POST /pay/<id>"' in str(several.value.help)
    with pytest.raises(UsageError, match="no entry point") as none:
        traced(graph(), "POST /pya")
    assert '"route:POST /pay"' in str(none.value.help)
    with pytest.raises(UsageError) as far:
        traced(graph(), "q" * 30)
    assert str(far.value.help).startswith("there are ")
