"""Published decomposition data as carveout's graph: BlendedWorkflow, DayTrader, AcmeAir.

A class is a module, as these are Java programs. BlendedWorkflow (`bw.json`): each controller's method is a
route that reads and writes entities, in order. The others: calls between classes with their volume; of
DayTrader also which method issues which SQL for which entry point, and its transactions.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from carveout.analyzer.model.building import GraphBuilder
from carveout.analyzer.model.evidence import Evidence, Place
from carveout.analyzer.model.graph import Edge, Graph, Node

MODES: dict[str, str] = {"R": "reads", "W": "writes"}


def read(data: Path, name: str) -> tuple[dict[str, Any], Graph]:
    """The JSON of a case (`bw`, `daytrader`, `acmeair`) below the folder `decomposition`, and its graph."""
    case = json.loads((data / f"{name}.json").read_text("utf-8"))
    items = _accesses(case) if name == "bw" else _calls(case, name)
    builder = GraphBuilder()
    for item in items:
        builder.add(item)
    if name == "daytrader":
        for item in _sql(data):
            builder.add(item)
    return case, builder.build()


def _module(name: str) -> Node:
    return Node(f"module:{name}", name.replace(".", "/") + ".py", 1, 100)


def _edge(source: str, target: str, kind: str, count: int = 1, order: int = 0, **more: Any) -> Edge:
    return Edge(
        source, target, kind, evidence=(Evidence(Place("data.json", 1)),), count=count, order=order, **more
    )


def _accesses(case: dict[str, Any]) -> Iterator[Node | Edge]:
    """Controllers as modules, functionalities as routes, entities as tables."""
    for name, accesses in case["functionalities"].items():
        module, _, method = name.partition(".")
        function = f"function:bw.{module}.{method}"
        yield _module(f"bw.{module}")
        yield Node(function, f"bw/{module}.py", 1, 2)
        yield Node(f"route:POST /{name}", f"bw/{module}.py", 1, 1)
        yield _edge(f"route:POST /{name}", function, "handles")
        counts = Counter(map(tuple, accesses))
        for order, (entity, mode) in enumerate(dict.fromkeys(map(tuple, accesses)), 1):
            yield Node(f"table:{entity.lower()}", "schema.sql", 1, 1)
            yield _edge(
                function, f"table:{entity.lower()}", MODES[mode], counts[entity, mode], order,
                how=("update",) if mode == "W" else (),
            )  # fmt: skip


def _calls(case: dict[str, Any], app: str) -> Iterator[Node | Edge]:
    """Classes as modules with their calls; the artificial class `Root` is none."""
    for source, target, volume in case["edges"]:
        for name in {source, target} - {"Root"}:
            yield _module(f"{app}.{name}")
        if "Root" not in (source, target) and source != target:
            yield _edge(f"module:{app}.{source}", f"module:{app}.{target}", "calls", volume)


def _sql(data: Path) -> Iterable[Node | Edge]:
    """Entry points, the methods that issue SQL for them, and the tables; transactions of entry points."""
    with (data / "daytrader_table_access.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            entry, method = (
                "daytrader." + ".".join(row[column].split(".")[-2:])
                for column in ("entry_method", "sql_method")
            )
            for name in (entry, method):
                yield _module(name.rpartition(".")[0])
                yield Node(f"function:{name}", name.rpartition(".")[0].replace(".", "/") + ".py", 1, 2)
            yield Node(f"table:{row['table']}", "schema.sql", 1, 1)
            yield _edge(f"route:POST /{entry}", f"function:{entry}", "handles")
            if entry != method:
                yield _edge(f"function:{entry}", f"function:{method}", "calls")
            yield _edge(f"function:{method}", f"table:{row['table']}", MODES[row["mode"]])
    transactions = json.loads((data / "daytrader_transactions.json").read_text("utf-8"))["transactions"]
    for number, each in enumerate(transactions):
        entry = "daytrader." + ".".join(each["entry"].split(".")[-2:])
        path = entry.rpartition(".")[0].replace(".", "/") + ".py"
        node = f"transaction:{entry}#{number + 1}"
        yield Node(node, path, number + 1, number + 1)
        yield _edge(f"function:{entry}", node, "contains")
        for table, mode in sorted(map(tuple, each["accesses"])):
            yield _edge(node, f"table:{table}", "spans", how=(MODES[mode],))
