"""What FastAPI and Starlette list of an application (before FastAPI 0.130, which includes routers when asked)."""

from __future__ import annotations

import functools
import inspect
import json
from collections.abc import Iterable, Iterator
from typing import Any


def show(application: Any) -> None:
    """Prints [path, method, handler] of all routes, those of mounted applications included."""
    print(json.dumps(sorted(set(rows(application.routes, "")))))


def rows(routes: Iterable[Any], prefix: str) -> Iterator[tuple[str, str, str]]:
    """Rows of routes below a prefix."""
    for route in routes:
        if hasattr(route, "endpoint"):
            methods = getattr(route, "methods", None) or (
                ["WEBSOCKET"] if "WebSocket" in type(route).__name__ else ["ANY"]
            )
            for method in methods:
                yield prefix + route.path, method, handler(route.endpoint)
        elif hasattr(route, "routes"):  # a mount
            yield from rows(route.routes or (), prefix + route.path)


def handler(endpoint: Any) -> str:
    """`module.function` of what answers."""
    while isinstance(endpoint, functools.partial):
        endpoint = endpoint.func
    function = inspect.unwrap(endpoint)
    return f"{function.__module__}.{function.__qualname__}".replace(".<locals>", "")
