"""Paths of Starlette and FastAPI as claims.

Source of the rules: `starlette.routing` (1.x): parameters str, path, int, float and uuid; routes are tried in
the order in which they were added, and the first that takes path and method decides.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace

from ..model.evidence import Place
from ..model.graph import Graph
from ..model.routes import ANY_METHOD
from .flask_rules import escape
from .regexes import ANY, Unportable
from .route_claims import Claim, Level
from .route_nodes import RouteNode

_HEX = "[0-9a-fA-F]"
_CONVERTORS = {
    "str": "[^/]+", "path": f"{ANY}*", "int": "[0-9]+", "float": r"[0-9]+(?:\.[0-9]+)?",
    "uuid": f"{_HEX}{{8}}-?{_HEX}{{4}}-?{_HEX}{{4}}-?{_HEX}{{4}}-?{_HEX}{{12}}",
}  # fmt: skip
_PARAMETER = re.compile(r"\{\*\}|\{([a-zA-Z_][a-zA-Z0-9_]*)(?::([a-zA-Z_][a-zA-Z0-9_]*))?\}")
_HOLE = "{*}"
_BEHIND = (
    "add it after the routes of the service, or say in carveout.toml what the texts are that nothing tells: "
    '[values], "shop.urls.prefix" = ""'
)


def fastapi_claims(nodes: Sequence[RouteNode], graph: Graph) -> list[Claim]:
    """One claim for each route and method, and one for each mount of static files."""
    claims = [
        _claim(
            node.text, node.method, node.attributes.get("tried", ""), node.handler, node.place, node.owned
        ).under(node.attributes.get("when", ""), node.attributes.get("host", ""))
        for node in nodes
    ]
    for node in graph.nodes("static"):
        about = dict(node.attributes)
        if about.get("framework") == "fastapi":
            place, text = Place(node.path or "", node.line), node.name.rstrip("/") + "/{path:path}"
            claim = _claim(text, ANY_METHOD, about.get("tried", ""), "", place, False)
            claims.append(claim.under(about.get("when", ""), about.get("host", "")))
    told = {node.attributes["behind"] for node in nodes if node.owned and "behind" in node.attributes}
    behind = {json.dumps(one) for text in sorted(told) for one in json.loads(text)}
    for tried, text, methods, shown, when, host, path, line in map(json.loads, sorted(behind)):
        claim = _claim(text, ANY_METHOD, json.dumps(tried), "", Place(path, line), False)
        for answers in ((ANY_METHOD,), ("WEBSOCKET",)) if methods == [ANY_METHOD] else (methods,):
            claims.append(replace(claim, text=shown, methods=tuple(answers), help=_BEHIND).under(when, host))
    return sorted(claims, key=lambda claim: (claim.order, claim.place, claim.methods))


def _claim(text: str, method: str, tried: str, handler: str, place: Place, owned: bool) -> Claim:
    why, pattern, end = "", "", 0
    try:
        for match in _PARAMETER.finditer(text):
            pattern += escape(text[end : match.start()])
            if match[0] == _HOLE:
                pattern, end, why = pattern + r"[\s\S]*", match.end(), "what it answers is not known"
                continue
            convertor = match[2] or "str"
            if convertor not in _CONVERTORS:
                raise Unportable(f"the convertor {convertor!r} is the application's own")
            pattern += _CONVERTORS[convertor]
            end = match.end()
        pattern += escape(text[end:])
    except Unportable as error:
        pattern, why = pattern + r"[\s\S]*", str(error)
    return Claim(pattern, (method,), _order(tried), text, handler, place, owned, exact=not why, why=why)


def _order(tried: str) -> tuple[Level, ...]:
    """The application, then where each join and the route itself stand."""
    steps = json.loads(tried) if tried else [["an unknown application"]]
    levels = [Level(str(steps[0][0]), ())]
    for path, scope, line, column in steps[1:]:
        levels.append(Level(f"{path}|{scope}", (line, column)))
    return tuple(levels)
