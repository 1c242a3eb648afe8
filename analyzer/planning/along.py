"""The tests of moved code that go along with it: those that need nothing beyond what the service has.

A test goes, definition by definition, with the helpers and fixtures that it names, under its import path. It
stays where it needs more of the monolith: other code, its routes, a fixture that nobody here defines. Each
that stays is told with its reason.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping

from ..graph.roles import role_of
from ..model.graph import Graph
from ..model.plan import MovedTests, Staying
from .declarations import Declarations
from .distributions import distributions
from .fixtures import Fixtures, is_case
from .slices import Slices

_BUILT_IN = frozenset(
    """self cls request tmp_path tmp_path_factory tmpdir monkeypatch capsys capfd caplog recwarn subtests
    record_property doctest_namespace pytestconfig""".split()
)
_BY_PLUGIN = {"mocker": "pytest-mock", "freezer": "pytest-freezegun", "faker": "faker"}
_OF_ROUTES = frozenset({"client", "async_client", "test_client", "app_context", "test_request_context"})
_CALLS_MONOLITH = frozenset({"reverse", "url_for", "call_command", "create_app"})
_PYTEST = re.compile(r"pytest\b(?!-)")
_NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")


def tests_along(
    graph: Graph,
    declarations: Declarations,
    slices: Slices,
    texts: Mapping[str, str],
    moved: Iterable[str],
    required: Iterable[str],
) -> MovedTests:
    """What goes along, what stays and why, and what the tests need beyond the `required` distributions.

    `moved` are the service's own modules; tests of what was only copied stay with the monolith.
    """
    return _Along(graph, declarations, slices, texts, frozenset(moved)).found(frozenset(required))


class _Along:
    def __init__(
        self,
        graph: Graph,
        declarations: Declarations,
        slices: Slices,
        texts: Mapping[str, str],
        moved: frozenset[str],
    ) -> None:
        self._graph, self._declarations, self._slices = graph, declarations, slices
        self._texts, self._moved = texts, moved
        self._paths = {node.name: node.path for node in graph.nodes("module") if node.path}
        self._modules = {path: name for name, path in self._paths.items()}
        self._there = frozenset(slices.modules())
        self._fixtures = Fixtures(declarations, self._paths)

    def found(self, required: frozenset[str]) -> MovedTests:
        going: list[tuple[str, str]] = []
        staying: list[Staying] = []
        for module in self._candidates():
            kept, left = self._sorted_out(module)
            going += kept
            staying += left
        taken = self._probe(going)
        names = [name for name in taken.modules() if self._is_test(name)]
        own = {name.partition(".")[0] for name in self._paths}
        needed = distributions([*taken.external, *taken.optional], self._texts, own)
        plugins = {
            _BY_PLUGIN[name] for each in going for name in self._fixtures.asked(*each) if name in _BY_PLUGIN
        }
        return MovedTests(
            {self._paths[name]: taken.text(name) for name in names if going},
            tuple(sorted(staying)),
            tuple(
                sorted(
                    each
                    for each in {*needed, *plugins} - required
                    if not each.startswith("pytest>=") and each != "pytest"
                )
            ),
            len([each for each in going if self._is_case(*each)]),
        )

    def _candidates(self) -> list[str]:
        """Test modules that import something of the moved ones."""
        found: set[str] = set()
        for edge in self._graph.edges("imports"):
            split = self._declarations.split(edge.target.partition(":")[2])
            if split is None or split[0] not in self._moved:
                continue
            for evidence in edge.evidence:
                name = self._modules.get(evidence.place.path, "")
                if name and self._is_test(name):
                    found.add(name)
        return sorted(found)

    def _is_test(self, module: str) -> bool:
        return role_of(self._paths[module]) == "test"

    def _is_case(self, module: str, name: str) -> bool:
        return any(
            name in unit.binds and any(is_case(node) for node in unit.nodes)
            for unit in self._fixtures.units(module)
        )

    def _sorted_out(self, module: str) -> tuple[list[tuple[str, str]], list[Staying]]:
        """(tests of a module that go, those that stay); where all go, the whole file does."""
        going: list[tuple[str, str]] = []
        staying: list[Staying] = []
        for unit in self._fixtures.units(module):
            for node in unit.nodes:
                if not is_case(node):
                    continue
                assert isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
                wanted = [(module, node.name), *self._fixtures.needed(module, node.name)]
                probe = self._probe(wanted)
                why = self._why_not(probe, node, module)
                if why is None:
                    continue  # a test of something else
                if why:
                    staying.append(Staying(self._paths[module], node.lineno, node.name, why))
                else:
                    going += wanted
        if going and not staying and self._closed(self._probe([(module, "")])):
            going.append((module, ""))
        return going, staying

    def _probe(self, wanted: Iterable[tuple[str, str]]) -> Slices:
        probe = Slices(self._graph, self._declarations, self._texts)
        probe.add(wanted)
        return probe

    def _why_not(self, probe: Slices, node: ast.stmt, module: str) -> str | None:
        """Why a test stays, "" for one that goes, None for one that uses nothing of the moved code."""
        mine = [name for name in probe.modules() if name in self._moved and probe.defined(name)]
        if not mine:
            return None
        for name in probe.modules():
            if self._is_test(name) or not probe.defined(name):
                continue
            there = name in self._there
            lacking = probe.defined(name) - (self._slices.defined(name) if there else frozenset())
            if lacking and not (there and self._slices.is_whole(name)):
                return f"needs {name}.{min(lacking)}, which stays in the monolith"
        for name in sorted(self._fixtures.asked(module, getattr(node, "name", ""))):
            if name not in _BUILT_IN | _BY_PLUGIN.keys() and not self._fixtures.defines(module, name):
                return f"asks for the fixture {name}, which is not defined here"
        return self._reaches_out(probe)

    def _closed(self, probe: Slices) -> bool:
        """Whether all that is needed of the project is in the service."""
        return all(
            self._is_test(name)
            or not probe.defined(name)
            or (name in self._there and probe.defined(name) <= self._slices.defined(name))
            for name in probe.modules()
        )

    def _reaches_out(self, probe: Slices) -> str:
        """What of the monolith tests use without importing it."""
        for module in probe.modules():
            for unit in self._fixtures.units(module) if self._is_test(module) else ():
                for node in unit.nodes if unit.binds & probe.defined(module) else ():
                    if why := self._uses(node):
                        return why
        return ""

    def _uses(self, node: ast.stmt) -> str:
        for each in ast.walk(node):
            if isinstance(each, ast.Attribute) and each.attr in _OF_ROUTES:
                return f"uses .{each.attr}: the monolith's routes"
            if isinstance(each, ast.Name) and each.id in _CALLS_MONOLITH:
                return f"calls {each.id}(): the monolith's"
            if isinstance(each, ast.Name) and each.id == "__file__":
                return "reads files beside itself"
            if self._names_what_stays(each):
                return f"names {ast.unparse(each)}, which stays in the monolith"
        return ""

    def _names_what_stays(self, node: ast.AST) -> bool:
        """Whether a text is the dotted name of something that the service has not: what `patch` is given."""
        text = node.value if isinstance(node, ast.Constant) else None
        return (
            isinstance(text, str)
            and _NAME.fullmatch(text) is not None
            and self._declarations.split(text) is not None
            and not self._slices.has(text)
        )
