"""Starlette's paths are translated as Starlette matches them: both are asked for the same requests."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.routing import Match, Route

from carveout.analyzer.model.building import GraphBuilder
from carveout.analyzer.model.errors import Refused
from carveout.analyzer.model.graph import Node
from carveout.analyzer.planning.fastapi_routes import fastapi_claims
from carveout.analyzer.planning.route_claims import routes
from carveout.analyzer.planning.route_nodes import RouteNode

SEGMENTS = ["a", "b.c", "é", "{x}", "{x:int}", "{x:float}", "{x:uuid}", "{x:path}", "v{x:int}", "{x}.json"]
PIECES = ["a", "b.c", "1", "1.5", "v1", "é", "x.json", "", "12345678-1234-1234-1234-1234567890ab"]
texts = st.lists(st.sampled_from(SEGMENTS), max_size=3).map(
    lambda parts: "/" + "/".join(part.replace("x", f"x{index}") for index, part in enumerate(parts))
)
paths = st.lists(st.sampled_from(PIECES), max_size=3).map(lambda parts: "/" + "/".join(parts))
GRAPH = GraphBuilder().build()


def node(text: str, method: str, line: int, owned: bool = True, file: str = "app.py") -> RouteNode:
    tried = json.dumps([["app.app"], [file, "", line, 0]])
    about = {"method": method, "text": text, "tried": tried}
    return RouteNode(Node(f"route:{line:03d} {text}", file, line), about, str(line), owned)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(texts, st.sampled_from(["GET", "POST"])), min_size=1, max_size=4), paths)
def test_what_a_service_is_sent_is_what_starlette_would_have_given_it(
    given_routes: list[tuple[str, str]], path: str
) -> None:
    """Every second route is the service's."""
    table = routes(
        fastapi_claims([node(*row, line, line % 2 == 0) for line, row in enumerate(given_routes)], GRAPH)
    )
    for method in ("GET", "POST"):
        scope = {"type": "http", "path": path, "method": method, "root_path": ""}
        found = [
            line
            for line, (text, verb) in enumerate(given_routes)
            if verb == method
            and Route(text, lambda request: None, methods=[verb]).matches(scope)[0] == Match.FULL
        ]
        sent = any(
            re.fullmatch(route.pattern, path) and not any(re.fullmatch(other, path) for other in route.unless)
            for route in table
            if route.method == method
        )
        assert sent == bool(found and found[0] % 2 == 0)


def test_an_own_convertor_is_refused_with_its_place() -> None:
    """What only running the application would tell is not guessed."""
    with pytest.raises(Refused, match="the convertor 'money' is the application's own") as caught:
        routes(fastapi_claims([node("/pay/{x:money}", "GET", 3)], GRAPH))
    assert str(caught.value.place) == "app.py:3"


def test_two_services_that_claim_a_path_are_refused_with_both_places() -> None:
    """Files are run in an order that the source does not tell."""
    both = [node("/pay/{x}", "GET", 3), node("/pay/new", "GET", 9, owned=False, file="other.py")]
    with pytest.raises(Refused, match=r"'/pay/new'.*other\.py:9") as caught:
        routes(fastapi_claims(both, GRAPH))
    assert str(caught.value.place) == "app.py:3"


def test_files_of_a_mount_stay_with_the_monolith() -> None:
    """What is mounted before a route takes all below it."""
    graph = GraphBuilder()
    tried = json.dumps([["app.app"], ["app.py", "", 2, 0]])
    graph.add(Node("static:/pay", "app.py", 2, 2, (("framework", "fastapi"), ("tried", tried))))
    (route,) = routes(fastapi_claims([node("/pay/{x}", "GET", 3)], graph.build()))
    assert route.unless == ("/pay/[^\\n]*",)
