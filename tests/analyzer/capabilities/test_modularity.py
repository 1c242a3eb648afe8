"""Modularity and elasticity: hubs of tables, classes that everybody uses, switches that are looked at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from carveout.analyzer.model.graph import Graph
from carveout.analyzer.plugins import plugins

GraphOf = Callable[[Mapping[str, str]], Graph]


def _found(graph: Graph, name: str, id: str) -> list[str]:
    capability = next(each for each in plugins("analyzer.capabilities", "capability") if each.name == name)
    return [each.title for each in capability.find(graph) if each.id == id]


def _schema(referring: int, others: int) -> str:
    tables = ["CREATE TABLE users (id INTEGER PRIMARY KEY);"]
    tables += [f"CREATE TABLE r{n} (id INTEGER, u INTEGER REFERENCES users (id));" for n in range(referring)]
    tables += [f"CREATE TABLE o{n} (id INTEGER);" for n in range(others)]
    return "\n".join(tables)


def test_a_table_that_most_others_refer_to(graph_of: GraphOf) -> None:
    """More than half of them, and many."""
    assert _found(graph_of({"s.sql": _schema(9, 3)}), "modularity", "hub-table") == [
        "9 of the 12 other tables refer to users"
    ]


def test_a_few_references_make_no_hub(graph_of: GraphOf) -> None:
    """Three of four tables, or nine of forty."""
    assert _found(graph_of({"s.sql": _schema(3, 1)}), "modularity", "hub-table") == []


def test_a_large_table_of_many_is_no_hub(graph_of: GraphOf) -> None:
    """Nine of forty."""
    assert _found(graph_of({"s.sql": _schema(9, 31)}), "modularity", "hub-table") == []


def test_a_switch_that_is_looked_at_when_a_module_is_imported(graph_of: GraphOf) -> None:
    """Once for each module and setting; not in functions, and not DEBUG, which nobody switches meanwhile."""
    graph = graph_of(
        {
            "shop/__init__.py": "",
            "shop/settings.py": "import os\nNEW = os.environ.get('NEW') == '1'\nDEBUG = False\n",
            "shop/a.py": "from shop import settings\nf = min if settings.NEW else max\nif settings.NEW:\n    g = 1\n",
            "shop/b.py": "from shop import settings\nif settings.DEBUG:\n    x = 1\ndef f():\n    return 1 if settings.NEW else 2\n",
        }
    )
    assert _found(graph, "elasticity", "switch-at-import") == ["shop.a looks at NEW when it is imported"]


def test_a_class_that_everybody_uses(graph_of: GraphOf) -> None:
    """Many methods on many tables, called by many packages; one of these alone is no finding."""
    methods = "".join(
        f"    def m{n}(self, cursor):\n        cursor.execute('SELECT id FROM t{n % 6}')\n" for n in range(24)
    )
    files = {
        "shop/__init__.py": "",
        "shop/core/__init__.py": "",
        "shop/core/store.py": f"class Store:\n{methods}",
    }
    for number in range(6):
        files[f"shop/p{number}/__init__.py"] = ""
        files[f"shop/p{number}/use.py"] = (
            f"from shop.core.store import Store\ndef f(c):\n    Store().m{number}(c)\n"
        )
    assert _found(graph_of(files), "modularity", "god-class") == [
        "shop.core.store.Store has 24 methods on 6 tables; 6 other packages call it"
    ]
    few = {name: text for name, text in files.items() if not name.startswith(("shop/p1", "shop/p2"))}
    for name in files.keys() - few.keys():
        few[name] = ""
    assert _found(graph_of(few), "modularity", "god-class") == []
