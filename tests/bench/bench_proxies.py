"""Request -> owner for real applications, through real proxies, against the framework's own resolver.

The applications are those of `routes/` that are named below. Their routes are read by carveout; every second module that
answers some goes to a service (modules whose routes are refused stay, and are counted with the reason). nginx and Envoy
are started with what is generated, with stubs behind. Then each route of the application is asked: examples of its
paths with every method, near misses, other spellings. The framework is asked for the same requests in its own
environment; the route that it names decides who should have answered. What it answers by a redirect either side may,
as it redirects alike; what never passes a proxy (dot segments) must be answered 400; what is no text (not UTF-8, control
characters) must stay with the monolith.

    bench_proxies.py [--proxy nginx] [APPLICATION ...]

Exits 1 when one request goes elsewhere.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import bench_routes  # type: ignore[import-not-found]  # scripts of one folder

from carveout.analyzer.graph.cut import Membership
from carveout.analyzer.model.boundary import Boundary, Service
from carveout.analyzer.model.errors import Refused
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.model.routes import RouteTable
from carveout.analyzer.pipeline import analyze
from carveout.analyzer.planning.django_routes import django_claims
from carveout.analyzer.planning.fastapi_routes import fastapi_claims
from carveout.analyzer.planning.files import texts_of
from carveout.analyzer.planning.flask_rules import flask_claims
from carveout.analyzer.planning.own_converters import Converters, own_converters
from carveout.analyzer.planning.route_claims import Claim
from carveout.analyzer.planning.route_nodes import RouteNode, route_nodes
from carveout.analyzer.planning.routes import route_table
from carveout.generators.routing import request_text
from carveout.runtime.traffic.samples import requests
from carveout.runtime.traffic.stubs import stubs
from carveout.runtime.traffic.trial import envoy, nginx

HERE = Path(__file__).parent
APPLICATIONS = ("privacyidea", "django_oscar", "prefect_server")
PROXIES = {"envoy": envoy, "nginx": nginx}
SERVICE, MONOLITH, EITHER = "carved", "monolith", "either"
SHOWN = 10
Request = tuple[str, str]


def claims_of(graph: Graph, nodes: Sequence[RouteNode], own: Converters) -> list[Claim]:
    """All claims of the application's framework."""
    kinds = Counter(node.attributes.get("framework", "").partition("_")[0] for node in nodes)
    kind = kinds.most_common(1)[0][0]
    kin = [node for node in nodes if node.attributes.get("framework", "").startswith(kind)]
    if kind == "flask":
        return list(flask_claims(kin, own))
    return list(django_claims(kin, own) if kind == "django" else fastapi_claims(kin, graph))


def carved(
    graph: Graph, nodes: Sequence[RouteNode], own: Converters
) -> tuple[RouteTable, tuple[RouteNode, ...], Counter[str]]:
    """A service of every second module whose routes are accepted; the nodes with their owner; why others are not."""
    groups: dict[str, list[int]] = {}
    first: dict[str, str] = {}  # all methods of one pattern go together
    for index, node in enumerate(nodes):
        module = node.handler.rpartition(".")[0] or node.place.path
        groups.setdefault(first.setdefault(node.attributes.get("tried", node.text), module), []).append(index)

    def owned(mine: Iterable[int]) -> tuple[RouteNode, ...]:
        chosen = set(mine)
        return tuple(node._replace(owned=index in chosen) for index, node in enumerate(nodes))

    accepted, refused = [], Counter[str]()
    for _, group in sorted(groups.items()):
        try:
            route_table(graph, Service(SERVICE), owned(group), 1, own)
            accepted.append(group)
        except Refused as error:
            refused[f"{len(group)} routes: {error.what[:150]}"] += 1
    final = owned(index for group in accepted[::2] for index in group)
    return route_table(graph, Service(SERVICE), final, 1, own), final, refused


def served(nodes: Sequence[RouteNode]) -> list[RouteNode]:
    """The routes of the application that has most: a project may have servers of other kinds beside it."""

    def root(node: RouteNode) -> str:
        tried = json.loads(node.attributes.get("tried") or "[]")
        return json.dumps(tried[:1]) if node.attributes.get("framework") == "fastapi" else ""

    most = Counter(map(root, nodes)).most_common(1)[0][0]
    return [node for node in nodes if root(node) == most]


