"""A graph in columns that take few bytes once they are packed (`container.py`).

Neighbours in sorted columns are alike, so differences and runs are written in place of values; what an edge
leads to was often met just before. Left out are columns of tables, what tests and libraries hold, and edges
of kinds that never cross alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from ....analyzer.graph.consequences import CONSEQUENCES
from ....analyzer.graph.functionality import Tracing
from ....analyzer.graph.roles import ASIDE, role_of
from ....analyzer.model.boundary import SHARED
from ....analyzer.model.evidence import CONFIDENCES
from ....analyzer.model.graph import EDGE_KINDS
from ....analyzer.model.results import ReviewResult
from ..groupings import Grouping, changes

_HOOK = len(EDGE_KINDS)
"""The kind of what a library calls on a handler's class: no edge of the graph, but a way to follow."""
_DROPPED = frozenset({"contains", "patches", "maps", "shows"})
_FIRST = 40
"""The first character that stands for a combination of kind, confidence and how an edge was seen."""
_RECENT = 255
"""How many of the last different targets an edge may be told by."""
_WIDEST = 110
"""Characters of a source line."""

Row = tuple[int, int, int, int, int, int, int, int]
"""source, target, kind, confidence, seen, path, line, count of an edge; nodes by their new numbers."""


class Packing:
    """A graph in columns for a page, under several groupings."""

    def __init__(self, result: ReviewResult, groupings: Sequence[Grouping]) -> None:
        self._result, self._graph, self._groupings = result, result.graph, groupings
        self._kept = self._nodes()
        self._number = {index: number for number, index in enumerate(self._kept)}
        self._rows = self._edges()

    def columns(self) -> dict[str, Any]:
        """Everything but the pictures, for `container.packed`."""
        c = self._graph.columns
        ids = [c.ids[index] for index in self._kept]
        shared = [_common(before, id) for before, id in pairwise(("", *ids))]
        return {
            "paths": c.paths,
            "edgeKinds": [*EDGE_KINDS, "overrides"],
            "confidences": CONFIDENCES,
            "nodes": {
                "shared": shared,
                "rest": [id[length:] for id, length in zip(ids, shared, strict=True)],
                "path": _deltas(c.node_path[index] for index in self._kept),
                "line": [c.node_line[index] for index in self._kept],
                "size": [max(0, c.node_end[index] - c.node_line[index]) for index in self._kept],
            },
            "edges": self._packed_edges(),
            "groupings": [self._grouping(grouping) for grouping in self._groupings],
            "consequences": {kind: list(value) for kind, value in CONSEQUENCES.items()},
            "sources": self._sources(self._result.sources),
            **_seen_of_files(self._result),
        }

    def _nodes(self) -> list[int]:
        c = self._graph.columns
        roles = [role_of(path) for path in c.paths]
        touched = {*c.source, *c.target}
        kept = []
        for index, id in enumerate(c.ids):
            kind, path = id.partition(":")[0], c.node_path[index]
            if kind == "column" or (path < 0 and kind in ("function", "class", "module")):
                continue
            if path >= 0 and (roles[path] == "test" or (roles[path] in ASIDE and not self._is_owned(id))):
                continue
            if index in touched or path >= 0:
                kept.append(index)
        return kept

    def _is_owned(self, id: str) -> bool:
        return any(grouping.membership.of(id) for grouping in self._groupings)

    def _edges(self) -> list[Row]:
        """The edges by source, in the order in which their function follows them."""
        c, tracing = self._graph.columns, Tracing(self._graph)
        dropped = {EDGE_KINDS.index(kind) for kind in _DROPPED}
        by_source: dict[int, list[int]] = {}
        for row, source in enumerate(c.source):
            if c.kind[row] not in dropped and source in self._number and c.target[row] in self._number:
                by_source.setdefault(source, []).append(row)
        rows: list[Row] = []
        for source in self._kept:
            ways = tracing.ways(source)
            place = {(way.target, way.kind): position for position, way in enumerate(ways)}

            def position(row: int, place: Mapping[tuple[int, str], int] = place) -> tuple[int, int]:
                return place.get((c.target[row], EDGE_KINDS[c.kind[row]]), len(place)), row

            rows += [self._row(row) for row in sorted(by_source.get(source, ()), key=position)]
            for way in ways:
                if way.kind == "overrides" and way.target in self._number:
                    rows.append((self._number[source], self._number[way.target], _HOOK, 0, 0, -1, 0, 1))
        return rows

    def _row(self, row: int) -> Row:
        c = self._graph.columns
        start = c.evidence_end[row - 1] if row else 0
        has = start < c.evidence_end[row]
        return (
            self._number[c.source[row]], self._number[c.target[row]],
            c.kind[row], c.confidence[row], c.seen[row],
            c.at_path[start] if has else -1, c.at_line[start] if has else 0, c.count[row],
        )  # fmt: skip

    def _packed_edges(self) -> dict[str, Any]:
        c, rows = self._graph.columns, self._rows
        out = Counter(row[0] for row in rows)
        combinations = sorted({row[2:5] for row in rows})
        code = {combination: chr(_FIRST + n) for n, combination in enumerate(combinations)}
        paths = [c.node_path[index] for index in self._kept]
        lines = [c.node_line[index] for index in self._kept]
        elsewhere = [(n, row[5]) for n, row in enumerate(rows) if row[5] != paths[row[0]]]
        often = [(n, row[7]) for n, row in enumerate(rows) if row[7] != 1]
        recent, target = _met(rows)
        return {
            "out": [out[number] for number in range(len(self._kept))],
            "recent": recent,
            "target": target,
            "combinations": combinations,
            "code": "".join(code[row[2:5]] for row in rows),
            "line": [_offset(row[6], lines[row[0]]) for row in rows],
            "elsewhere": [_deltas(n for n, _ in elsewhere), [path for _, path in elsewhere]],
            "count": [_deltas(n for n, _ in often), [number for _, number in often]],
        }

    def _grouping(self, grouping: Grouping) -> dict[str, Any]:
        """Who owns which node, in runs; and where the edges that cross are not those that one would think."""
        ids = self._graph.columns.ids
        services = sorted({service.name for service in grouping.boundary.services})
        numbers = {name: n for n, name in enumerate([*services, SHARED])}
        owners = [numbers.get(grouping.membership.of(ids[index]) or "", -1) for index in self._kept]
        return {
            "key": grouping.key,
            "title": grouping.title,
            "services": services,
            "owners": _runs(owners),
            "unlike": _deltas(self._unlike(owners, numbers[SHARED], grouping)),
            **self._changed(grouping, numbers),
        }

    def _unlike(self, owners: Sequence[int], shared: int, grouping: Grouping) -> list[int]:
        """Edges that cross although their owners do not say so, or the other way round.

        One would think that edges of kinds with consequences cross from one owner into another that is not
        the shared kernel, but for those that are merely possible; `data.js` asks alike.
        """
        crossing = {edge.key for edge in grouping.cut}
        telling = {EDGE_KINDS.index(kind) for kind in CONSEQUENCES}
        configures, possible = EDGE_KINDS.index("configures"), CONFIDENCES.index("possible")
        found = []
        for number, row in enumerate(self._rows):
            origin, owner = owners[row[0]], owners[row[1]]
            if row[2] == configures:
                origin, owner = owner, origin
            apart = origin >= 0 and owner >= 0 and owner not in (origin, shared)
            likely = apart and row[2] in telling and row[3] != possible
            if likely != (self._key(row) in crossing):
                found.append(number)
        return found

    def _key(self, row: Row) -> tuple[str, str, str] | None:
        """What names an edge of the graph."""
        if row[2] == _HOOK:
            return None
        ids = self._graph.columns.ids
        return ids[self._kept[row[0]]], ids[self._kept[row[1]]], EDGE_KINDS[row[2]]

    def _numbers(self, keys: Container[tuple[str, str, str] | None]) -> list[int]:
        """The places of edges in the order in which they travel, as differences."""
        return _deltas(number for number, row in enumerate(self._rows) if self._key(row) in keys)

    def _changed(self, grouping: Grouping, numbers: Mapping[str, int]) -> dict[str, Any]:
        """Which edges cross now and did not, and how many between which services do not any more."""
        if self._result.difference is None:
            return {}
        pairs = changes(self._result, grouping)
        gone = sorted((pair.origin, pair.owner, len(pair.removed)) for pair in pairs if pair.removed)
        known = [each for each in gone if each[0] in numbers and each[1] in numbers]
        return {
            "added": self._numbers({edge.key for pair in pairs for edge in pair.added}),
            "gone": [[numbers[a], numbers[b], number] for a, b, number in known],
        }

    def _sources(self, sources: Mapping[tuple[str, int], str]) -> dict[int, dict[int, str]]:
        number = {path: n for n, path in enumerate(self._graph.columns.paths)}
        found: dict[int, dict[int, str]] = {}
        for (path, line), text in sorted(sources.items()):
            if path in number:
                found.setdefault(number[path], {})[line] = text.strip()[:_WIDEST]
        return found


