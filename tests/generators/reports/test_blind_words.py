"""Every kind of blind spot that the analyzer tells of has words of its own for the page."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import carveout
from carveout.generators.reports.blind_words import _WORDS, words_of

ANALYZER = Path(carveout.__file__).parent / "analyzer"


def kinds() -> Iterator[str]:
    """The kinds that stand in calls of `BlindSpot` as texts."""
    for path in sorted(ANALYZER.resolve().rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "BlindSpot":
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield first.value


def test_each_kind_has_words() -> None:
    found = set(kinds())
    assert len(found) > 15
    assert found - _WORDS.keys() == set()
    assert {"saturated-call", "schema-drift", "sql-not-parsed", "dynamic-SQL"} <= _WORDS.keys()


def test_kinds_of_plugins_have_words_of_their_family() -> None:
    assert words_of("dynamic-thing").seen.startswith("things that are named only")
    assert words_of("something").act
