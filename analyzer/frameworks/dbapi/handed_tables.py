"""Tables whose names callers hand to a function that puts them into SQL, or a class to what it inherits.

`count("orders")` after `def count(table): run(f"SELECT count(*) FROM {table}")`, and `Orders.find(1)` after
`class Orders(Record): table = "orders"`: what the function does to any table the caller does to that one.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ...model.evidence import Evidence, Place
from ...model.facts import Fact, Json
from ...model.graph import Edge, Node
from ...model.world import Syntax, World
from ...python.filled_patterns import Patterns
from ...python.module_names import split_name
from ...sql.edges import Known, statement_data, statement_items

_NAME = re.compile(r"[\"`\[]?[A-Za-z_][\w$]*(?:[\"`\]]?\.[\"`\[]?[A-Za-z_][\w$]*){0,2}[\"`\]]?\Z")
_PLAIN = frozenset(
    "get pop setdefault getenv append add remove extend split rsplit partition rpartition join replace "
    "startswith endswith strip lstrip rstrip encode decode format getLogger debug info warning error print "
    "getattr setattr hasattr isinstance strftime strptime url_for render_template".split()
)
_GIVEN = 8


def read_handed(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kind `handed`: calls that are given constants which may be names of tables."""
    for call, scope, name in syntax.calls():
        if not name or name in _PLAIN or not (call.args or call.keywords):
            continue
        given: list[list[Json]] = []
        places = [
            *enumerate(call.args[:_GIVEN]),
            *((word.arg, word.value) for word in call.keywords[:_GIVEN]),
        ]
        for place, value in places:
            text = syntax.string(value) if isinstance(value, ast.Constant | ast.Name) else None
            if place is not None and text and _NAME.match(text):
                given.append([str(place), text])
        if given:
            yield Fact("handed", scope, call.lineno, call.col_offset, {"given": given})


Generic = Mapping[str, Sequence[tuple[str, Fact, Mapping[int, str]]]]


def link_handed(world: World, facts: Sequence[tuple[str, Fact]], names: Known) -> Iterator[Node | Edge]:
    """What callers do to the tables that they name."""
    generic = _generic(world, facts)
    if not generic:
        return
    patterns, handed = Patterns(world), {}
    for path, fact in facts:
        if fact.kind == "handed":
            handed[path, fact.line, fact.column] = dict(fact.data["given"])
    for path in world.files:
        for call, symbol in world.calls(path):
            if symbol is None or symbol.kind != "function" or symbol.name not in generic:
                continue
            given = handed.get((path, call.line, call.column), {})
            for origin, fact, held in generic[symbol.name]:
                if origin == path:
                    continue  # what the same file names fills the holes where they stand
                told = {}
                for hole, holder in held.items():
                    if holder.startswith("."):
                        owner = call.target.rpartition(".")[0]
                        told[hole] = patterns.text(path, call.scope, [["code", f"{owner}{holder}"]])
                    else:
                        told[hole] = _argument(world, symbol.name, holder, given)
                if any(_NAME.match(text) for text in told.values()):
                    place = Place(path, call.line, call.column)
                    yield from _done(world, fact, told, place, call.scope, names)


def _generic(world: World, facts: Sequence[tuple[str, Fact]]) -> Generic:
    """Function -> its statements with holes that its callers fill."""
    found: dict[str, list[tuple[str, Fact, Mapping[int, str]]]] = {}
    for path, fact in facts:
        template = fact.data.get("template") if fact.kind == "statement" else None
        if not template or not fact.scope:
            continue
        held = {hole: holder for hole, holder in enumerate(template[4]) if holder}
        known = world.files[path].parameters(fact.scope)
        held = {hole: holder for hole, holder in held.items() if holder.startswith(".") or holder in known}
        if held:
            found.setdefault(f"{world.module_of(path)}.{fact.scope}", []).append((path, fact, held))
    return found


def _argument(world: World, function: str, parameter: str, given: Mapping[str, str]) -> str:
    """What a call gives for a parameter of a function, "" for no text."""
    if parameter in given:
        return given[parameter]
    module, name = split_name(function, world.modules)
    known = world.files[world.modules[module]].parameters(name) if module else ()
    plain = [each for each in known if each not in ("self", "cls")]
    return given.get(str(plain.index(parameter)), "") if parameter in plain else ""


def _done(
    world: World, fact: Fact, told: Mapping[int, str], place: Place, scope: str, names: Known
) -> Iterator[Node | Edge]:
    """What a statement does once its holes are filled, told of the caller."""
    from ...sql import read_string

    pieces = fact.data["template"][0]
    text = "".join(piece if isinstance(piece, str) else told.get(piece) or "{}" for piece in pieces)
    source = world.scope_id(place.path, scope)
    for statement in read_string(text, sure=True):
        data = {**statement_data(statement), "definitions": []}
        for item in statement_items(data, source, place.path, (place.line, place.line), names, ""):
            if isinstance(item, Edge) and "{" not in item.target:
                yield replace(item, confidence="likely", evidence=(Evidence(place, "value-flow"),))
            elif isinstance(item, Node) and "{" not in item.id:
                yield item
