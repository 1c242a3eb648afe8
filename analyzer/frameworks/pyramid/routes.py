"""Routes with the views that name them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...model.evidence import BlindSpot, Evidence, Place
from ...model.facts import Fact
from ...model.graph import Edge, Node
from ...model.routes import ANY_METHOD
from ...model.world import World
from ...python.filled_patterns import Patterns
from .includes import Includes, join, named

_View = tuple[str, Fact]


def link_routes(world: World) -> Iterator[Node | Edge | BlindSpot]:
    """Routes with what answers them; said are routes that nothing seems to answer, and views of no route."""
    patterns = Patterns(world)
    includes, views = Includes(world, patterns), _Views(world, patterns)
    known: set[str] = set()
    for path, fact in world.facts("pyramid"):
        if fact.kind != "route" or world.is_test(path) or fact.data["whole"]:
            continue
        place = Place(path, fact.line, fact.column)
        name = patterns.text(path, fact.scope, fact.data["name"])
        text = patterns.text(path, fact.scope, fact.data["text"])
        if "{}" in name or "{}" in text:
            yield BlindSpot("dynamic-route", place, str(fact.data["code"]))
            continue
        known.add(name)
        within = [patterns.text(path, fact.scope, parts) for parts in fact.data["within"]]
        answers = views.of(name)
        if not answers:
            yield BlindSpot("unknown-view", place, f"{text}: no view names the route {name!r}")
        for prefix in includes.of(path, fact.scope):
            for part in within:
                prefix = join(prefix, part)
            whole = "/" + f"{prefix}/{text.lstrip('/')}".lstrip("/")
            about = (("endpoint", name), ("framework", "pyramid"), ("prefix", prefix), ("text", whole))
            yield from _answered(fact, place, whole, about, answers)
    yield from views.unknown(known)


def _answered(
    fact: Fact,
    place: Place,
    text: str,
    about: tuple[tuple[str, str], ...],
    answers: Sequence[tuple[Place, list[str] | None, str]],
) -> Iterator[Node | Edge]:
    allowed = fact.data["methods"]
    for at, methods, handler in answers or ((place, None, ""),):
        for method in methods or allowed or [ANY_METHOD]:
            if methods and allowed and method not in allowed:
                continue
            id = f"route:{method} {text}"
            yield Node(id, place.path, place.line, place.line, tuple(sorted((*about, ("method", method)))))
            if handler:
                yield Edge(id, handler, "handles", evidence=(Evidence(at),))


def _said(kind: str, path: str, fact: Fact, what: str) -> BlindSpot:
    shown = f"{fact.data['code']}() of {fact.data['handler'] or fact.data['view']}"
    return BlindSpot(kind, Place(path, fact.line, fact.column), f"{shown}: {what}")


class _Views:
    """The views of each route."""

    def __init__(self, world: World, patterns: Patterns) -> None:
        self._world = world
        self._patterns = patterns
        self._defaults = {
            f"{world.module_of(path)}.{fact.scope}": (path, fact)
            for path, fact in world.facts("pyramid")
            if fact.kind == "defaults"
        }
        self._views: dict[str, list[_View]] = {}
        self._unnamed: list[_View] = []
        for path, fact in world.facts("pyramid"):
            if fact.kind == "view" and not world.is_test(path):
                name = self._route(path, fact)
                if name is None:
                    self._unnamed.append((path, fact))
                else:
                    self._views.setdefault(name, []).append((path, fact))

    def of(self, name: str) -> list[tuple[Place, list[str] | None, str]]:
        """(place, methods, id of what answers) of the views of a route; "" where that is not known."""
        return [
            (
                Place(path, fact.line, fact.column),
                self._methods(path, fact),
                self._handler(path, fact),
            )
            for path, fact in self._views.get(name, ())
        ]

    def unknown(self, known: set[str]) -> Iterator[BlindSpot]:
        """Views whose route nobody adds, and views that traversal finds."""
        for name, views in sorted(self._views.items()):
            if name not in known:
                for path, fact in views:
                    shown = "a route whose name is put together" if "{}" in name else f"no route {name!r}"
                    yield _said("unknown-route", path, fact, shown)
        for path, fact in self._unnamed:
            if not self._for_errors(path, fact):
                yield _said("dynamic-route", path, fact, "found by traversal")

    def _methods(self, path: str, fact: Fact) -> list[str] | None:
        """The methods that a view names, else those that the defaults of its class name."""
        given = fact.data["methods"]
        if given is None:
            defaults = self._defaults_of(path, fact)
            given = defaults.data["methods"] if defaults is not None else None
        return [str(method) for method in given] if given else None

    def _defaults_of(self, path: str, fact: Fact) -> Fact | None:
        module = self._world.module_of(path)
        for scope in (str(fact.data["handler"]), fact.scope):
            name = f"{module}.{scope}"
            kin = (
                [name, *(k.name for k in self._world.ancestors(name))] if name in self._world.classes else []
            )
            found = next((self._defaults[each][1] for each in kin if each in self._defaults), None)
            if found is not None:
                return found
        return None

    def _route(self, path: str, fact: Fact) -> str | None:
        """The name of the route of a view, None without one."""
        if fact.data["route"] is not None:
            return self._patterns.text(path, fact.scope, fact.data["route"])
        defaults = self._defaults_of(path, fact)
        if defaults is None or defaults.data["route"] is None:
            return None
        return self._patterns.text(path, defaults.scope, defaults.data["route"])

    def _handler(self, path: str, fact: Fact) -> str:
        """The id of the function that answers: a function, a method, `__call__` of a class."""
        world, attribute = self._world, str(fact.data["attr"])
        name = f"{world.module_of(path)}.{fact.data['handler']}"
        if not fact.data["handler"]:
            code = str(fact.data["view"])
            if fact.data["string"]:
                name = next(named(world, path, code, ""), "")
            else:
                symbol = world.resolve(path, fact.scope, code)
                if symbol is None or symbol.kind not in ("function", "class"):
                    return ""
                name = symbol.name
        if name in world.classes:
            member = world.member(name, attribute or "__call__")
            return (
                f"function:{member.name}"
                if member is not None and member.kind == "function"
                else f"class:{name}"
            )
        if fact.data["string"] and not self._is_function(name):
            return ""
        return f"function:{name}"

    def _is_function(self, name: str) -> bool:
        module, _, last = name.rpartition(".")
        path = self._world.modules.get(module)
        symbol = self._world.resolve(path, "", last) if path is not None else None
        return symbol is not None and symbol.kind == "function"

    def _for_errors(self, path: str, fact: Fact) -> bool:
        """Whether a view without a route answers exceptions."""
        if fact.data["errors"]:
            return True
        code = fact.data["context"]
        if code is None:
            defaults = self._defaults_of(path, fact)
            code = defaults.data["context"] if defaults is not None else None
        if code is None:
            return False
        symbol = self._world.resolve(path, fact.scope, str(code))
        if symbol is None or not symbol.internal:
            return True  # a library's class: an exception of it, mostly
        kin = self._world.ancestors(symbol.name) if symbol.kind == "class" else ()
        return any(
            k.kind == "builtin" or k.name.rpartition(".")[2].endswith(("Exception", "Error")) for k in kin
        )
