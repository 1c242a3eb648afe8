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
        ("setting:shop/app.py:12:4", 3),  # where blueprints are registered
        ("setting:shop/app.py:13:4", 4),
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


def test_rules_and_blueprints_listed_in_another_module(edges_of: Callable[..., set[str]]) -> None:
    """Rows of lists elsewhere are added one by one, blueprints with the prefix of their row."""
    lists = """
        from views import bp, index
        RULES = [("/", "index", index, ["POST"])]
        BLUEPRINTS = [(bp, "/shop")]
    """
    views = """
        from flask import Blueprint
        bp = Blueprint("shop", __name__)
        @bp.route("/cart")
        def cart(): pass
        def index(): pass
    """
    app = """
        from flask import Flask
        import lists
        app = Flask(__name__)
        for rule, name, view, verbs in lists.RULES:
            app.add_url_rule(rule, name, view, methods=verbs)
        for blueprint, prefix in lists.BLUEPRINTS:
            app.register_blueprint(blueprint, url_prefix=prefix)
    """
    assert edges_of({"lists.py": lists, "views.py": views, "app.py": app}, "handles") == {
        "POST / -> views.index",
        "GET /shop/cart -> views.cart",
    }


def test_lists_that_are_handed_to_a_function_of_the_project(graph_of: Callable[..., Graph]) -> None:
    """A loop over what callers hand in adds each row to the caller's blueprint, under the name of its view."""
    files = {
        "adding.py": """
            def configure(blueprint, pairs, decorators=None):
                made = {}
                for path, resource in pairs:
                    view = made.get(resource)
                    if view is None:
                        view = resource.as_view(resource.__name__)
                        for decorator in decorators or []:
                            view = decorator(view)
                        made[resource] = view
                    blueprint.add_url_rule(path, view_func=view)
        """,
        "lists.py": """
            from views import Users
            ROUTES = [("/users", Users), ("/users/<id>", Users)]
        """,
        "views.py": """
            from flask.views import MethodView
            class Users(MethodView):
                def get(self): pass
            class Roles(MethodView):
                def get(self): pass
        """,
        "people.py": """
            from flask import Blueprint, url_for
            from adding import configure
            from lists import ROUTES as listed
            from views import Roles
            routes = [("/roles", Roles)]
            people = Blueprint("people", "people", url_prefix="/people")
            api = configure(people, listed)
            configure(blueprint=people, pairs=routes)
            def link(): return url_for("people.Roles")
        """,
    }
    graph = graph_of(files)
    assert {(edge.source, edge.target) for edge in graph.edges("handles")} == {
        ("route:GET /people/users", "function:views.Users.get"),
        ("route:GET /people/users/<id>", "function:views.Users.get"),
        ("route:GET /people/roles", "function:views.Roles.get"),
    }
    assert {(edge.source, edge.target) for edge in graph.edges("links")} == {
        ("function:people.link", "route:GET /people/roles")
    }


def test_blueprints_listed_as_dictionaries(edges_of: Callable[..., set[str]]) -> None:
    """Rows that name their parts, read by name, with a default, or given as they are."""
    text = """
        from flask import Blueprint, Flask
        one = Blueprint("one", __name__)
        two = Blueprint("two", __name__)
        four = Blueprint("four", __name__)
        @one.route("/x")
        def x(): pass
        @two.route("/y")
        def y(): pass
        @four.route("/w")
        def w(): pass
        def make():
            app = Flask(__name__)
            rows = [{"view": one, "prefix": "/one"}, {"view": two}]
            for row in rows:
                app.register_blueprint(row["view"], url_prefix=row.get("prefix", "/other"))
            for row in ({"blueprint": four, "url_prefix": "/four"},):
                app.register_blueprint(**row)
            return app
    """
    found = edges_of({"a.py": text}, "handles")
    assert found == {"GET /one/x -> a.x", "GET /other/y -> a.y", "GET /four/w -> a.w"}


def test_rules_that_functions_add(graph_of: Callable[[dict[str, str]], Graph]) -> None:
    """A blueprint whose prefix is unknown has routes that are merely possible: their paths are not whole."""
    views = """
        from flask import Blueprint, Flask
        from flask.views import MethodView
        from lib import kinds
        orders = Blueprint("orders", __name__, url_prefix="/orders")
        def search(): ...
        def members(id): ...
        class EditView(MethodView):
            def get(self): ...
        def register_rules(blueprint: Blueprint):
            blueprint.add_url_rule("/", view_func=search)
            for action in ["members"]:
                blueprint.add_url_rule("/{0}/<id>".format(action), view_func=globals()[action])
        register_rules(orders)
        edit: object = EditView.as_view("edit")
        orders.add_url_rule("/edit", view_func=edit)
        orders.add_url_rule("/edit/<id>", view_func=edit)
        def add_kinds(app):
            for kind in kinds():
                blueprint = Blueprint(kind, __name__, url_prefix=f"/{kind}")
                register_rules(blueprint)
                app.register_blueprint(blueprint)
        app = Flask(__name__)
        app.register_blueprint(orders)
        add_kinds(app)
    """
    tests = """
        from flask import Flask
        app = Flask(__name__)
        @app.route("/of-a-test")
        def index(): ...
    """
    served = """
        from flask import Blueprint
        seeds = Blueprint("seeds", __name__, url_prefix="/__testing")
        @seeds.put("/users")
        def users(): ...
    """
    views += "    from functional_tests.seeds import seeds\n        app.register_blueprint(seeds)\n"
    graph = graph_of({"views.py": views, "tests/test_app.py": tests, "functional_tests/seeds.py": served})
    handled = {(e.source, e.target, e.confidence) for e in graph.edges("handles")}
    assert handled == {
        ("route:GET /orders/", "function:views.search", "certain"),
        ("route:GET /orders/members/<id>", "function:views.members", "certain"),
        ("route:GET /orders/edit", "function:views.EditView.get", "certain"),
        ("route:GET /orders/edit/<id>", "function:views.EditView.get", "certain"),
        ("route:PUT /__testing/users", "function:functional_tests.seeds.users", "certain"),
        ("route:GET /", "function:views.search", "possible"),
        ("route:GET /members/<id>", "function:views.members", "possible"),
    }
    assert "prefix of views.add_kinds.blueprint" in [s.text for s in graph.blind_spots]
