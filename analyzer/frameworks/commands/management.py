"""Django's management commands: `management/commands/name.py` with a class `Command`, or django-click's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model.evidence import Evidence, Place
from ...model.graph import Edge, Node
from ...model.world import Symbol, World

_PATH = re.compile(r"(?:.*/)?management/commands/([^/_][^/]*)\.py\Z")
_CLICK = re.compile(r"djclick\.(?:\w+\.)*(?:command|group)\Z")
_HANDLES = (  # what Django calls for commands about labels and apps, then for all others
    ("LabelCommand", "handle_label"),
    ("AppCommand", "handle_app_config"),
    ("", "handle"),
)


def link_management(world: World) -> Iterator[Node | Edge]:
    """Commands by the names of their files, and who calls them by `call_command`."""
    handlers: dict[str, str] = {}
    for path in world.files:
        found = _PATH.match(path)
        symbol = world.resolve(path, "", "Command") if found is not None else None
        told = _told(world, path, symbol) if found is not None else None
        if found is None or told is None:
            continue
        name, (handler, line) = found[1], told
        if not world.is_test(path):
            handlers.setdefault(name, handler)
        yield Node(f"command:{name}", path, line, line, (("framework", "django"),))
        yield Edge(f"command:{name}", handler, "handles", evidence=(Evidence(Place(path, line)),))
    for path, fact in world.facts("commands"):
        called = handlers.get(str(fact.data["name"])) if fact.kind == "call" else None
        if called is not None:
            evidence = (Evidence(Place(path, fact.line, fact.column), "convention"),)
            yield Edge(world.scope_id(path, fact.scope), called, "calls", "likely", evidence)


def _told(world: World, path: str, symbol: Symbol | None) -> tuple[str, int] | None:
    """(handler, line) of a file of a command: its class, or the function that django-click makes one of."""
    if symbol is not None and symbol.kind == "class":
        info = world.classes[symbol.name]
        return _handler(world, symbol.name), info.definition.line if info.path == path else 1
    for definition in world.files[path].definitions:
        for code in definition.decorators if definition.kind == "function" else ():
            by = world.resolve(path, "", code.removesuffix("()"))
            if by is not None and _CLICK.match(by.name):
                return f"function:{world.module_of(path)}.{definition.name}", definition.line
    return None


def _handler(world: World, name: str) -> str:
    """The method that does a command's work; the class itself where a library's method does."""
    bases = [base.name for base in world.ancestors(name)]
    for ending, method in _HANDLES:
        if any(base.endswith(ending) for base in bases):
            member: Symbol | None = world.member(name, method)
            if member is not None and member.kind == "function":
                return f"function:{member.name}"
    return f"class:{name}"
