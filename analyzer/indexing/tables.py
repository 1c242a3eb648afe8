"""One table of all that is told of it: its names with and without a schema, and where its sources differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Set

from ..graph.roles import ASIDE, role_of
from ..model.building import GraphBuilder
from ..model.evidence import BlindSpot, Confidence, Place
from ..model.graph import Node
from ..sql.declared import DRIFT, PARTIAL, types_differ
from ..sql.search_path import DEFAULT_SCHEMAS

_KINDS = ("table", "view", "sequence")


def merge_tables(builder: GraphBuilder) -> None:
    """Makes one node of what is one table, and adds where its sources contradict each other."""
    builder.replace(_same_names(builder))
    builder.replace(_same_views(builder))
    for spot in _contradictions(builder):
        builder.add(spot)


def _same_views(builder: GraphBuilder) -> Iterator[tuple[str, str, Confidence]]:
    """Views that are also known as tables, because a model is mapped to them."""
    for view in builder.ids("view")["view"]:
        table = f"table:{view.partition(':')[2]}"
        one, other = (view, table) if builder.defines(table) else (table, view)
        yield one, other, "certain"


def _same_names(builder: GraphBuilder) -> Iterator[tuple[str, str, Confidence]]:
    """(id, id of the same thing, how sure that is) of names with a schema and without.

    What lies in the database's default schema is what is called so without one. A name without a schema that
    nothing declares is the one of that name which is declared, where there is but one.
    """
    ids = builder.ids(*_KINDS, "column")
    known = {id.partition(":")[2] for kind in _KINDS for id in ids[kind]}
    declared = {name for name in known if any(builder.defines(f"{kind}:{name}") for kind in _KINDS)}
    qualified: dict[str, list[str]] = defaultdict(list)
    for name in sorted(declared):
        schema, dot, bare = name.rpartition(".")
        if dot:
            qualified[bare].append(name)
    same: dict[str, tuple[str, Confidence]] = {}
    for name in sorted(known):
        schema, _, bare = name.rpartition(".")
        if schema in DEFAULT_SCHEMAS and bare in known and (bare in declared or name not in declared):
            same[name] = (bare, "certain")
        elif not schema and name not in declared and len(qualified[name]) == 1:
            same[name] = (qualified[name][0], "likely")
    for kind in _KINDS if same else ():
        for id in ids[kind]:
            if (name := id.partition(":")[2]) in same:
                yield id, f"{kind}:{same[name][0]}", same[name][1]
    for id in ids["column"] if same else ():
        table, _, column = id.partition(":")[2].rpartition(".")
        if table in same:
            yield id, f"column:{same[table][0]}.{column}", "certain"


def _contradictions(builder: GraphBuilder) -> Iterator[BlindSpot]:
    """Where SQL and the classes and migrations of a program declare one table in different ways."""
    columns: dict[str, dict[str, dict[str, Place]]] = defaultdict(lambda: {"sql": {}, "code": {}})
    edges = list(builder.edges("contains")) if builder.several("table") else []
    migrations = {place.path for edge in edges for place, via in edge.evidence if via != "sql"}
    for edge in edges:
        if edge.target.startswith("column:") and edge.source.startswith("table:"):
            for place, via in edge.evidence:
                if role_of(place.path) not in ASIDE and not _is_printed(place.path, migrations):
                    columns[edge.source]["sql" if via == "sql" else "code"].setdefault(edge.target, place)
    for table, told in sorted(columns.items()):
        if not told["sql"] or not told["code"]:
            continue
        if not _is_partial(builder.told(table), told["sql"]):
            yield from _missing(told["code"], told["sql"], "is declared by a class, but not in SQL")
            yield from _missing(told["sql"], told["code"], "stands in SQL, but is not declared by a class")
        for column in sorted(told["sql"].keys() & told["code"].keys()):
            yield from _types(column, builder.told(column))


def _is_partial(nodes: list[Node], columns: dict[str, Place]) -> bool:
    """Whether a source may not tell all columns: a library adds some, or SQL alters what it does not make."""
    partial = {(node.path, node.line) for node in nodes if PARTIAL in node.attributes}
    told = {(place.path, place.line) for place in columns.values()}
    return bool(partial - told) or (bool(partial) and told <= partial)


def _is_printed(path: str, migrations: Set[str]) -> bool:
    """Is this script what a migration beside it does, printed (`sqlmigrate`)? It says what that says."""
    return path.endswith(".sql") and f"{path.removesuffix('.sql')}.py" in migrations


def _missing(these: dict[str, Place], those: dict[str, Place], what: str) -> Iterator[BlindSpot]:
    for column in sorted(these.keys() - those.keys()):
        yield BlindSpot(DRIFT, these[column], f"{column.partition(':')[2]} {what}")


def _types(column: str, nodes: list[Node]) -> Iterator[BlindSpot]:
    """The first two types of a column that are surely not the same."""
    typed = sorted(
        (node.path, node.line, type_name)
        for node in nodes
        for name, type_name in node.attributes
        if name == "type" and node.path is not None and role_of(node.path) not in ASIDE
    )
    for path, line, type_name in typed[1:]:
        if types_differ(typed[0][2], type_name):
            text = f"{column.partition(':')[2]} is {typed[0][2]} in {typed[0][0]}, but {type_name} here"
            yield BlindSpot(DRIFT, Place(path, line), text)
            return
