"""Who reads and changes which state: facts about variables joined."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ...model.evidence import Confidence, Evidence, Place, Via
from ...model.graph import Edge, Node
from ...model.world import Symbol, World
from ...python.variables import Variables
from .reading import OTHER_NAME

_MEMO = frozenset(
    """functools.lru_cache functools.cache cachetools.cached cachetools.func.lru_cache
    cachetools.func.ttl_cache async_lru.alru_cache django.utils.lru_cache.lru_cache""".split()
)
_OWN = {
    "threading.local": "thread", "contextvars.ContextVar": "context", "werkzeug.local.Local": "context",
    "asgiref.local.Local": "context", "gevent.local.local": "thread",
}  # fmt: skip
_NEUTRAL = frozenset({"abc.ABC", "typing.Generic", "typing.Protocol", "collections.UserDict"})
"""Bases from outside that bring no library's life with them."""
_CONTEXT_CHANGES = frozenset({"set", "reset"})


class _Holder(NamedTuple):
    """A variable that may hold state; `by` is what made it if that is no display and no collection."""

    path: str
    line: int
    end: int
    holds: str
    by: Symbol | None


class _Use(NamedTuple):
    """What a scope does with a variable."""

    variable: str
    kind: str
    source: str
    evidence: Evidence
    trust: Confidence
    defines: bool
    once: bool


def link_state(world: World) -> Iterator[Node | Edge]:
    """Nodes of the state that functions change, with who reads and writes it."""
    linking = _Linking(world)
    uses = list(linking.uses())
    changed = {use.variable for use in uses if use.kind == "writes" and use.defines}
    for variable in sorted(changed):
        yield linking.node(variable)
    for use in uses:
        if use.variable in changed:
            how = ("once",) if use.once and use.kind == "writes" else ()
            yield Edge(use.source, f"state:{use.variable}", use.kind, use.trust, (use.evidence,), how=how)
    yield from _memos(world)


