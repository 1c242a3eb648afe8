"""What SQL statements add to the graph, wherever they stand. Shared by all that read SQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple

from ..model.evidence import BlindSpot, Confidence, Evidence, Place
from ..model.facts import Fact, Json
from ..model.graph import Edge, Node
from ..model.world import World
from .declared import PARTIAL
from .dropped import dropped
from .search_path import Schemas

if TYPE_CHECKING:
    from .statements import Definition, Statement, TableUse

READERS = ("dbapi", "sql_files")
"""The frameworks whose facts of kind `statement` are made by `statement_data`."""

_MODES = frozenset({"reads", "writes", "joins"})


_HOW = {
    "replace": "upsert",
    "merge": "upsert",
    "load": "insert",
    "copy": "insert",
    "create": "insert",
    "refresh": "update",
    "select for update": "lock",
}
_RUNNING = frozenset({"trigger", "routine"})
_TOLD = frozenset({"lock", "select for update", "aggregate"})
"""What reads are told to do."""


class Known(NamedTuple):
    """What the statements of the whole project define: names that mean something else than tables."""

    views: frozenset[str]
    temporary: frozenset[str]
    routines: frozenset[str]
    synonyms: Mapping[str, str]
    schemas: Schemas
    dropped: frozenset[tuple[str, str]] = frozenset()
    """(kind, name) of views and triggers that are gone again."""


def statement_data(statement: Statement) -> dict[str, Json]:
    """A statement as the data of a fact."""
    return {
        "problem": statement.problem,
        "uses": [_use(use) for use in statement.uses],
        "definitions": [_definition(definition) for definition in statement.definitions],
        "calls": list(statement.calls),
        **(
            {"sequences": [_sequence(statement, use) for use in statement.sequences]}
            if statement.sequences
            else {}
        ),
        **({"schemas": list(statement.schemas)} if statement.schemas else {}),
    }


def _sequence(statement: Statement, use: TableUse) -> list[Json]:
    """[name, mode, line, kind, name]: what is defined takes from the sequence, else ("") who runs this."""
    made = [each for each in statement.definitions if each.kind in ("table", *_RUNNING)]
    return [use.table, use.mode, use.line, *((made[0].kind, made[0].name) if made else ("", ""))]


def _use(use: TableUse) -> list[Json]:
    return [use.table, use.mode, list(use.columns), use.line, use.action]


def _definition(definition: Definition) -> dict[str, Json]:
    return {
        "kind": definition.kind,
        "name": definition.name,
        "action": definition.action,
        "on": definition.on,
        "temporary": definition.temporary,
        "columns": [
            [*pair, line]
            for pair, line in zip(
                definition.columns, definition.lines or repeat(definition.line), strict=False
            )
        ],
        "foreign_keys": [
            [list(key.columns), key.target, key.line, key.on_delete] for key in definition.foreign_keys
        ],
        "uses": [_use(use) for use in definition.uses],
        "line": definition.line,
        "marks": [list(mark) for mark in definition.marks],
        "changes": [list(change) for change in definition.changes],
        "bases": list(definition.bases),
    }


def known(world: World) -> Known:
    """What all statements define: views are no tables, and nor is what only a connection sees."""
    views: set[str] = set()
    temporary: set[str] = set()
    lasting: set[str] = set()
    routines: set[str] = set()
    synonyms: dict[str, str] = {}
    facts = [
        (path, fact) for reader in READERS for path, fact in world.facts(reader) if fact.kind == "statement"
    ]
    statements = [fact.data for _, fact in facts]
    schemas = Schemas(statements)
    for definition in (made for data in statements for made in schemas.resolved(data)["definitions"]):
        kind, name = definition["kind"], str(definition["name"])
        if kind == "view":
            views.add(name)
        elif kind == "routine":
            routines.add(name)
        elif kind == "synonym" and definition["on"] != name:
            synonyms.setdefault(name, str(definition["on"]))
        if kind in ("table", "view") and definition["action"] == "create":
            (temporary if definition["temporary"] else lasting).add(name)
    gone = frozenset((temporary - lasting) | _passing(facts))
    return Known(frozenset(views - temporary), gone, frozenset(routines), synonyms, schemas, dropped(facts))


def _passing(facts: Iterable[tuple[str, Fact]]) -> set[str]:
    """Tables that each function that mentions them takes away again, or renames."""
    left: dict[tuple[str, str], set[str]] = {}
    gone: dict[tuple[str, str], set[str]] = {}
    mentioned: dict[str, set[tuple[str, str]]] = {}
    for path, fact in facts:
        place = (path, fact.scope)
        for use in fact.data["uses"]:
            mentioned.setdefault(str(use[0]), set()).add(place)
        for made in fact.data["definitions"]:
            name, new = str(made["name"]), str(made["on"])
            mentioned.setdefault(name, set()).add(place)
            for use in made["uses"]:
                mentioned.setdefault(str(use[0]), set()).add(place)
            if made["kind"] != "table":
                continue
            there, taken = left.setdefault(place, set()), gone.setdefault(place, set())
            if made["action"] == "rename" or (made["action"] == "drop" and name in there):
                there.discard(name)
                taken.add(name)
            comes = name if made["action"] == "create" else new if made["action"] == "rename" else ""
            if comes:
                there.add(comes)
                taken.discard(comes)
                mentioned.setdefault(comes, set()).add(place)
    names = sorted({name for taken in gone.values() for name in taken})
    return {name for name in names if all(name in gone.get(place, ()) for place in mentioned[name])}


def statement_items(
    data: Mapping[str, Json],
    source: str,
    path: str,
    lines: Sequence[int],
    names: Known,
    text: str,
    line: int = 0,
) -> Iterator[Node | Edge | BlindSpot]:
    """Nodes and edges of one statement that `source` runs.

    `lines` are the line of the file that the statement's own lines count from and the last one that it may
    reach; `text` is shown where it was not understood; it stands at `line` (default: where its lines begin).
    """
    first, last = lines
    place = Place(path, line or first)
    data = names.schemas.resolved(data)
    problem = str(data["problem"])
    if problem:
        dynamic = problem.startswith("dynamic ")  # the kind says all of it
        kind = problem.replace(" ", "-") if dynamic else "sql-not-parsed"
        yield BlindSpot(kind, place, (text or problem if dynamic else f"{problem}: {text}")[:160])
    trust: Confidence = "likely" if problem else "certain"
    yield from use_edges(data, source, path, (first, last), names, trust)
    yield from sequence_edges(data, source, path, (first, last))
    made = any(definition["kind"] in _RUNNING for definition in data["definitions"])
    for called in data.get("calls", ()) if not made else ():
        yield from _call_edge(str(called), source, place, names)
    for definition in data["definitions"]:
        gone = (definition["kind"], definition["name"]) in names.dropped
        if definition["action"] != "drop" and not gone:
            yield from _definition_items(definition, source, path, (first, last), names)
            for called in data.get("calls", ()) if definition["kind"] in _RUNNING else ():
                yield from _call_edge(str(called), f"{definition['kind']}:{definition['name']}", place, names)


def _call_edge(called: str, source: str, place: Place, names: Known) -> Iterator[Edge]:
    """The routine that is called by its name, or the package that holds it."""
    package = called.rpartition(".")[0]
    target = called if called in names.routines or package not in names.routines else package
    if f"routine:{target}" != source:
        yield Edge(source, f"routine:{target}", "calls", evidence=(Evidence(place, "sql"),))


def _line(first: int, last: int, line: Any) -> int:
    return min(first + max(int(line), 1) - 1, last)


def sequence_edges(
    data: Mapping[str, Json], source: str, path: str, lines: tuple[int, int]
) -> Iterator[Edge]:
    """The sequences that a statement, or what it defines, takes numbers from."""
    for name, mode, line, kind, owner in data.get("sequences", ()):
        evidence = (Evidence(Place(path, _line(*lines, line)), "sql"),)
        if kind == "table":
            yield Edge(f"table:{owner}", f"sequence:{name}", "references", evidence=evidence)
        else:
            yield Edge(f"{kind}:{owner}" if kind else source, f"sequence:{name}", mode, evidence=evidence)


def use_edges(
    data: Mapping[str, Json],
    source: str,
    path: str,
    lines: tuple[int, int],
    names: Known,
    trust: Confidence,
) -> Iterator[Edge]:
    """What a statement reads and writes, if `source` runs it."""
    for use in names.schemas.resolved(data)["uses"]:
        yield from _use_edge(use, source, path, lines, names, trust)


def _use_edge(
    use: Sequence[Any],
    source: str,
    path: str,
    lines: tuple[int, int],
    names: Known,
    trust: Confidence,
) -> Iterator[Edge]:
    table, mode, columns, line, action = use
    table = names.synonyms.get(table, table)
    if mode in _MODES and f"table:{table}" != source and table not in names.temporary:
        kind = "view" if table in names.views else "table"
        evidence = (Evidence(Place(path, _line(*lines, line)), "sql"),)
        how = (_HOW.get(action, action),) if mode == "writes" or action in _TOLD else ()
        yield Edge(source, f"{kind}:{table}", mode, trust, evidence, columns=tuple(columns), how=how)


def _definition_items(
    definition: Mapping[str, Any], source: str, path: str, lines: tuple[int, int], names: Known
) -> Iterator[Node | Edge]:
    kind, name, on = definition["kind"], definition["name"], definition["on"]
    if kind == "sequence" and on:
        owned = (Evidence(Place(path, _line(*lines, definition["line"])), "sql"),)
        columns = tuple(column for column, *_ in definition["columns"])
        yield Edge(f"table:{on}", f"sequence:{name}", "references", evidence=owned, columns=columns)
    if kind == "sequence" and (definition["action"] != "create" or definition["temporary"]):
        return
    if kind not in ("table", "view", "trigger", "routine", "sequence") or name in names.temporary:
        return
    id, line = f"{kind}:{name}", _line(*lines, definition["line"])
    evidence = (Evidence(Place(path, line), "sql"),)
    fires = [(str(flag), str(told)) for flag, told in definition["marks"]] if kind == "trigger" else []
    about_it = tuple(sorted([*fires, ("table", on)])) if kind == "trigger" and on else ()
    if kind == "table" and definition["action"] == "alter":
        about_it = (PARTIAL,)
    yield Node(id, path, line, line, about_it)
    if source != id:
        yield Edge(source, id, "contains", evidence=evidence)
    if kind == "trigger" and on:
        yield Edge(f"{'view' if on in names.views else 'table'}:{on}", id, "calls", evidence=evidence)
    deletes = {column: key[3] for key in definition["foreign_keys"] for column in key[0] if key[3]}
    for column, type_name, at in definition["columns"] if kind in ("table", "view") else ():
        told = (("on_delete", deletes.get(column, "")), ("type", type_name))
        about = tuple(pair for pair in told if pair[1])
        own = Place(path, _line(*lines, at))
        yield Node(f"column:{name}.{column}", path, own.line, own.line, about)
        yield Edge(id, f"column:{name}.{column}", "contains", evidence=(Evidence(own, "sql"),))
    for columns, target, at, _ in definition["foreign_keys"]:
        where = (Evidence(Place(path, _line(*lines, at)), "sql"),)
        yield Edge(id, f"table:{target}", "references", evidence=where, columns=tuple(columns))
    for use in definition["uses"]:
        yield from _use_edge(use, id, path, lines, names, "certain")
