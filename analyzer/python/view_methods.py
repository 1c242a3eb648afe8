"""View classes: which of their methods answer which method of HTTP."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..model.world import Symbol, World

VERBS = ("get", "post", "put", "patch", "delete")
Answers = list[tuple[str, str]]
"""(method, id of the node that answers)."""


def defined_methods(world: World, class_name: str, verbs: Iterable[str] = VERBS) -> Answers:
    """The methods that a class and its ancestors in the project define under the names of HTTP's methods."""
    found = []
    for verb in verbs:
        member = world.member(class_name, verb)
        if member is not None and member.kind == "function":
            found.append((verb.upper(), f"function:{member.name}"))
    return found


def listed_methods(world: World) -> dict[str, list[str]]:
    """The methods of HTTP that view classes of Flask list themselves (`methods = [...]`), by class."""
    return {
        f"{world.module_of(path)}.{fact.scope}": list(fact.data["verbs"])
        for path, fact in world.facts("flask")
        if fact.kind == "methods"
    }


def answers(
    world: World,
    symbol: Symbol | None,
    given: Sequence[str] | None,
    listed: Mapping[str, Sequence[str]],
    inherited: Sequence[str] = (),
) -> Answers:
    """What answers a route: `given` are the methods that the route names, None when it names none.

    `listed` are those that classes name themselves (`methods = [...]`); `inherited` is what a library's class
    answers with `dispatch_request` where the project defines nothing.
    """
    if symbol is None or symbol.kind != "class":
        handler = f"function:{symbol.name}" if symbol is not None else ""
        return [(method, handler) for method in given or ["GET"]]
    names = [kin.name for kin in world.ancestors(symbol.name)]
    allowed = given or next((listed[name] for name in names if name in listed), None)
    found = [row for row in defined_methods(world, symbol.name) if not allowed or row[0] in allowed]
    if found:
        return found
    dispatch = world.member(symbol.name, "dispatch_request")
    own = dispatch is not None and dispatch.kind == "function"
    handler = f"function:{dispatch.name}" if own and dispatch is not None else f"class:{symbol.name}"
    return [(method, handler) for method in allowed or inherited or ["GET"]]
