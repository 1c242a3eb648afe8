"""Services that cannot be written: what to type instead depends on what the project has."""

from __future__ import annotations

import pytest

from carveout.analyzer.model.boundary import Service
from carveout.analyzer.model.building import GraphBuilder
from carveout.analyzer.model.errors import Refused
from carveout.analyzer.model.graph import Node
from carveout.analyzer.model.plan import Step
from carveout.generators.scaffold import changes


@pytest.mark.parametrize(
    ("others", "expected"),
    [((), "carveout scaffold pay --step seam"), (("flask_restful",), "carveout graph --level service")],
)
def test_a_framework_without_a_scaffold_is_told_what_to_do(others: tuple[str, ...], expected: str) -> None:
    builder = GraphBuilder()
    for framework in ("pyramid", *others):
        builder.add(Node(f"route:GET /{framework}", "shop/routes.py", 1, 1, (("framework", framework),)))
    graph = builder.build()
    step = Step(name="service", service=Service("pay", ("shop.pay",)), framework="pyramid")
    with pytest.raises(Refused, match="has routes of pyramid") as caught:
        changes(step, graph)
    assert expected in caught.value.help
