"""Classes that calls make inherit from what they are given."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

CASES = {
    'type("P", (m.Base,), {"a": 1})': True,
    'types.new_class("P", bases=(m.Base,))': True,
    'bases = (m.Base, object); type("P", bases, {})': True,
    "type(thing)": False,
    'own.type("P", (m.Base,), {})': False,
}


@pytest.mark.parametrize("code", CASES)
def test_bases(code: str, graph_of: Callable[..., Graph]) -> None:
    files = {"m.py": "class Base: pass", "a.py": f"import m, types\ndef make(thing, own):\n    {code}\n"}
    found = {(e.source, e.target) for e in graph_of(files).edges("inherits")}
    assert (("function:a.make", "class:m.Base") in found) is CASES[code]
