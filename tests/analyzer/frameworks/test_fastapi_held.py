"""FastAPI: routers that each call of a function, and each object of a class, has of its own.

What is expected is what the framework itself lists of these applications.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.frameworks.fastapi import running
from carveout.analyzer.model.graph import Graph

APPLICATIONS = {
    "functions that make routers": (
        """
            from fastapi import FastAPI, APIRouter
            BASE = ""
            def make(name, prefix="/p"):
                router = APIRouter(prefix=f"{BASE}{prefix}/{name}")
                @router.get("/")
                def index(): pass
                @router.post("/{id}")
                def one(id): pass
                return router
            def outer(name):
                top = APIRouter()
                sub = make(name, prefix="/sub")
                top.include_router(sub)
                top.include_router(make(name=name))
                return top
            A = make("a")
            app = FastAPI()
            for each in [A]:
                app.include_router(each)
            app.include_router(make("b", "/q"), prefix="/x")
            app.include_router(outer("c"))
            app.include_router(outer("d"))
        """,
        {
            "GET /p/a/ -> main.make.index",
            "GET /p/c/ -> main.make.index",
            "GET /p/d/ -> main.make.index",
            "GET /sub/c/ -> main.make.index",
            "GET /sub/d/ -> main.make.index",
            "GET /x/q/b/ -> main.make.index",
            "POST /p/a/{id} -> main.make.one",
            "POST /p/c/{id} -> main.make.one",
            "POST /p/d/{id} -> main.make.one",
            "POST /sub/c/{id} -> main.make.one",
            "POST /sub/d/{id} -> main.make.one",
            "POST /x/q/b/{id} -> main.make.one",
        },
    ),
    "functions that join what they are given, with the arguments that they hand on": (
        """
            import os
            from typing import Any, cast
            from fastapi import APIRouter, FastAPI
            BASE = os.environ.get("API_PREFIX", "")
            def join(application: FastAPI, router: APIRouter, **kwargs: Any) -> None:
                base = f"/{BASE.strip('/')}" if BASE else ""
                passed = cast(str | None, kwargs.get("prefix"))
                if passed:
                    whole = f"{base}/{passed.strip('/')}"
                else:
                    whole = base
                more: dict[str, Any] = {**kwargs, "prefix": whole}
                application.include_router(router, **more)
            def join_open(application, router, prefix=None, tags=None):
                join(application, router, prefix=prefix, tags=tags or ["open"])
            def join_twice(app, router):
                app.include_router(router, include_in_schema=False)
                app.include_router(router, prefix="/spaces/{space}")
            def join_named(app, router, **options):
                options["prefix"] = "/named"
                app.include_router(router, **options)
            users_router = APIRouter(prefix="/users")
            @users_router.get("/me")
            def me(): pass
            shops_router = APIRouter(prefix="/shops")
            @shops_router.get("/all")
            def shops(): pass
            def build_rooms():
                rooms = APIRouter(prefix="/rooms")
                rooms.include_router(shops_router)
                return rooms
            rooms_router = build_rooms()
            def get_application():
                application = FastAPI()
                join(application, rooms_router)
                join(application, users_router)
                join(application, shops_router, prefix="/v2/")
                join_open(application, shops_router, prefix="/open")
                join_twice(application, users_router)
                join_named(application, users_router)
                return application
            app = get_application()
        """,
        {
            "GET /named/users/me -> main.me",
            "GET /open/shops/all -> main.shops",
            "GET /rooms/shops/all -> main.shops",
            "GET /spaces/{space}/users/me -> main.me",
            "GET /users/me -> main.me",
            "GET /v2/shops/all -> main.shops",
        },
    ),
    "an object that has the application, made of routers that a table names": (
        """
            from fastapi import APIRouter, FastAPI
            class Base:
                def __init__(self, providers):
                    self.providers = providers
                    self.router = APIRouter()
                    self._setup_routes()
                def get_router(self):
                    return self.router
                def _setup_routes(self): ...
                def endpoint(self, function): return function
            class Chunks(Base):
                def __init__(self, providers):
                    super().__init__(providers)
                def _setup_routes(self):
                    @self.router.post("/chunks")
                    @self.endpoint
                    async def chunks(): ...
            class Users(Base):
                def _setup_routes(self):
                    @self.router.get("/users")
                    async def users(): ...
            class ShopApp:
                def __init__(self, config, chunks: Chunks, users: Users):
                    self.config = config
                    self.chunks, self.users = chunks, users
                    self.chunks_router = chunks
                    self.users_router = users
                    self.app = FastAPI()
                    self._setup_routes()
                def _setup_routes(self):
                    self.app.include_router(self.chunks_router, prefix="/v3")
                    self.app.include_router(self.users_router, prefix="/v3")
                    @self.app.get("/spec")
                    async def spec(): ...
            class Builder:
                async def build(self, providers):
                    routers = {
                        "chunks": Chunks(providers=providers).get_router(),
                        "users": Users(providers=providers).get_router(),
                    }
                    return ShopApp(config=self.config, **routers)
        """,
        {
            "GET /spec -> main.ShopApp._setup_routes.spec",
            "GET /v3/users -> main.Users._setup_routes.users",
            "POST /v3/chunks -> main.Chunks._setup_routes.chunks",
        },
    ),
    "a class with a router": (
        """
            from fastapi import FastAPI, APIRouter
            class Base:
                flag = True
                def __init__(self, prefix, extra=False):
                    self.router = APIRouter(prefix=prefix)
                    self.extra = extra
                    self.register()
                def register(self):
                    self.router.add_api_route("/list", self.list, methods=["GET"])
                    if self.extra:
                        self.more()
                def more(self):
                    @self.router.post("/more")
                    def more(): pass
                def list(self): return []
            class Child(Base):
                def register(self):
                    super().register()
                    self.router.add_api_route("/child", self.child, methods=["DELETE"])
                def child(self): pass
                def list(self): return [1]
            app = FastAPI()
            users = Base("/users")
            app.include_router(users.router)
            app.include_router(Child(prefix="/kids", extra=True).router, prefix="/v1")
            def build():
                c = Child("/local")
                app.include_router(c.router)
            build()
        """,
        {
            "DELETE /local/child -> main.Child.child",
            "DELETE /v1/kids/child -> main.Child.child",
            "GET /local/list -> main.Child.list",
            "GET /users/list -> main.Base.list",
            "GET /v1/kids/list -> main.Child.list",
            "POST /v1/kids/more -> main.Base.more.more",
        },
    ),
    "dataclasses and extensions": (
        """
            from dataclasses import dataclass, field
            from fastapi import FastAPI, APIRouter
            class Ext:
                def register(self, factory: "Factory"):
                    @factory.router.get("/ext")
                    def ext(): pass
            @dataclass
            class Factory:
                router: APIRouter = field(default_factory=APIRouter)
                add_part: bool = True
                add_maps: bool = False
                extensions: list = field(default_factory=list)
                def __post_init__(self):
                    self.register_routes()
                    for ext in self.extensions:
                        ext.register(self)
                def register_routes(self): ...
            @dataclass
            class Tiler(Factory):
                def register_routes(self):
                    self.info()
                    if self.add_part:
                        self.part()
                    if self.add_maps:
                        self.maps()
                def info(self):
                    @self.router.get("/info")
                    def info(): pass
                def part(self):
                    @self.router.get("/part")
                    @self.router.get("/part.{format}")
                    def part(): pass
                def maps(self):
                    @self.router.get("/maps")
                    def maps(): pass
            @dataclass
            class Multi(Tiler):
                def info(self):
                    @self.router.get("/multi-info")
                    def multi_info(): pass
            cog = Tiler(add_maps=True, extensions=[Ext()])
            stac = Multi(add_part=False)
            app = FastAPI()
            app.include_router(cog.router, prefix="/cog")
            app.include_router(stac.router, prefix="/stac")
            app.include_router(Tiler().router)
        """,
        {
            "GET /cog/ext -> main.Ext.register.ext",
            "GET /cog/info -> main.Tiler.info.info",
            "GET /cog/maps -> main.Tiler.maps.maps",
            "GET /cog/part -> main.Tiler.part.part",
            "GET /cog/part.{format} -> main.Tiler.part.part",
            "GET /info -> main.Tiler.info.info",
            "GET /part -> main.Tiler.part.part",
            "GET /part.{format} -> main.Tiler.part.part",
            "GET /stac/multi-info -> main.Multi.info.multi_info",
        },
    ),
    "a server class": (
        """
            from fastapi import FastAPI, APIRouter
            class Server:
                def __init__(self):
                    self.app = FastAPI()
                    self.setup()
                def setup(self):
                    self.app.get("/ping")(self.ping)
                    self.app.add_api_route("/health", self.health, methods=["GET", "POST"])
                    self.app.include_router(Users(self).router, prefix="/users")
                def ping(self): pass
                def health(self): pass
            class Users:
                def __init__(self, server):
                    self.server = server
                    self.router = APIRouter()
                    self.router.add_api_route("/", self.all)
                def all(self): pass
            server = Server()
            app = server.app
        """,
        {
            "GET /health -> main.Server.health",
            "GET /ping -> main.Server.ping",
            "GET /users/ -> main.Users.all",
            "POST /health -> main.Server.health",
        },
    ),
    "a class that is given an application": (
        """
            from fastapi import FastAPI, APIRouter
            class Routes:
                def __init__(self, app: FastAPI, prefix="/g"):
                    self.app = app
                    self.prefix = prefix
                    self.setup()
                def setup(self):
                    self.app.get(f"{self.prefix}/x")(self.x)
                    router = APIRouter()
                    router.add_api_route("/y", self.y)
                    self.app.include_router(router, prefix=self.prefix)
                def x(self): pass
                def y(self): pass
            app = FastAPI()
            Routes(app)
        """,
        {
            "GET /g/x -> main.Routes.x",
            "GET /g/y -> main.Routes.y",
        },
    ),
    "a method that makes a router": (
        """
            from fastapi import FastAPI, APIRouter
            class Crud:
                def __init__(self, name):
                    self.name = name
                def get_router(self):
                    router = APIRouter(prefix="/" + self.name)
                    router.add_api_route("/all", self.all, methods=["GET"])
                    return router
                def all(self): pass
            app = FastAPI()
            app.include_router(Crud("a").get_router())
            b = Crud("b")
            app.include_router(b.get_router(), prefix="/v2")
        """,
        {
            "GET /a/all -> main.Crud.all",
            "GET /v2/b/all -> main.Crud.all",
        },
    ),
    "classes of routers": (
        """
            from fastapi import FastAPI, APIRouter
            class Mine(APIRouter):
                def __init__(self, thing, **kw):
                    super().__init__(prefix=f"/{thing}", **kw)
                    self.add_api_route("/", self.index)
                    @self.get("/{id}")
                    def one(id): pass
                def index(self): pass
            class Other(Mine):
                def __init__(self):
                    super().__init__("other")
                    self.add_api_route("/extra", self.extra)
                def extra(self): pass
            app = FastAPI()
            app.include_router(Mine("a"))
            app.include_router(Mine("b"), prefix="/x")
            app.include_router(Other())
        """,
        {
            "GET /a/ -> main.Mine.index",
            "GET /a/{id} -> main.Mine.__init__.one",
            "GET /other/ -> main.Mine.index",
            "GET /other/extra -> main.Other.extra",
            "GET /other/{id} -> main.Mine.__init__.one",
            "GET /x/b/ -> main.Mine.index",
            "GET /x/b/{id} -> main.Mine.__init__.one",
        },
    ),
    "a list of routers that a function is given": (
        """
            from typing import List
            from fastapi import FastAPI, APIRouter
            r1 = APIRouter(prefix="/one")
            r2 = APIRouter(prefix="/two")
            @r1.get("/")
            def a(): pass
            @r2.get("/")
            def b(): pass
            ROUTERS = [r1, r2]
            def override(routers: List[APIRouter], base: FastAPI):
                for router in routers:
                    base.include_router(router)
            app = FastAPI()
            override(ROUTERS, app)
        """,
        {
            "GET /one/ -> main.a",
            "GET /two/ -> main.b",
        },
    ),
}


@pytest.mark.parametrize("name", APPLICATIONS)
def test_routers_of_calls_and_objects(name: str, edges_of: Callable[..., set[str]]) -> None:
    """Paths, methods and handlers are those that FastAPI lists."""
    text, rows = APPLICATIONS[name]
    assert edges_of({"main.py": text}, "handles") == rows


def test_an_application_that_a_function_makes_is_no_root_where_it_is_mounted(
    graph_of: Callable[..., Graph],
) -> None:
    """Called once, with arguments; what the caller adds to it afterwards is there, too (Prefect)."""
    graph = graph_of({
        "shop/orders.py": "from fastapi import APIRouter\nrouter = APIRouter(prefix='/orders')\n"
        "@router.get('/')\ndef orders(): ...\n",
        "shop/app.py": "from fastapi import FastAPI\nfrom shop import orders\nROUTERS = (orders.router,)\n"
        "def inner(title=None, **more):\n    api = FastAPI(title=title)\n"
        "    @api.get('/health')\n    def health(): ...\n"
        "    for router in ROUTERS:\n        api.include_router(router)\n    return api\n"
        "def outer():\n    app = FastAPI()\n    api = inner(title='x')\n"
        "    @api.get('/metrics')\n    def metrics(): ...\n    app.mount('/api', app=api)\n    return app\n",
    })  # fmt: skip
    assert [node.name for node in graph.nodes("route")] == [
        "GET /api/health", "GET /api/metrics", "GET /api/orders/",
    ]  # fmt: skip


def test_where_too_many_calls_make_routers_that_is_said(
    graph_of: Callable[..., Graph], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "_MOST_STEPS", 3)
    graph = graph_of({
        "shop/app.py": "from fastapi import FastAPI, APIRouter\napp = FastAPI()\n"
        "def make(prefix):\n    router = APIRouter(prefix=prefix)\n    @router.get('/x')\n    def x(): ...\n"
        "    return router\napp.include_router(make('/a'))\napp.include_router(make('/b'))\n",
    })  # fmt: skip
    said = [spot.text for spot in graph.blind_spots if spot.kind == "dynamic-route"]
    assert "too many calls that make routers to follow" in said


def test_routers_without_a_name_are_told_in_words(graph_of: Callable[..., Graph]) -> None:
    """What a call makes has no variable: blind spots say what makes it, their place where."""
    graph = graph_of(
        {
            "a.py": """
                from fastapi import APIRouter, FastAPI

                def make(prefix):
                    router = APIRouter(prefix=prefix)
                    @router.get("/x")
                    def x(): pass
                    return router

                app = FastAPI()
                app.include_router(make(compute()))
            """
        }
    )
    assert [spot.text for spot in graph.blind_spots if spot.kind == "dynamic-route"] == [
        "prefix of what APIRouter makes here"
    ]
