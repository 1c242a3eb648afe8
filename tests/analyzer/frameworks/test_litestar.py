"""Litestar: handlers in controllers, routers and applications, below all their paths."""

from __future__ import annotations

from collections.abc import Callable

from carveout.analyzer.model.graph import Graph

FILES = {
    "shop/__init__.py": "",
    "shop/app.py": """
        from litestar import Litestar, Router, get, route
        from .orders import Orders
        from .routers import ROUTERS, late
        from .plugin import Core

        @get(["/health", "/ready"])
        async def health() -> str: return ""

        @route("/any", http_method=["GET", "POST"])
        async def many() -> None: pass

        def create_app() -> Litestar:
            api = Router("/api", route_handlers=[Orders, Router(path="/v2", route_handlers=[Orders])])
            app = Litestar(route_handlers=[health, many, api, *ROUTERS], path="/shop", plugins=[Core()])
            app.register(late)
            return app
    """,
    "shop/orders.py": """
        from litestar import Controller, delete, get, post

        class Listed(Controller):
            path = "/nowhere"

            @get()
            async def listed(self) -> None: pass

            @get("/{number:int}")
            async def one(self, number: int) -> None: pass

        class Orders(Listed):
            path = "/orders/"

            @post(path="/", name="orders:add")
            async def add(self) -> None: pass

            @delete("/{number:int}/")
            async def one(self, number: int) -> None: pass
    """,
    "shop/routers.py": """
        from litestar import Router, post, websocket
        @post("/pay")
        def pay() -> None: pass
        @websocket("/live")
        async def live(socket) -> None: pass
        @post("/late")
        def late() -> None: pass
        pays = Router(path="/pays", route_handlers=[pay])
        ROUTERS = [pays, live]
    """,
    "shop/plugin.py": """
        from litestar import get
        from litestar.plugins import InitPluginProtocol

        @get("/plugged")
        def plugged() -> None: pass
        @get("/handed")
        def handed() -> None: pass

        class Core(InitPluginProtocol):
            def on_app_init(self, app_config):
                app_config.route_handlers.append(plugged)
                self.fill(app_config, controllers=[Handed])
                return app_config

            def fill(self, app_config, *, controllers):
                app_config.route_handlers.extend(controllers)

        from litestar import Controller
        class Handed(Controller):
            @get("/within")
            def within(self) -> None: pass
    """,
}
HANDLED = {
    "DELETE /shop/api/orders/{number:int} -> shop.orders.Orders.one",
    "DELETE /shop/api/v2/orders/{number:int} -> shop.orders.Orders.one",
    "GET /plugged -> shop.plugin.plugged",
    "GET /shop/any -> shop.app.many",
    "GET /shop/api/orders -> shop.orders.Listed.listed",
    "GET /shop/api/v2/orders -> shop.orders.Listed.listed",
    "GET /shop/health -> shop.app.health",
    "GET /shop/ready -> shop.app.health",
    "GET /within -> shop.plugin.Handed.within",
    "POST /shop/any -> shop.app.many",
    "POST /shop/api/orders -> shop.orders.Orders.add",
    "POST /shop/api/v2/orders -> shop.orders.Orders.add",
    "POST /shop/late -> shop.routers.late",
    "POST /shop/pays/pay -> shop.routers.pay",
    "WEBSOCKET /shop/live -> shop.routers.live",
}


def test_routes(edges_of: Callable[..., set[str]], graph_of: Callable[..., Graph]) -> None:
    """Controllers with what they inherit, routers in routers, lists elsewhere, what plug-ins add."""
    assert edges_of(FILES, "handles") == HANDLED
    graph = graph_of(FILES)
    assert not [spot for spot in graph.blind_spots if spot.kind in ("dynamic-route", "unread-library")]
    node = graph.node("route:POST /shop/api/orders")
    assert node is not None
    assert (dict(node.attributes)["framework"], dict(node.attributes)["name"]) == ("litestar", "orders:add")


def test_what_cannot_be_told_is_said(graph_of: Callable[..., Graph]) -> None:
    """Computed paths and lists, and routers that nobody registers."""
    graph = graph_of(
        {
            "a.py": """
                from litestar import Litestar, Router, get
                @get(compute())
                def made() -> None: pass
                @get("/never")
                def never() -> None: pass
                lost = Router(path="/lost", route_handlers=[never])
                app = Litestar(route_handlers=[made, *load()])
            """
        }
    )
    assert {(spot.kind, spot.text) for spot in graph.blind_spots if "rout" in spot.kind} == {
        ("dynamic-route", "... -> made"),
        ("dynamic-route", "route_handlers: load()"),
        ("unused-router", "a.lost is registered with no application"),
    }
    assert not list(graph.nodes("route"))
