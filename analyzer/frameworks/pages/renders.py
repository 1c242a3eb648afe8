"""Which functions, classes and templates render which templates: facts about pages joined."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ...model.evidence import BlindSpot, Confidence, Evidence, Place, Via
from ...model.facts import Fact
from ...model.graph import Edge, Node
from ...model.world import World
from ...python.filled_patterns import Patterns
from ...python.holes import is_known
from .names import Templates
from .words import TEMPLATE_ATTRIBUTE

_HOLE = re.compile(r"%(?:\(\w+\))?s|\{[^{}]*\}")


def source_of(world: World, path: str, scope: str) -> str:
    """The node that something in a file belongs to: a template, a class (for its body) or a function."""
    if not path.endswith(".py"):
        return f"template:{path}"
    name = f"{world.module_of(path)}.{scope}"
    return f"class:{name}" if scope and name in world.classes else world.scope_id(path, scope)


def link_templates(world: World) -> Iterator[Node | Edge | BlindSpot]:
    """Nodes of templates and edges `renders`."""
    return _Renders(world).items()


class _Renders:
    def __init__(self, world: World) -> None:
        self._world = world
        self._templates = Templates(world)
        self._patterns = Patterns(world)
        self._handed = self._functions_handed_names()

    def items(self) -> Iterator[Node | Edge | BlindSpot]:
        world = self._world
        for path in self._templates.paths:
            lines = world.files[path].lines
            yield Node(f"template:{path}", path, 1, max(lines, 1))
        held: dict[str, tuple[str, Fact]] = {}
        for path, fact in world.facts("pages"):
            if fact.kind == "renders":
                yield from self._rendered(path, fact)
            elif fact.kind == "mention":
                yield from self._mentioned(path, fact)
            elif fact.kind == "view":
                name = f"{world.module_of(path)}.{fact.scope}"
                if name in world.classes:
                    held[name] = (path, fact)
        yield from self._views(held)

    def _functions_handed_names(self) -> set[str]:
        """Functions that are given names of templates by their callers."""
        found: set[str] = set()
        for path, fact in self._world.facts("pages"):
            to = str(fact.data["to"]) if fact.kind == "mention" else ""
            symbol = self._world.resolve(path, fact.scope, to) if to else None
            if symbol is not None and symbol.internal:
                found.add(symbol.name)
        return found

    def _rendered(self, path: str, fact: Fact) -> Iterator[Node | Edge | BlindSpot]:
        text = self._patterns.text(path, fact.scope, fact.data["parts"])
        if is_known(text):
            yield from self._named(path, fact, text, "certain", "syntax")
        elif not self._is_given(path, fact) and not self._world.is_test(path):
            yield BlindSpot("unknown-template", _place(path, fact), str(fact.data["code"]))

    def _is_given(self, path: str, fact: Fact) -> bool:
        """Whether callers who do tell hand the name in: they are said to render it."""
        names = fact.data.get("given", ())
        scope = fact.scope
        while scope and names:
            known = self._world.files[path].parameters(scope)
            if any(name in known for name in names):
                name = f"{self._world.module_of(path)}.{scope}"
                return name in self._handed or name.removesuffix(".__init__") in self._handed
            scope = scope.rpartition(".")[0]
        return False

    def _named(
        self, path: str, fact: Fact, text: str, trust: Confidence, via: Via, source: str = ""
    ) -> Iterator[Node | Edge | BlindSpot]:
        source = source or source_of(self._world, path, fact.scope)
        evidence = (Evidence(_place(path, fact), via),)
        if "{" in text:
            found = self._templates.matching(text)
            for item in found if path not in found else [item for item in found if item != path]:
                yield Edge(source, f"template:{item}", "renders", "possible", evidence)
            if not found and not self._world.is_test(path):
                shown = str(fact.data.get("code", text))
                yield BlindSpot("unknown-template", _place(path, fact), shown)
            return
        files = self._templates.find(text, path)
        if not files:
            files, trust, via = self._templates.find_prefixed(text), "likely", "convention"
            evidence = (Evidence(_place(path, fact), via if files else "syntax"),)
        sure = self._templates.is_sure(files, path)
        for index, item in enumerate(files):
            several: Confidence = "likely" if sure and index == 0 else "possible"
            level = trust if len(files) == 1 else several
            yield Edge(source, f"template:{item}", "renders", level, evidence)
        if not files:
            yield Edge(source, f"template:{text}", "renders", "certain", evidence)
            if not self._templates.is_of_library(text) and not self._world.is_test(path):
                yield BlindSpot("unknown-template", _place(path, fact), f"{text}: no such template was found")

    def _mentioned(self, path: str, fact: Fact) -> Iterator[Node | Edge | BlindSpot]:
        """A text that is the name of a template, somewhere in the code."""
        text = _HOLE.sub("{}", str(fact.data["text"]))
        if "{" in text:
            known = bool(self._templates.matching(text))
        else:
            known = bool(self._templates.find(text, path))
        if known:
            yield from self._named(path, fact, text, "likely", "convention")

    def _views(self, held: Mapping[str, tuple[str, Fact]]) -> Iterator[Node | Edge | BlindSpot]:
        """Classes with `template_name`, their own or inherited from a class of the project."""
        for name, info in self._world.classes.items():
            owner = next((kin.name for kin in self._world.ancestors(name) if kin.name in held), "")
            if not owner or (owner != name and self._binds_itself(name, owner)):
                continue
            path, fact = held[owner]
            text = self._patterns.text(path, fact.scope, fact.data["parts"])
            if is_known(text):
                trust: Confidence = "certain" if owner == name else "likely"
                via: Via = "syntax" if owner == name else "convention"
                if owner == name or info.path.endswith(".py"):
                    yield from self._named(path, fact, text, trust, via, f"class:{name}")

    def _binds_itself(self, name: str, owner: str) -> bool:
        """Whether a class nearer than the owner binds the name to something that is not known."""
        for kin in self._world.ancestors(name):
            if kin.name == owner:
                return False
            info = self._world.classes.get(kin.name)
            if info is not None and self._world.binding(info.path, info.definition.name, TEMPLATE_ATTRIBUTE):
                return True
        return False


def _place(path: str, fact: Fact) -> Place:
    return Place(path, fact.line, fact.column)
