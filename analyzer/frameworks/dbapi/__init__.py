"""SQL in strings: constants, concatenations, f-strings, wherever they are kept and whoever runs them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ...model.evidence import BlindSpot, Evidence, Place
from ...model.facts import Fact, Json, Problem, SourceFile
from ...model.graph import Edge, Node
from ...model.protocols import Framework
from ...model.world import Syntax, World
from ...sql.declared import replayed_tables
from ...sql.edges import known, statement_data, statement_items
from .dynamic import Alternatives, known_tables
from .handed_tables import link_handed, read_handed
from .named_tables import read_named_tables
from .query_files import link_query_files, read_query_files
from .routines_asked import link_asked, read_asked
from .strings import VERB, has_sql, mentions, run_and_pieces, strings

_CTE = re.compile(
    r"(?:\bwith(?:\s+recursive)?\s|\)\s*,)\s*(\w+)\s*(?:\([^()]*\)\s*)?as\s+(?:(?:not\s+)?materialized\s+)?\(",
    re.IGNORECASE,
)


class DbApi(Framework):
    """See the module."""

    name = "dbapi"
    version = 6
    triggers = ()  # any file may run what another one holds

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is None:
            return
        yield from mentions(syntax)
        yield from read_query_files(file, syntax)
        yield from read_named_tables(syntax)
        yield from read_handed(syntax)
        yield from read_asked(syntax)
        if not VERB.search(file.text) or not has_sql(syntax):
            return
        from ...sql import read_string

        run, pieces = run_and_pieces(syntax)
        alternatives, lines = Alternatives(syntax), file.text.split("\n")
        for expression, scope, text, name in strings(syntax):
            for statement in read_string(text, file.dialect, sure=expression in run):
                data = statement_data(statement)
                data["end"] = expression.end_lineno or expression.lineno
                data["name"] = name
                data["starts"] = _starts(lines, expression.lineno, (use.line for use in statement.uses))
                data["piece"] = name in pieces
                if ctes := _CTE.findall(text):
                    data["ctes"] = sorted({cte.lower() for cte in ctes})
                data["text"] = " ".join(text.split())[:100] if statement.problem else ""
                if statement.problem.startswith("dynamic"):
                    data["template"] = alternatives.template(expression, scope)
                yield Fact("statement", scope, expression.lineno, expression.col_offset, data)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        names = known(world)
        mentioned: dict[tuple[str, str], dict[str, list[Evidence]]] = {}
        facts = list(world.facts(self.name))
        named = {(world.module_of(path), str(f.data["name"])) for path, f in facts if f.kind == "statement"}
        for path, fact in facts:
            if fact.kind == "mention":
                place = _located(world, path, fact)
                if place in named:
                    places = mentioned.setdefault(place, {}).setdefault(world.scope_id(path, fact.scope), [])
                    places.append(Evidence(Place(path, fact.line, fact.column)))
        tables = known_tables(world)
        ctes = _ctes(facts)
        for path, fact in facts:
            if fact.kind != "statement":
                continue
            data = {**fact.data, "definitions": _standing(world, path, fact)}
            if elsewhere := ctes.get((path, fact.scope), frozenset()).difference(fact.data.get("ctes", ())):
                data["uses"] = [use for use in data["uses"] if use[0] not in elsewhere]
            data = tables.filled(path, fact.scope, data) if data.get("template") else data
            users = mentioned.get((world.module_of(path), str(fact.data["name"])), {})
            if not users and not fact.data["piece"]:
                users = {world.scope_id(path, fact.scope): []}
            for source, places in sorted(users.items()):
                lines = (fact.line, int(fact.data["end"]))
                items = statement_items(data, source, path, lines, names, str(data["text"]))
                yield from (_also_at(_placed(item, fact), source, places) for item in items)
        yield from link_query_files(world, facts, names)
        yield from link_handed(world, facts, names)
        yield from link_asked(world, facts, names)


def _also_at(
    item: Node | Edge | BlindSpot, source: str, places: Sequence[Evidence]
) -> Node | Edge | BlindSpot:
    """What a function does with a text that is kept elsewhere, with where it runs it."""
    if places and isinstance(item, Edge) and item.source == source:
        return replace(item, evidence=(*places, *item.evidence))
    return item


def _starts(lines: Sequence[str], first: int, used: Iterable[int]) -> dict[str, int]:
    """Where the lines of a longer text begin on which it names tables."""
    found = {}
    for line in sorted({first + number - 1 for number in used if number > 1}):
        if line <= len(lines):
            found[str(line)] = len(lines[line - 1]) - len(lines[line - 1].lstrip())
    return found


def _placed(item: Node | Edge | BlindSpot, fact: Fact) -> Node | Edge | BlindSpot:
    """What a text does, with the columns where it stands."""
    starts = fact.data.get("starts", {})

    def at(place: Place) -> Place:
        known = fact.column if place.line == fact.line else int(starts.get(str(place.line), 0))
        return place._replace(column=place.column or known)

    if isinstance(item, BlindSpot):
        return item._replace(place=at(item.place))
    if isinstance(item, Edge):
        return replace(item, evidence=tuple(each._replace(place=at(each.place)) for each in item.evidence))
    return item


def _located(world: World, path: str, fact: Fact) -> tuple[str, str]:
    """(module, name) of the constant that a call is given; `self.FIND` is one of the class around it."""
    code = str(fact.data["code"])
    owner, _, name = code.partition(".")
    around = fact.scope.rpartition(".")[0]
    if owner in ("self", "cls") and around:
        return world.module_of(path), f"{around}.{name}"
    return world.locate(path, fact.scope, code)


def _ctes(facts: Sequence[tuple[str, Fact]]) -> Mapping[tuple[str, str], frozenset[str]]:
    """The names that WITH gives to queries in each function: what is added to such a text reads no table.

    A query that is called like a table that it reads may stand for either.
    """
    found: dict[tuple[str, str], set[str]] = {}
    for path, fact in facts:
        if fact.data.get("ctes"):
            read = {str(use[0]) for use in fact.data["uses"]}
            found.setdefault((path, fact.scope), set()).update(set(fact.data["ctes"]) - read)
    return {place: frozenset(names) for place, names in found.items()}


def _standing(world: World, path: str, fact: Fact) -> list[Json]:
    """The definitions of a statement, but for tables of which later migrations tell what becomes of them."""
    found = list(fact.data["definitions"])
    replayed = replayed_tables(world.files[path], fact.scope) if found else frozenset()
    return [d for d in found if d["kind"] != "table" or not (replayed is None or d["name"] in replayed)]


framework = DbApi()