class _Linking:
    """Resolves what functions name to the variables that hold state."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._holders: dict[str, _Holder] = {}
        self._instance: set[str] = set()
        for path, fact in world.facts("state"):
            module = world.module_of(path)
            if fact.kind == "holders":
                self._instance.update(f"{module}.{name}" for name in fact.data["instance"])
                for name, holds, by, line, end in fact.data["holders"]:
                    made = world.resolve(path, "", str(by)) if by else None
                    self._holders.setdefault(f"{module}.{name}", _Holder(path, line, end, str(holds), made))
        named = {name for name, holder in self._holders.items() if holder.holds == OTHER_NAME}
        for name in named:
            self._holders[name] = self._holders[name]._replace(holds="")
        self._variables = Variables(world, self._holders)
        self._behind = Variables(world, self._holders.keys() - named)
        """What other names for variables lead to."""
        self._filling: set[str] = set()
        """Classes whose methods put things into what their instances hold."""
        self._changing = frozenset(self._methods())

    def node(self, variable: str) -> Node:
        """The node of a variable: where it lies, what it holds, and whose own it is if not the process's."""
        holder = self._holders[variable]
        made = self._made(variable)
        name = made.rpartition(".")[2]
        holds = holder.holds if holder.holds not in ("", "call") else name if name[:1].isupper() else "value"
        own = _OWN.get(made, "")
        attributes = (("holds", holds),) + ((("scope", own),) if own else ())
        return Node(f"state:{variable}", holder.path, holder.line, holder.end, attributes)

    def _made(self, variable: str) -> str:
        """The name of what made the object that a variable holds."""
        made = self._holders[variable].by
        return made.name if made is not None else ""

    def uses(self) -> Iterator[_Use]:
        """All that scopes do with variables that may hold state."""
        once = {
            (path, fact.scope, str(name))
            for path, fact in self._world.facts("state")
            if fact.kind == "once"
            for name, makers in fact.data["made"].items()
            if not any(self._fills_itself(path, fact.scope, str(maker)) for maker in makers)
        }
        for path, fact in self._world.facts("state"):
            if fact.kind == "uses":
                source, test = self._world.scope_id(path, fact.scope), self._world.is_test(path)
                for code, how, line, column in fact.data["uses"]:
                    variable, kind, trust = self._use(path, fact.scope, str(code), str(how))
                    if variable:
                        self._holders.setdefault(variable, _Holder(path, line, line, "", None))
                        via: Via = "syntax" if trust == "certain" else "value-flow"
                        evidence = Evidence(Place(path, line, column), via)
                        kept = (path, fact.scope, str(code)) in once
                        yield _Use(variable, kind, source, evidence, trust, not test, kept)

    def _use(self, path: str, scope: str, code: str, how: str) -> tuple[str, str, Confidence]:
        """(variable, `reads` or `writes`, how sure); no variable where the name means something else."""
        if how in ("reads", "writes"):
            variable = self._find(path, scope, code)
            if how == "writes" and variable and self._holders[variable].holds in ("", "call"):
                return self._called(path, scope, code, variable)
            return variable, how, "certain"
        if how == "binds":
            module = self._world.module_of(path)
            return f"{module}.{code}", "writes", "certain"
        owner, _, last = code.rpartition(".")
        if how == "sets":
            return self._set(path, scope, owner, code)
        variable = self._find(path, scope, owner)
        if not variable:
            return "", "", "certain"
        if self._made(variable) in _OWN:
            return variable, "writes" if last in _CONTEXT_CHANGES else "reads", "certain"
        method = self._world.resolve(path, scope, code)
        writes = method is not None and method.name in self._changing and self._is_own(variable)
        return variable, "writes" if writes else "reads", "likely" if writes else "certain"

    def _called(self, path: str, scope: str, code: str, variable: str) -> tuple[str, str, Confidence]:
        """`registry.add(x)` or `registry[x] = y` of an object that some call made."""
        return (variable if self._is_own(variable) else ""), "writes", "likely"

    def _is_own(self, variable: str) -> bool:
        """Whether a variable holds an object of a class of the project that no library is behind."""
        made = self._holders[variable].by
        if made is None or made.kind != "class":
            return False
        kin = self._world.ancestors(made.name)
        return all(a.kind in ("class", "builtin") or a.name in _NEUTRAL for a in kin)

    def _set(self, path: str, scope: str, owner: str, code: str) -> tuple[str, str, Confidence]:
        """`module.NAME = x`, `Class.NAME = x`, `registry.current = x`."""
        symbol = self._world.resolve(path, scope, owner)
        if symbol is not None and symbol.kind in ("module", "class"):
            variable = f"{symbol.name}.{code.rpartition('.')[2]}" if symbol.kind == "module" else ""
            variable = variable or self._find(path, scope, code)
            return (variable if variable in self._holders else ""), "writes", "certain"
        if owner.startswith("<"):
            return "", "", "certain"
        variable = self._find(path, scope, owner)
        thread = variable and self._made(variable) in _OWN
        return (variable if variable and (thread or self._is_own(variable)) else ""), "writes", "certain"

    def _find(self, path: str, scope: str, code: str) -> str:
        """The variable that may hold state, not one that instances have for themselves."""
        variable = self._behind.find(path, scope, code) or self._variables.find(path, scope, code)
        if variable and code[:1] in "<{":
            owner, _, attribute = code.rpartition(".")
            symbol = self._world.resolve(path, scope, owner)
            kin = self._world.ancestors(symbol.name) if symbol is not None else ()
            if any(f"{ancestor.name}.{attribute}" in self._instance for ancestor in kin):
                return ""
        return variable

    def _fills_itself(self, path: str, scope: str, maker: str) -> bool:
        """Whether a call makes an object of a class with methods that put things into its containers."""
        symbol = self._world.resolve(path, scope, maker)
        if symbol is None:
            return False
        name = symbol.name if symbol.kind == "class" else symbol.name.rpartition(".")[0]
        return name in self._filling

    def _methods(self) -> Iterator[str]:
        """Methods that change their own instance, constructors apart."""
        for path, fact in self._world.facts("state"):
            if fact.kind != "uses" or fact.scope.endswith(("__init__", "__new__", "__post_init__")):
                continue
            own = f"<{fact.scope.rpartition('.')[0]}>."
            for code, how, _, _ in fact.data["uses"]:
                if how in ("writes", "sets") and str(code).startswith(own):
                    method = f"{self._world.module_of(path)}.{fact.scope}"
                    if how == "writes":
                        self._filling.add(method.rpartition(".")[0])
                    yield method


def _memos(world: World) -> Iterator[Node | Edge]:
    """What is kept for functions that remember their results."""
    for path, file in world.files.items():
        module = world.module_of(path)
        for definition in file.definitions:
            outer = definition.name.rpartition(".")[0]
            for decorator in definition.decorators if definition.kind == "function" else ():
                symbol = world.resolve(path, outer, decorator.partition("(")[0])
                if symbol is not None and symbol.kind == "external" and symbol.name in _MEMO:
                    id, function = (
                        f"state:{module}.{definition.name}()",
                        f"function:{module}.{definition.name}",
                    )
                    yield Node(id, path, definition.line, definition.end_line, (("holds", "memo"),))
                    evidence = (Evidence(Place(path, definition.line, definition.column)),)
                    yield Edge(function, id, "reads", "certain", evidence)
                    yield Edge(function, id, "writes", "certain", evidence)
