"""carveout: cut a Python monolith into services, and show that the cut changed nothing.

from pathlib import Path
import carveout

root = Path("shop")
graph = carveout.analyze(root)
result = carveout.check(graph, carveout.load_boundary(root), root)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .analyzer.model.boundary import Boundary
    from .analyzer.model.changes import Change
    from .analyzer.model.errors import CarveoutError
    from .analyzer.model.exported import load_graph
    from .analyzer.model.findings import Violation
    from .analyzer.model.graph import Graph
    from .analyzer.model.plan import Plan
    from .analyzer.pipeline import analyze, check, plan, propose
    from .analyzer.project.config import load_boundary
    from .generators.scaffold import changes as scaffold

    __version__: str

_WHERE = {
    "Boundary": ("analyzer.model.boundary", "Boundary"),
    "CarveoutError": ("analyzer.model.errors", "CarveoutError"),
    "Change": ("analyzer.model.changes", "Change"),
    "Graph": ("analyzer.model.graph", "Graph"),
    "Plan": ("analyzer.model.plan", "Plan"),
    "Violation": ("analyzer.model.findings", "Violation"),
    "analyze": ("analyzer.pipeline", "analyze"),
    "check": ("analyzer.pipeline", "check"),
    "load_boundary": ("analyzer.project.config", "load_boundary"),
    "load_graph": ("analyzer.model.exported", "load_graph"),
    "plan": ("analyzer.pipeline", "plan"),
    "propose": ("analyzer.pipeline", "propose"),
    "scaffold": ("generators.scaffold", "changes"),
}

__all__ = [
    "Boundary", "CarveoutError", "Change", "Graph", "Plan", "Violation", "__version__", "analyze", "check",
    "load_boundary", "load_graph", "plan", "propose", "scaffold",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """The public names, each loaded when it is first asked for."""
    if name == "__version__":
        from importlib.metadata import PackageNotFoundError, version

        try:
            return version("carveout")
        except PackageNotFoundError:
            return "0+uninstalled"
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _WHERE[name]
    return getattr(import_module(f".{module}", __name__), attribute)


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
