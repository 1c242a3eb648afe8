"""The warning that a cut makes layers, or leaves all data in one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from carveout.analyzer.model.boundary import Service, Wishes
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.proposals.choose import propose
from carveout.analyzer.proposals.layering import layers

Make = Callable[..., Graph]


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        (
            {"models": 29, "users": 1, "teams": 0},
            "this is a cut by layers: models owns 29 of 30 tables; it makes no services",
        ),
        (
            {"handlers": 2, "tasks": 2, "auth": 2},
            "this is a cut by layers: handlers, tasks; it makes no services",
        ),
        (
            {"documents": 10, "mail": 1, "search": 0},
            "documents owns 10 of 11 tables, so the others cannot run without it: "
            "this cuts the code, not the data",
        ),
        ({"accounts": 4, "api": 7, "front": 1, "payments": 1}, None),
        ({"orders": 3, "stock": 0}, None),
    ],
)
def test_what_is_said_of_a_cut(tables: Mapping[str, int], said: str | None) -> None:
    """Layers and a single owner of nearly all tables are told; one `api` beside others is fine."""
    services = [
        Service(name, tables=tuple(f"{name}_{i}" for i in range(count))) for name, count in tables.items()
    ]
    assert list(layers(services)) == ([said] if said else [])


def test_a_proposal_by_layers_carries_the_warning(make: Make) -> None:
    """Whoever looks at the proposal reads it among the reasons, before accepting."""
    modules = {"app": 1}
    edges = []
    for layer in ("models", "handlers", "cli", "teams", "users"):
        modules |= {f"app.{layer}": 1} | {f"app.{layer}.m{i}": 90 for i in range(3)}
        edges += [(f"route:GET /{layer}", f"function:app.{layer}.m1.f", "handles")]
        edges += [(f"function:app.{layer}.m1.f", f"function:app.models.m{i}.f", "calls") for i in range(3)]
    edges += [(f"class:app.models.m{i % 3}.T{i}", f"table:t{i}", "maps") for i in range(9)]
    proposal = propose(make(modules, edges), Wishes(strategies=("packages",)))[0]
    said = [reason for reason in proposal.reasons if "it makes no services" in reason]
    assert said == ["this is a cut by layers: models owns 9 of 9 tables; it makes no services"]
