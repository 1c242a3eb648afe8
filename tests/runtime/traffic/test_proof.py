"""The generated tables, replayed against real proxies with stubs behind them."""

from __future__ import annotations

from pathlib import Path

import pytest

from carveout.analyzer.model.routes import Route, RouteTable
from carveout.runtime.traffic.proof import expected, prove
from carveout.runtime.traffic.samples import examples, requests
from carveout.runtime.traffic.stubs import stubs
from carveout.runtime.traffic.trial import envoy, nginx

PROXIES = {"envoy": envoy, "nginx": nginx}
FLASK = (
    ("GET", "/", ()),
    ("GET", "/pay/[^/]+", ("/pay/help",)),
    ("POST", "/pay/[0-9]+/?", ()),
    ("GET", "/s/[^/]{2}", ()),
    ("GET", "/s/[^/]{3,5}/x", ()),
    ("GET", r"/f/-?[0-9]+\.[0-9]+", ()),
    ("DELETE", r"/c/(?:a\ b|c\.d|é+)", ()),
    ("GET", "/p/[^/].*?/end", ("/p/new/end", "/p/[^/]+/kept/end")),
    ("PUT", "/[^/]+[^/]+/two", ()),
    ("GET", "/漢/é", ()),
    ("ANY", r"/re/[\w\-]+/?", ()),
    ("ANY", r"/d/\d{2,3}", ()),
    ("ANY", r"/w/[^\W_]+\s?", ()),
    ("ANY", r"/any/[^\n]+", (r"/any/[\s\S]*\.js",)),
    ("GET", r"/set/[àéî\-]{1,3}", ()),
    ("GET", r"/not/[^\d/]+", ()),
    ("GET", r"/x/[\S]+", ()),
)


def table(sockets: bool = False) -> RouteTable:
    routes = tuple(
        Route(method, pattern, pattern, "f", precedence=index, unless=unless)
        for index, (method, pattern, unless) in enumerate(FLASK)
    )
    return RouteTable("pay", routes, internal="/internal/", sockets=sockets)


PATTERNS = [pattern for _, pattern, unless in FLASK for pattern in (pattern, *unless)]


@pytest.mark.parametrize("name", PROXIES)
def test_every_request_goes_where_the_routes_say(name: str, tmp_path: Path) -> None:
    """Each route with each method, near misses and other spellings; internal paths from outside."""
    inside = ["/internal/v1/x", "/internal", "//internal/x", "/Internal/x", "/%69nternal/x", "/internal;a/x",
              "/internal%2fx", "/internally", "/;/internal/x"]  # fmt: skip
    asked = [*requests(PATTERNS), *((method, path) for path in inside for method in ("GET", "POST"))]
    with stubs("monolith", "pay") as at, PROXIES[name](tmp_path, table(), at) as proxy:
        count, misses = prove(proxy, table(), asked)
    assert misses == []
    assert count > 800
    owners = [expected(table(), *request) for request in asked]
    assert min(owners.count(owner) for owner in ("pay", "monolith", "400", "404")) >= 10


@pytest.mark.parametrize("name", PROXIES)
def test_a_proof_finds_what_is_wrong(name: str, tmp_path: Path) -> None:
    """A configuration that validates and misroutes fails here."""
    wrong = RouteTable("pay", (*table().routes, Route("GET", "/other", "/other", "f", precedence=99)))
    with stubs("monolith", "pay") as at, PROXIES[name](tmp_path, wrong, at) as proxy:
        _, misses = prove(proxy, table(), [("GET", "/other"), ("GET", "/pay/1")])
    assert [(miss.target, miss.expected, miss.found) for miss in misses] == [("/other", "monolith", "pay")]


def test_examples_match_what_they_are_examples_of() -> None:
    """The plainest first."""
    import re

    for pattern in PATTERNS:
        assert all(re.fullmatch(pattern, text) for text in examples(pattern)), pattern
    assert examples("/pay/[^/]+")[:2] == ["/pay/a", "/pay/7é"]
