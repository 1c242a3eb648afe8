"""Django Ninja: operations of APIs, routers and controllers, where URL patterns mount them."""

from __future__ import annotations

from collections.abc import Callable

from carveout.analyzer.model.graph import Graph

SETTINGS = "ROOT_URLCONF = 'shop.urls'\n"
FILES = {
    "manage.py": "",
    "shop/__init__.py": "",
    "shop/settings.py": SETTINGS,
    "shop/urls.py": """
        from django.urls import path
        from .api import urls as api_urls
        urlpatterns = [path("api/v1/", api_urls)]
    """,
    "shop/api.py": """
        from ninja import NinjaAPI
        from .items import router as items

        class Own(NinjaAPI):
            pass

        def register(api: NinjaAPI) -> NinjaAPI:
            api.add_router("/orders/", "shop.orders.router")
            return api

        api = Own(version="2", docs_url=None)
        api = register(api)
        for prefix, router in (("/items", items), ("/things", items)):
            api.add_router(prefix, router)
        urls = api.urls

        @api.get("/health")
        def health(request): pass
    """,
    "shop/items.py": """
        from ninja import Router
        router = Router()
        PATH = "/{int:item_id}"

        @router.get("")
        def listed(request): pass

        @router.delete(PATH, url_name="drop")
        def drop(request, item_id: int): pass
    """,
    "shop/orders.py": """
        from ninja import Router
        from .lines import router as lines
        router = Router(tags=["orders"])
        router.add_router("/{order_id}/lines", lines)

        @router.api_operation(["GET", "POST"], "/")
        def orders(request): pass

        def paid(request, key): pass
        router.add_api_operation("/{uuid:key}/paid", ["PUT"], paid)
    """,
    "shop/lines.py": """
        from ninja import Router
        router = Router()

        @router.patch("/{line}")
        async def line(request, order_id: int, line: int): pass
    """,
}
HANDLED = {
    "DELETE /api/v1/items/<int:item_id> -> shop.items.drop",
    "DELETE /api/v1/things/<int:item_id> -> shop.items.drop",
    "GET /api/v1/health -> shop.api.health",
    "GET /api/v1/items -> shop.items.listed",
    "GET /api/v1/things -> shop.items.listed",
    "GET /api/v1/openapi.json -> ninja.openapi.views.openapi_json",
    "GET /api/v1/orders/ -> shop.orders.orders",
    "PATCH /api/v1/orders/<order_id>/lines/<line> -> shop.lines.line",
    "POST /api/v1/orders/ -> shop.orders.orders",
    "PUT /api/v1/orders/<uuidstr:key>/paid -> shop.orders.paid",
}


def test_operations(edges_of: Callable[..., set[str]], graph_of: Callable[..., Graph]) -> None:
    """Routers by name, by text, in loops and in routers; an API that a function fills, under its mount."""
    assert edges_of(FILES, "handles") == HANDLED
    graph = graph_of(FILES)
    assert not [spot for spot in graph.blind_spots if spot.kind in ("dynamic-route", "unread-library")]
    node = graph.node("route:DELETE /api/v1/items/<int:item_id>")
    assert node is not None
    about = dict(node.attributes)
    assert (about["framework"], about["name"], node.path) == ("ninja", "api-2:drop", "shop/items.py")


def test_controllers(edges_of: Callable[..., set[str]]) -> None:
    """Ninja Extra: controllers by name and all that there are, with methods that they inherit."""
    files = {
        "manage.py": "",
        "shop/__init__.py": "",
        "shop/settings.py": SETTINGS,
        "shop/urls.py": """
            from django.urls import path
            from ninja_extra import NinjaExtraAPI
            from .orders import Orders
            api = NinjaExtraAPI(openapi_url="")
            api.register_controllers(Orders)
            more = NinjaExtraAPI(openapi_url="", urls_namespace="more")
            more.auto_discover_controllers()
            urlpatterns = [path("api/", api.urls), path("more/", more.urls)]
        """,
        "shop/orders.py": """
            from ninja_extra import api_controller, http_get, http_generic, route

            class Listed:
                @http_get("/all")
                def all(self): pass

            @api_controller("/orders", tags=["Orders"])
            class Orders(Listed):
                @route.get("/{int:number}")
                def one(self, number: int): pass

                @http_generic("/many", methods=["POST", "PUT"])
                def many(self): pass
        """,
    }
    found = edges_of(files, "handles")
    assert {edge for edge in found if edge.startswith("GET /api") or "many" in edge} == {
        "GET /api/orders/<int:number> -> shop.orders.Orders.one",
        "GET /api/orders/all -> shop.orders.Listed.all",
        "POST /api/orders/many -> shop.orders.Orders.many",
        "POST /more/orders/many -> shop.orders.Orders.many",
        "PUT /api/orders/many -> shop.orders.Orders.many",
        "PUT /more/orders/many -> shop.orders.Orders.many",
    }


def test_what_cannot_be_told_is_said(graph_of: Callable[..., Graph]) -> None:
    """Paths and routers that a run makes, a router that nothing joins, an API that no pattern mounts."""
    graph = graph_of(
        {
            "a.py": """
                from ninja import NinjaAPI, Router
                api, alone = NinjaAPI(), 1
                lonely = Router()

                @lonely.get("/never")
                def never(request): pass

                def more(name):
                    api.add_router("/x", load(name))

                @api.get(compute())
                def computed(request): pass

                @api.get("/perhaps")
                def perhaps(request): pass

                second = NinjaAPI()
                second.add_router("/x", load("y"))

                @second.get(compute())
                def other(request): pass

                @second.get("/perhaps")
                def unmounted(request): pass
            """
        }
    )
    said = {(spot.kind, spot.text) for spot in graph.blind_spots}
    assert ("unused-router", "a.lonely is joined to no API") in said
    assert ("dynamic-route", "add_router(load())") in said
    assert ("dynamic-route", "... -> other") in said
    edges = [edge for edge in graph.edges("handles") if edge.target == "function:a.unmounted"]
    assert [(edge.source, edge.confidence) for edge in edges] == [("route:GET /perhaps", "possible")]
    assert not [edge for edge in graph.edges("handles") if edge.target == "function:a.never"]
