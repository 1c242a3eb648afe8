"""Transactions as nodes, and what runs after them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...model.evidence import BlindSpot, Evidence, Place, Via
from ...model.facts import Fact, Json
from ...model.graph import Edge, Node
from ...model.world import World
from .wrappers import Wrappers

_SEVERAL = frozenset({"begin", "connection"})
"""Blocks that commit at their end: a commit inside them is theirs."""
_VIEW_METHODS = frozenset(
    "get post put patch delete head options dispatch list create retrieve update partial_update "
    "destroy".split()
)
_DJANGO = frozenset({"django", "django_rest", "ninja"})


def link_transactions(world: World) -> Iterator[Node | Edge | BlindSpot]:
    """A node for each transaction, which its function contains."""
    wrappers = Wrappers(world)
    found: dict[str, list[tuple[Fact, str, str, Via]]] = {}
    for path, fact in world.facts("transactions"):
        if world.is_test(path):
            continue
        yield from _beside(world, path, fact)
        if fact.kind == "class":
            for scope in _methods(world, path, fact.scope):
                found.setdefault(world.scope_id(path, scope), []).append(
                    (fact, path, str(fact.data["how"]), "syntax")
                )
        elif fact.kind in ("block", "decorated", "commit"):
            how, via = str(fact.data["how"]), "syntax"
            if not how:
                how, via = wrappers.opened(path, fact), "value-flow"
            owner = world.scope_id(path, fact.scope)
            if how and fact.data.get("yields"):
                yield Node(owner, attributes=(("commits", "what uses it"),))
            elif how and (path, fact.line) not in wrappers.around:
                found.setdefault(owner, []).append((fact, path, how, via))  # type: ignore[arg-type]
    for path, definition, how in wrappers.decorated():
        data: dict[str, Json] = {"lines": [[definition.line, definition.end_line]]}
        fact = Fact("decorated", definition.name, definition.line, definition.column, data)
        found.setdefault(world.scope_id(path, definition.name), []).append((fact, path, how, "value-flow"))
    for owner, items in sorted(found.items()):
        yield from _nodes(owner, sorted(items, key=lambda item: (item[1], item[0].line, item[0].column)))


def _beside(world: World, path: str, fact: Fact) -> Iterator[Node | Edge | BlindSpot]:
    """What belongs to transactions without being one."""
    if fact.kind == "after":
        yield from _after(world, path, fact)
    elif fact.kind == "apart":
        yield Node(world.scope_id(path, fact.scope), attributes=(("atomic", "no"),))


def _nodes(owner: str, items: Sequence[tuple[Fact, str, str, Via]]) -> Iterator[Node | Edge]:
    blocks = [(path, pair) for fact, path, how, _ in items if how in _SEVERAL for pair in fact.data["lines"]]
    kept = [
        item
        for item in items
        if item[0].kind != "commit" or not any(_is_inside(item[0].line, item[1], block) for block in blocks)
    ]
    for number, (fact, path, how, via) in enumerate(kept, 1):
        id = f"transaction:{owner.partition(':')[2]}#{number}"
        lines = fact.data.get("lines", ()) if fact.kind not in ("decorated", "class") else ()
        attributes = [("opened", how)]
        if lines:
            attributes.insert(0, ("lines", " ".join(map(_pair, lines))))
        last = max((pair[1] for pair in fact.data.get("lines", ())), default=fact.line)
        yield Node(id, path, fact.line, max(last, fact.line), tuple(attributes))
        evidence = (Evidence(Place(path, fact.line, fact.column), via),)
        yield Edge(owner, id, "contains", "certain" if via == "syntax" else "likely", evidence)


def _pair(lines: Sequence[int]) -> str:
    return f"{lines[0]}-{lines[1]}"


def _is_inside(line: int, path: str, block: tuple[str, Sequence[int]]) -> bool:
    return block[0] == path and block[1][0] <= line <= block[1][1]


def _methods(world: World, path: str, name: str) -> list[str]:
    """The methods of a class of views that answer requests."""
    names = (definition.name for definition in world.files[path].definitions if definition.kind == "function")
    return [n for n in names if n.rpartition(".")[0] == name and n.rpartition(".")[2] in _VIEW_METHODS]


def _after(world: World, path: str, fact: Fact) -> Iterator[Edge | BlindSpot]:
    """What runs once a transaction is committed is put off, as a task is."""
    place = Place(path, fact.line, fact.column)
    evidence, source = (Evidence(place),), world.scope_id(path, fact.scope)
    what = str(fact.data["what"])
    if fact.data.get("lambda"):
        if what:
            yield Edge(source, world.scope_id(path, what), "enqueues", "certain", evidence)
        return
    symbol = world.resolve(path, fact.scope, what) if not what.startswith("?") else None
    if symbol is not None and symbol.kind == "function":
        trust = "certain" if symbol.evident else "likely"
        yield Edge(source, f"function:{symbol.name}", "enqueues", trust, evidence)  # type: ignore[arg-type]
    elif symbol is None or symbol.internal:
        yield BlindSpot("unresolved-call", place, f"on_commit({what.lstrip('?')})"[:120])


def link_requests(world: World, routes: Sequence[Node]) -> Iterator[Node | Edge]:
    """With `ATOMIC_REQUESTS`, each of Django's routes runs in a transaction."""
    places = [
        Place(path, fact.line)
        for path, fact in world.facts("transactions")
        if fact.kind == "requests" and not world.is_test(path)
    ]
    for route in routes if places else ():
        if dict(route.attributes).get("framework") in _DJANGO:
            id = f"transaction:{route.name}"
            yield Node(id, route.path, route.line, route.end_line, (("opened", "request"),))
            yield Edge(route.id, id, "contains", "certain", (Evidence(places[0], "convention"),))
