"""Flask: blueprints, prefixes and rules that an application's own functions, loops and settings wire."""

from __future__ import annotations

from collections.abc import Callable

from carveout.analyzer.model.graph import Graph

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
        "setting:add_template_filter(ext.get_locale)": {
            "module": "ext", "name": "get_locale", "on": "add_template_filter", "wiring": "flask",
        },
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
    said = [dict(node.attributes) for node in nodes if node and node.id not in wired]
    assert [each["code"] for each in said if "hook" in each] == ["app.before_request(before)"]
    assert [each["code"] for each in said if "hook" not in each] == [
        "app = Shop(__name__)",
        "with app.app_context(): ...",
        "app.config.from_object(other)",
        "app.config['A'] = 1",
        "babel.init_app(app, locale_selector=lambda: 1)",
        "db.init_app(app)",
        "local.init_app(app)",
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
