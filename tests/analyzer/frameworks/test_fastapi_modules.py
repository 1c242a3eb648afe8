"""FastAPI: routers of modules in loops, prefixes out of tables, applications that are offered to others."""

from __future__ import annotations

from collections.abc import Callable

from carveout.analyzer.model.graph import Graph

ROUTER = """
    from fastapi import APIRouter
    router = APIRouter()
    @router.get("/{name}")
    def {name}(): ...
"""


def module(name: str) -> str:
    return ROUTER.replace("{name}", name)


MODULES = {"shop/__init__.py": "VERSION = '2.1.0'\n"}
MODULES |= {f"shop/{name}.py": module(name) for name in ("orders", "users", "extra")}


def test_modules_in_loops(edges_of: Callable[..., set[str]]) -> None:
    """A list of modules, one of two lists, what is added to it, and prefixes of a table."""
    app = """
        from fastapi import FastAPI
        from shop import VERSION, extra, orders, users
        MAIN_PARTS = [orders, users]
        OTHER_PARTS = [users]
        PREFIXES = {"major": f"/v{VERSION.split('.')[0]}", "minor": f"/v{'.'.join(VERSION.split('.')[:2])}"}

        def versioned(app: FastAPI, small: bool):
            for kind in ("major", "minor"):
                for part in OTHER_PARTS if small else MAIN_PARTS:
                    app.include_router(part.router, prefix=PREFIXES[kind])

        def make(small: bool):
            app = FastAPI()
            parts = OTHER_PARTS if small else MAIN_PARTS
            parts += [extra]
            for part in parts:
                app.include_router(part.router)
            versioned(app, small)
            return app
    """
    main = "from shop.app import make\n\napp = make(False)\n"
    assert edges_of({**MODULES, "shop/app.py": app, "shop/main.py": main}, "handles") == {
        "GET /orders -> shop.orders.orders",
        "GET /users -> shop.users.users",
        "GET /extra -> shop.extra.extra",
        "GET /v2/orders -> shop.orders.orders",
        "GET /v2/users -> shop.users.users",
        "GET /v2.1/orders -> shop.orders.orders",
        "GET /v2.1/users -> shop.users.users",
    }


def test_modules_that_are_loaded_by_name(edges_of: Callable[..., set[str]]) -> None:
    """Also those whose folders no import statement can name."""
    app = """
        import importlib
        from fastapi import FastAPI
        parts = importlib.import_module("shop.old-parts.server")
        app = FastAPI()
        app.include_router(parts.router, prefix="/old")
    """
    files = {"shop/__init__.py": "", "shop/old-parts/server.py": module("users"), "shop/app.py": app}
    assert edges_of(files, "handles") == {"GET /old/users -> shop.old-parts.server.users"}


def test_an_application_that_is_offered(graph_of: Callable[..., Graph]) -> None:
    """It stands by itself; where a function that nobody calls would mount it is possible."""
    app = """
        from fastapi import FastAPI
        from shop import orders

        def make():
            app = FastAPI()
            app.include_router(orders.router)
            return app

        def mount(parent: FastAPI, path: str = "/shop"):
            parent.mount(path, make())

        app = make()
    """
    graph = graph_of({**MODULES, "shop/app.py": app})
    assert {(edge.source, edge.confidence) for edge in graph.edges("handles")} == {
        ("route:GET /orders", "certain"),
        ("route:GET /shop/orders", "possible"),
    }
