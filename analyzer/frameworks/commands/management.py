"""Django's management commands: `management/commands/name.py` with a class `Command`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model.evidence import Evidence, Place
from ...model.graph import Edge, Node
from ...model.world import Symbol, World

_PATH = re.compile(r"(?:.*/)?management/commands/([^/_][^/]*)\.py\Z")
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
        if found is None or symbol is None or symbol.kind != "class":
            continue
        info = world.classes[symbol.name]
        line = info.definition.line if info.path == path else 1
        name, handler = found[1], _handler(world, symbol.name)
        if not world.is_test(path):
            handlers.setdefault(name, handler)
        yield Node(f"command:{name}", path, line, line, (("framework", "django"),))
        yield Edge(f"command:{name}", handler, "handles", evidence=(Evidence(Place(path, line)),))
    for path, fact in world.facts("commands"):
        called = handlers.get(str(fact.data["name"])) if fact.kind == "call" else None
        if called is not None:
            evidence = (Evidence(Place(path, fact.line, fact.column), "convention"),)
            yield Edge(world.scope_id(path, fact.scope), called, "calls", "likely", evidence)


def _handler(world: World, name: str) -> str:
    """The method that does a command's work; the class itself where a library's method does."""
    bases = [base.name for base in world.ancestors(name)]
    for ending, method in _HANDLES:
        if any(base.endswith(ending) for base in bases):
            member: Symbol | None = world.member(name, method)
            if member is not None and member.kind == "function":
                return f"function:{member.name}"
    return f"class:{name}"
