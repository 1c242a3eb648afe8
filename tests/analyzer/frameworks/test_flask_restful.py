"""Flask-RESTful and Flask-RESTX: resources under the prefixes of APIs, blueprints and namespaces."""

from __future__ import annotations

from collections.abc import Callable

from carveout.analyzer.model.graph import Graph


def test_resources_of_an_api_on_a_blueprint(edges_of: Callable[..., set[str]]) -> None:
    """Prefixes of blueprint and API are joined; a resource answers at several paths, also by inherited methods."""
    text = """
        from flask import Blueprint, Flask
        from flask_restful import Api, Resource
        bp = Blueprint("api", __name__, url_prefix="/api")
        api = Api(bp, prefix="/v1")

        class Base(Resource):
            def delete(self, id): pass

        class Item(Base):
            def get(self, id): pass

        api.add_resource(Item, "/items/<int:id>", "/things/<int:id>", endpoint="item")
        app = Flask(__name__)
        app.register_blueprint(bp)
    """
    assert edges_of({"a.py": text}, "handles") == {
        "DELETE /api/v1/items/<int:id> -> a.Base.delete",
        "DELETE /api/v1/things/<int:id> -> a.Base.delete",
        "GET /api/v1/items/<int:id> -> a.Item.get",
        "GET /api/v1/things/<int:id> -> a.Item.get",
    }


def test_resources_of_json_api(edges_of: Callable[..., set[str]]) -> None:
    """Flask-REST-JSONAPI: classes answer what they inherit, unless they list their methods."""
    files = {
        "web.py": """
            from flask import Blueprint, Flask
            from flask_rest_jsonapi import Api
            app = Flask(__name__)
            v1 = Blueprint("v1", __name__, url_prefix="/v1")
            api = Api(app, v1)
            app.register_blueprint(v1)
        """,
        "a.py": """
            from flask_rest_jsonapi import ResourceDetail, ResourceList, ResourceRelationship
            from web import api
            class Base(ResourceList):
                def post(self): pass
            class Orders(Base): pass
            class Order(ResourceDetail):
                methods = ["GET", "PATCH"]
            api.route(Orders, "orders", "/orders", "/users/<int:id>/orders")
            api.route(Order, "order", "/orders/<int:id>")
        """,
    }
    assert edges_of(files, "handles") == {
        "GET /v1/orders -> a.Orders",
        "POST /v1/orders -> a.Base.post",
        "GET /v1/users/<int:id>/orders -> a.Orders",
        "POST /v1/users/<int:id>/orders -> a.Base.post",
        "GET /v1/orders/<int:id> -> a.Order",
        "PATCH /v1/orders/<int:id> -> a.Order",
    }


def test_a_decorator_of_the_projects_own_that_adds_resources(edges_of: Callable[..., set[str]]) -> None:
    """The function takes the paths, the decorator that it makes the class; the blueprint was handed through."""
    files = {
        "web.py": """
            from flask import Blueprint, Flask
            from flask_restful import Api
            def timed(blueprint, get_app): return blueprint
            bp = timed(Blueprint("api", __name__), get_app=lambda: app)
            api = Api(bp)
            app = Flask(__name__)
            app.register_blueprint(bp, url_prefix="/api")
            def resource(*urls, **kwargs):
                def wrapper(one):
                    if not one:
                        return None
                    api.add_resource(one, *urls, **kwargs)
                    return one
                return wrapper
        """,
        "robots.py": """
            from flask_restful import Resource
            from web import resource
            @resource("/v1/robots", "/v1/bots")
            class Robots(Resource):
                def get(self): pass
        """,
    }
    assert edges_of(files, "handles") == {
        "GET /api/v1/robots -> robots.Robots.get",
        "GET /api/v1/bots -> robots.Robots.get",
    }


def test_a_method_of_the_projects_own_that_adds_resources(edges_of: Callable[..., set[str]]) -> None:
    """What callers hand to a wrapper is what it adds, each of many paths by itself."""
    files = {
        "web.py": """
            from flask_restful import Api
            def scoped(rule):
                if MANY:
                    return "/<org>" + rule
                return rule
            class OurApi(Api):
                def add_all(self, resource, *urls, **kwargs):
                    urls = [scoped(url) for url in urls]
                    return self.add_resource(resource, *urls, **kwargs)
            api = OurApi()
        """,
        "views.py": """
            from flask_restful import Resource
            from web import api
            class Item(Resource):
                def get(self): pass
            api.add_all(Item, "/items", "/things", endpoint="item")
        """,
    }
    assert edges_of(files, "handles") == {"GET /items -> views.Item.get", "GET /things -> views.Item.get"}


