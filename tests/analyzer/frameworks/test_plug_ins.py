"""Plug-ins of a project's own: what its groups of entry points name, and what loads them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from carveout import analyze
from carveout.analyzer.model.graph import Graph

PLUG = "def card(x): pass\ndef cash(x): pass\nclass Screen:\n    def show(self): pass\nscreen = Screen()\n"
CFG = "[options.entry_points]\nshop.pay =\n    card = shop.plug:card\n    cash = shop.plug:cash [fast]\n"
TOML = '[project.entry-points."shop.show"]\nscreen = "shop.plug:Screen"\n'
POETRY = '[tool.poetry.plugins."shop.show"]\nscreen = "shop.plug:Screen"\n'
FLIT = '[tool.flit.entrypoints."shop.show"]\nscreen = "shop.plug:Screen"\n'
SETUP = "from setuptools import setup\nsetup(entry_points={'shop.pay': ['card = shop.plug:card']})\n"
NAMED = "from setuptools import setup\nPOINTS = {'shop.show': 'x = shop.plug:screen'}\nsetup(entry_points=POINTS)\n"
TEXT = "from setuptools import setup\nsetup(entry_points='''[shop.pay]\ncard = shop.plug:card\n''')\n"
BOTH, SHOW = {"shop.plug.card", "shop.plug.cash"}, {"shop.plug.Screen.show"}
NEW = "from importlib.metadata import entry_points\n"
STEVEDORE = "from stevedore import extension, driver\n"

CASES = {
    "by the group that is named": (
        {"setup.cfg": CFG},
        NEW + "def f():\n    for point in entry_points(group='shop.pay'): point.load()(1)\n",
        BOTH,
    ),
    "of all groups one, as older versions have it": (
        {"setup.cfg": CFG, "pyproject.toml": TOML},
        NEW + "def f():\n    for point in entry_points()['shop.pay']: point.load()(1)\n"
        "    for point in entry_points().get('shop.show', ()): point.load()().show()\n"
        "    for point in entry_points().select(group='shop.show'): point.load()().show()\n",
        BOTH | SHOW,
    ),
    "by pkg_resources, and a group that a constant names": (
        {"setup.cfg": CFG.replace("options.", "")},
        "import pkg_resources\nGROUP = 'shop.pay'\n"
        "def f():\n    for point in pkg_resources.iter_entry_points(GROUP): point.load()(1)\n",
        BOTH,
    ),
    "by a manager, whose namespace comes through parameters": (
        {"setup.cfg": CFG},
        STEVEDORE + "class Plugins:\n    def __init__(self, pay_namespace='shop.pay'): self.load(pay_namespace)\n"
        "    def load(self, namespace): self.all = list(extension.ExtensionManager(namespace=namespace))\n"
        "    def f(self):\n        for each in self.all: each.plugin(1)\nPlugins().f()\n",
        BOTH,
    ),
    "drivers and objects are made already": (
        {"pyproject.toml": TOML},
        STEVEDORE + "def f(name):\n    driver.DriverManager('shop.show', name, invoke_on_load=True).driver.show()\n"
        "    for each in extension.ExtensionManager('shop.show', invoke_on_load=True): each.obj.show()\n",
        SHOW,
    ),
    "variables of modules": (
        {"setup.py": NAMED},
        NEW + "def f():\n    for point in entry_points(group='shop.show'): point.load().show()\n",
        SHOW,
    ),
    "Poetry's": ({"pyproject.toml": POETRY}, NEW + "[p.load()().show() for p in entry_points(group='shop.show')]\n", SHOW),
    "Flit's": ({"pyproject.toml": FLIT}, NEW + "[p.load()().show() for p in entry_points(group='shop.show')]\n", SHOW),
    "lists of lines": (
        {"setup.py": SETUP}, NEW + "[p.load()(1) for p in entry_points(group='shop.pay')]\n", {"shop.plug.card"}
    ),
    "one text": (
        {"setup.py": TEXT}, NEW + "[p.load()(1) for p in entry_points(group='shop.pay')]\n", {"shop.plug.card"}
    ),
    "another group has none": ({"setup.cfg": CFG}, NEW + "[p.load()(1) for p in entry_points(group='shop')]\n", set()),
    "what tests offer is no plug-in": (
        {"tests/data/setup.cfg": CFG}, NEW + "[p.load()(1) for p in entry_points(group='shop.pay')]\n", set()
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_plug_ins(name: str, edges_of: Callable[..., set[str]]) -> None:
    packaging, code, expected = CASES[name]
    edges = edges_of(
        {"shop/__init__.py": "", "shop/plug.py": PLUG, "shop/core.py": code, **packaging}, "calls"
    )
    called = {edge.partition(" -> ")[2] for edge in edges if edge.startswith("shop.core")}
    assert {target for target in called if target.startswith("shop.plug")} - {"shop.plug.Screen"} == expected


def test_more_plug_ins_than_can_be_told_apart(graph_of: Callable[..., Graph]) -> None:
    """Dozens of plug-ins are one value: calling them is no saturated call."""
    names = [f"check_{number}" for number in range(40)]
    files = {
        "setup.cfg": "[options.entry_points]\nshop.checks =\n"
        + "".join(f"  {n} = plug:{n}\n" for n in names),
        "plug.py": "".join(f"def {name}(): pass\n" for name in names),
        "core.py": NEW
        + "CHECKS = {p.name: p.load() for p in entry_points(group='shop.checks')}\ndef f(name): CHECKS[name]()\n",
    }
    graph = graph_of(files)
    found = {edge.target for edge in graph.edges("calls") if edge.source == "function:core.f"}
    assert found == {f"function:plug.{name}" for name in names}
    assert not [spot for spot in graph.blind_spots if spot.kind == "saturated-call"]


def test_groups_that_change_are_seen(project_of: Callable[..., Path]) -> None:
    """A warm run after `pyproject.toml` alone has changed gives what a cold one gives."""
    files = {
        "pyproject.toml": TOML,
        "shop/__init__.py": "",
        "shop/plug.py": PLUG,
        "shop/core.py": NEW + "[p.load()(1) for p in entry_points(group='shop.show')]\n",
    }
    root = project_of(files)
    analyze(root, workers=1)
    (root / "pyproject.toml").write_text(TOML.replace("Screen", "card"))
    warm, cold = analyze(root, workers=1), analyze(root, workers=1, cache=False)
    assert "function:shop.plug.card" in {edge.target for edge in warm.edges("calls")}
    assert list(warm.edges()) == list(cold.edges())


@pytest.mark.parametrize("name", ["pyproject.toml", "setup.cfg"])
@pytest.mark.parametrize("text", ["[[[", "=\x00=", "[a\nb = [c", "a = " + "[" * 2_000])
def test_broken_packaging(name: str, text: str, graph_of: Callable[..., Graph]) -> None:
    graph = graph_of({name: text, "a.py": "def f(): pass\n"})
    assert {spot.kind for spot in graph.blind_spots} <= {"plug-ins"}
    assert {edge.target for edge in graph.edges("contains")} == {"function:a.f"}
