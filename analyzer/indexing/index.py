"""From source files to the graph: what an earlier run kept is used again, the rest is read and linked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from ..model.boundary import Project
from ..model.facts import FileFacts
from ..model.graph import Graph
from ..project.sources import Sources
from . import executors
from .link import link
from .packing import unpack_facts
from .read import Job, key_of, read, readers_version
from .store import Store

_KEPT_AT_ONCE = 500
"""Files whose facts are written to the cache together."""
Progress = Callable[[str, int, int], None]


def index(
    store: Store,
    sources: Sources,
    data: dict[str, bytes],
    project: Project,
    workers: int | None,
    progress: Progress | None,
) -> Graph:
    """The graph that is kept for these files, or a new one."""
    keys = {s.path: key_of(data[s.path], s.suffix, project.dialect) for s in sources.files}
    whole = _digest(keys, sources, project)
    graph = store.graph(whole)
    if graph is None:
        facts = _facts(store, keys, data, sources, project, workers, progress)
        if progress:
            progress("linking", 0, 1)
        graph = link(facts, sources, project, store, workers)
        store.keep_graph(whole, graph)
        store.forget_facts(keys.values())
    return graph


def _digest(keys: dict[str, str], sources: Sources, project: Project) -> str:
    parts = [
        repr(project),
        readers_version(),
        sources.package,
        *sources.markers,
        *map(repr, sources.diagnostics),
    ]
    parts += [f"{path}\0{key}" for path, key in sorted(keys.items())]
    return hashlib.blake2b("\n".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _facts(
    store: Store,
    keys: dict[str, str],
    data: dict[str, bytes],
    sources: Sources,
    project: Project,
    workers: int | None,
    progress: Progress | None,
) -> dict[str, FileFacts]:
    known = store.facts(sorted(set(keys.values())))
    missing = {keys[s.path]: s for s in reversed(sources.files) if keys[s.path] not in known}
    jobs = [Job(source.suffix, data[source.path], project.dialect) for source in missing.values()]
    data.clear()  # what the files hold is not asked for any more
    fresh: dict[str, bytes] = {}
    results = executors.choose(len(jobs), workers).map(read, jobs)
    for done, (key, packed) in enumerate(zip(missing, results, strict=True), 1):
        fresh[key] = packed
        known[key] = unpack_facts(packed)
        if len(fresh) == _KEPT_AT_ONCE or done == len(jobs):
            store.keep_facts(fresh)
            fresh.clear()
        if progress:
            progress("reading", done, len(jobs))
    return {path: known[key] for path, key in keys.items()}
