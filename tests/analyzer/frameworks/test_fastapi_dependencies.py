"""FastAPI: what routes depend on and are given, and what runs after the answer."""

from __future__ import annotations

from collections.abc import Callable

from carveout.analyzer.model.graph import Graph

GraphOf = Callable[..., Graph]


EdgesOf = Callable[..., set[str]]


def test_dependencies(graph_of: GraphOf) -> None:
    """What fills parameters is called: by defaults, annotations, aliases of types, routers and applications."""
    graph = graph_of(
        {
            "app.py": """
                from typing import Annotated
                from fastapi import APIRouter, Depends, FastAPI, Security
                from deps import User, current, needs, Query

                def for_all(): pass
                def for_router(): pass
                def for_include(): pass
                def for_route(): pass

                app = FastAPI(dependencies=[Depends(for_all)])
                router = APIRouter(dependencies=[Depends(for_router)])

                @router.get("/x", dependencies=[Depends(for_route)])
                def x(user: User, query: Annotated[Query, Depends()], ok=Security(needs("x")), c=Depends(current)):
                    pass

                app.include_router(router, dependencies=[Depends(for_include)])
            """,
            "deps.py": """
                from typing import Annotated
                from fastapi import Depends
                class Session: pass
                def session():
                    yield Session()
                def current(s: Annotated[Session, Depends(session)]): pass
                User = Annotated[str, Depends(current)]
                class Query:
                    def __init__(self, q: str): pass
                class needs:
                    def __init__(self, role): pass
                    def __call__(self): pass
            """,
        }
    )
    edges = [
        edge for edge in graph.edges("calls") if edge.source in ("function:app.x", "function:deps.current")
    ]
    assert {(edge.source.partition(".")[2], edge.target.partition(":")[2]) for edge in edges} == {
        ("x", "deps.current"),
        ("x", "deps.Query.__init__"),
        ("x", "deps.needs.__call__"),
        ("x", "app.for_all"),
        ("x", "app.for_router"),
        ("x", "app.for_include"),
        ("x", "app.for_route"),
        ("current", "deps.session"),
    }
    assert {edge.confidence for edge in edges} == {"likely"}
    assert {evidence.via for edge in edges for evidence in edge.evidence} == {"convention"}


def test_background_tasks(edges_of: EdgesOf) -> None:
    """What is run after the answer is a task; `add_task` of something else is not."""
    files = {
        "app.py": """
            from fastapi import BackgroundTasks, FastAPI
            from other import Board
            app = FastAPI()
            def mail(to): pass
            @app.post("/x")
            def x(tasks: BackgroundTasks, board: Board):
                tasks.add_task(mail, "a")
                board.add_task(mail)
            @app.post("/y")
            def y(board: Board):
                board.add_task(mail)
        """,
        "other.py": "class Board:\n    def add_task(self, f): pass\n",
    }
    assert edges_of(files, "enqueues") == {"app.x -> app.mail"}


def test_what_dependencies_give(edges_of: EdgesOf) -> None:
    """Parameters hold what their dependencies give, yield or make; aliases of annotated types are types."""
    files = {
        "app.py": """
            from fastapi import Depends, FastAPI
            from deps import Alias, Repo, Role, get_repo, many
            app = FastAPI()
            def one(repo=Depends(get_repo)): repo.one()
            async def two(repo=Depends(many)): repo.two()
            def three(repo=Depends(Repo)): repo.three()
            def four(repo=Depends(dependency=Role("x"))): repo.four()
            def five(repo: Alias): repo.five()
            def six(repo: "Alias" = Depends()): repo.six()
        """,
        "deps.py": """
            from typing import Annotated
            from fastapi import Depends
            class Repo:
                def one(self): pass
                def two(self): pass
                def three(self): pass
                def four(self): pass
                def five(self): pass
                def six(self): pass
            class Other(Repo):
                def five(self): pass
                def six(self): pass
            def get_repo(): return Repo()
            async def many(): yield Repo()
            class Role:
                def __init__(self, name): pass
                def __call__(self): return Repo()
            Alias = Annotated[Repo, Depends(get_repo)]
        """,
    }
    made = {edge for edge in edges_of(files, "calls") if "deps.Repo." in edge and edge.startswith("app.")}
    assert made == {
        f"app.{name} -> deps.Repo.{name}" for name in ("one", "two", "three", "four", "five", "six")
    }


def test_a_class_that_a_function_makes(edges_of: EdgesOf) -> None:
    """`Router = router_class(Route)` is the class that the function defines and returns."""
    files = {
        "app.py": """
            from fastapi import FastAPI
            from routing import Router
            app = FastAPI()
            router = Router(prefix="/made")
            @router.get("/x")
            def x(): pass
            app.include_router(router)
        """,
        "routing.py": """
            from fastapi import APIRouter
            def router_class(route):
                class Special(APIRouter):
                    pass
                return Special
            Router = router_class(1)
        """,
    }
    assert edges_of(files, "handles") == {"GET /made/x -> app.x"}


def test_a_function_of_a_method_that_an_attribute_holds(graph_of: Callable[[dict[str, str]], Graph]) -> None:
    code = """
        from fastapi import APIRouter, Depends, FastAPI
        class Base:
            def __init__(self):
                self.router = APIRouter()
                self.set_limits()
                self.setup()
            def set_limits(self):
                async def limit_rate(request): ...
                self.limit = limit_rate
            def setup(self): ...
        class Users(Base):
            def setup(self):
                @self.router.get("/users", dependencies=[Depends(self.limit)])
                async def users(): ...
        app = FastAPI()
        app.include_router(Users().router)
    """
    graph = graph_of({"main.py": code})
    served = [e.target for e in graph.out("function:main.Users.setup.users", "calls")]
    assert served == ["function:main.Base.set_limits.limit_rate"]
    assert not [spot for spot in graph.blind_spots if spot.kind == "unknown-dependency"]
