"""The rows of a Litestar application, off its own routes."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from typing import Any


def rows(application: Any) -> Iterator[tuple[str, str, str]]:
    """(path, method, handler) of each handler of each route."""
    for route in application.routes:
        handlers = getattr(route, "route_handlers", None) or [route.route_handler]
        for handler in handlers:
            function = inspect.unwrap(handler.fn)
            name = f"{function.__module__}.{function.__qualname__}".replace("<locals>.", "")
            kind = type(handler).__name__.lower()
            if "websocket" in kind:
                methods = ["WEBSOCKET"]
            else:
                methods = ["ANY"] if "asgi" in kind else sorted(str(m) for m in handler.http_methods)
            for method in methods:
                yield route.path, getattr(method, "value", method).rpartition(".")[2], name


def show(application: Any) -> None:
    """Prints the rows of an application."""
    print("\n" + json.dumps(sorted(set(rows(application)))))
