"""The graph as others keep it: its schema, and the way back from JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from .building import GraphBuilder
from .errors import CarveoutError
from .evidence import BlindSpot, Diagnostic, Evidence, Place
from .graph import Coverage, Edge, Graph, Node

SCHEMA = "carveout/graph/1"
"""What `carveout analyze --output` writes, as `docs/graph.schema.json` describes it."""
_AGAIN = "write it again: carveout analyze --output graph.json"
_NEEDS = ("parameters", "raises", "guards")


def load_graph(path: Path) -> Graph:
    """The graph that `carveout analyze --output` wrote to a file.

    Raises CarveoutError when the file cannot be read, is no such graph, or was written in another version of
    the schema.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CarveoutError(f"{path} cannot be read: {error.strerror}", help=_AGAIN) from error
    return graph_of(data, str(path.absolute()))


def graph_of(data: bytes, name: str = "graph.json") -> Graph:
    """The graph of such a file's bytes; `name` is told in errors."""
    place = Place(name)
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise CarveoutError("this is no JSON", place=place, help=_AGAIN) from error
    schema = document.get("schema") if isinstance(document, dict) else None
    if schema != SCHEMA:
        raise _other(schema, place)
    builder = GraphBuilder(ordered=True)
    try:
        for item in _items(document):
            builder.add(item)
        for row in document["nodes"]:
            if needs := {key: row[key] for key in _NEEDS if key in row}:
                builder.add_needs(row["id"], json.dumps(needs))
        known = {field.name for field in fields(Coverage)}
        coverage = Coverage(**{k: int(v) for k, v in document["coverage"].items() if k in known})
        spots, problems = tuple(_spots(document)), tuple(_diagnostics(document))
        return Graph(builder.build().columns, spots, problems, coverage)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        what = f"this does not fit {SCHEMA}: {type(error).__name__} {error}"
        raise CarveoutError(what, place=place, help=_AGAIN) from error


def _other(schema: object, place: Place) -> CarveoutError:
    """What to say of a file with another schema, or none."""
    if not isinstance(schema, str) or not schema.startswith("carveout/graph/"):
        return CarveoutError(f'this is no graph: it lacks "schema": "{SCHEMA}"', place=place, help=_AGAIN)
    number = schema.rpartition("/")[2]
    newer = number.isdecimal() and int(number) > int(SCHEMA.rpartition("/")[2])
    return CarveoutError(
        f"this graph has the schema {schema}, and this version of carveout reads {SCHEMA}",
        place=place,
        why="fields may be missing or mean something else",
        help="update carveout" if newer else _AGAIN,
    )


def _items(document: Mapping[str, Any]) -> Iterator[Node | Edge]:
    for row in document["nodes"]:
        attributes = tuple(sorted(row.get("attributes", {}).items()))
        yield Node(row["id"], row["path"], row["line"], row["end_line"], attributes)
    for row in document["edges"]:
        yield Edge(
            *(row["source"], row["target"], row["kind"], row["confidence"]),
            tuple(Evidence(Place(e["path"], e["line"], e["column"]), e["via"]) for e in row["evidence"]),
            *(row["order"], row["count"], tuple(row["columns"]), tuple(row["seen"])),
            tuple(row.get("how", ())),
        )


def _spots(document: Mapping[str, Any]) -> Iterator[BlindSpot]:
    for row in document["blind_spots"]:
        yield BlindSpot(row["kind"], Place(row["path"], row["line"]), row["text"])


def _diagnostics(document: Mapping[str, Any]) -> Iterator[Diagnostic]:
    for row in document["diagnostics"]:
        yield Diagnostic(row["kind"], Place(row["path"], row["line"]), row["message"])
