"""Stored routines that code asks for by name: `SELECT bump(:id)`, `func.bump(id)`, `CALL bump(1)`.

What a routine of the project reads and writes, whoever calls it reads and writes.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

from ...model.evidence import Evidence, Place
from ...model.facts import Fact, Json
from ...model.graph import Edge
from ...model.world import Syntax, World
from ...python.nodes import last_name
from ...sql.edges import READERS, Known

_ASKS = re.compile(r"\b(?:select|perform|call|exec|execute|values|from|set)\b", re.IGNORECASE)
_CALLED = re.compile(r"\b((?:[A-Za-z_]\w*\.)?[A-Za-z_]\w*)\s*\(")
_MADE = re.compile(
    r"\b(?:function|procedure|trigger)\s+(?:if\s+(?:not\s+)?exists\s+)?[\w.\"]+\s*\(", re.IGNORECASE
)
_BUILT_IN = frozenset(
    """count sum avg min max coalesce nullif now lower upper length trim cast extract date_trunc array_agg any
    all exists in values and or not as over partition row_number rank on using round abs concat substring
    replace json_agg jsonb_build_object string_agg to_char to_date from select where insert into distinct with
    varchar numeric char decimal key references unique check interval greatest least unnest random""".split()
)
_MODES = frozenset({"reads", "writes", "joins"})
_MOST = 12


def read_asked(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kind `asked`: names of functions in texts that may be SQL, and of SQLAlchemy's `func`."""
    for node, scope in syntax.find(ast.Constant):
        text = node.value if isinstance(node, ast.Constant) else None
        if (
            not isinstance(text, str)
            or "(" not in text
            or not _ASKS.search(text)
            or syntax.is_docstring(node)
        ):
            continue
        found = dict.fromkeys(name.lower() for name in _CALLED.findall(text))
        names: list[Json] = [name for name in found if name not in _BUILT_IN][:_MOST]
        if names:
            data: dict[str, Json] = {"names": names}
            yield Fact("asked", scope, getattr(node, "lineno", 0), getattr(node, "col_offset", 0), data)
    for call, scope, name in syntax.calls():
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        if owner is not None and last_name(owner) == "func" and name.lower() not in _BUILT_IN:
            yield Fact("asked", scope, call.lineno, call.col_offset, {"names": [name.lower()]})


def link_asked(world: World, facts: Sequence[tuple[str, Fact]], names: Known) -> Iterator[Edge]:
    """`calls` of routines, and what these do, of the functions that ask for them."""
    done = _uses(world)
    short = {name.rpartition(".")[2]: name for name in sorted(names.routines)}
    for path, fact in facts if short else ():
        told = fact.data.get("names", ()) if fact.kind == "asked" else fact.data.get("calls", ())
        for name in told if fact.kind in ("asked", "statement") else ():
            routine = str(name) if name in names.routines else short.get(str(name).rpartition(".")[2], "")
            if not routine:
                continue
            source = world.scope_id(path, fact.scope)
            evidence = (Evidence(Place(path, fact.line, fact.column), "sql"),)
            if fact.kind == "asked":
                yield Edge(source, f"routine:{routine}", "calls", evidence=evidence)
            for table, mode in done.get(routine, ()):
                if table not in names.temporary:
                    kind = "view" if table in names.views else "table"
                    yield Edge(source, f"{kind}:{table}", mode, "likely", evidence)


def _uses(world: World) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Routine -> (table, mode) of what it does."""
    found: dict[str, dict[tuple[str, str], None]] = {}
    for reader in READERS:
        for _, fact in world.facts(reader):
            for made in fact.data["definitions"] if fact.kind == "statement" else ():
                if made["kind"] == "routine":
                    uses = found.setdefault(str(made["name"]), {})
                    uses.update(
                        {(str(use[0]), str(use[1])): None for use in made["uses"] if use[1] in _MODES}
                    )
    return {name: tuple(uses) for name, uses in found.items()}
