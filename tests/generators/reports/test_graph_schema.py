"""The JSON of the graph and its JSON Schema say the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from itertools import islice
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from carveout.analyzer.model.evidence import CONFIDENCES, SEEN, VIAS
from carveout.analyzer.model.exported import SCHEMA
from carveout.analyzer.model.graph import EDGE_KINDS, NODE_KINDS, Graph
from carveout.analyzer.model.results import AnalysisResult
from carveout.analyzer.pipeline import analyze
from carveout.generators.reports import choose

ROOT = Path(__file__).parents[3]
PUBLISHED = json.loads((ROOT / "docs/graph.schema.json").read_text("utf-8"))


def closed(schema: Any) -> Any:
    """The schema without room for fields that it does not describe."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: closed(value) for key, value in schema.items()}
    if schema.get("type") == "object" and "properties" in schema:
        inner.setdefault("additionalProperties", False)
    return inner


def mistakes(data: Any) -> list[str]:
    """What does not fit, with where it stands; the first few."""
    found = islice(Draft202012Validator(closed(PUBLISHED)).iter_errors(data), 3)
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message}"[:200] for error in found]


def as_json(graph: Graph) -> Any:
    return json.loads(choose(AnalysisResult, "json").render(AnalysisResult("shop", graph)))


def test_the_schema_itself_is_one() -> None:
    """It fits its meta-schema and names the version that is written."""
    Draft202012Validator.check_schema(PUBLISHED)
    assert PUBLISHED["properties"]["schema"]["const"] == SCHEMA


def test_its_words_are_those_of_the_model() -> None:
    """A kind that is new in the model is new in the schema as well."""
    node, edge = (PUBLISHED["$defs"][name]["properties"] for name in ("node", "edge"))
    assert tuple(node["kind"]["enum"]) == NODE_KINDS
    assert tuple(edge["kind"]["enum"]) == EDGE_KINDS
    assert tuple(edge["confidence"]["enum"]) == CONFIDENCES
    assert tuple(edge["seen"]["items"]["enum"]) == SEEN
    assert tuple(edge["evidence"]["items"]["properties"]["via"]["enum"]) == VIAS


def test_the_graph_of_the_sample_fits() -> None:
    """All nodes and edges of the shop, and their ends are nodes."""
    data = as_json(analyze(ROOT / "sample_monolith", cache=False, workers=1))
    assert mistakes(data) == []
    ids = {node["id"] for node in data["nodes"]}
    assert {end for edge in data["edges"] for end in (edge["source"], edge["target"])} <= ids


def test_a_graph_with_a_little_of_all_fits(graph_of: Callable[..., Graph]) -> None:
    """Parameters, guards, transactions, loops, blind spots, diagnostics; what does not fit is refused."""
    text = """
        from celery import shared_task
        from django.db import models, transaction
        class Order(models.Model):
            total = models.IntegerField(null=True)
        @shared_task
        def pay(order: Order, *rest):
            with transaction.atomic():
                for each in rest:
                    try:
                        Order.objects.select_for_update().get(id=each.id)
                    except Order.DoesNotExist:
                        raise ValueError
                    Order.objects.create(total=order.total)
            unknown(order)
    """
    data = as_json(graph_of({"shop/__init__.py": "", "shop/a.py": text, "broken.py": "def (:\n"}))
    assert mistakes(data) == []
    assert any("parameters" in node for node in data["nodes"])
    assert {edge["kind"] for edge in data["edges"]} >= {"spans", "writes", "handles", "contains"}
    assert data["diagnostics"]
    wrong = deepcopy(data)
    wrong["edges"][0]["kind"] = "knows"
    wrong["nodes"][0]["colour"] = "red"
    assert len(mistakes(wrong)) == 2
