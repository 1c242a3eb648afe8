"""Where code runs only under a condition: routes that are added there may not be there.

They add nothing to the graph themselves: frameworks ask about their routes (see `python/conditions.py`).
"""

from __future__ import annotations

from collections.abc import Iterable

from ..model.evidence import BlindSpot
from ..model.facts import Fact, Problem, SourceFile
from ..model.graph import Edge, Node
from ..model.protocols import Framework
from ..model.world import Syntax, World
from ..python.conditions import conditions


class Conditions(Framework):
    """See the module."""

    name = "conditions"
    version = 1
    triggers = (
        "urlpatterns", "path(", "url(", "include_router", "mount(", "APIRouter", "FastAPI", "Blueprint",
        "register_blueprint", ".route(", "add_url_rule", "add_resource", "add_namespace", "add_api_route",
    )  # fmt: skip

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        found = conditions(syntax) if syntax is not None else []
        if found:
            yield Fact("conditions", "", 0, 0, {"ranges": found})

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        return ()


framework = Conditions()
