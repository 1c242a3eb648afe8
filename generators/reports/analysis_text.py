"""The summary of an analysis: it fits a screen of 80 by 24."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ...analyzer.graph.access import table_access
from ...analyzer.graph.roles import role_of
from ...analyzer.graph.sizes import COUNTED, sizes
from ...analyzer.graph.unread import unread_libraries
from ...analyzer.model.graph import Graph
from ...analyzer.model.results import AnalysisResult
from .plain import NO_BREAK, clean, columns, count, encode, percent, shorten, wrap
from .unseen import blind_spots, diagnostics, missing_libraries

_ROWS = 5
_SHARE = 0.4
_ALWAYS = frozenset({"table", "route"})
_WEB = ("aiohttp", "bottle", "django", "falcon", "fastapi", "flask", "pyramid", "quart", "sanic", "starlette",
        "tornado")  # fmt: skip


class SummaryText:
    """What was read, how much of it was understood, what is largest, what to type next."""

    name = "text"
    accepts = AnalysisResult

    def render(self, result: AnalysisResult) -> bytes:
        """At most 24 lines, but for a hint; none longer than 80 columns."""
        graph = result.graph
        return encode(
            [
                *_head(result),
                "",
                *_coverage(graph),
                "",
                *_largest(graph),
                "",
                *wrap("", blind_spots(graph, 6), 0)[:3],
                *diagnostics(graph, 2),
                "",
                "next: carveout propose    services that the code itself suggests",
                "      carveout graph      a picture of what depends on what",
                "      carveout analyze --format blind-spots    each blind spot with its line",
            ]
        )


def _head(result: AnalysisResult) -> list[str]:
    known = result.graph.coverage
    tests = f" ({count(known.test_files, 'test file')})" if known.test_files else ""
    read = f"{known.read:,} of {count(known.files, 'file')} read{tests}, {count(known.lines, 'line')}"
    number_of = sizes(result.graph)
    found = ", ".join(
        count(number, kind, "classes" if kind == "class" else "").replace(" ", NO_BREAK)
        for kind in COUNTED
        if (number := number_of[kind]) or (kind in _ALWAYS and any(number_of.values()))
    )
    lines = [*wrap("", f"{clean(result.project)}: {read}", 0), *wrap("", found or "nothing was found", 2)]
    lines += missing_libraries(result.graph, 2)
    if not number_of["route"] and not any(
        library.what == "routes" for library in unread_libraries(result.graph)
    ):
        lines += _no_routes(result.graph)
    return lines


def _no_routes(graph: Graph) -> list[str]:
    """A hint when the application's code imports a web framework and yet no route was recognised."""
    users: dict[str, set[str]] = {}
    for source, target, _, _ in graph.pairs("imports"):
        library = target.partition(":")[2].partition(".")[0]
        if library in _WEB:
            node = graph.node(source)
            if node is not None and node.path and role_of(node.path) == "code":
                users.setdefault(library, set()).add(node.path)
    if not users:
        return []
    library = min(users, key=lambda name: (-len(users[name]), name))
    hint = (
        f"{count(len(users[library]), 'file')} of it import {library}, but no route was recognised: what"
        " serves requests is missing from proposals, pictures and checks"
    )
    return wrap("  hint:", hint, 8)


def _coverage(graph: Graph) -> list[str]:
    known = graph.coverage
    rows = [
        [label, f"{part:,} of {whole:,}", percent(part, whole)]
        for label, part, whole in (
            ("calls resolved", known.calls_resolved, known.calls),
            ("SQL statements parsed", known.statements_parsed, known.statements),
        )
        if whole
    ]
    return columns(rows, (22, -20, -6)) or ["no calls and no SQL statements"]


def _largest(graph: Graph) -> Iterator[str]:
    """The largest packages beside the most used tables."""
    left = [("largest packages", "modules"), *((name, f"{n:,}") for name, n in _packages(graph))]
    right = [("most used tables", "readers", "writers"), *_tables(graph)]
    for index in range(max(len(left), len(right))):
        name, modules = left[index] if index < len(left) else ("", "")
        table, readers, writers = right[index] if index < len(right) else ("", "", "")
        yield from columns([[name, modules, "", table, readers, writers]], (26, -7, 0, 23, -7, -7))


def _tables(graph: Graph) -> list[tuple[str, str, str]]:
    used = sorted(
        table_access(graph, possible=False), key=lambda a: (-len(a.readers) - len(a.writers), a.table)
    )
    rows = [(a.table.partition(":")[2], f"{len(a.readers):,}", f"{len(a.writers):,}") for a in used[:_ROWS]]
    return rows or [("none found", "", "")]


def _packages(graph: Graph) -> list[tuple[str, int]]:
    """The largest packages; one that holds more than its share is shown by what is inside it."""
    names = [n.name for n in graph.nodes("module") if n.path and role_of(n.path) == "code"]
    sizes = _inside_of("", names)
    while sizes:
        name = min(sizes, key=lambda name: (-sizes[name], name))
        parts = _inside_of(name + ".", names)
        if sizes[name] <= _SHARE * len(names) or len(parts) < 2:
            break
        del sizes[name]
        sizes.update(parts)
    ordered = sorted(sizes.items(), key=lambda pair: (-pair[1], pair[0]))
    return [(shorten(name, 26), number) for name, number in ordered[:_ROWS]]


def _inside_of(prefix: str, names: list[str]) -> Counter[str]:
    """How many of the names lie in each package directly below a prefix."""
    start = len(prefix)
    return Counter(prefix + name[start:].partition(".")[0] for name in names if name.startswith(prefix))


report = SummaryText()
