"""A graph as bytes for the cache, and back; bytes that are no graph are refused."""

from __future__ import annotations

from itertools import chain

import msgpack

from ..model.evidence import CONFIDENCES, VIAS, BlindSpot, Diagnostic, Place
from ..model.graph import EDGE_KINDS, Columns, Coverage, Graph

_ARRAYS = (
    "node_path", "node_line", "node_end", "source", "target", "kind", "confidence", "seen", "order", "count",
    "evidence_end", "at_path", "at_line", "at_column", "at_via",
)  # fmt: skip


def pack_graph(graph: Graph) -> bytes:
    """A graph as MessagePack: its columns as bytes."""
    return bytes(packed(graph))


def packed(graph: Graph) -> memoryview:
    """The same without a copy."""
    columns = graph.columns
    row = {
        "ids": columns.ids,
        "paths": columns.paths,
        "attributes": list(columns.attributes.items()),
        "needs": list(columns.needs.items()),
        "columns": list(columns.columns.items()),
        "how": list(columns.how.items()),
        "arrays": [memoryview(getattr(columns, name)).cast("B") for name in _ARRAYS],
        "blind_spots": graph.blind_spots,
        "diagnostics": graph.diagnostics,
        "coverage": [getattr(graph.coverage, name) for name in Coverage.__dataclass_fields__],
    }
    packer = msgpack.Packer(use_bin_type=True, unicode_errors="surrogatepass", autoreset=False)
    packer.pack(row)
    found: memoryview = packer.getbuffer()
    return found


def unpack_graph(body: bytes) -> Graph:
    """The opposite of `pack_graph`. Raises ValueError and the like when the bytes are no graph."""
    row = msgpack.unpackb(body, unicode_errors="surrogatepass", strict_map_key=False)
    columns = Columns(ids=row["ids"], paths=row["paths"])
    for name, data in zip(_ARRAYS, row["arrays"], strict=True):
        getattr(columns, name).frombytes(data)
    columns.attributes = {
        index: tuple((key, value) for key, value in pairs) for index, pairs in row["attributes"]
    }
    columns.needs = dict(row["needs"])
    columns.columns = {index: tuple(names) for index, names in row["columns"]}
    columns.how = {index: tuple(words) for index, words in row["how"]}
    _require_sound(columns)
    coverage = Coverage(*row["coverage"])
    if not all(isinstance(getattr(coverage, name), int) for name in Coverage.__dataclass_fields__):
        raise TypeError("the coverage holds no numbers")
    return Graph(
        columns,
        tuple(BlindSpot(kind, Place(*place), text) for kind, place, text in row["blind_spots"]),
        tuple(Diagnostic(kind, Place(*place), message) for kind, place, message in row["diagnostics"]),
        coverage,
    )


def _require_sound(columns: Columns) -> None:
    """Raises ValueError for columns that are none of a graph: nobody looks again who asks them later."""
    c, nodes, edges, places = columns, len(columns.ids), len(columns.source), len(columns.at_path)
    texts = chain(
        c.ids, c.paths, c.needs.values(), chain.from_iterable(chain.from_iterable(c.attributes.values())),
        chain.from_iterable(c.columns.values()), chain.from_iterable(c.how.values()),
    )  # fmt: skip
    lengths = (
        ((c.node_path, c.node_line, c.node_end), nodes),
        ((c.target, c.kind, c.confidence, c.seen, c.order, c.count, c.evidence_end), edges),
        ((c.at_line, c.at_column, c.at_via), places),
    )
    ranges = (
        (c.node_path, -1, len(c.paths)), (c.source, 0, nodes), (c.target, 0, nodes),
        (c.kind, 0, len(EDGE_KINDS)), (c.confidence, 0, len(CONFIDENCES)), (c.seen, 0, 4),
        (c.evidence_end, 0, places + 1), (c.at_path, 0, len(c.paths)), (c.at_via, 0, len(VIAS)),
        (c.attributes, 0, nodes), (c.needs, 0, nodes), (c.columns, 0, edges), (c.how, 0, edges),
    )  # fmt: skip
    if (
        set(map(type, texts)) - {str}
        or any(len(column) != length for group, length in lengths for column in group)
        or any(len(column) and not first <= min(column) <= max(column) < end for column, first, end in ranges)
        or c.ids != sorted(c.ids)
    ):
        raise ValueError("these columns are no graph")
