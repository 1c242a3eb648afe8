"""Runs inside an application's own environment: imports all its modules and notes who imported what.

usage: imports_plugin.py PACKAGE OUT. Settings of Django are taken from the environment, if there are any. Writes
JSON: `edges` as [importing module, imported module], `imported` the modules that could be imported.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib
import importlib.util
import io
import json
import os
import pkgutil
import sys
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

EDGES: set[tuple[str, str]] = set()
_import, _import_module = builtins.__import__, importlib.import_module


def noted(
    name: str,
    globals: Mapping[str, Any] | None = None,
    locals: Mapping[str, Any] | None = None,
    fromlist: Sequence[str] = (),
    level: int = 0,
) -> Any:
    """As `__import__`, and notes what a statement (or a call) of the importing module names."""
    result = _import(name, globals, locals, fromlist or (), level)
    about = globals if globals is not None else sys._getframe(1).f_globals
    importer = _lazy(sys._getframe(1)) or str(about.get("__name__", ""))
    package = about.get("__package__") or (importer if "__path__" in about else importer.rpartition(".")[0])
    target = importlib.util.resolve_name("." * level + name, package) if level else name
    if not fromlist:
        EDGES.add((importer, target))
    for item in _named(sys.modules.get(target), fromlist or ()):
        inner = f"{target}.{item}"
        module = sys.modules.get(inner)
        is_module = module is not None and getattr(sys.modules[target], item, None) is module
        EDGES.add((importer, inner if is_module else target))
    return result


def _lazy(frame: FrameType) -> str:
    """The module that a `__getattr__` of modules imports for: what it stands in is a mere helper."""
    module = frame.f_locals.get("self") if frame.f_code.co_name == "__getattr__" else None
    return module.__name__ if isinstance(module, ModuleType) else ""


def _named(module: Any, fromlist: Sequence[str]) -> list[str]:
    """The names that are imported; a star also imports the submodules that `__all__` lists."""
    if "*" not in fromlist:
        return list(fromlist)
    listed = [name for name in getattr(module, "__all__", ()) if f"{module.__name__}.{name}" in sys.modules]
    return ["*", *listed]


def noted_module(name: str, package: str | None = None) -> Any:
    """As `importlib.import_module`, and notes who called it."""
    result = _import_module(name, package)
    importer = _lazy(sys._getframe(1)) or str(sys._getframe(1).f_globals.get("__name__", ""))
    EDGES.add((importer, importlib.util.resolve_name(name, package) if name.startswith(".") else name))
    return result


def main() -> None:
    """Imports everything below a package, what fails apart."""
    package, out = sys.argv[1:]
    sys.argv = [package]
    warnings.simplefilter("ignore")
    builtins.__import__ = noted  # type: ignore[assignment]
    importlib.import_module = noted_module
    imported = []
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        if os.environ.get("DJANGO_SETTINGS_MODULE"):
            _import_module("django").setup()
        top = _import_module(package)
        names = [package, *_below(top.__path__, f"{package}.")]
        for name in names:
            try:
                _import_module(name)
                imported.append(name)
            except BaseException:
                continue
    Path(out).write_text(json.dumps({"edges": sorted(EDGES), "imported": imported}))
    os._exit(0)  # whatever threads were started


def _below(path: Sequence[str], prefix: str) -> list[str]:
    found = []
    for info in pkgutil.iter_modules(path, prefix):
        if info.name.endswith("__main__"):
            continue
        found.append(info.name)
        if info.ispkg:
            inner = [str(Path(str(info.module_finder.path), info.name.rpartition(".")[2]))]  # type: ignore[union-attr]
            found += _below(inner, f"{info.name}.")
    return found


if __name__ == "__main__":
    main()
