"""Flask's own `url_map` asked for requests."""

from __future__ import annotations

from typing import Any

from answering import ELSEWHERE, NONE, answer  # type: ignore[import-not-found]  # beside this file


def show(app: Any, package: str) -> None:
    """Prints the rule of each request."""
    from werkzeug.exceptions import HTTPException
    from werkzeug.routing import RequestRedirect

    adapter = app.url_map.bind("localhost")

    def resolve(method: str, path: str) -> str:
        try:
            rule, _ = adapter.match(path, method=method, return_rule=True)
        except RequestRedirect:
            return str(ELSEWHERE)
        except HTTPException:
            return str(NONE)
        return str(rule.rule)

    answer(resolve)
