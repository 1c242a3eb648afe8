"""What an analysis could not see: said by every summary, so that silence is never taken for health."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from ...analyzer.graph.roles import ASIDE, role_of
from ...analyzer.graph.unread import unread_libraries
from ...analyzer.model.evidence import Diagnostic
from ...analyzer.model.graph import Graph
from .plain import WIDTH, clean, count, crop, series, shorten, wrap

_LIBRARIES = 3
_UNREAD = frozenset({"syntax-error", "too-complex", "too-large", "unreadable-file", "outside"})
_ORDER = (
    "unread-library", "dynamic-route", "unknown-route", "unknown-view", "unknown-relation",
    "dynamic-table-name",
    "dynamic-*", "sql-not-parsed", "unknown-write", "unknown-*", "*", "dynamic-import", "unresolved-call",
)  # fmt: skip
_RANK = {kind: rank for rank, kind in enumerate(_ORDER)}


def blind_spots(graph: Graph, limit: int = 0) -> str:
    """`312 blind spots: unresolved-call 250, ...`, or that there are none."""
    if not graph.blind_spots:
        return "no blind spots"
    kinds = Counter(spot.kind for spot in graph.blind_spots)
    ordered = sorted(kinds.items(), key=lambda pair: rank(pair[0]))
    return f"{count(len(graph.blind_spots), 'blind spot')}: {series(ordered, limit)}"


def rank(kind: str) -> tuple[int, str]:
    """Sorts kinds of blind spots by how much one of them can hide: routes and tables before calls."""
    family = kind.partition("-")[0] + "-*"
    return _RANK.get(kind, _RANK.get(family, _RANK["*"])), kind


def unread(graph: Graph) -> tuple[Diagnostic, ...]:
    """The application's own files that were not read: without them an answer may be wrong.

    Tests, scripts and vendored code are not among them; `diagnostics` names those as well. Nor are files of
    another Python that were read in full.
    """
    whole = {problem.place.path for problem in graph.diagnostics if problem.kind == "rewritten"}
    return tuple(
        problem
        for problem in graph.diagnostics
        if problem.kind in _UNREAD
        and role_of(problem.place.path) not in ASIDE
        and problem.place.path not in whole
    )


def missing_libraries(graph: Graph, indent: int = 0) -> list[str]:
    """Lines that name the libraries that are not read: what follows knows nothing of them."""
    texts, blanks = list(map(str, unread_libraries(graph))), " " * indent
    lines = [
        line for text in texts[:_LIBRARIES] for line in wrap(f"{blanks}missing:", clean(text), indent + 9)
    ]
    more = len(texts) - _LIBRARIES
    return [*lines, f"{blanks}         and {more} more libraries that are not read"] if more > 0 else lines


def not_read(graph: Graph) -> int:
    """How many files were found but not read."""
    return graph.coverage.files - graph.coverage.read


def diagnostics(graph: Graph, limit: int) -> Iterator[str]:
    """Lines that name the first files that could not be read, wholly or in part."""
    if not graph.diagnostics:
        return
    missing = not_read(graph)
    own = unread(graph)
    told = list(told_once(dict.fromkeys((*own, *graph.diagnostics))))
    found = [problem for problem in told if problem.kind != "rewritten"]
    yield from _newer([problem for problem in told if problem.kind == "rewritten"])
    if found or missing:
        yield f"{count(len(found), 'problem')} while reading" + _missing(missing, len(own))
    for problem in found[:limit]:
        place = shorten(str(problem.place), 44)
        yield crop(f"  {place}  {clean(problem.kind)}: {clean(problem.message)}", WIDTH)
    if len(found) > limit:
        yield f"  and {len(found) - limit:,} more (all in: carveout analyze --format blind-spots)"


def _newer(files: Sequence[Diagnostic]) -> Iterator[str]:
    """Files that another Python would parse: nothing is wrong with them."""
    if not files:
        return
    are = "file is" if len(files) == 1 else "files are"
    yield f"{len(files):,} {are} in another Python's syntax, and read in full; the first:"
    place = shorten(str(files[0].place), 44)
    yield crop(f"  {place}  here: {clean(files[0].message)}", WIDTH)


def told_once(problems: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Problems, with a file of another Python told once: that it was read, and what this Python refuses."""
    problems = list(problems)
    refused = {p.place.path: p.message for p in problems if p.kind == "syntax-error"}
    whole = {p.place.path for p in problems if p.kind == "rewritten"}
    for problem in problems:
        path = problem.place.path
        if problem.kind == "rewritten":
            yield problem._replace(message=refused.get(path, problem.message))
        elif problem.kind != "syntax-error" or path not in whole:
            yield problem


def _missing(missing: int, own: int) -> str:
    """Whether files of the application are among those that were not read."""
    if not missing:
        return ""
    if own:
        return f", {count(missing, 'file')} not read, {own:,} of the application: exit code 3"
    return f", {count(missing, 'file')} not read, none of the application itself"


def unseen(graph: Graph) -> list[str]:
    """The lines that end a check: what was not seen."""
    parts = [blind_spots(graph, 6)]
    if not_read(graph):
        parts.append(f"{count(not_read(graph), 'file')} not read")
    return wrap("not seen:", "; ".join(parts), 10)
