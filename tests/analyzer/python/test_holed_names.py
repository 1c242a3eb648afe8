"""Attributes whose names code puts together, and modules of the application that are named like tests."""

from __future__ import annotations

from collections.abc import Callable

import pytest

VISITOR = (
    "class Visitor:\n    def visit_call(self): pass\n    def visit_name(self): pass\n    def leave_name(self): pass\n"
    "    def other(self): pass\n    visit_level = 1\n    def go(self, kind, node):\n        {}\n"
    "class Deep(Visitor):\n    def visit_list(self): pass\ndef run(): Deep().go('list', 1)\n"
)
VISITS = {"a.Visitor.visit_call", "a.Visitor.visit_name", "a.Deep.visit_list"}

CASES = {
    "in place": ("getattr(self, 'visit_' + kind)()", VISITS),
    "in a variable": ("name = 'visit_' + node.__class__.__name__; getattr(self, name, None)()", VISITS),
    "in a text with fields": ("getattr(self, f'visit_{kind}')()", VISITS),
    "by percent": ("getattr(self, 'visit_%s' % kind)()", VISITS),
    "by format": ("getattr(self, 'visit_{}'.format(kind))()", VISITS),
    "the end alone": ("getattr(self, kind + '_name')()", {"a.Visitor.visit_name", "a.Visitor.leave_name"}),
    "a variable that became something else": ("name = 'visit_' + kind; name = node; getattr(self, name)()", set()),
    "too little is known": ("getattr(self, kind + 'l')()", set()),
    "nothing looks so": ("getattr(self, f'do_{kind}')()", set()),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_names_with_holes(name: str, edges_of: Callable[..., set[str]]) -> None:
    body, expected = CASES[name]
    edges = edges_of({"a.py": VISITOR.format(body)}, "calls")
    found = {edge.partition(" -> ")[2] for edge in edges if edge.startswith("a.Visitor.go -> ")}
    assert {target for target in found if target.startswith("a.")} == expected


def test_functions_of_a_module(edges_of: Callable[..., set[str]]) -> None:
    files = {
        "a.py": "import b\ndef run(kind): getattr(b, f'make_{kind}')()\n",
        "b.py": "def make_tea(): pass\ndef make_room(): pass\nmake_up = 1\ndef drink(): pass\n",
    }
    edges = {edge for edge in edges_of(files, "calls") if " -> b." in edge}
    assert edges == {"a.run -> b.make_tea", "a.run -> b.make_room"}


def test_modules_of_the_application_named_like_tests(edges_of: Callable[..., set[str]]) -> None:
    """Values flow through what the application imports itself, and not through its tests."""
    files = {
        "shop/__init__.py": "",
        "shop/core.py": "from .test_set import TestSet\ndef run():\n    for each in TestSet().all: each.work()\n",
        "shop/test_set.py": "from .tests.plain import Plain\nclass TestSet:\n"
        "    def __init__(self): self.all = [Plain()]\n",
        "shop/tests/__init__.py": "",
        "shop/tests/plain.py": "class Plain:\n    def work(self): pass\n",
        "shop/tests/test_core.py": "from ..test_set import TestSet\nclass Fake:\n    def work(self): pass\n"
        "def test_it(): TestSet().all.append(Fake())\n",
    }
    edges = edges_of(files, "calls")
    assert "shop.core.run -> shop.tests.plain.Plain.work" in edges
    assert "shop.core.run -> shop.tests.test_core.Fake.work" not in edges
