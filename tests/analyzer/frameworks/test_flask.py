"""Flask: routes, blueprints with prefixes, and what an application factory wires."""

from __future__ import annotations

from collections.abc import Callable

from carveout.analyzer.model.graph import Graph

FILES = {
    "shop/__init__.py": "",
    "shop/app.py": """
        from flask import Flask
        from . import db
        from .errors import register
        from .pay.routes import bp as pay
        from .api import api

        def create_app():
            app = Flask(__name__)
            db.init_app(app)
            register(app)
            app.register_blueprint(pay, url_prefix="/pay")
            app.register_blueprint(api)

            @app.route("/health")
            def health():
                return "ok"

            return app
    """,
    "shop/db.py": "def init_app(app): pass\n",
    "shop/errors.py": "def register(app): pass\n",
    "shop/pay/__init__.py": "",
    "shop/pay/routes.py": """
        from flask import Blueprint
        bp = Blueprint("pay", __name__, url_prefix="/ignored")

        @bp.route("/<int:id>", methods=["GET", "DELETE"])
        def one(id): pass

        @bp.post("")
        def charge(): pass
    """,
    "shop/api.py": """
        from flask import Blueprint
        from flask.views import MethodView
        api = Blueprint("api", __name__, url_prefix="/api")
        inner = Blueprint("inner", __name__, url_prefix="/v1")
        api.register_blueprint(inner)

        @inner.get("/x")
        def x(): pass

        class Items(MethodView):
            def get(self): pass

        api.add_url_rule("/items", view_func=Items.as_view("items"))
    """,
}


def test_routes(edges_of: Callable[..., set[str]]) -> None:
    """Prefixes at registration win over the blueprint's own; blueprints nest; views may be classes."""
    assert edges_of(FILES, "handles") == {
        "DELETE /pay/<int:id> -> shop.pay.routes.one",
        "GET /api/items -> shop.api.Items.get",
        "GET /api/v1/x -> shop.api.x",
        "GET /health -> shop.app.create_app.health",
        "GET /pay/<int:id> -> shop.pay.routes.one",
        "POST /pay -> shop.pay.routes.charge",
    }


def test_wiring_of_the_factory(graph_of: Callable[..., Graph]) -> None:
    """What the factory gives the application to is known by module and name, in order."""
    graph = graph_of(FILES)
    edges = list(graph.out("function:shop.app.create_app", "configures"))
    assert [(edge.target, edge.order) for edge in sorted(edges, key=lambda edge: edge.order)] == [
        ("setting:shop.db.init_app", 1),
        ("setting:shop.errors.register", 2),
    ]
    node = graph.node("setting:shop.db.init_app")
    assert node is not None
    assert dict(node.attributes) == {"module": "shop.db", "name": "init_app", "wiring": "flask"}


def test_route_attributes(graph_of: Callable[..., Graph]) -> None:
    """A route knows its blueprint, prefix, method and text."""
    node = graph_of(FILES).node("route:POST /pay")
    assert node is not None
    assert (node.path, node.line) == ("shop/pay/routes.py", 8)
    assert dict(node.attributes) == {
        "blueprint": "shop.pay.routes.bp",
        "framework": "flask",
        "method": "POST",
        "prefix": "/pay",
        "text": "/pay",
    }


def test_get_of_something_else_is_no_route(graph_of: Callable[..., Graph]) -> None:
    """`@client.get("/x")` of a library that is no Flask application is not a route."""
    graph = graph_of(
        {"a.py": "import flask\nfrom http_mock import client\n@client.get('/x')\ndef f(): pass\n"}
    )
    assert not list(graph.nodes("route"))


def test_a_computed_path_is_a_blind_spot(graph_of: Callable[..., Graph]) -> None:
    """A route whose path the file does not tell is said, not dropped."""
    graph = graph_of(
        {"a.py": "from flask import Flask\napp = Flask(__name__)\n@app.route(prefix('/x'))\ndef f(): pass\n"}
    )
    spots = [(s.kind, s.place.line, s.text) for s in graph.blind_spots if s.kind == "dynamic-route"]
    assert spots == [("dynamic-route", 3, "app.route()")]
