"""Libraries that are not read are said, and routes on names that nothing binds."""

from __future__ import annotations

from collections.abc import Callable

from carveout.analyzer.model.graph import Graph
from carveout.analyzer.model.results import AnalysisResult
from carveout.generators.reports import choose


def spots(graph: Graph, kind: str) -> dict[str, str]:
    """Place -> text of the blind spots of a kind."""
    return {str(spot.place): spot.text for spot in graph.blind_spots if spot.kind == kind}


def test_libraries_that_are_not_read(graph_of: Callable[..., Graph]) -> None:
    """Each is said once with how many files of the application import it; tests and clients do not count."""
    graph = graph_of({
        "shop/a.py": "import tortoise\nfrom cherrypy_cors import ioloop\n",
        "shop/b.py": "from tortoise.models import Model\nimport falcon_cors\n",
        "shop/c.py": "from falcon import App\nfrom . import sanic\n",
        "tests/test_a.py": "import bottle\n",
    })  # fmt: skip
    assert spots(graph, "unread-library") == {
        "shop/a.py:1": "tortoise: 2 files import it, its tables and who uses them are not read",
        "shop/c.py:1": "falcon: 1 file imports it, its routes are not read",
    }
    shown = choose(AnalysisResult, "text").render(AnalysisResult("shop", graph)).decode()
    assert "  missing: tortoise: 2 files import it, its tables and who uses them are not\n" in shown
    assert shown.index("tortoise") < shown.index("falcon") < shown.index("largest packages")
    assert "hint" not in shown


def test_a_library_that_the_project_is_itself(graph_of: Callable[..., Graph]) -> None:
    """The sources of a library are read as any other code."""
    graph = graph_of({"bottle.py": "def route(): pass\n", "shop.py": "import bottle\n"})
    assert spots(graph, "unread-library") == {}


def test_routes_on_a_name_that_the_loader_sets(graph_of: Callable[..., Graph]) -> None:
    """`@manager.route` where whoever loads the module puts `manager` there: lost, and said."""
    graph = graph_of({
        "shop/pages/orders.py": '@manager.route("/orders", methods=["GET"])\ndef orders(): pass\n',
        "shop/other.py": 'def make(manager):\n    @manager.route("/x")\n    def x(): pass\n'
        'from .names import *\n@things.route("/y")\ndef y(): pass\n',
        "shop/names.py": "things = object()\n",
    })  # fmt: skip
    assert spots(graph, "unknown-route") == {
        "shop/pages/orders.py:1": "manager.route('/orders'): nothing binds manager"
    }


def test_resources_that_a_list_elsewhere_holds(graph_of: Callable[..., Graph]) -> None:
    """`for route in ROUTES: api.add_resource(*route)`: read where the list is written down, else said."""
    app = "from flask_restful import Api\nfrom shop.routes import ROUTES\napi = Api()\n"
    app += "for route in ROUTES:\n    api.add_resource(*route)\n"
    orders = "from flask_restful import Resource\nclass Orders(Resource):\n    def get(self): pass\n"
    rest = {"shop/app.py": app, "shop/orders.py": orders}
    told = "from shop.orders import Orders\nROUTES = [(Orders, '/orders')]\n"
    graph = graph_of({**rest, "shop/routes.py": told})
    assert spots(graph, "dynamic-route") == {}
    assert [node.name for node in graph.nodes("route")] == ["GET /orders"]
    computed = "import os\nROUTES = eval(os.environ['ROUTES'])\n"
    graph = graph_of({**rest, "shop/routes.py": computed})
    assert spots(graph, "dynamic-route") == {"shop/app.py:5": "api.add_resource()"}


def test_routers_of_a_list_that_is_the_default_of_a_parameter(graph_of: Callable[..., Graph]) -> None:
    """`def create(routers: list = ROUTERS)` takes in what the list holds, wherever it says so."""
    graph = graph_of({
        "shop/app.py": "from fastapi import APIRouter, FastAPI\nfrom shop.orders import orders\nROUTERS = [orders]\n"
        "def create(routers: list = ROUTERS) -> FastAPI:\n    app = FastAPI()\n"
        "    for router in routers:\n        app.include_router(router)\n    return app\napp = create()\n",
        "shop/orders.py": "from fastapi import APIRouter\norders = APIRouter(prefix='/orders')\n"
        "@orders.get('/all')\ndef all_of_them(): pass\n",
    })  # fmt: skip
    assert [node.name for node in graph.nodes("route")] == ["GET /orders/all"]
