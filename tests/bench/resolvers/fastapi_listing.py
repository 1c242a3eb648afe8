"""Starlette's own matching asked for requests."""

from __future__ import annotations

from typing import Any

from answering import NONE, answer  # type: ignore[import-not-found]  # beside this file


def show(application: Any) -> None:
    """Prints the path of the route of each request, mounts put before."""
    answer(lambda method, path: found(application.routes, method, path, {"root_path": ""}, ""))


def found(routes: Any, method: str, path: str, above: dict[str, Any], prefix: str) -> str:
    """The first route that takes path and method."""
    from starlette.routing import Match  # type: ignore[import-not-found, unused-ignore]

    for route in routes:
        scope = {**above, "type": "http", "path": path, "method": method, "headers": []}
        match, child = route.matches(scope)
        if match != Match.FULL:
            continue
        inner = getattr(route, "routes", None)
        if inner is None or hasattr(route, "endpoint"):
            return prefix + str(route.path)
        if not inner:
            return prefix + str(route.path) + "/{path:path}"  # files, or an application of another kind
        return found(inner, method, path, {**scope, **child}, prefix + str(route.path))
    return str(NONE)
