"""What proposals cost on a large project: a made graph of 60,000 functions and 400,000 edges.

Modules in 40 packages of 8 each, calls and imports mostly near, a tenth of the accesses to tables anywhere; every
entry point reaches most of the code, as in projects that need cutting. Per strategy the CPU seconds of drawing it
and of its cut and metrics, then the whole of `propose`; targets 20 s each and 2 GB. Seconds depend on the machine, so
each stands beside its ratio to a bare loop of ten million steps in the same process. Exits 1 where one is missed.
"""

from __future__ import annotations

import random
import resource
import sys
import time
from collections.abc import Callable
from typing import TypeVar

from carveout.analyzer.model.boundary import Wishes
from carveout.analyzer.model.building import GraphBuilder
from carveout.analyzer.model.evidence import Evidence, Place
from carveout.analyzer.model.graph import Coverage, Edge, Graph, Node
from carveout.analyzer.proposals.choose import prepare, propose, strategies, weigh

SECONDS, MEMORY = 20.0, 2000.0
FUNCTIONS, EDGES, TABLES, ROUTES = 60_000, 400_000, 800, 3_000
PER_MODULE = 20

T = TypeVar("T")


def made_graph() -> Graph:
    """The graph; the same on every run."""
    rng, builder = random.Random(7), GraphBuilder(rank=lambda path: 0)
    modules = sorted(
        f"shop.area{n % 40:02d}.part{n // 40 % 8}.module_{n:04d}" for n in range(FUNCTIONS // PER_MODULE)
    )
    functions: list[tuple[str, str]] = []
    for module in modules:
        path = module.replace(".", "/") + ".py"
        builder.add(Node(f"module:{module}", path, 1, 400))
        for number in range(PER_MODULE):
            name = f"function:{module}.f{number}"
            functions.append((name, path))
            builder.add(Node(name, path, 20 * number + 1, 20 * number + 18))
            builder.add(Edge(f"module:{module}", name, "contains", evidence=(Evidence(Place(path, 1)),)))
    for number in range(TABLES):
        module = modules[number * len(modules) // TABLES]
        path = module.replace(".", "/") + ".py"
        builder.add(Node(f"table:t{number:03d}", path, 1, 2))
        builder.add(Node(f"class:{module}.Model{number}", path, 1, 10))
        builder.add(
            Edge(
                f"class:{module}.Model{number}",
                f"table:t{number:03d}",
                "maps",
                evidence=(Evidence(Place(path, 1)),),
            )
        )
    for number in range(ROUTES):
        name, path = rng.choice(functions)
        builder.add(Node(f"route:GET /r{number}", path, 1, 1))
        builder.add(Edge(f"route:GET /r{number}", name, "handles", evidence=(Evidence(Place(path, 1)),)))
    _tie(builder, functions, rng)
    return builder.build(Coverage(files=len(modules), read=len(modules)))


def _tie(builder: GraphBuilder, functions: list[tuple[str, str]], rng: random.Random) -> None:
    """Adds accesses, imports and calls until there are enough edges."""
    made, seen = FUNCTIONS + TABLES + ROUTES, set[tuple[str, str, str]]()
    while made < EDGES:
        at, what = rng.randrange(len(functions)), rng.random()
        name, path = functions[at]
        near = (
            (at + rng.randrange(1, 400)) % len(functions)
            if rng.random() < 0.85
            else rng.randrange(len(functions))
        )
        if what < 0.08:
            table = at * TABLES // len(functions) + rng.randrange(-10, 11)
            table = min(TABLES - 1, max(0, table)) if rng.random() < 0.9 else rng.randrange(TABLES)
            key = (name, f"table:t{table:03d}", "writes" if rng.random() < 0.3 else "reads")
        elif what < 0.2:
            one, two = (each[9:].rpartition(".")[0] for each in (name, functions[near][0]))
            key = (f"module:{one}", f"module:{two}", "imports")
        else:
            key = (name, functions[near][0], "calls")
        if key not in seen and key[0] != key[1]:
            seen.add(key)
            place = Place(path, rng.randrange(1, 400))
            builder.add(Edge(*key, evidence=(Evidence(place),), order=rng.randrange(30)))
            made += 1


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """CPU seconds of this process, and what comes of it."""
    start = time.process_time()
    found = work()
    return time.process_time() - start, found


def main() -> int:
    """Prints the figures; 1 where a target is missed."""
    graph = made_graph()
    pace, _ = timed(lambda: sum(3 * number for number in range(10_000_000)))
    print(f"{FUNCTIONS:,} functions, {graph.edge_count:,} edges; the bare loop takes {pace:.2f} s")
    wishes = Wishes(strategies=("single",), seeds=(("one", "table:t100"), ("two", "table:t300")))
    figures = {"survey, functionalities": timed(lambda: prepare(graph, wishes))[0]}
    for strategy in strategies():
        drawing, drawn = timed(lambda strategy=strategy: tuple(strategy.propose(graph, wishes)))  # type: ignore[misc]
        if drawn:
            weighing, _ = timed(lambda: weigh(graph, drawn[0], strategy.name))  # noqa: B023 - called at once
            figures[f"{strategy.name}, drawn"], figures[f"{strategy.name}, weighed"] = drawing, weighing
    again = made_graph()
    figures["propose, all of it"], _ = timed(lambda: propose(again))
    for name, seconds in figures.items():
        missed = " MISSED" if seconds > SECONDS else ""
        print(f"  {name:<26} {seconds:6.1f} s  {seconds / pace:5.1f} times the bare loop{missed}")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  peak memory {memory:,.0f} MB, target {MEMORY:,.0f}")
    return int(max(figures.values()) > SECONDS or memory > MEMORY)


if __name__ == "__main__":
    sys.exit(main())
