"""Plug-ins that a project has of its own: what its groups of entry points name, and what loads these.

The groups stand in `setup.cfg`, `pyproject.toml` or `setup()`; they are asked for by `importlib.metadata`,
its predecessor `pkg_resources`, and stevedore.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..model.evidence import BlindSpot
from ..model.facts import Fact, Problem, SourceFile
from ..model.graph import Edge, Node
from ..model.protocols import Framework
from ..model.world import Syntax, TypeRule, World
from ..project.offered import Offered, of_cfg, of_lines, of_text, of_toml

_POINTS, _POINT = "importlib.metadata.EntryPoints", "importlib.metadata.EntryPoint"
_ASK = (
    "importlib.metadata.entry_points", "importlib_metadata.entry_points", "pkg_resources.iter_entry_points",
    f"{_POINTS}.select", f"{_POINTS}.get",
)  # fmt: skip
_LOAD = ("load", "resolve", "require")
_MANAGERS = (
    "extension.ExtensionManager", "named.NamedExtensionManager", "enabled.EnabledExtensionManager",
    "hook.HookManager", "dispatch.DispatchExtensionManager", "dispatch.NameDispatchExtensionManager",
    "driver.DriverManager", "ExtensionManager", "NamedExtensionManager", "EnabledExtensionManager",
    "HookManager", "DispatchExtensionManager", "NameDispatchExtensionManager", "DriverManager",
)  # fmt: skip
_MANAGER, _EXTENSION = "stevedore.manager", "stevedore.extension.Extension"


class PlugIns(Framework):
    """See the module."""

    name = "plug_ins"
    version = 1
    triggers = ("*.toml", "*.cfg", "entry_points")

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        try:
            for offered, line in _read(file, syntax):
                yield Fact("offered", "", line, 0, offered._asdict())
        except ValueError as error:
            yield Problem("plug-ins", 1, f"the groups of entry points cannot be read: {error}")

    def types(self) -> Iterable[TypeRule]:
        """Rules as `python/flow/outside.py` reads them."""
        yield from (TypeRule(f"{name}()", f"{_POINTS}[group=]") for name in _ASK)
        yield TypeRule(f"{_POINTS}[groups]", _POINTS)
        yield TypeRule(f"{_POINTS}[]", f"{_POINT}[T]")
        yield from (TypeRule(f"{_POINT}.{method}()", "offered") for method in _LOAD)
        yield from (TypeRule(f"stevedore.{name}()", f"{_MANAGER}[group=]") for name in _MANAGERS)
        yield TypeRule(f"{_MANAGER}[]", f"{_EXTENSION}[T]")
        yield TypeRule(f"{_MANAGER}.extensions", f"{_MANAGER}[T]")
        yield TypeRule(f"{_MANAGER}.driver", "offered&offered()")
        yield TypeRule(f"{_EXTENSION}.plugin", "offered")
        yield TypeRule(f"{_EXTENSION}.obj", "offered()")
        yield TypeRule(f"{_EXTENSION}.entry_point", f"{_POINT}[T]")

    def offers(self, world: World) -> Mapping[str, Sequence[str]]:
        """By group, of the application itself: what a test writes into such files is no part of it."""
        found: dict[str, set[str]] = {}
        for path, fact in world.facts(self.name):
            if not world.is_test(path):
                found.setdefault(str(fact.data["group"]), set()).add(str(fact.data["target"]))
        return {group: sorted(targets) for group, targets in sorted(found.items())}

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        return ()


def _read(file: SourceFile, syntax: Syntax | None) -> Iterator[tuple[Offered, int]]:
    """What a file offers, each with its line."""
    if syntax is not None:
        for call, _, _ in syntax.called(("setup",)):
            given = next((word.value for word in call.keywords if word.arg == "entry_points"), None)
            yield from ((offered, call.lineno) for offered in _of_setup(syntax, given))
        return
    lines = file.text.splitlines()
    for offered in of_toml(file.text) if file.suffix == ".toml" else of_cfg(file.text):
        module = offered.target.partition(":")[0]
        named = (n for n, line in enumerate(lines, 1) if module in line and offered.name in line)
        yield offered, next(named, 1)


def _of_setup(syntax: Syntax, node: ast.expr | None) -> Iterator[Offered]:
    """Dictionaries of lists of lines, or one text with headings."""
    given = syntax.bound(node, "")
    if not isinstance(given, ast.Dict):
        yield from of_text(syntax.string(given) or "")
        return
    for key, value in zip(given.keys, given.values, strict=True):
        held = syntax.bound(value, "")
        items = held.elts if isinstance(held, ast.List | ast.Tuple) else [value]
        for item in items:
            yield from of_lines(syntax.string(key) or "", (syntax.string(item) or "").splitlines())


framework = PlugIns()