RESTX = {
    "users.py": """
        from flask_restx import Namespace, Resource
        ns = Namespace("users")

        @ns.route("/", "/all")
        class Users(Resource):
            def get(self): pass

        @ns.route("/<id>", doc={"params": {}})
        class User(Resource):
            def put(self, id): pass
    """,
    "app.py": """
        from flask import Blueprint, Flask
        from flask_restx import Api, Resource
        from users import ns as users
        bp = Blueprint("api", __name__)
        api = Api(bp, version="1")
        api.add_namespace(users, "/people")
        other = api.namespace("other", path="/else")

        @other.route("/x")
        class X(Resource):
            def get(self): pass

        @api.route("/root")
        class Root(Resource):
            def get(self): pass

        app = Flask(__name__)
        app.register_blueprint(bp, url_prefix="/api")
    """,
}


def test_namespaces(edges_of: Callable[..., set[str]]) -> None:
    """The path that a namespace is added under wins over its name; APIs have routes of their own."""
    assert edges_of(RESTX, "handles") == {
        "GET /api/else/x -> app.X.get",
        "GET /api/people/ -> users.Users.get",
        "GET /api/people/all -> users.Users.get",
        "GET /api/root -> app.Root.get",
        "PUT /api/people/<id> -> users.User.put",
    }


def test_attributes(graph_of: Callable[..., Graph]) -> None:
    """A route of RESTX says which library serves it, so that no plan takes it for plain Flask."""
    node = graph_of(RESTX).node("route:GET /api/root")
    assert node is not None
    assert dict(node.attributes) == {
        "endpoint": "", "framework": "flask_restx", "method": "GET", "prefix": "/api", "text": "/api/root",
    }  # fmt: skip


def test_what_is_not_known_is_said(graph_of: Callable[..., Graph]) -> None:
    """Unknown classes and computed paths are blind spots."""
    text = """
        from flask_restful import Api, Resource
        from elsewhere import Other, path
        api = Api()
        class Item(Resource):
            def get(self): pass
        api.add_resource(Other, "/x")
        api.add_resource(Item, path())
    """
    graph = graph_of({"a.py": text})
    assert [s.place.line for s in graph.blind_spots if s.kind == "dynamic-route"] == [7, 8]
    assert not list(graph.nodes("route"))


def test_a_list_of_resources_in_another_module(edges_of: Callable[..., set[str]]) -> None:
    """A loop over a list that stands elsewhere adds each of its rows, however it takes them apart."""
    rows = """
        from resources import Item, Items
        ROUTES = [
            (Items, "/items"),
            (Item, "/items/<int:id>", "/things/<int:id>"),
        ]
        PAIRS = [("/by-index", Items)]
        NAMED = ((Items, "/named"),)
    """
    resources = """
        from flask_restful import Resource
        class Items(Resource):
            def post(self): pass
        class Item(Resource):
            def get(self, id): pass
    """
    app = """
        from flask_restful import Api
        from rows import NAMED, PAIRS, ROUTES as ALL
        def make(app):
            api = Api(app, prefix="/v1")
            for route in ALL:
                api.add_resource(*route)
            for pair in PAIRS:
                api.add_resource(pair[1], pair[0])
            for resource, url in NAMED:
                api.add_resource(resource, url)
    """
    assert edges_of({"rows.py": rows, "resources.py": resources, "app.py": app}, "handles") == {
        "GET /v1/items/<int:id> -> resources.Item.get",
        "GET /v1/things/<int:id> -> resources.Item.get",
        "POST /v1/by-index -> resources.Items.post",
        "POST /v1/items -> resources.Items.post",
        "POST /v1/named -> resources.Items.post",
    }


def test_resources_of_something_else(graph_of: Callable[..., Graph]) -> None:
    """Packages of data and classes of the project have resources, too: nothing is said of these."""
    code = """
        from datapackage import Package, Resource
        package = Package()
        package.add_resource(Resource({"name": "x"}))
        class Permissions:
            def add_resource(self, name, kind): ...
            def copy(self, name, kind):
                self.add_resource(name, kind)
    """
    graph = graph_of({"a.py": code})
    assert not list(graph.nodes("route"))
    assert not [spot for spot in graph.blind_spots if spot.kind == "dynamic-route"]
