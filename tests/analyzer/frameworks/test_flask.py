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


def test_rules_that_the_projects_own_functions_add(edges_of: Callable[..., set[str]]) -> None:
    """Each call of a wrapper gives the rules that it hands over; decorators of the project's own too."""
    text = """
        from flask import Blueprint, Flask
        from flask.views import MethodView
        class Settings(MethodView):
            def get(self): pass
            def post(self): pass
        def register(where, rules, view, *args, **kwargs):
            for rule in rules:
                where.add_url_rule(rule, view_func=view, *args, **kwargs)
        def route(on, *args, **kwargs):
            def decorator(function):
                @on.route(*args, **kwargs)
                def inner(): return function()
                return function
            return decorator
        user = Blueprint("user", __name__)
        register(user, ["/settings", "/prefs"], view=Settings.as_view("settings"))
        @route(user, "/me", methods=["PUT"])
        def me(): pass
        app = Flask(__name__)
        app.register_blueprint(user, url_prefix="/user")
    """
    assert edges_of({"a.py": text}, "handles") == {
        "GET /user/prefs -> a.Settings.get",
        "GET /user/settings -> a.Settings.get",
        "POST /user/prefs -> a.Settings.post",
        "POST /user/settings -> a.Settings.post",
        "PUT /user/me -> a.me",
    }


def test_prefixes_of_settings_functions_and_loops(edges_of: Callable[..., set[str]]) -> None:
    """Prefixes may come from the configuration, f-strings and constants; blueprints from loops and functions."""
    files = {
        "config.py": "class Config:\n    USER_PREFIX = '/u'\nVERSION = 'v2'\n",
        "parts.py": """
            from flask import Blueprint
            one = Blueprint("one", __name__)
            two = Blueprint("two", __name__)
            ALL_BLUEPRINTS = [one, two]
            @one.get("/1")
            def first(): pass
            @two.get("/2")
            def second(): pass
            def make():
                made = Blueprint("made", __name__)
                @made.get("/3")
                def third(): pass
                return made
        """,
        "app.py": """
            from flask import Flask
            from config import VERSION
            from parts import ALL_BLUEPRINTS, make, one, two
            def create():
                app = Flask(__name__)
                app.register_blueprint(make(), url_prefix=app.config["USER_PREFIX"])
                for part in ALL_BLUEPRINTS:
                    app.register_blueprint(part, url_prefix=f"/all/{VERSION}")
                for part, prefix in ((one, "/a"), (two, "/b")):
                    app.register_blueprint(part, url_prefix=prefix)
        """,
    }
    assert edges_of(files, "handles") == {
        "GET /a/1 -> parts.first",
        "GET /all/v2/1 -> parts.first",
        "GET /all/v2/2 -> parts.second",
        "GET /b/2 -> parts.second",
        "GET /u/3 -> parts.make.third",
    }


def test_rules_in_loops_and_methods_of_classes(edges_of: Callable[..., set[str]]) -> None:
    """A loop over a literal adds each rule; a view class lists its methods, a smorest blueprint takes classes."""
    text = """
        from flask import Flask
        from flask.views import MethodView, View
        from flask_smorest import Api, Blueprint
        app = Flask(__name__)
        class Show(View):
            methods = ["GET", "POST"]
            def dispatch_request(self): pass
        def home(): pass
        for rule, view in [("/", home), ("/home", home)]:
            app.add_url_rule(rule, view_func=view)
        app.add_url_rule("/show", view_func=Show.as_view("show"))
        pets = Blueprint("pets", __name__, url_prefix="/pets")
        @pets.route("/<id>")
        class Pet(MethodView):
            def delete(self, id): pass
        Api(app).register_blueprint(pets)
    """
    assert edges_of({"a.py": text}, "handles") == {
        "DELETE /pets/<id> -> a.Pet.delete",
        "GET / -> a.home",
        "GET /home -> a.home",
        "GET /show -> a.Show.dispatch_request",
        "POST /show -> a.Show.dispatch_request",
    }


def test_blueprints_in_each_other_end(edges_of: Callable[..., set[str]]) -> None:
    """A cycle of registrations is no endless loop."""
    text = """
        from flask import Blueprint
        a = Blueprint("a", __name__, url_prefix="/a")
        b = Blueprint("b", __name__, url_prefix="/b")
        a.register_blueprint(b)
        b.register_blueprint(a)
        @a.get("/x")
        def x(): pass
    """
    assert edges_of({"m.py": text}, "handles") == set()


def test_odd_views_and_rules(graph_of: Callable[..., Graph]) -> None:
    """Lambdas and partial functions answer; a blueprint puts a slash before its rules; odd rules are said."""
    text = """
        from functools import partial
        from blinker import Namespace
        from flask import Blueprint, Flask
        from elsewhere import name
        signals = Namespace(name)
        bp = Blueprint("b", __name__, url_prefix="/p")
        def view(x): pass
        bp.add_url_rule("/ping", "ping", lambda: "ok")
        bp.add_url_rule("part", "part", partial(view, x=1))
        bp.add_url_rule("!/odd", "odd", view)
        Flask(__name__).register_blueprint(bp)
    """
    graph = graph_of({"a.py": text})
    assert {(edge.source, edge.target) for edge in graph.edges("handles")} == {
        ("route:GET /p/part", "function:a.view"),
        ("route:GET /p/ping", "function:a.<lambda1>"),
    }
    assert [s.place.line for s in graph.blind_spots if s.kind == "dynamic-route"] == [11]


def test_functions_that_are_given_the_blueprint(edges_of: Callable[..., set[str]]) -> None:
    """What such a function adds stands under the prefix of what its callers hand over."""
    text = """
        from flask import Blueprint, Flask
        def add_feeds(where, store):
            @where.route("/feed")
            def feed(): pass
        def make(store):
            feed_blueprint = Blueprint("rss", __name__)
            add_feeds(feed_blueprint, store)
            return feed_blueprint
        Flask(__name__).register_blueprint(make(1), url_prefix="/rss")
    """
    assert edges_of({"a.py": text}, "handles") == {"GET /rss/feed -> a.add_feeds.feed"}


def test_a_module_that_never_says_flask(edges_of: Callable[..., set[str]]) -> None:
    """The application may be imported from a module of the project."""
    files = {
        "shop/__init__.py": "from flask import Flask\napp = Flask(__name__)\n",
        "shop/pay.py": """
            from shop import app

            @app.post('/pay')
            def pay():
                return "ok"
        """,
    }
    assert edges_of(files, "handles") == {"POST /pay -> shop.pay.pay"}
