"""The module picture: packages and modules, and the imports and calls between them.

Packages are opened from the top, the largest first, as long as at most 60 boxes remain; a package that
is small beside the whole stays closed. Of a package with very many children the largest get boxes of
their own, "others" stands for the rest. Tests, migrations and code outside the project are left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from ....analyzer.graph.cut import Membership
from ....analyzer.graph.roles import role_of
from ....analyzer.model.boundary import SHARED, Boundary
from ....analyzer.model.graph import Graph
from ..picture import Box, Picture, blind_spot_note, counted, hidden_note, strongest, titled

BOXES, ARROWS = 60, 300
_ARROWS_PER_BOX = 3
_SMALL = 40  # a package below this share of the lines is not opened


class ModuleLevel:
    """Packages and modules as boxes, imports and calls as arrows."""

    name = "module"

    def draw(self, graph: Graph, boundary: Boundary | None, project: str) -> Picture:
        """The picture; with a boundary, boxes are coloured by the service that most of them belongs to."""
        lines = {
            node.name: max(1, node.end_line)
            for node in graph.nodes("module")
            if node.path and role_of(node.path) == "code"
        }
        box_of = collapse(lines)
        counts = _between(graph, box_of)
        limit = min(ARROWS, max(40, _ARROWS_PER_BOX * len(set(box_of.values()))))
        arrows, hidden = strongest(counts, limit)
        title = titled(project, "modules and what they import and call")
        boxes = _boxes(lines, box_of, counts, _owners(graph, boundary, lines))
        note = f"{counted(len(lines), 'module')} in {counted(len(boxes), 'box', 'boxes')}."
        root = common_root(box_of.values())
        if root:
            note += f" Names are those below {root}."
        if hidden:
            note += " " + hidden_note(hidden)
        notes = (note, blind_spot_note(graph))
        return Picture(title, boxes, arrows, hidden, tuple(n for n in notes if n), self.name)


def collapse(lines: Mapping[str, int]) -> dict[str, str]:
    """The box (the name of a package or module) that stands for each module."""
    open_: set[str] = set()
    box_of = {name: name.partition(".")[0] for name in lines}
    total = sum(lines.values())
    while True:
        weight: Counter[str] = Counter()
        for name, box in box_of.items():
            weight[box] += lines[name]
        inside = Counter(box_of.values())
        candidates = [box for box in weight if box not in open_ and inside[box] > 1]
        candidates = [box for box in candidates if len(inside) == 1 or weight[box] * _SMALL >= total]
        if not candidates:
            return box_of
        largest = min(candidates, key=lambda box: (-weight[box], box))
        opened = {name: _child(name, largest) for name, box in box_of.items() if box == largest}
        if len(inside) - 1 + len(set(opened.values())) > BOXES:
            if 2 * len(inside) >= BOXES:
                return box_of  # opening smaller ones instead would look as if these mattered more
            opened = _largest(opened, lines, BOXES // 2, largest)
        box_of.update(opened)
        open_.add(largest)


def _largest(opened: Mapping[str, str], lines: Mapping[str, int], count: int, package: str) -> dict[str, str]:
    """The largest children keep their boxes, the box of the package itself stands for the rest."""
    weight: Counter[str] = Counter()
    for name, child in opened.items():
        weight[child] += lines[name]
    kept = set(sorted(weight, key=lambda child: (-weight[child], child))[:count])
    return {name: child if child in kept else package for name, child in opened.items()}


def _child(name: str, package: str) -> str:
    """The name one level below `package` on the way to `name`; the package's own module is itself."""
    head, dot, _ = name[len(package) + 1 :].partition(".")
    return f"{package}.{head}" if head or dot else package


def _between(graph: Graph, box_of: Mapping[str, str]) -> dict[tuple[str, str], Counter[str]]:
    """The number of edges by kind between boxes."""
    by_path = {node.path: node.name for node in graph.nodes("module") if node.name in box_of}
    box: dict[str, str | None] = {}
    for node in graph.nodes("module", "function", "class"):
        module = by_path.get(node.path) if node.path else None
        box[node.id] = box_of[module] if module else None
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for source, target, kind, _ in graph.pairs("imports", "calls"):
        one, other = box.get(source), box.get(target)
        if one and other and one != other:
            counts[f"module:{one}", f"module:{other}"][kind] += 1
    return counts


def _owners(graph: Graph, boundary: Boundary | None, names: Iterable[str]) -> dict[str, str]:
    if boundary is None:
        return {}
    membership = Membership(graph, boundary)
    owners = {name: membership.of(f"module:{name}") or "" for name in names}
    return {name: "" if owner == SHARED else owner for name, owner in owners.items()}


def _boxes(
    lines: Mapping[str, int],
    box_of: Mapping[str, str],
    counts: Mapping[tuple[str, str], Counter[str]],
    owners: Mapping[str, str],
) -> tuple[Box, ...]:
    members: dict[str, list[str]] = defaultdict(list)
    for name, box in box_of.items():
        members[box].append(name)
    degree: Counter[str] = Counter()
    for pair, kinds in counts.items():
        for end in pair:
            degree[end] += sum(kinds.values())
    boxes = []
    root = common_root(members)
    for name, inside in sorted(members.items()):
        code = sum(lines[module] for module in inside)
        alone = inside == [name]
        if alone and not degree[f"module:{name}"] and _is_parent(name, members):
            continue  # an `__init__.py` that ties nothing
        size = f"{code / 1000:.1f} kLOC" if code >= 1000 else counted(code, "line")
        figure = size if alone else f"{counted(len(inside), 'module')} · {size}"
        votes = Counter(owners.get(module, "") for module in inside)
        group = min(votes, key=lambda owner: (-votes[owner], owner))
        title = name.removeprefix(root + ".") if root else name
        if not alone and _is_parent(name, members):
            title = f"others in {title}"
        boxes.append(Box(f"module:{name}", title, (), "module", group, code, (figure,)))
    return tuple(boxes)


def common_root(names: Iterable[str]) -> str:
    """The package that all names lie in; "" when there is none."""
    roots = {name.partition(".")[0] for name in names}
    return roots.pop() if len(roots) == 1 else ""


def _is_parent(name: str, members: Iterable[str]) -> bool:
    return any(other.startswith(name + ".") for other in members)


level = ModuleLevel()
