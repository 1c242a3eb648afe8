"""What a folder and its entry points hold: the only dynamic import in the house.

A plug-in is a file in its folder (`analyzer/rules/table_read.py`) or a folder with an `__init__.py`
(`analyzer/frameworks/django/`) that binds one instance to the folder's noun: `rule`, `framework`,
`strategy`, `proxy` ... Files without that name are helpers and are passed over. Third parties
register an instance under the entry-point group `carveout.<folder>`.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

_HOUSE = __name__.rpartition(".")[0].rpartition(".")[0]  # "carveout"


@cache
def modules(folder: str) -> tuple[ModuleType, ...]:
    """All modules of a folder of the house (`analyzer.rules`), sorted by name."""
    package = import_module(f"{_HOUSE}.{folder}")
    names = set()
    for place in package.__path__:
        for entry in Path(place).iterdir():
            if entry.suffix == ".py" and entry.stem != "__init__":
                names.add(entry.stem)
            elif (entry / "__init__.py").is_file():
                names.add(entry.name)
    return tuple(import_module(f"{package.__name__}.{name}") for name in sorted(names))


@cache
def plugins(folder: str, noun: str) -> tuple[Any, ...]:
    """The plug-ins of a folder, the house's own first, then third parties', each sorted by name."""
    own = [getattr(module, noun) for module in modules(folder) if hasattr(module, noun)]
    group = f"carveout.{folder.rpartition('.')[2]}"
    foreign = [point.load() for point in sorted(entry_points(group=group), key=lambda point: point.name)]
    return (*own, *foreign)


def page(plugin: object) -> str:
    """The docstring of the module that a plug-in's class comes from: the page that `explain` prints."""
    return (import_module(type(plugin).__module__).__doc__ or "").strip()
