"""FastAPI and Starlette: routes under all their prefixes, dependencies, background tasks."""

from __future__ import annotations

from collections.abc import Iterable

from ...model.evidence import BlindSpot
from ...model.facts import Fact, Problem, SourceFile
from ...model.graph import Edge, Node
from ...model.protocols import Framework
from ...model.world import Syntax, TypeRule, World
from .dependencies import link_dependencies, read_dependencies
from .reading import read_routers
from .routers import Routers
from .routes import link_routes
from .tasks import link_tasks, read_tasks
from .texts import read_texts

_ROUTING = (
    "fastapi", "starlette", "FastAPI", "Starlette", "outer", "Depends", "Security(", "Route(", "@app.",
    ".mount(", ".add_task(", "\napp = ", "\napplication = ",
)  # fmt: skip
_TEXTS = ("prefix", "PREFIX", "Settings", "VERSION", '"/', "'/")


class FastAPI(Framework):
    """See the module."""

    name = "fastapi"
    version = 4
    triggers = (*_ROUTING, *_TEXTS)

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is None:
            return
        yield from read_texts(syntax)
        if any(word in file.text for word in _ROUTING):
            yield from read_routers(syntax)
            yield from read_dependencies(syntax)
            yield from read_tasks(syntax)

    def types(self) -> Iterable[TypeRule]:
        for module in ("fastapi", "fastapi.params", "fastapi.param_functions"):
            yield TypeRule(f"{module}.Depends()", "1()")
            yield TypeRule(f"{module}.Security()", "1()")

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        routers = Routers(world)
        yield from link_routes(world, routers)
        yield from link_dependencies(world)
        yield from link_tasks(world)


framework = FastAPI()
