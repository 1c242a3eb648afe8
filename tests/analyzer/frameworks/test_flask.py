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
        "endpoint": "pay.charge",
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


def test_view_classes_answer_by_their_methods(edges_of: Callable[..., set[str]]) -> None:
    """Without `methods`, a MethodView answers what it defines; the view may stand in a variable."""
    text = """
        from flask import Flask
        from flask.views import MethodView
        app = Flask(__name__)
        class Item(MethodView):
            def get(self): pass
            def post(self): pass
        view = Item.as_view("i")
        app.add_url_rule("/item", view_func=view)
    """
    assert edges_of({"a.py": text}, "handles") == {"GET /item -> a.Item.get", "POST /item -> a.Item.post"}


def test_a_blueprint_registered_twice(edges_of: Callable[..., set[str]]) -> None:
    """Each registration gives its own routes."""
    text = """
        from flask import Flask, Blueprint
        bp = Blueprint("b", __name__)
        @bp.get("/x")
        def x(): pass
        app = Flask(__name__)
        app.register_blueprint(bp, url_prefix="/one")
        app.register_blueprint(bp, url_prefix="/two", name="two")
    """
    assert edges_of({"a.py": text}, "handles") == {"GET /one/x -> a.x", "GET /two/x -> a.x"}


def test_registrations_that_are_not_understood_are_said(graph_of: Callable[..., Graph]) -> None:
    """A blueprint registered in a loop, a rule with a hole, and add_resource are blind spots."""
    text = """
        from flask import Flask
        app = Flask(__name__)
        for b in parts:
            app.register_blueprint(b)
        @app.route(f"/{name}/")
        def f(): pass
        api.add_resource(R, "/r")
    """
    graph = graph_of({"a.py": text})
    assert sorted(spot.place.line for spot in graph.blind_spots if spot.kind == "dynamic-route") == [5, 6, 8]
    assert not list(graph.nodes("route"))


WIRED = {
    "config.py": "class Config: pass\n",
    "ext.py": "def get_locale(): pass\nbabel = db = migrate = object()\n",
    "app.py": """
        from flask import Flask
        from flask_cors import CORS
        from config import Config
        from ext import babel, db, get_locale, migrate

        class Shop(Flask):
            pass

        def create_app(config_class=Config, other=None):
            app = Shop(__name__)
            with app.app_context():
                app.config.from_object(config_class)
                app.config.from_object(other)
                app.config.from_object("config.Config")
                app.config["A"] = 1
            db.init_app(app)
            migrate.init_app(app, db)
            babel.init_app(app, locale_selector=get_locale, size=3)
            babel.init_app(app, locale_selector=lambda: 1)
            if app.debug:
                db.init_app(app)
            local = object()
            local.init_app(app)
            CORS(app)
            app.add_template_filter(get_locale)

            @app.before_request
            def before(): pass

            @app.get("/x")
            def x(): return str(app)

            return app
    """,
}


def test_what_can_be_repeated_and_what_cannot(graph_of: Callable[..., Graph]) -> None:
    """Calls with names and plain values are wiring with attributes; all else that touches is told."""
    graph = graph_of(WIRED)
    edges = sorted(graph.out("function:app.create_app", "configures"), key=lambda edge: edge.order)
    nodes = [graph.node(edge.target) for edge in edges]
    wired = {node.id: dict(node.attributes) for node in nodes if node and node.id[8:15] != "app.py:"}
    assert wired == {
        "setting:config.from_object(config.Config)": {
            "module": "config", "name": "Config", "on": "config.from_object", "wiring": "flask",
        },
        "setting:ext.babel.init_app": {
            "arguments": '[{"keyword": "locale_selector", "module": "ext", "name": "get_locale"}, '
            '{"keyword": "size", "value": 3}]',
            "module": "ext", "name": "babel.init_app", "wiring": "flask",
        },
        "setting:ext.db.init_app": {"module": "ext", "name": "db.init_app", "wiring": "flask"},
        "setting:ext.migrate.init_app": {
            "arguments": '[{"keyword": "", "module": "ext", "name": "db"}]',
            "module": "ext", "name": "migrate.init_app", "wiring": "flask",
        },
        "setting:flask_cors.CORS": {"module": "flask_cors", "name": "CORS", "wiring": "flask"},
    }  # fmt: skip
    assert [dict(node.attributes)["code"] for node in nodes if node and node.id not in wired] == [
        "app = Shop(__name__)",
        "with app.app_context(): ...",
        "app.config.from_object(other)",
        "app.config['A'] = 1",
        "babel.init_app(app, locale_selector=lambda: 1)",
        "db.init_app(app)",
        "local.init_app(app)",
        "app.add_template_filter(get_locale)",
        "@app.before_request",
    ]
