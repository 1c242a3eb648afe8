"""What functions need of their parameters, joined along the calls by which these are handed on."""

from __future__ import annotations

import builtins
from collections.abc import Iterator

from ..graph.roles import role_of
from ..model.needs import Needs
from ..python import paths as steps
from ..python.access_paths import RECEIVER, UNPACKED
from ..python.flow.code import OF_CLASS, STATIC
from .calls import Calls, Reached
from .components import components
from .failures import Failures
from .handed import Function, Handed, bounded, given_away, sets, told, within
from .loading import shown
from .packing import unpack_accesses
from .world import LinkedWorld

_MOST_PATHS = 40
_MOST_TARGETS = 32
"""Functions that one call may reach before what is handed on there counts as given away."""
_ROUNDS = 24
_KEEPERS = frozenset({"append", "appendleft", "add", "insert", "extend", "update", "setdefault", "put"})
"""Methods of builtin containers that keep what they are given."""

_TYPES = frozenset(name for name, value in vars(builtins).items() if isinstance(value, type))


def needs(world: LinkedWorld, seen: Calls) -> Iterator[tuple[str, str]]:
    """(id of a function, its needs as text), for the functions outside tests that have any."""
    joining, failures = _Joining(world, seen), Failures(world, seen)
    joining.join()
    parameters = {function.name: function for function in joining.functions}
    for name in sorted({*parameters, *failures.raises, *failures.guards}):
        found = Needs(
            told(parameters[name]) if name in parameters else (),
            failures.told(name),
            tuple(sorted(failures.guards.get(name, ()))),
        )
        if found != Needs():
            yield f"function:{name}", found.text()


