"""What SQL statements add to the graph, wherever they stand. Shared by all that read SQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..model.evidence import BlindSpot, Confidence, Evidence, Place
from ..model.facts import Json
from ..model.graph import Edge, Node
from ..model.protocols import World

if TYPE_CHECKING:
    from .statements import Definition, Statement, TableUse

READERS = ("dbapi", "sql_files")
"""The frameworks whose facts of kind `statement` are made by `statement_data`."""

_MODES = frozenset({"reads", "writes", "joins"})


def statement_data(statement: Statement) -> dict[str, Json]:
    """A statement as the data of a fact."""
    return {
        "problem": statement.problem,
        "uses": [_use(use) for use in statement.uses],
        "definitions": [_definition(definition) for definition in statement.definitions],
    }


def _use(use: TableUse) -> list[Json]:
    return [use.table, use.mode, list(use.columns), use.line]


def _definition(definition: Definition) -> dict[str, Json]:
    return {
        "kind": definition.kind,
        "name": definition.name,
        "action": definition.action,
        "temporary": definition.temporary,
        "columns": [list(pair) for pair in definition.columns],
        "foreign_keys": [[list(key.columns), key.target, key.line] for key in definition.foreign_keys],
        "uses": [_use(use) for use in definition.uses],
        "line": definition.line,
    }


def views(world: World) -> frozenset[str]:
    """The names of all views that statements define: what reads them reads a view, not a table."""
    found = set()
    for reader in READERS:
        for _, fact in world.facts(reader):
            for definition in fact.data.get("definitions", ()) if fact.kind == "statement" else ():
                if definition["kind"] == "view":
                    found.add(str(definition["name"]))
    return frozenset(found)


def statement_items(
    data: Mapping[str, Json],
    source: str,
    path: str,
    lines: Sequence[int],
    known_views: frozenset[str],
    text: str,
) -> Iterator[Node | Edge | BlindSpot]:
    """Nodes and edges of one statement that `source` runs.

    `lines` are the line at which the statement's text begins and the last line of the file that it may
    reach; `text` is shown where the statement was not understood.
    """
    first, last = lines
    problem = str(data["problem"])
    if problem:
        kind = problem.replace(" ", "-") if problem.startswith("dynamic ") else "sql-not-parsed"
        yield BlindSpot(kind, Place(path, first), f"{problem}: {text}"[:120])
    trust: Confidence = "likely" if problem else "certain"
    for use in data["uses"]:
        yield from _use_edge(use, source, path, (first, last), known_views, trust)
    for definition in data["definitions"]:
        if definition["action"] != "drop":
            yield from _definition_items(definition, source, path, (first, last), known_views)


def _line(first: int, last: int, line: Any) -> int:
    return min(first + max(int(line), 1) - 1, last)


def _use_edge(
    use: Sequence[Any],
    source: str,
    path: str,
    lines: tuple[int, int],
    known_views: frozenset[str],
    trust: Confidence,
) -> Iterator[Edge]:
    table, mode, columns, line = use
    if mode in _MODES and f"table:{table}" != source:
        kind = "view" if table in known_views else "table"
        evidence = (Evidence(Place(path, _line(*lines, line)), "sql"),)
        yield Edge(source, f"{kind}:{table}", mode, trust, evidence, columns=tuple(columns))


def _definition_items(
    definition: Mapping[str, Any], source: str, path: str, lines: tuple[int, int], known_views: frozenset[str]
) -> Iterator[Node | Edge]:
    kind, name = definition["kind"], definition["name"]
    if kind not in ("table", "view", "trigger", "routine") or definition["temporary"]:
        return
    id, line = f"{kind}:{name}", _line(*lines, definition["line"])
    evidence = (Evidence(Place(path, line), "sql"),)
    yield Node(id, path, line, line)
    if source != id:
        yield Edge(source, id, "contains", evidence=evidence)
    for column, type_name in definition["columns"] if kind in ("table", "view") else ():
        yield Node(f"column:{name}.{column}", path, line, line, (("type", type_name),) if type_name else ())
        yield Edge(id, f"column:{name}.{column}", "contains", evidence=evidence)
    for columns, target, at in definition["foreign_keys"]:
        where = (Evidence(Place(path, _line(*lines, at)), "sql"),)
        yield Edge(id, f"table:{target}", "references", evidence=where, columns=tuple(columns))
    for use in definition["uses"]:
        yield from _use_edge(use, id, path, lines, known_views, "certain")
