"""Facts -> the dependency graph: the language's own edges first, then each framework's."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping

import msgpack

from ..graph.roles import ASIDE, role_of
from ..model.boundary import Project
from ..model.building import GraphBuilder
from ..model.errors import CarveoutError
from ..model.evidence import BlindSpot, Diagnostic, Place
from ..model.facts import FileFacts
from ..model.graph import Coverage, Edge, Graph, Node
from ..model.protocols import Framework
from ..plugins import plugins
from ..project.sources import Sources, is_code
from .by_name import ByName
from .calls import Calls, Counts, calls
from .evidence import at, trust, via
from .executors import beside
from .imports import Imports
from .loading import SHOWN
from .needs import needs
from .read import DIAGNOSTICS
from .spans import spans
from .store import Store
from .tables import merge_tables
from .world import LinkedWorld

_DEEPEST = 20_000
_WORTH_A_PROCESS = 1_000
"""Files from which telling what functions need takes longer than a process of its own."""
_Added = Node | Edge | BlindSpot


def link(
    files: Mapping[str, FileFacts],
    sources: Sources,
    project: Project,
    store: Store | None = None,
    workers: int | None = 1,
) -> Graph:
    """The graph of all files. Depends on nothing but the first three arguments; their order does not matter.

    `store` keeps what can be used again; with several `workers`, values flow in a process of their own
    while all that does not need them is linked.
    """
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _DEEPEST))  # chains of classes and names may be long, never endless
    try:
        return _link(LinkedWorld(files, sources, project, store, workers), workers)
    finally:
        sys.setrecursionlimit(limit)


def _link(world: LinkedWorld, workers: int | None) -> Graph:
    builder = GraphBuilder(rank=lambda path: role_of(path) != "code")
    for diagnostic in world.diagnostics:
        builder.add(diagnostic)
    counts, seen, imports = Counts(), Calls(), Imports(world)
    for path, facts in world.files.items():
        for item in _file(world, imports, path, facts):
            builder.add(item)
        if path in world.resolver.names:
            world.calls(path)  # what names mean is told before the values that flow are waited for
    every = plugins("analyzer.frameworks", "framework")
    queued = frozenset(f"function:{name}" for framework in every for name in framework.queued(world))
    # What is done to rows is told by the values that flow, and these take the longest.
    waiting = [framework for framework in every if world.rows[framework.name]]
    _add_all(builder, world, [framework for framework in every if framework not in waiting], counts)
    names = ByName(world)
    for path in world.resolver.names:
        for edge in calls(world, names, path, counts, seen, queued):
            builder.add(edge)
    needed = _needed(world, seen, builder, workers)
    _add_all(builder, world, waiting, counts)
    routes = builder.nodes("route")
    for framework in every:
        for added in _joined(framework, world, routes):
            builder.add(added)
        world.let_go(framework.name)
    for id, text in needed():
        builder.add_needs(id, text)
    coverage = _coverage(world, counts, world.diagnostics)
    del names, seen, imports, needed
    world.close()
    merge_tables(builder)
    for added in spans(builder):
        builder.add(added)
    return builder.build(coverage)


def _needed(
    world: LinkedWorld, seen: Calls, builder: GraphBuilder, workers: int | None
) -> Callable[[], Iterable[tuple[str, str]]]:
    """What functions need, for whoever asks; in a large project a process of its own tells it meanwhile."""

    def work() -> bytes:
        vars(builder).clear()  # this process has a copy, of which the memory is worth more
        packed: bytes = msgpack.packb([*needs(world, seen)], unicode_errors="surrogatepass")
        return packed

    begun = beside(work, workers) if len(world.files) > _WORTH_A_PROCESS else None

    def wait() -> Iterable[tuple[str, str]]:
        packed = begun.result() if begun is not None else None
        if packed is None:
            return needs(world, seen)
        found: list[tuple[str, str]] = msgpack.unpackb(packed, unicode_errors="surrogatepass")
        return found

    return wait


def _add_all(
    builder: GraphBuilder, world: LinkedWorld, frameworks: Iterable[Framework], counts: Counts
) -> None:
    """Adds what frameworks find, counts their statements, and lets go of their facts."""
    for framework in frameworks:
        for added in _linked(framework, world):
            builder.add(added)
        _count_statements(world, framework.name, counts)
        world.let_go(framework.name)


def _linked(framework: Framework, world: LinkedWorld) -> Iterator[Node | Edge | BlindSpot]:
    """What a framework adds."""
    return _watched(framework, lambda: framework.link(world, frozenset(world.files)))  # type: ignore[arg-type]


def _joined(
    framework: Framework, world: LinkedWorld, routes: list[Node]
) -> Iterator[Node | Edge | BlindSpot]:
    """What a framework adds once all routes are known."""
    return _watched(framework, lambda: framework.join(world, routes))  # type: ignore[arg-type]


def _watched(framework: Framework, add: Callable[[], Iterable[_Added]]) -> Iterator[_Added]:
    """A framework of a third party that fails is named, with what to do."""
    name = getattr(framework, "name", "?")
    try:
        yield from add()
    except CarveoutError:
        raise
    except Exception as error:
        if type(framework).__module__.startswith(f"{__name__.partition('.')[0]}."):
            raise
        raise CarveoutError(
            f"the framework plug-in {name} failed: {type(error).__name__}: {error}",
            why="without it the graph would miss edges without saying so",
            help="uninstall or update the plug-in, or report this to its authors",
        ) from error


def _file(
    world: LinkedWorld, imports: Imports, path: str, facts: FileFacts
) -> Iterator[Node | Edge | BlindSpot | Diagnostic]:
    for problem in facts.problems:
        place = Place(path, problem.line)
        if problem.kind in DIAGNOSTICS:
            yield Diagnostic(problem.kind, place, problem.message)
        else:
            yield BlindSpot(problem.kind, place, problem.message[:SHOWN])
    names = world.resolver.names.get(path)
    if names is None:
        return
    module = f"module:{names.module}"
    how = (
        (("read", "tree-sitter"),)
        if any(p.kind in ("rewritten", "recovered") for p in facts.problems)
        else ()
    )
    yield Node(module, path, 1, facts.lines, how)
    for definition in facts.definitions:
        id = f"{definition.kind}:{names.module}.{definition.name}"
        yield Node(id, path, definition.line, definition.end_line)
        parent = names.definitions.get(definition.name.rpartition(".")[0])
        holder = f"{parent.kind}:{names.module}.{parent.name}" if parent is not None else module
        yield Edge(holder, id, "contains", evidence=(at(path, definition.line, definition.column),))
    yield from imports.edges(path)
    for info in (
        world.classes.get(f"{names.module}.{d.name}") for d in facts.definitions if d.kind == "class"
    ):
        if info is not None and info.path == path:
            for base in world.resolver.members.bases(info.name):
                line = info.definition.head or info.definition.line
                evidence = (at(path, line, info.definition.column, via(base)),)
                yield Edge(f"class:{info.name}", f"class:{base.name}", "inherits", trust(base), evidence)
            circle = world.resolver.members.circle(info.name)
            if circle:
                way = f" by way of {', '.join(circle[1:])}" if circle[1:] else ""
                what = f"{info.name} inherits from itself{way}"
                yield Diagnostic("circular-inheritance", Place(path, info.definition.line), what)


def _is_read(facts: FileFacts) -> bool:
    """Whether all of a file was read."""
    kinds = {problem.kind for problem in facts.problems}
    return "rewritten" in kinds or kinds.isdisjoint(("syntax-error", "too-complex"))


def _count_statements(world: LinkedWorld, framework: str, counts: Counts) -> None:
    for path, fact in world.facts(framework):
        if fact.kind == "statement" and role_of(path) not in ASIDE:
            counts.statements += 1
            counts.parsed += not fact.data.get("problem")


def _coverage(world: LinkedWorld, counts: Counts, diagnostics: Iterable[Diagnostic]) -> Coverage:
    unread = {"too-large", "unreadable-file", "outside"}
    code = {path: facts for path, facts in world.files.items() if is_code(path)}
    read = sum(_is_read(facts) for facts in code.values())
    return Coverage(
        files=len(code) + sum(d.kind in unread for d in diagnostics),
        read=read,
        lines=sum(facts.lines for facts in code.values()),
        test_files=sum(world.is_test(path) for path in code),
        calls=counts.calls,
        calls_resolved=counts.resolved,
        statements=counts.statements,
        statements_parsed=counts.parsed,
    )
