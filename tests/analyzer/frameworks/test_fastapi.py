"""FastAPI and Starlette: routes under all prefixes, dependencies, background tasks."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

GraphOf = Callable[..., Graph]
EdgesOf = Callable[..., set[str]]

SHOP = {
    "shop/__init__.py": "",
    "shop/settings.py": """
        from pydantic import Field
        from pydantic_settings import BaseSettings
        VERSION = "v1"
        class Settings(BaseSettings):
            PREFIX: str = f"/api/{VERSION}"
            ADMIN: str = Field(default="/admin")
            SECRET: str
        settings = Settings()
    """,
    "shop/main.py": """
        from fastapi import FastAPI
        from fastapi.staticfiles import StaticFiles
        from .api import register
        from .settings import settings
        from . import admin

        def create_app() -> FastAPI:
            app = FastAPI()
            register(app, "/x")
            app.mount(settings.ADMIN, admin.app)
            app.mount("/static", StaticFiles(directory="assets"), name="static")

            @app.get("/health")
            async def health(): pass
            return app
    """,
    "shop/api/__init__.py": """
        from fastapi import APIRouter, FastAPI
        from ..settings import settings
        from .orders import router as orders
        from .users import make_router

        api = APIRouter(prefix="/inner")
        for part, prefix in [(orders, "/orders"), (orders, "/old-orders"), (make_router(), "")]:
            api.include_router(part, prefix=prefix)

        def register(app: FastAPI, where="/default", *, other="/other"):
            app.include_router(api, prefix=settings.PREFIX)
            app.include_router(api, prefix=where)
            app.include_router(prefix=other, router=api)
    """,
    "shop/api/orders.py": """
        from fastapi import APIRouter
        router = APIRouter()

        @router.get("")
        @router.api_route("/{id}", methods=["PUT", "PATCH"])
        async def one(id: int): pass

        @router.websocket("/live")
        async def live(socket): pass
    """,
    "shop/api/users.py": """
        from fastapi import APIRouter

        class OurRouter(APIRouter):
            def __init__(self, prefix="/users", **more):
                super().__init__(prefix=prefix, **more)

        def one(): pass

        def make_router() -> APIRouter:
            router = OurRouter()
            router.add_api_route("/{id}", one, methods=["GET"])
            router.delete("/{id}")(one)
            return router
    """,
    "shop/admin.py": """
        import fastapi
        app = fastapi.FastAPI()

        @app.post(path="/reset")
        def reset(): pass
    """,
}


def test_routes_under_all_prefixes(edges_of: EdgesOf) -> None:
    """Through factories, loops, settings, parameters with what callers give, and mounts."""
    found = edges_of(SHOP, "handles")
    apart = {"POST /admin/reset -> shop.admin.reset", "GET /health -> shop.main.create_app.health"}
    assert apart <= found
    assert found - apart == {
        f"{method} {prefix}/inner{path} -> shop.api.{handler}"
        for prefix in ("/api/v1", "/x", "/other")
        for method, path, handler in (
            ("GET", "/orders", "orders.one"),
            ("PUT", "/orders/{id}", "orders.one"),
            ("PATCH", "/orders/{id}", "orders.one"),
            ("WEBSOCKET", "/orders/live", "orders.live"),
            ("GET", "/old-orders", "orders.one"),
            ("PUT", "/old-orders/{id}", "orders.one"),
            ("PATCH", "/old-orders/{id}", "orders.one"),
            ("WEBSOCKET", "/old-orders/live", "orders.live"),
            ("GET", "/users/{id}", "users.one"),
            ("DELETE", "/users/{id}", "users.one"),
        )
    }


def test_attributes_and_static_files(graph_of: GraphOf) -> None:
    """A route knows its router and prefix; files that are served are a node of their own."""
    graph = graph_of(SHOP)
    node = graph.node("route:GET /x/inner/orders")
    assert node is not None
    assert (node.path, node.line) == ("shop/api/orders.py", 5)
    assert dict(node.attributes) == {
        "answers": "",
        "framework": "fastapi",
        "method": "GET",
        "name": "one",
        "prefix": "/x/inner/orders",
        "router": "shop.api.orders.router",
        "text": "/x/inner/orders",
        "tried": '[["shop.main.create_app.app"], ["shop/main.py", "create_app", 10, 4], '
        '["shop/api/__init__.py", "register", 13, 4], '
        '["shop/api/__init__.py", "", 9, 4], ["shop/api/orders.py", "", 5, 1]]',
    }
    static = graph.node("static:/static")
    assert static is not None
    about = dict(static.attributes)
    assert json.loads(about.pop("tried"))[0] == ["shop.main.create_app.app"]
    assert about == {"folder": "assets", "framework": "fastapi"}


def test_what_is_unknown_is_said(graph_of: GraphOf) -> None:
    """A prefix that nothing tells, a router without an application, something else that is included."""
    graph = graph_of(
        {
            "a.py": """
                import os
                from fastapi import APIRouter, FastAPI
                import plugins
                app, orphan, secret = FastAPI(), 1, 2
                app = FastAPI()
                orphan = APIRouter()
                secret = APIRouter()
                app.include_router(secret, prefix=os.environ["WHERE"])
                app.include_router(plugins.load())

                @orphan.get("/x")
                def x(): pass

                @secret.get("/y")
                def y(): pass

                @app.get(compute())
                def z(): pass
            """
        }
    )
    assert [(edge.source, edge.target, edge.confidence) for edge in graph.edges("handles")] == [
        ("route:GET /y", "function:a.y", "possible")  # below what its prefix says
    ]
    assert {(spot.kind, spot.place.line, spot.text) for spot in graph.blind_spots if "rout" in spot.kind} == {
        ("dynamic-route", 9, "prefix of a.secret"),
        ("dynamic-route", 10, "include_router(plugins.load())"),
        ("unused-router", 7, "a.orphan is joined to no application"),
        ("dynamic-route", 18, "... -> z"),
    }


def test_an_application_that_is_mounted_somewhere_unknown(graph_of: GraphOf) -> None:
    """What it answers is seen as if it stood alone, and that it may stand elsewhere is said."""
    graph = graph_of(
        {
            "a.py": """
                import os
                from fastapi import FastAPI
                def create():
                    app = FastAPI()
                    @app.get("/x")
                    def x(): pass
                    if os.environ["WHERE"]:
                        outer = FastAPI()
                        outer.mount(os.environ["WHERE"], app)
                        return outer
                    return app
            """
        }
    )
    assert [route.id for route in graph.nodes("route")] == ["route:GET /x"]
    spots = {(spot.kind, spot.place.line, spot.text) for spot in graph.blind_spots}
    assert ("dynamic-route", 10, "prefix of a.create.app") in spots


def test_starlette_lists(edges_of: EdgesOf) -> None:
    """Lists of routes in lists, mounts with routes of their own, endpoints by their methods, wrapped views."""
    files = {
        "app.py": """
            from functools import partial
            from starlette.applications import Starlette
            from starlette.endpoints import HTTPEndpoint
            from starlette.middleware.cors import CORSMiddleware
            from starlette.routing import Host, Mount, Route, Router, WebSocketRoute
            from more import more, extra

            class Page(HTTPEndpoint):
                async def get(self, request): pass
                async def post(self, request): pass

            def home(request): pass
            def echo(socket): pass

            class Callable:
                def __call__(self, request): pass

            inner = Router([Route("/deep", home)])
            routes = [
                Route("/", home),
                Route("/page", endpoint=Page),
                Route("/partial", partial(home, 1), methods=["POST"]),
                WebSocketRoute("/ws", echo),
                Mount("/m", routes=[Route("/in", home), Mount("/n", app=inner)]),
                *more,
            ]
            routes.append(Route("/late", Callable()))
            app = Starlette(routes=routes + extra())
            app.add_route("/added", home)
            app = CORSMiddleware(app)
        """,
        "more.py": """
            from starlette.routing import Route
            def f(request): pass
            more = [Route("/more", f)]
            def extra():
                return [Route("/extra", f)]
        """,
    }
    assert edges_of(files, "handles") == {
        "GET / -> app.home",
        "GET /page -> app.Page.get",
        "POST /page -> app.Page.post",
        "POST /partial -> app.home",
        "WEBSOCKET /ws -> app.echo",
        "GET /m/in -> app.home",
        "GET /m/n/deep -> app.home",
        "GET /more -> more.f",
        "GET /late -> app.Callable.__call__",
        "GET /extra -> more.f",
        "GET /added -> app.home",
    }


def test_classes_that_hold_routers(edges_of: EdgesOf) -> None:
    """Views in classes, routers in attributes, a name that is given several routers in one file."""
    files = {
        "app.py": """
            from fastapi import APIRouter, Depends, FastAPI
            from fastapi_utils.cbv import cbv

            router = APIRouter(prefix="/first")

            def session(): pass

            @cbv(router)
            class Items:
                s = Depends(session)
                @router.get("/items")
                def read(self): pass

            first = router
            router = APIRouter(prefix="/second")

            @router.get("/x")
            def x(): pass

            class Api:
                def __init__(self):
                    self.router = APIRouter()
                    self.router.add_api_route("/own", self.own)
                def own(self): pass

            class Server:
                def __init__(self):
                    self.app = FastAPI()
                    self.app.include_router(router)
                    self.app.include_router(Api().router)
        """
    }
    assert edges_of(files, "handles") == {
        "GET /second/x -> app.x",
        "GET /own -> app.Api.own",
    }


@pytest.mark.parametrize(
    "text",
    [
        "app = app\n@app.get('/x')\ndef f(): pass\n",
        "class A(A): pass\nr = A()\nr.include_router(r)\n@r.get('/x')\ndef f(): pass\n",
        "r = APIRouter()\nr.include_router(r, prefix='/a')\nr.mount('/b', r)\n@r.get('/x')\ndef f(): pass\n",
        "def f():\n    return f()\napp = FastAPI()\napp.include_router(f())\nP = P + P\napp.mount(P, f())\n",
        "for a in a: app.include_router(a)\nroutes = [*routes, routes]\napp = FastAPI(routes=routes)\n",
        "app = FastAPI()\n" + "app.get(" * 300 + "'/x'" + ")" * 300 + "\n",
        "\n".join(
            f"r{i} = APIRouter()\nr{i}.include_router(r{i - 1}, prefix='/{i}')\n" * 2 for i in range(300)
        ),
    ],
)
def test_hostile_code(graph_of: GraphOf, text: str) -> None:
    """What leads back to itself, or is joined in ever more ways, ends."""
    graph = graph_of({"a.py": "from fastapi import APIRouter, FastAPI, Depends\n" + text})
    assert not [route for route in graph.nodes("route") if len(route.name) > 5_000]


def test_applications_in_branches(edges_of: EdgesOf) -> None:
    """What the branches of a module make for one name is one application."""
    files = {
        "app.py": """
            from fastapi import FastAPI
            from inner import app as inner
            app = FastAPI()
            app.mount("/inner", inner)
        """,
        "inner.py": """
            from fastapi import FastAPI
            if True:
                app = FastAPI()
                @app.get("/x")
                def x(): pass
            else:
                app = FastAPI()
        """,
    }
    assert edges_of(files, "handles") == {"GET /inner/x -> inner.x"}


def test_a_decorator_that_is_handed_the_router_s_method(graph_of: Callable[..., Graph]) -> None:
    """`@guarded(router.get, "/x")` adds a route; a likely one, where the decorator may change its path."""
    files = {
        "shop/__init__.py": "",
        "shop/guards.py": """
            from fastapi import Security
            def guarded(method, path, scopes=(), **more):
                def decorator(view):
                    return method(path, **more)(checked(view, scopes))
                return decorator
        """,
        "shop/api.py": """
            from fastapi import APIRouter, FastAPI
            from .guards import guarded
            router = APIRouter(prefix="/orders")
            @guarded(router.get, "/{id}", ["read"])
            def one(id): pass
            @guarded(method=router.delete, path="/{id}")
            def drop(id): pass
            @elsewhere(router.put, "/{id}")
            def change(id): pass
            @guarded(settings.get, "/no/route")
            def other(): pass
            app = FastAPI()
            app.include_router(router)
        """,
    }
    edges = {(edge.source, edge.target, edge.confidence) for edge in graph_of(files).edges("handles")}
    assert edges == {
        ("route:GET /orders/{id}", "function:shop.api.one", "certain"),
        ("route:DELETE /orders/{id}", "function:shop.api.drop", "certain"),
        ("route:PUT /orders/{id}", "function:shop.api.change", "likely"),
    }
