"""Classes that calls make of others: `type("Preview", (Voucher,), {})`, `types.new_class(...)`.

The code that makes one inherits, where it stands, from the bases that it gives.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from ..model.evidence import BlindSpot, Evidence, Place
from ..model.facts import Fact, Json, Problem, SourceFile
from ..model.graph import Edge, Node
from ..model.protocols import Framework
from ..model.world import Syntax, World

_MAKERS = frozenset({"type", "types.new_class", "dataclasses.make_dataclass"})


class MadeClasses(Framework):
    """See the module."""

    name = "made_classes"
    version = 1
    triggers = ("type(", "new_class(", "make_dataclass(")

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        """Facts of kind `made` (bases: path expressions)."""
        calls = syntax.called(("type", "new_class", "make_dataclass")) if syntax is not None else ()
        for call, scope, _ in calls:
            assert syntax is not None
            if syntax.dotted(call.func) not in _MAKERS:
                continue
            named = next((word.value for word in call.keywords if word.arg == "bases"), None)
            given = syntax.bound(call.args[1] if len(call.args) > 1 and named is None else named, scope)
            if isinstance(given, ast.Tuple):
                bases: list[Json] = [syntax.express(base, scope) for base in given.elts]
                yield Fact("made", scope, call.lineno, call.col_offset, {"bases": bases})

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        for path, fact in world.facts(self.name):
            evidence = (Evidence(Place(path, fact.line, fact.column)),)
            for code in fact.data["bases"]:
                symbol = world.resolve(path, fact.scope, str(code))
                if symbol is not None and symbol.kind == "class":
                    source = world.scope_id(path, fact.scope)
                    yield Edge(source, f"class:{symbol.name}", "inherits", evidence=evidence)


framework = MadeClasses()
