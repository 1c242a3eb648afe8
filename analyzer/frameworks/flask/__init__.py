"""Flask: routes, blueprints with their prefixes, and the wiring that an application factory does."""

from __future__ import annotations

from collections.abc import Iterable

from ...model.evidence import BlindSpot
from ...model.facts import Fact, Problem, SourceFile
from ...model.graph import Edge, Node
from ...model.protocols import Framework
from ...model.world import RaiseRule, Syntax, TypeRule, World
from .hooks import link_hooks, read_hooks
from .reading import read_flask, read_lists
from .routes import link_routes
from .wiring import link_wiring

_HTTP = "werkzeug.exceptions.HTTPException"


_SHORT = tuple(f".{verb}({quote}/" for verb in ("get", "post", "put", "patch", "delete") for quote in "\"'")
"""`@app.get("/orders")` may stand in a file that gets `app` from elsewhere and never says "flask"."""


_WORDS = (
    "flask", "Blueprint", "register_blueprint", "url_prefix", ".route(", "init_app", "as_view",
    "add_url_rule", "before_request", *_SHORT,
)  # fmt: skip
_ROWS = (', "/', ", '/", '("/', "('/", '["/', "['/")
"""A list of rules, as `ROUTES = [(View, "/x")]`, needs none of these words."""


class Flask(Framework):
    """See the module."""

    name = "flask"
    version = 6
    triggers = (*_WORDS, *_ROWS)

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is None:
            return
        if any(word in file.text for word in _WORDS):
            yield from read_flask(syntax)
            yield from read_hooks(syntax)
        yield from read_lists(syntax)

    def types(self) -> Iterable[TypeRule]:
        for name in ("flask.current_app", "flask.globals.current_app"):
            yield TypeRule(name, "flask.Flask")
        yield TypeRule("flask.Flask._get_current_object()", "flask.Flask")
        yield TypeRule("werkzeug.local.LocalProxy()", "1()")

    def raises(self) -> Iterable[RaiseRule]:
        for abort in ("flask.abort", "flask_restful.abort", "werkzeug.exceptions.abort"):
            yield RaiseRule(abort, _HTTP)
        for query in ("get_or_404", "first_or_404", "one_or_404"):
            for library in ("flask_sqlalchemy", "sqlalchemy"):
                yield RaiseRule(f"{library}.*.{query}", "werkzeug.exceptions.NotFound", _HTTP)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        yield from link_routes(world)
        yield from link_wiring(world)
        yield from link_hooks(world)


framework = Flask()
