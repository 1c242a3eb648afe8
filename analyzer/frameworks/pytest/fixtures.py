"""Who gets which fixture: the nearest of a name, as pytest looks it up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from pathlib import PurePosixPath
from typing import NamedTuple

from ...model.evidence import Evidence, Place
from ...model.facts import Definition, Fact
from ...model.graph import Edge
from ...model.world import Handed, World
from ...python.module_names import split_name
from .known import KNOWN, MOCK


class Fixture(NamedTuple):
    """A fixture: the file, the class and the function that it is defined as, and what it gives."""

    path: str
    owner: str
    scope: str
    gives: tuple[str, ...]


class Fixtures:
    """All fixtures of a project."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._by_name: dict[str, list[Fixture]] = defaultdict(list)
        self._by_place: dict[tuple[str, str], Fixture] = {}
        self._autouse: dict[str, list[Fixture]] = defaultdict(list)
        self._places_of: dict[str, list[str]] = {}
        self._marks: dict[str, dict[str, list[Fact]]] = {
            kind: defaultdict(list) for kind in ("uses", "parametrized", "patched")
        }
        for path, fact in world.facts("pytest"):
            if fact.kind != "fixture":
                self._marks[fact.kind][path].append(fact)
                continue
            owner, gives = fact.scope.rpartition(".")[0], tuple(fact.data["gives"])
            fixture = Fixture(path, owner, fact.scope, gives)
            self._by_name[str(fact.data["name"])].append(fixture)
            self._by_place[path, fact.scope] = fixture
            if fact.data["autouse"]:
                self._autouse[path].append(fixture)

    def handed(self) -> Iterator[Handed]:
        """What the parameters of tests and fixtures are."""
        for path, definition in self._askers:
            patched = self._patched(path, definition)
            given = self._given(path, definition)
            for name in definition.parameters:
                if name in patched:
                    yield Handed(path, definition.name, name, "", (MOCK,))
                elif name in given:
                    fixture = given[name]
                    if fixture is not None:
                        function = f"{self._world.module_of(fixture.path)}.{fixture.scope}"
                        yield Handed(path, definition.name, name, function, fixture.gives)
                    elif name in KNOWN:
                        yield Handed(path, definition.name, name, "", (KNOWN[name],))

    def edges(self) -> Iterator[Edge]:
        """Tests and fixtures run the fixtures that they name, and those that are always used."""
        for path, definition in self._askers:
            place = Evidence(Place(path, definition.line, definition.column), "convention")
            source = self._world.scope_id(path, definition.name)
            found = [f for f in self._given(path, definition).values() if f is not None]
            for fixture in dict.fromkeys([*found, *self._used(path, definition)]):
                target = self._world.scope_id(fixture.path, fixture.scope)
                if target != source:
                    yield Edge(source, target, "calls", "likely", (place,))

    @cached_property
    def _askers(self) -> list[tuple[str, Definition]]:
        """Tests and fixtures."""
        return [
            (path, definition)
            for path, facts in self._world.files.items()
            for definition in facts.definitions
            if definition.kind == "function"
            and (
                (path, definition.name) in self._by_place
                or (definition.name.rpartition(".")[2].startswith("test") and self._world.is_test(path))
            )
        ]

    def _given(self, path: str, definition: Definition) -> dict[str, Fixture | None]:
        """Parameters that fixtures fill; None for those that the project does not define."""
        own = {name for fact in self._of(path, definition, "parametrized") for name in fact.data["names"]}
        names = [name for name in definition.parameters if name not in own and name not in ("self", "cls")]
        return {name: self._find(path, definition.name, name) for name in names}

    def _patched(self, path: str, definition: Definition) -> list[str]:
        """Patches fill the first parameters."""
        count = sum(
            fact.data["count"] for fact in self._marks["patched"][path] if fact.scope == definition.name
        )
        return [name for name in definition.parameters if name not in ("self", "cls")][:count]

    def _used(self, path: str, definition: Definition) -> Iterator[Fixture]:
        for fact in self._of(path, definition, "uses"):
            for name in fact.data["names"]:
                fixture = self._find(path, definition.name, name)
                if fixture is not None:
                    yield fixture
        if (path, definition.name) not in self._by_place:
            for place in self._places(path):
                for fixture in self._autouse.get(place, ()):
                    if not fixture.owner or definition.name.startswith(f"{fixture.owner}."):
                        yield fixture

    def _of(self, path: str, definition: Definition, kind: str) -> list[Fact]:
        """Marks of a function, of the classes around it, of its module."""
        marks = self._marks[kind].get(path, ())
        return [
            mark for mark in marks if not mark.scope or f"{definition.name}.".startswith(f"{mark.scope}.")
        ]

    def _find(self, path: str, scope: str, name: str) -> Fixture | None:
        """The nearest fixture of a name, never the one that asks."""
        candidates = [f for f in self._by_name.get(name, ()) if (f.path, f.scope) != (path, scope)]
        if not candidates:
            return self._imported(path, scope, name)
        owner = scope.rpartition(".")[0]
        for place in self._places(path):
            here = [f for f in candidates if f.path == place]
            for fixture in here:
                if fixture.owner and fixture.owner == owner and place == path:
                    return fixture
            for fixture in here:
                if not fixture.owner:
                    return fixture
            brought = self._imported(place, scope, name)
            if brought is not None:
                return brought
        return self._inherited(path, owner, candidates) or _alone(candidates)

    def _imported(self, path: str, scope: str, name: str) -> Fixture | None:
        """A fixture that a file imports, perhaps with all others of a module, perhaps under another name."""
        symbol = self._world.resolve(path, "", name)
        if symbol is None or symbol.kind != "function":
            return None
        module, inner = split_name(symbol.name, self._world.modules)
        place = (self._world.modules.get(module, ""), inner)
        return self._by_place.get(place) if place != (path, scope) else None

    def _inherited(self, path: str, owner: str, candidates: list[Fixture]) -> Fixture | None:
        """A fixture that is a method of a base class."""
        above = [symbol.name for symbol in self._world.ancestors(f"{self._world.module_of(path)}.{owner}")]
        for name in above if owner else ():
            for fixture in candidates:
                if fixture.owner and f"{self._world.module_of(fixture.path)}.{fixture.owner}" == name:
                    return fixture
        return None

    def _places(self, path: str) -> list[str]:
        """The file itself and the `conftest.py` of its folder and of those above."""
        known = self._places_of.get(path)
        if known is None:
            known = self._places_of[path] = self._found_places(path)
        return known

    def _found_places(self, path: str) -> list[str]:
        folders = [str(folder) for folder in PurePosixPath(path).parents]
        conftests = ["conftest.py" if folder == "." else f"{folder}/conftest.py" for folder in folders]
        return [path, *(conftest for conftest in conftests if conftest != path)]


def _alone(candidates: list[Fixture]) -> Fixture | None:
    """A plug-in's fixture: the only one of its name that does not belong to one file of tests."""
    found = [f for f in candidates if not f.owner and not PurePosixPath(f.path).name.startswith("test")]
    return found[0] if len(found) == 1 else None
