"""aiohttp: routes of applications, tables and lists, below the prefixes of sub-applications."""

from __future__ import annotations

from collections.abc import Callable

from carveout.analyzer.model.graph import Graph

FILES = {
    "shop/__init__.py": "",
    "shop/main.py": """
        from aiohttp import web
        from .admin import create_admin
        from .orders import routes as orders, Orders
        from .pay import ROUTES, more
        from . import setup

        async def health(request): pass
        async def one(request): pass

        class Server:
            def __init__(self):
                self.app = web.Application()

            def start(self):
                self.app.router.add_route("GET", "/server", self.answer)

            async def answer(self, request): pass

        def make():
            app = web.Application()
            app.router.add_get("/health", health, allow_head=False)
            app.add_routes(orders)
            app.add_routes([*ROUTES, web.get(r"/{number:[0-9]{2}}", one)])
            app.router.add_routes(more())
            app.router.add_view("/view", Orders)
            for verb, path in (("PUT", "/put"), ("*", "/any")):
                app.router.add_route(verb, path, one)
            resource = app.router.add_resource("/thing")
            resource.add_route("DELETE", one)
            app.router.add_static("/static", "files")
            setup.setup_routes(app)
            app.add_subapp("/admin/", create_admin())
            return app
    """,
    "shop/setup.py": """
        from .main import one
        def setup_routes(app):
            app.router.add_post("/made", one)
    """,
    "shop/orders.py": """
        from aiohttp import web
        routes = web.RouteTableDef()

        @routes.get("/orders")
        async def listed(request): pass

        @routes.view("/orders/{id}")
        class Orders(web.View):
            async def get(self): pass
            async def delete(self): pass
    """,
    "shop/pay.py": """
        from functools import partial
        from aiohttp import web

        async def pay(request, kind=""): pass

        class Handler:
            async def refund(self, request): pass

        handler = Handler()
        ROUTES = [web.post("/pay", partial(pay, kind="x"), name="pay")]

        def more():
            return [web.post("/refund", handler.refund)]
    """,
    "shop/admin.py": """
        from aiohttp import web
        async def index(request): pass

        def create_admin():
            admin = web.Application()
            admin.router.add_get("", index)
            admin.router.add_get("/users", index)
            return admin
    """,
    "shop/plugin.py": """
        from aiohttp import web
        async def plugged(request): pass

        async def register(app: web.Application):
            app.add_routes([web.get("/plugged", plugged)])
    """,
}
HANDLED = {
    "ANY /any -> shop.main.one",
    "DELETE /orders/{id} -> shop.orders.Orders.delete",
    "DELETE /thing -> shop.main.one",
    "DELETE /view -> shop.orders.Orders.delete",
    "GET /admin -> shop.admin.index",
    "GET /admin/users -> shop.admin.index",
    "GET /health -> shop.main.health",
    "GET /orders -> shop.orders.listed",
    "GET /orders/{id} -> shop.orders.Orders.get",
    "GET /plugged -> shop.plugin.plugged",
    "GET /server -> shop.main.Server.answer",
    "GET /view -> shop.orders.Orders.get",
    "GET /{number} -> shop.main.one",
    "POST /made -> shop.main.one",
    "POST /pay -> shop.pay.pay",
    "POST /refund -> shop.pay.Handler.refund",
    "PUT /put -> shop.main.one",
}


def test_routes(edges_of: Callable[..., set[str]], graph_of: Callable[..., Graph]) -> None:
    """Tables, lists, loops, resources, view classes, sub-applications, and functions that fill an application."""
    assert edges_of(FILES, "handles") == HANDLED
    graph = graph_of(FILES)
    assert not [spot for spot in graph.blind_spots if spot.kind in ("dynamic-route", "unknown-view")]
    assert {node.id for node in graph.nodes("static")} == {"static:/static"}
    node = graph.node("route:GET /{number}")
    assert node is not None
    assert dict(node.attributes)["text"] == "/{number:[0-9]{2}}"


def test_what_cannot_be_told_is_said(graph_of: Callable[..., Graph]) -> None:
    """Computed paths and lists, a view that a call makes, and a table that nobody adds."""
    graph = graph_of(
        {
            "a.py": """
                from aiohttp import web
                app = web.Application()
                lost = web.RouteTableDef()

                @lost.get("/never")
                async def never(request): pass

                app.router.add_get(compute(), never)
                app.router.add_get("/made", views["x"])
                app.add_routes(load())
            """
        }
    )
    assert {
        (spot.kind, spot.text) for spot in graph.blind_spots if "rout" in spot.kind or "view" in spot.kind
    } == {
        ("dynamic-route", "... -> never"),
        ("dynamic-route", "add_routes(load())"),
        ("unknown-view", "/made -> views[]"),
        ("unused-router", "a.lost is added to no application"),
    }
    assert not list(graph.edges("handles"))


def test_clients_make_no_routes(graph_of: Callable[..., Graph]) -> None:
    """A session's `get` is a request, and routes of other libraries are none of aiohttp's."""
    graph = graph_of(
        {
            "a.py": """
                import aiohttp
                from other import routes
                session = aiohttp.ClientSession()
                async def f():
                    await session.get("/x")
                @routes.get("/y")
                async def g(): pass
            """
        }
    )
    assert not list(graph.nodes("route"))