def plain(text: str) -> str:
    """A route's text as both sides write it."""
    for mark in (
        "^",
        "$",
        "\\Z",
        r"\.(?P<format>[a-z0-9]+)/?",
        "<drf_format_suffix:format>",
    ):  # the last is that of REST framework's routers
        text = text.replace(mark, "")
    return text.replace("//", "/").strip("/")


def owners(nodes: Sequence[RouteNode]) -> dict[str, set[bool]]:
    """Text of a route, and method with it -> whether the service owns it (both, where two routes look alike)."""
    found: dict[str, set[bool]] = {}
    for node in nodes:
        found.setdefault(plain(node.text), set()).add(node.owned)
        found.setdefault(f"{node.method} {plain(node.text)}", set()).add(node.owned)
    return found


def said(application: Any, python: Path, asked: Sequence[Request]) -> list[str]:
    """What the framework's own resolver says of each request."""
    start = f"import runpy; runpy.run_path({str(application.script)!r}, run_name='__main__')"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "requests.json"
        file.write_text(json.dumps(asked), "utf-8")
        env = {**os.environ, "PYTHONPATH": str(HERE / "resolvers"), "HOME": folder, "REQUESTS": str(file)}
        run = subprocess.run(
            [str(python), "-c", start], cwd=folder, env=env, stdout=subprocess.PIPE, text=True, check=True
        )
    found: list[str] = json.loads(run.stdout.splitlines()[-1])
    return found


def expected(request: Request, route: str, known: dict[str, set[bool]]) -> str:
    """Who should answer; EITHER where it does not matter or two routes look alike."""
    text = request_text(*request)
    if text is None:
        return "400"
    if not text:
        return MONOLITH
    if route == "redirect":
        return EITHER
    if route == "none":
        return MONOLITH
    method = "GET" if request[0] == "HEAD" else request[0]
    sides = known.get(f"{method} {plain(route)}") or known.get(plain(route)) or {False}
    return EITHER if len(sides) > 1 else SERVICE if True in sides else MONOLITH


def measured(name: str, proxies: Sequence[str]) -> bool:
    """Prints one application's figures; whether every request went where it should."""
    application = bench_routes.described(HERE / "routes" / f"{name}.py")
    python = bench_routes.environment(application)
    if python is None:
        return True
    root = next((python.parents[1] / "lib").glob("python*/site-packages")) / application.analyse
    graph = analyze(root, project=application.project, cache=False)
    nodes = served(route_nodes(graph, Membership(graph, Boundary()), SERVICE))
    own = own_converters(graph, texts_of(root))
    table, placed, refused = carved(graph, nodes, own)
    claims = claims_of(graph, placed, own)
    asked = list(dict.fromkeys(requests(sorted({claim.pattern for claim in claims if claim.exact}), 2)))
    known = owners(placed)
    wanted = [expected(*pair, known) for pair in zip(asked, said(application, python, asked), strict=True)]
    mine = sum(node.owned for node in placed)
    print(
        f"{name}: {len(nodes)} routes, {mine} of the service, {len(table.routes)} rules; {len(asked)} requests"
    )
    for reason, count in refused.items():
        print(f"    refused: {count} modules, {reason}")
    print(
        "    should be answered by " + ", ".join(f"{who} {n}" for who, n in sorted(Counter(wanted).items()))
    )
    good = True
    for kind in proxies:
        with tempfile.TemporaryDirectory() as folder, stubs(MONOLITH, SERVICE) as at, PROXIES[kind](
            Path(folder), table, at
        ) as proxy:  # fmt: skip
            found = [
                proxy.ask(m, t, body=b"" if m in ("POST", "PUT", "PATCH") else None).owner for m, t in asked
            ]
        wrong = [
            (request, who, whom) for request, who, whom in zip(asked, wanted, found, strict=True)
            if who not in (whom, EITHER) or (who == EITHER and whom not in (MONOLITH, SERVICE))
        ]  # fmt: skip
        share = 100 * (1 - len(wrong) / max(len(asked), 1))
        print(f"    {kind}: {share:.3f}% of {len(asked)} requests where they should be")
        for (method, target), who, whom in wrong[:SHOWN]:
            print(f"        {method} {target}: {whom}, not {who}")
        good = good and not wrong
    return good


def main() -> int:
    """Runs the bench."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--proxy", action="append", choices=sorted(PROXIES))
    parser.add_argument("applications", nargs="*", default=APPLICATIONS)
    given = parser.parse_args()
    results = [measured(name, given.proxy or sorted(PROXIES)) for name in given.applications or APPLICATIONS]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
