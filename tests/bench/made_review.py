"""A review of a made application, as large as the report's targets say: with all that a real one brings along.

10,000 nodes (modules, classes, methods, functions, 150 tables, 1,000 routes, tasks, templates, settings) and
50,000 edges (calls, imports, reads and writes, foreign keys, what handles and renders), names of several words,
source lines, and the proposals that `propose` makes of it. Most edges stay near, a fifth goes anywhere;
calls go down four levels, so that an entry point reaches hundreds of functions, not all.
"""

from __future__ import annotations

import random
from itertools import count

from carveout.analyzer.graph.functionality import functionalities
from carveout.analyzer.graph.tables import table_views
from carveout.analyzer.model.boundary import Boundary, Service
from carveout.analyzer.model.building import GraphBuilder
from carveout.analyzer.model.evidence import Evidence, Place
from carveout.analyzer.model.graph import Coverage, Edge, Graph, Node
from carveout.analyzer.model.results import ReviewResult
from carveout.analyzer.pipeline import propose

NODES, EDGES = 10_000, 50_000
AREAS = (
    "accounts billing cart catalogue checkout content customers delivery discounts events inventory ledger loyalty "
    "messages notes orders payments pricing reports returns"
).split()
_VERBS = (
    "add apply assign build cancel check close collect compute confirm copy create delete export fetch filter find "
    "group handle import join limit list load lock mark merge move notify parse pick plan post prepare print"
).split()
_NOUNS = (
    "account address amount article batch bonus booking box branch bundle category change charge code comment "
    "contact coupon credit currency date deadline deposit device document draft entry fee file filter form "
    "gift group history image index item job key label layout line link list mail margin member message note "
    "number offer option owner page parcel partner period person place policy price profile quote range rate"
).split()
_SHARES = {
    "module": 0.07,
    "class": 0.09,
    "table": 0.015,
    "route": 0.1,
    "task": 0.01,
    "template": 0.02,
    "setting": 0.01,
}
_TIES = {
    "imports": 0.16,
    "reads": 0.06,
    "writes": 0.03,
    "references": 0.005,
    "renders": 0.01,
    "configures": 0.01,
}
_LEVELS = 4


