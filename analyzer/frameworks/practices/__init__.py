"""Practices that no framework tells and no edge shows: exceptions that are swallowed, work that is tried
again for ever, secrets and switches in code, SQL that is put together from what a function is given.

Each becomes an attribute of the function (or module) that it stands in: `swallows`, `retries`, `secret`,
`switch`, `checked-count` or `built-sql`, with `line:column:what` for each place. `graph/practices.py`
reads them. Values of secrets are never kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from ...model.evidence import BlindSpot
from ...model.facts import Fact, Problem, SourceFile
from ...model.graph import Edge, Node
from ...model.protocols import Framework
from ...model.world import Syntax, World
from .built_sql import read_built_sql
from .counted import read_counted
from .failing import read_failing
from .secrets import read_secrets
from .switches import read_switches


class Practices(Framework):
    """See the module."""

    name = "practices"
    version = 1
    triggers = ()

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is not None:
            yield from read_failing(syntax)
            yield from read_secrets(syntax)
            yield from read_switches(syntax)
            yield from read_built_sql(syntax)
            yield from read_counted(syntax)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for path, fact in world.facts(self.name):
            place = f"{fact.line}:{fact.column}:{fact.data['what']}"
            found[world.scope_id(path, fact.scope)][fact.kind].append(place)
        for id, kinds in sorted(found.items()):
            yield Node(
                id, attributes=tuple((kind, " ".join(places)) for kind, places in sorted(kinds.items()))
            )


framework = Practices()
