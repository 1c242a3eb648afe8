"""Flask: which applications rules are added to, and blueprints that nobody is seen to register."""

from __future__ import annotations

from collections.abc import Callable

from carveout.analyzer.model.graph import Graph

BLUEPRINTS = """
    from flask import Blueprint
    orders = Blueprint("orders", __name__, url_prefix="/orders")
    left = Blueprint("left", __name__, url_prefix="/left")
    inner = Blueprint("inner", __name__)
    left.register_blueprint(inner, url_prefix="/in")

    @orders.get("/")
    def index(): ...

    @left.get("/")
    def old(): ...

    @inner.get("/x")
    def deep(): ...
"""


def handled(graph: Graph) -> set[tuple[str, str]]:
    return {(edge.source.removeprefix("route:"), edge.confidence) for edge in graph.edges("handles")}


def test_applications_that_types_and_the_library_tell(edges_of: Callable[..., set[str]]) -> None:
    """A parameter that is declared as one, and the one that runs; methods that are members of an enumeration."""
    code = """
        from http import HTTPMethod
        from flask import Flask, current_app

        def add(shop: Flask):
            @shop.route("/a", methods=[HTTPMethod.PUT.value, HTTPMethod.POST])
            def a(): ...

        @current_app.route("/b")
        def b(): ...

        def other(shop: dict):
            @shop.route("/c")
            def c(): ...
    """
    assert edges_of({"app.py": code}, "handles") == {
        "PUT /a -> app.add.a",
        "POST /a -> app.add.a",
        "GET /b -> app.b",
    }


def test_blueprints_that_nobody_registers(graph_of: Callable[..., Graph]) -> None:
    """They are possible, with all that stands in them, where each registration is understood."""
    code = BLUEPRINTS + "    from flask import Flask\n    app = Flask(__name__)\n"
    graph = graph_of({"app.py": code + "    app.register_blueprint(orders)\n"})
    assert handled(graph) == {
        ("GET /orders/", "certain"),
        ("GET /left/", "possible"),
        ("GET /left/in/x", "possible"),
    }


def test_blueprints_that_others_may_register(graph_of: Callable[..., Graph]) -> None:
    """They are likely where a registration is not understood, and where one is handed on."""
    made = BLUEPRINTS + "    from flask import Flask\n    app = Flask(__name__)\n"
    made += "    app.register_blueprint(orders)\n"
    loaded = (
        made + "    for name in app.config['PARTS']:\n        app.register_blueprint(import_string(name))\n"
    )
    expected = {("GET /orders/", "certain"), ("GET /left/", "likely"), ("GET /left/in/x", "likely")}
    assert handled(graph_of({"app.py": loaded})) == expected
    assert handled(graph_of({"app.py": made + "    guard(app, blueprint=left)\n"})) == expected


def test_blueprints_of_a_library(graph_of: Callable[..., Graph]) -> None:
    """They are likely where the project makes no application."""
    assert {confidence for _, confidence in handled(graph_of({"views.py": BLUEPRINTS}))} == {"likely"}
