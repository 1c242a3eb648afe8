"""Proposals side by side, and what happens when nothing is worth cutting."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from carveout.analyzer.model.boundary import Wishes
from carveout.analyzer.model.building import GraphBuilder
from carveout.analyzer.model.errors import UsageError
from carveout.analyzer.model.graph import Graph, Node
from carveout.analyzer.plugins import page
from carveout.analyzer.proposals.choose import propose, strategies, why_nothing

Make = Callable[..., Graph]


def test_packages_comes_first_and_others_are_compared_with_it(shop: Callable[..., Graph]) -> None:
    """Every proposal has services, metrics and a cut; later ones say how they compare."""
    proposals = propose(shop())
    assert [strategy.name for strategy in strategies()][:3] == ["agreed", "packages", "community"]
    assert proposals[0].strategy == "packages"
    for proposal in proposals:
        assert len(proposal.boundary.services) >= 2
        assert proposal.metrics["services"] == len(proposal.boundary.services)
    for proposal in proposals[1:]:
        assert any("packages" in reason for reason in proposal.reasons)


def test_a_strategy_that_agrees_is_said_and_not_repeated(make: Make) -> None:
    """Two independent packages: both strategies draw the same line, so there is one proposal."""
    modules = {"shop": 1}
    edges = []
    for app in ("orders", "letters", "stock"):
        modules |= {f"shop.{app}": 1, f"shop.{app}.models": 60, f"shop.{app}.views": 60}
        edges += [
            (f"class:shop.{app}.models.{app.title()}", f"table:{app}", "maps"),
            (f"function:shop.{app}.views.save", f"table:{app}", "writes"),
            (f"route:GET /{app}", f"function:shop.{app}.views.save", "handles"),
            (f"module:shop.{app}.views", f"module:shop.{app}.models", "imports"),
        ]
    (proposal,) = propose(make(modules, edges))
    assert proposal.strategy == "packages"
    assert proposal.reasons[-2:] == (
        "community comes to the same services",
        "data_first comes to the same services",
    )


def test_strategies_have_a_page() -> None:
    """`explain` has something to print for each."""
    assert all(len(page(strategy)) > 100 for strategy in strategies())


@pytest.mark.parametrize(
    ("modules", "because"),
    [
        ({}, "no Python code of an application was found"),
        ({"tests.test_a": 9}, "no Python code of an application was found but 1 module of tests"),
        ({"app": 900}, "all code is in one module (app): split it into modules first"),
        ({"app.utils": 9, "app.settings": 9}, "all 2 modules are utilities or configuration"),
        ({"app.one": 9, "app.two": 9}, "its 2 modules"),
    ],
)
def test_nothing_to_cut_has_a_reason(make: Make, modules: dict[str, int], because: str) -> None:
    """An empty answer is a valid one, in one sentence."""
    graph = make(modules, [])
    assert propose(graph) == ()
    text = why_nothing(graph)
    assert text.startswith("nothing here is worth cutting, because ")
    assert because in text


def test_disconnected_parts_without_tables_or_routes_are_parts(make: Make) -> None:
    """Packages that know nothing of each other make services even without data."""
    modules = {f"app.{part}.m{i}": 300 for part in ("alpha", "beta", "gamma") for i in range(3)}
    edges = [
        (f"module:app.{part}.m0", f"module:app.{part}.m1", "imports") for part in ("alpha", "beta", "gamma")
    ]
    proposal = propose(make(modules, edges))[0]
    assert [service.name for service in proposal.boundary.services] == ["alpha", "beta", "gamma"]
    assert proposal.cut == ()


def test_wrong_wishes_are_told_with_what_to_type() -> None:
    """An unknown strategy gets the nearest name, a granularity outside 0 to 1 its meaning."""
    graph = GraphBuilder().build()
    with pytest.raises(UsageError, match="there is no strategy") as caught:
        propose(graph, Wishes(strategies=("pakages",)))
    assert "did you mean packages?" in str(caught.value)
    with pytest.raises(UsageError, match=r"granularity 1\.5 is outside 0 to 1"):
        propose(graph, Wishes(granularity=1.5))


def test_modules_outside_the_project_are_no_units() -> None:
    """Libraries are nodes without a path; they are neither placed nor aside."""
    builder = GraphBuilder()
    builder.add(Node("module:django"))
    assert "no Python code" in why_nothing(builder.build())


_SCRIPT = """
import json, sys
sys.path.insert(0, {folder!r})
from importlib.util import module_from_spec, spec_from_file_location
spec = spec_from_file_location("projects", {conftest!r})
projects = module_from_spec(spec)
spec.loader.exec_module(projects)
from carveout.analyzer.proposals.choose import propose
graph = projects.build_tangle({seed})
print(json.dumps([repr(proposal) for proposal in propose(graph)]))
"""


def test_any_hash_seed_and_any_order_of_insertion_give_the_same(tangle: Callable[..., Graph]) -> None:
    """Fresh processes with other hash seeds and shuffled graphs print equal proposals, all strategies."""
    here = Path(__file__).parent
    package = str(Path(sys.modules["carveout"].__file__ or "").parent.parent)
    outputs = set()
    for hash_seed, seed in ((0, 0), (1, 11), (4242, 12), (7, 13)):
        code = _SCRIPT.format(folder=package, conftest=str(here / "conftest.py"), seed=seed)
        environment = {**os.environ, "PYTHONHASHSEED": str(hash_seed)}
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment, check=True)
        outputs.add(done.stdout)
    assert len(outputs) == 1
    assert len(json.loads(outputs.pop())) == len(propose(tangle())) == 3
