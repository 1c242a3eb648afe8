"""Background tasks: what FastAPI and Starlette run once the answer has gone out."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ...model.evidence import BlindSpot, Evidence, Place
from ...model.facts import Fact
from ...model.graph import Edge, Node
from ...model.world import Syntax, World


def read_tasks(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kind `background`: `background_tasks.add_task(f, ...)` and `BackgroundTask(f, ...)`."""
    for node, scope in syntax.find(ast.Call):
        assert isinstance(node, ast.Call)
        function = node.func
        if not node.args:
            continue
        if isinstance(function, ast.Attribute) and function.attr == "add_task":
            on = syntax.express(function.value, scope)
        elif syntax.dotted(function).startswith(("starlette.", "fastapi.")):
            on = f"{syntax.express(function, scope)}()"
            if not on.endswith(".BackgroundTask()") and on != "BackgroundTask()":
                continue
        else:
            continue
        data = {"on": on, "what": syntax.express(node.args[0], scope)}
        yield Fact("background", scope, node.lineno, node.col_offset, data)


def link_tasks(world: World) -> Iterator[Node | Edge | BlindSpot]:
    """A task for each function that is run in the background, `enqueues` from where it is added."""
    for path, fact in world.facts("fastapi"):
        if fact.kind != "background" or world.is_test(path) or not _is_background(world, path, fact):
            continue
        place = Place(path, fact.line, fact.column)
        symbol = world.resolve(path, fact.scope, str(fact.data["what"]))
        if symbol is None or symbol.kind != "function":
            if symbol is None or symbol.internal:
                text = f"add_task({str(fact.data['what']).lstrip('?')})"
                yield BlindSpot("unknown-task", place, text[:120])
            continue
        id = f"task:{symbol.name}"
        evidence = (Evidence(place, "convention"),)
        trust = "certain" if symbol.evident else "likely"
        yield Node(id, path, fact.line, fact.line, (("framework", "fastapi"),))
        yield Edge(id, f"function:{symbol.name}", "handles", trust, evidence)  # type: ignore[arg-type]
        yield Edge(world.scope_id(path, fact.scope), id, "enqueues", trust, evidence)  # type: ignore[arg-type]


def _is_background(world: World, path: str, fact: Fact) -> bool:
    """Whether tasks are added to something that FastAPI runs: by its type, else by its usual name."""
    on = str(fact.data["on"])
    symbol = world.resolve(path, fact.scope, on) if not on.startswith("?") else None
    if symbol is not None:
        return symbol.kind == "external" and "BackgroundTask" in symbol.name
    last = on.lstrip("?").rpartition(".")[2].lower()
    return "background" in last or "bg_task" in last
