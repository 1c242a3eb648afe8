"""Flask within classes and callables of a project's own: blueprints of objects, registrations for later."""

from __future__ import annotations

from collections.abc import Callable

from carveout.analyzer.model.graph import Graph

SERVICE = {
    "shop/__init__.py": "",
    "shop/service.py": """
        from flask import Blueprint

        class Service:
            def __init__(self, app):
                self.app = app
                self.blueprint = Blueprint("api", __name__, url_prefix="/api")

            def add_resource(self, resource, *urls, hidden=False):
                view = resource.as_view(resource.__name__)
                for url in urls:
                    self.blueprint.add_url_rule(rule=url, endpoint=view.__name__, view_func=view)

            def register(self):
                self.app.register_blueprint(self.blueprint)
    """,
    "shop/app.py": """
        from flask import Flask
        from flask.views import MethodView
        from .service import Service
        app = Flask(__name__)
        api = Service(app)

        class Orders(MethodView):
            def get(self): pass

        class Files(MethodView):
            def get(self): pass

        api.add_resource(Orders, "/orders", "/all")
        api.add_resource(Files, "/<any(file, blob):kind>", hidden=True)
        api.register()
    """,
}


def test_a_blueprint_that_an_object_holds(edges_of: Callable[..., set[str]]) -> None:
    """All methods of a class share it; the class is no API of a library, though its method is called so."""
    assert edges_of(SERVICE, "handles") == {
        "GET /api/orders -> shop.app.Orders.get",
        "GET /api/all -> shop.app.Orders.get",
        "GET /api/<any(file, blob):kind> -> shop.app.Files.get",
    }


def test_a_registration_for_later(graph_of: Callable[..., Graph], edges_of: Callable[..., set[str]]) -> None:
    """`partial(app.register_blueprint, ...)` in a list of what is called last."""
    files = {
        "server.py": """
            import functools
            from flask import Flask
            app = Flask(__name__)

            def setup():
                from api import api
                later = [functools.partial(app.register_blueprint, api, url_prefix="/api")]
                for each in later:
                    each()
        """,
        "api.py": """
            from flask import Blueprint
            api = Blueprint("api", __name__)

            @api.get("/jobs")
            def jobs(): pass
        """,
    }
    assert edges_of(files, "handles") == {"GET /api/jobs -> api.jobs"}
    assert not [spot for spot in graph_of(files).blind_spots if spot.kind == "dynamic-route"]
