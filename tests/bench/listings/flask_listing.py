"""The rows of a Flask application, off its own `url_map`."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from types import CellType
from typing import Any

EMPTY = CellType()


def dotted(function: Any) -> str:
    """`module.function` of what stands inside decorators and bound methods, or the class that an adapter makes."""
    function = inspect.unwrap(function)
    function = adapted(getattr(function, "__func__", function))
    return f"{function.__module__}.{function.__qualname__}".replace("<locals>.", "")


def adapted(function: Any) -> Any:
    """The one class that a function made by the application's own adapter keeps (and runs), else the function."""
    if "<locals>" not in getattr(function, "__qualname__", ""):
        return function
    cells = [cell.cell_contents for cell in getattr(function, "__closure__", None) or () if cell != EMPTY]
    classes = [content for content in cells if inspect.isclass(content)]
    return classes[0] if len(classes) == 1 else function


def of_class(view: Any, method: str, package: str) -> str:
    """`module.Class.method`: the project's class that defines the method of a view class, else the view class."""
    name = method.lower() if hasattr(view, method.lower()) else "dispatch_request"
    own = [base for base in view.__mro__ if base.__module__.partition(".")[0] == package]
    holder = next((base for base in own if name in vars(base)), view)
    return f"{holder.__module__}.{holder.__qualname__}.{name}"


def rows(app: Any, package: str) -> Iterator[tuple[str, str, str]]:
    """(rule, method, handler) of each rule."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions.get(rule.endpoint)
        if view is None:  # only there to build addresses
            continue
        made = getattr(inspect.unwrap(view), "view_class", None) or getattr(view, "view_class", None)
        for method in sorted(rule.methods or ()):
            yield rule.rule, method, of_class(made, method, package) if made else dotted(view)


def show(app: Any, package: str) -> None:
    """Prints the rows of an application."""
    print("\n" + json.dumps(sorted(set(rows(app, package)))))
