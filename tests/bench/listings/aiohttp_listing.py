"""The rows of an aiohttp application, off its own router; sub-applications included."""

from __future__ import annotations

import functools
import inspect
import json
from collections.abc import Iterator
from typing import Any


def rows(application: Any) -> Iterator[tuple[str, str, str]]:
    """(canonical path, method, handler) of each route; of view classes one for each of their methods."""
    for route in application.router.routes():
        if route.resource is None or type(route.resource).__name__ == "StaticResource":
            continue
        path = route.resource.canonical or "/"
        handler = route.handler
        if inspect.isclass(handler):
            for method in ("get", "post", "put", "patch", "delete"):
                if hasattr(handler, method):
                    yield path, method.upper(), dotted(getattr(handler, method))
        else:
            yield path, "ANY" if route.method == "*" else route.method, dotted(handler)


def dotted(handler: Any) -> str:
    """`module.function` of what stands inside decorators, partials and bound methods."""
    while isinstance(handler, functools.partial):
        handler = handler.func
    handler = inspect.unwrap(handler)
    handler = getattr(handler, "__func__", handler)
    return f"{handler.__module__}.{handler.__qualname__}".replace("<locals>.", "")


def show(application: Any) -> None:
    """Prints the rows of an application."""
    print("\n" + json.dumps(sorted(set(rows(application)))))
