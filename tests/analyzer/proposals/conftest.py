"""Small projects as graphs."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable

import pytest

from carveout.analyzer.model.building import GraphBuilder
from carveout.analyzer.model.evidence import Evidence, Place
from carveout.analyzer.model.graph import Edge, Graph, Node


def build(modules: dict[str, int], edges: Iterable[tuple[str, str, str]], seed: int = 0) -> Graph:
    """A graph whose modules lie where their names say.

    `modules` maps names to lines; a name that others lie below becomes a package. `edges` are
    (source, target, kind). With a `seed` everything is added in a shuffled order.
    """
    items: list[Node | Edge] = []
    for name, lines in modules.items():
        package = any(other.startswith(f"{name}.") for other in modules)
        path = name.replace(".", "/") + ("/__init__.py" if package else ".py")
        items.append(Node(f"module:{name}", path, 1, lines))
    for line, (source, target, kind) in enumerate(edges, 1):
        items.append(Edge(source, target, kind, evidence=(Evidence(Place("x.py", line)),)))
    if seed:
        random.Random(seed).shuffle(items)
    builder = GraphBuilder()
    for item in items:
        builder.add(item)
    return builder.build()


def build_shop(seed: int = 0) -> Graph:
    """A Django-like shop with four apps, a kernel, a dashboard and an application root."""
    apps = {
        "catalogue": ("product", "category"),
        "basket": ("basket", "line"),
        "order": ("order", "orderline"),
        "dashboard": (),
    }
    modules = {"shop": 1, "shop.apps": 1, "shop.urls": 20, "shop.settings": 50}
    modules |= {"shop.core": 1, "shop.core.loading": 90}
    edges: list[tuple[str, str, str]] = []
    for app, tables in apps.items():
        base = f"shop.apps.{app}"
        parts = ["", ".models", ".views", ".migrations", ".migrations.0001_initial"]
        modules.update({base + part: 80 for part in parts})
        modules[f"{base}.tests.test_views"] = 40
        edges.append(("module:shop.urls", f"module:{base}.views", "imports"))
        edges.append((f"module:{base}.models", "module:shop.core.loading", "imports"))
        edges.append((f"module:{base}.views", "module:shop.core.loading", "imports"))
        edges.append((f"function:{base}.views.show", f"class:{base}.models.Model", "calls"))
        edges.append((f"route:GET /{app}", f"function:{base}.views.show", "handles"))
        for table in tables:
            edges.append((f"model:{base}.models.{table.title()}", f"table:{app}_{table}", "maps"))
            edges.append((f"function:{base}.views.show", f"table:{app}_{table}", "reads"))
            edges.append((f"function:{base}.views.save", f"table:{app}_{table}", "writes"))
            edges.append(("function:shop.apps.dashboard.views.list", f"table:{app}_{table}", "reads"))
    modules |= {"shop.apps.dashboard.orders": 1, "shop.apps.dashboard.orders.views": 60}
    save = "function:shop.apps.order.views.save"
    edges.append(("table:order_order", "table:basket_basket", "references"))
    edges.append((save, "function:shop.apps.basket.models.Basket.freeze", "calls"))
    edges.append((save, "table:audit", "writes"))
    return build(modules, edges, seed)


def build_tangle(seed: int = 0) -> Graph:
    """Ten packages of five modules whose calls and writes do not care much for packages."""
    chance = random.Random(5)
    modules = {"big": 1} | {f"big.{p}": 1 for p in "abcdefghij"}
    modules |= {f"big.{p}.m{i}": 30 + i for p in "abcdefghij" for i in range(5)}
    code = [name for name in modules if name.count(".") == 2]
    edges = [(f"function:{name}.f", f"table:t{chance.randrange(20)}", "writes") for name in code]
    edges += [
        (f"function:{chance.choice(code)}.f", f"function:{chance.choice(code)}.f", "calls")
        for _ in range(150)
    ]
    return build(modules, edges, seed)


@pytest.fixture
def make() -> Callable[..., Graph]:
    """make(modules, edges, seed): see `build`."""
    return build


@pytest.fixture
def shop() -> Callable[..., Graph]:
    """shop(seed): see `build_shop`."""
    return build_shop


@pytest.fixture
def tangle() -> Callable[..., Graph]:
    """tangle(seed): see `build_tangle`."""
    return build_tangle