class _Joining:
    """All functions, numbered in the order of their names."""

    def __init__(self, world: LinkedWorld, seen: Calls) -> None:
        self._world, self._seen = world, seen
        found: dict[str, Function] = {}
        self._files = [
            (path, facts)
            for path, facts in world.files.items()
            if facts.accesses and path in seen.by_path and role_of(path) != "test"
        ]
        for path, facts in self._files:
            module = world.module_of(path)
            for access in unpack_accesses(facts.accesses):
                name = f"{module}.{access.scope}"
                if name not in found:
                    found[name] = Function(name, access)
                found[name].add(access)
        self.functions = [found[name] for name in sorted(found)]
        self._numbers = {function.name: index for index, function in enumerate(self.functions)}

    def join(self) -> None:
        for path, facts in self._files:
            module, reached = self._world.module_of(path), self._seen.by_path[path]
            for access in unpack_accesses(facts.accesses):
                function = self.functions[self._numbers[f"{module}.{access.scope}"]]
                for parameter, inner, scope, number, argument in access.handed:
                    own = function.names.get(access.parameters[parameter], -1)
                    if own >= 0:
                        self._hand(
                            path, function, own, inner, reached.get((scope or access.scope, number)), argument
                        )
        for path in sorted(self._seen.getters):
            for getter in self._seen.getters[path]:
                self._ask(f"{self._world.module_of(path)}.{getter.scope}", getter.name)
        following = [sorted({row.target for row in f.handed}) for f in self.functions]
        for group in components(following):
            if len(group) == 1 and group[0] not in following[group[0]]:
                self._update(self.functions[group[0]])
                continue
            for _ in range(_ROUNDS):
                if not sum(self._has_grown(self.functions[index]) for index in group):
                    break

    # Handing on -----------------------------------------------------------------------------------

    def _hand(
        self, path: str, function: Function, own: int, inner: str, reached: Reached | None, argument: str
    ) -> None:
        plain = steps.plain(inner)
        kept = inner if steps.is_copy(inner) else plain
        targets = self._targets(reached)
        if 0 < len(targets) <= _MOST_TARGETS and not steps.is_held(inner) and argument != UNPACKED:
            for target in targets:
                row = self._bound(path, own, kept, target, reached, argument)
                if row is not None:
                    function.handed.append(row)
            return
        if argument == RECEIVER:
            return
        name, is_kept = _outside(reached)
        if is_kept is None:
            function.reads[own] |= {plain}
        else:
            function.escapes[own] |= {(plain, "stored" if is_kept else f"passed to {name}")}

    def _ask(self, name: str, getter: str) -> None:
        """A function asks parts of its parameters for an attribute that a getter of the project gives."""
        asking, target = self._numbers.get(name), self._numbers.get(getter)
        if asking is None or target is None:
            return
        function, attribute = self.functions[asking], getter.rpartition(".")[2]
        for parameter, reads in enumerate(function.reads):
            for path in sorted(reads):
                parts = path.split(steps.SEPARATOR)
                for place, step in enumerate(parts):
                    if step == attribute:
                        inner = steps.SEPARATOR.join(parts[:place])
                        function.handed.append(Handed(parameter, inner, target, 0, ""))

    def _targets(self, reached: Reached | None) -> list[int]:
        """The functions of the project with parameters that a call reaches."""
        if reached is None:
            return []
        names = {edge.target.removeprefix("function:") for edge in reached.edges}
        return sorted(self._numbers[name] for name in names if name in self._numbers)

    def _bound(
        self, path: str, own: int, inner: str, target: int, reached: Reached | None, argument: str
    ) -> Handed | None:
        """To which parameter of a function an argument goes."""
        function = self.functions[target]
        receives = self._receives(path, function, reached)
        if argument == RECEIVER:
            return Handed(own, inner, target, 0, "") if receives else None
        if argument.isdigit():
            place = int(argument) + receives
            if place < function.access.positional:
                return Handed(own, inner, target, place, "")
            star = next((i for i, name in enumerate(function.access.parameters) if name[:1] == "*"), -1)
            is_list = star >= 0 and function.access.parameters[star][:2] != "**"
            return Handed(own, inner, target, star, steps.ELEMENT) if is_list else None
        if argument in function.names:
            return Handed(own, inner, target, function.names[argument], "")
        last = len(function.access.parameters) - 1
        is_rest = function.access.parameters[last].startswith("**")
        return Handed(own, inner, target, last, steps.key(argument)) if is_rest else None

    def _receives(self, path: str, function: Function, reached: Reached | None) -> bool:
        """Whether a call gives the function its first parameter without writing it: `self`, `cls`."""
        if function.name.rpartition(".")[0] not in self._world.classes or function.access.flags & STATIC:
            return False
        if function.access.flags & OF_CLASS or reached is None:
            return True
        head, _, name = reached.call.target.rpartition(".")
        if name != function.name.rpartition(".")[2]:
            return True  # a constructor, or a bound method under another name
        owner = self._world.resolve(path, reached.call.scope, head) if head else None
        return owner is None or owner.kind != "class" or head.startswith("{")

    # Joining --------------------------------------------------------------------------------------

    def _has_grown(self, function: Function) -> bool:
        """Updates a function of a circle; whether that brought news."""
        before = list(sets(function))
        self._update(function)
        return before != list(sets(function))

    def _update(self, function: Function) -> None:
        """Adds what the functions do that a function hands its parameters to."""
        for row in function.handed:
            other = self.functions[row.target]
            for own, found, is_write in (
                (function.reads, other.reads, False),
                (function.writes, other.writes, True),
            ):
                inside = found[row.position]
                if row.path or row.rest:  # else they are as they are
                    inside = frozenset(within(row, inside, is_write))
                own[row.parameter] |= inside
            if other.escapes[row.position]:
                function.escapes[row.parameter] |= set(given_away(row, other))
        for index in range(len(function.reads)):
            function.reads[index] = steps.bounded(function.reads[index], _MOST_PATHS)
            function.writes[index] = steps.bounded(function.writes[index], _MOST_PATHS)
            function.escapes[index] = bounded(function.escapes[index])


def _outside(reached: Reached | None) -> tuple[str, bool | None]:
    """The name of what is called outside; whether it keeps what it is given, None if it is builtin."""
    if reached is None:
        return "a decorator", False
    written = shown(reached.call.target).removesuffix("()")
    own = [edge.target for edge in reached.edges if not edge.target.startswith("function:<builtin>.")]
    if own:
        return own[0].partition(":")[2] if len(own) == 1 else written, False
    symbol, site = reached.symbol, reached.site
    targets = site.targets if site is not None else ()
    known = [(kind, name) for kind, name in targets if kind in ("external", "builtin")]
    if symbol is not None and symbol.kind in ("external", "builtin"):
        known = [(symbol.kind, symbol.name)]
    if not known:
        return written, False
    kind, name = known[0]
    if kind == "external":
        return name, False
    owner, _, method = name.rpartition(".")
    if owner and owner not in _TYPES:  # an attribute that a decorator may have given to a function
        return written, False
    return name, True if method in _KEEPERS else None