class _Maker:
    """Draws names and places; the same on every run."""

    def __init__(self) -> None:
        self.rng = random.Random(7)
        self.builder = GraphBuilder(rank=lambda path: 0)
        self.nodes: dict[str, list[tuple[str, str]]] = {}
        self._used: set[str] = set()
        self._levels: dict[str, int] = {}
        self._extents: dict[str, tuple[int, int]] = {}

    def words(self, *lists: list[str]) -> str:
        return "_".join(self.rng.choice(words) for words in lists)

    def add(self, kind: str, name: str, path: str, line: int, size: int) -> None:
        """A node; where its name is taken, with a number."""
        id = next(id for n in count() if (id := f"{kind}:{name}{n or ''}") not in self._used)
        self._used.add(id)
        self.builder.add(Node(id, path, line, line + size))
        self._extents[id] = (line, size)
        self.nodes.setdefault(kind, []).append((id, path))

    def code(self) -> None:
        """Modules with classes and functions, in the order of their areas."""
        rng, number = self.rng, {kind: round(NODES * share) for kind, share in _SHARES.items()}
        for n in range(number["module"]):
            area = AREAS[n * len(AREAS) // number["module"]]
            part = rng.choice(("api", "forms", "models", "services", "tasks", "views"))
            path = f"shop/{area}/{part}/{self.words(_NOUNS, _NOUNS)}.py"
            self.add("module", path[:-3].replace("/", "."), path, 1, rng.randrange(40, 400))
        left = NODES - sum(number.values())
        for n in range(left):
            module, path = self.nodes["module"][n * number["module"] // left]
            own = module.partition(":")[2]
            if n * number["class"] // left > (n - 1) * number["class"] // left:
                self.add(
                    "class",
                    f"{own}.{self.words(_NOUNS).title()}{rng.choice(('View', 'Form', ''))}",
                    path,
                    9,
                    60,
                )
            around = self.nodes["class"][-1][0].partition(":")[2]
            owner = around if rng.random() < 0.7 and around.startswith(f"{own}.") else own
            self.add(
                "function",
                f"{owner}.{self.words(_VERBS, _NOUNS)}",
                path,
                rng.randrange(1, 400),
                rng.randrange(2, 40),
            )
        self._levels = {id: n for n, (id, _) in enumerate(self.nodes["function"])}
        for kind in ("table", "route", "task", "template", "setting"):
            for n in range(number[kind]):
                self._entry(kind, n * len(AREAS) // number[kind])

    def _entry(self, kind: str, area: int) -> None:
        place = AREAS[area]
        name = {
            "table": f"{place}_{self.words(_NOUNS)}",
            "route": f"{self.rng.choice(('GET', 'POST', 'PUT'))} /{place}/{self.words(_NOUNS)}/<int:id>/{self.words(_VERBS)}/",
            "task": f"shop.{place}.tasks.{self.words(_VERBS, _NOUNS)}",
            "template": f"{place}/{self.words(_NOUNS, _NOUNS)}.html",
            "setting": f"{place}_{self.words(_NOUNS)}".upper(),
        }[kind]  # fmt: skip
        self.add(kind, name, f"shop/{place}/urls.py", self.rng.randrange(1, 200), 0)

    def ties(self) -> None:
        """What handles each entry point, then edges of each kind, calls at last, until there are enough."""
        made = 0
        for kind in ("route", "task"):
            for n, (id, path) in enumerate(self.nodes[kind]):
                made += self._tie(id, path, self._near("function", n / len(self.nodes[kind])), "handles")
        for kind, share in _TIES.items():
            for _ in range(round(share * EDGES)):
                made += self._any(kind)
        while made < EDGES:
            made += self._any("calls")

    def _any(self, kind: str) -> int:
        source = {"imports": "module", "references": "table", "configures": "setting"}.get(kind, "function")
        targets = {"imports": "module", "calls": "function", "renders": "template", "configures": "function"}
        at = self.rng.random()
        id, path = self._near(source, at, 0.0)
        far = self.rng.random() if self.rng.random() < 0.2 else at
        target = self._near(targets.get(kind, "table"), far)
        return self._tie(id, path, self._below(id, target) if kind == "calls" else target, kind)

    def _below(self, id: str, target: tuple[str, str]) -> tuple[str, str]:
        """A function beside one, of a deeper level: calls go downwards, so that no entry point reaches all."""
        levels, known = self._levels, self.nodes["function"]
        depth, at = levels[id] % _LEVELS, levels[target[0]]
        if depth == _LEVELS - 1:
            return id, ""
        return known[min(len(known) - 1, at - at % _LEVELS + self.rng.randrange(depth + 1, _LEVELS))]

    def _near(self, kind: str, at: float, spread: float = 0.012) -> tuple[str, str]:
        """A node about so far into its kind."""
        known = self.nodes[kind]
        return known[
            min(len(known) - 1, max(0, round((at + self.rng.uniform(-spread, spread)) * len(known))))
        ]

    def _tie(self, id: str, path: str, target: tuple[str, str], kind: str) -> int:
        key = f"{id}>{target[0]}>{kind}"
        if id == target[0] or key in self._used:
            return 0
        self._used.add(key)
        start, size = self._extents[id]
        order = self.rng.randrange(size + 1)
        place = Place(path, start + order, 4)
        confidence = "certain" if self.rng.random() < 0.6 else "likely"
        self.builder.add(Edge(id, target[0], kind, confidence, (Evidence(place),), order))  # type: ignore[arg-type]
        return 1


def made_graph() -> Graph:
    """The graph alone."""
    maker = _Maker()
    maker.code()
    maker.ties()
    files = len(maker.nodes["module"])
    return maker.builder.build(
        Coverage(files=files, read=files, lines=150 * files, calls=30_000, calls_resolved=27_000)
    )


def made_review() -> ReviewResult:
    """What `review` makes of a project: agreed services, all proposals, and a thousand source lines."""
    graph = made_graph()
    agreed = Boundary(tuple(Service(area, (f"shop.{area}",)) for area in AREAS))
    edges = [edge for _, edge in zip(range(4_000), graph.edges(), strict=False)]
    sources = {
        (edge.evidence[0].place.path, edge.evidence[0].place.line): f"value = {edge.target.rpartition('.')[2]}(self.{edge.kind}, 1)"
        for edge in edges[::4] if edge.evidence
    }  # fmt: skip
    return ReviewResult(
        "made",
        graph,
        table_views(graph, agreed),
        functionalities(graph),
        propose(graph),
        agreed=agreed,
        sources=sources,
    )
