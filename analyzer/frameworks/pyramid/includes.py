"""Where `include` puts what a function adds: the prefixes of its routes."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.facts import Fact
from ...model.world import World
from ...python.filled_patterns import Patterns

_NESTED, _MOST = 20, 12
Prefixes = tuple[str, ...]


class Includes:
    """The prefixes of a function's routes, one for each way that leads to it."""

    def __init__(self, world: World, patterns: Patterns) -> None:
        self._world = world
        self._patterns = patterns
        self._above: dict[str, list[tuple[str, str]]] = {}
        """Function -> (function that includes or calls it, prefix)."""
        self._known: dict[str, Prefixes] = {}
        prefixed = False
        for path, fact in world.facts("pyramid"):
            if fact.kind == "include" and not world.is_test(path):
                target = self._target(path, fact)
                prefix = patterns.text(path, fact.scope, fact.data["prefix"])
                prefixed = prefixed or bool(prefix)
                if target:
                    self._above.setdefault(target, []).append((self._name(path, fact.scope), prefix))
        if prefixed:
            self._add_callers()

    def of(self, path: str, scope: str) -> Prefixes:
        """Prefixes without a slash at their end, "" for none."""
        return self._of(self._name(path, scope), _NESTED)

    def _of(self, name: str, depth: int) -> Prefixes:
        if name not in self._known:
            self._known[name] = ("",)  # what includes itself adds no more
            above = self._above.get(name, ())
            found = {
                join(outer, prefix) if prefix else outer
                for source, prefix in above
                for outer in (self._of(source, depth - 1) if depth else ("",))
            }
            self._known[name] = tuple(sorted(found or {""})[:_MOST])
        return self._known[name]

    def _name(self, path: str, scope: str) -> str:
        return f"{self._world.module_of(path)}.{scope}" if scope else self._world.module_of(path)

    def _add_callers(self) -> None:
        """What adds routes may be called by what is included: helpers that take the configurator."""
        adds = {
            self._name(path, fact.scope)
            for path, fact in self._world.facts("pyramid")
            if fact.kind == "route"
        }
        for path in sorted(self._world.files):
            if self._world.is_test(path):
                continue
            for call, symbol in self._world.calls(path):
                if symbol is not None and symbol.kind == "function" and symbol.name in adds:
                    self._above.setdefault(symbol.name, []).append((self._name(path, call.scope), ""))

    def _target(self, path: str, fact: Fact) -> str:
        """The function that an include runs; "" for a library's."""
        code = str(fact.data["target"])
        if fact.data["string"]:
            return next(named(self._world, path, code, "includeme"), "")
        symbol = self._world.resolve(path, fact.scope, code)
        if symbol is None:
            return ""
        return f"{symbol.name}.includeme" if symbol.kind == "module" else symbol.name


def named(world: World, path: str, text: str, default: str) -> Iterator[str]:
    """The dotted name that a text means, which may start from the package that it stands in."""
    text = text.replace(":", ".")
    if text.startswith("."):
        package = world.module_of(path)
        if not path.endswith("__init__.py"):
            package = package.rpartition(".")[0]
        dots = len(text) - len(text.lstrip("."))
        for _ in range(dots - 1):
            package = package.rpartition(".")[0]
        text = f"{package}.{text.lstrip('.')}".strip(".")
    if text in world.modules:
        yield f"{text}.{default}" if default else text
    elif text:
        yield text


def join(prefix: str, pattern: str) -> str:
    """A pattern below a prefix, as Pyramid joins them."""
    return f"{prefix.rstrip('/')}/{pattern.lstrip('/')}".rstrip("/") if pattern else prefix.rstrip("/")