def _seen_of_files(result: ReviewResult) -> dict[str, Any]:
    """How often each file was changed and who owns it, where that is known."""
    paths = result.graph.columns.paths
    seen: dict[str, Any] = {}
    if result.churn:
        seen["churn"] = [result.churn.get(path, 0) for path in paths]
    names = sorted({", ".join(owners) for owners in result.owners.values() if owners})
    if names:
        number = {name: n for n, name in enumerate(names)}
        seen["ownerNames"] = names
        seen["owner"] = [number.get(", ".join(result.owners.get(path, ())), -1) for path in paths]
    return seen


def _met(rows: Sequence[Row]) -> tuple[list[int], list[int]]:
    """How many different targets ago (from 1) each edge's was met, 0 for none of late; and how far those are
    from their source."""
    recent: list[int] = []
    places, targets = [], []
    for row in rows:
        place = recent.index(row[1]) + 1 if row[1] in recent else 0
        places.append(place)
        if place:
            recent.pop(place - 1)
        else:
            targets.append(row[1] - row[0])
        recent.insert(0, row[1])
        del recent[_RECENT:]
    return places, targets


def _offset(line: int, start: int) -> int:
    """How far a line is from where its function starts, moved away from 0, which is for no line."""
    if not line:
        return 0
    return line - start + 1 if line >= start else line - start


def _common(one: str, other: str) -> int:
    """How many characters two texts begin with alike, in units of UTF-16, as a browser counts."""
    length = 0
    for a, b in zip(one, other, strict=False):
        if a != b or ord(a) > 0xFFFF:
            break
        length += 1
    return length


def _deltas(values: Iterable[int]) -> list[int]:
    found = list(values)
    return [after - before for before, after in pairwise((0, *found))]


def _runs(values: Sequence[int]) -> list[int]:
    """length, value, length, value ..."""
    runs: list[int] = []
    for value in values:
        if runs and runs[-1] == value:
            runs[-2] += 1
        else:
            runs += [1, value]
    return runs
