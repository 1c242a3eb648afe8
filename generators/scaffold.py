"""A step of the plan -> changes: a seam, a pattern, or a service and its routes by the proxy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..analyzer import plugins
from ..analyzer.model.changes import Change
from ..analyzer.model.errors import Refused, UsageError
from ..analyzer.model.graph import Graph
from ..analyzer.model.plan import Step
from ..analyzer.model.protocols import Proxy, Scaffold
from .decisions import locate, look, record_of
from .routing import FOLDER

if TYPE_CHECKING:
    from .seams.contract import SeamAt
    from .services.layout import ServiceAt
    from .write import Outcome

PROXY = "nginx"
MOST_FILES = 20
"""Files that a service may start with and that are its owners' from then on."""
IN_PLACE = ("seam", "events")
"""Steps that change files of the monolith where they stand, and may be edited since."""


def changes(step: Step, graph: Graph, proxy: str = PROXY) -> tuple[Change, ...]:
    """All files of a step, sorted by path; routes are written for `proxy`.

    Raises Refused when there is no scaffold for the framework of the step's routes, and UsageError for an
    unknown proxy.
    """
    if step.name == "routes":
        return tuple(sorted(proxy_of(proxy).emit(step.routes)))
    if step.name == "seam":
        from .seams.contract import seam_changes

        return seam_changes(step)
    for pattern in plugins.plugins("generators.patterns", "scaffold"):
        if pattern.step == step.name:
            return tuple(sorted(pattern.changes(step, graph)))
    service = step.service.name
    scaffolds: dict[str, Scaffold] = {
        plugin.name: plugin for plugin in plugins.plugins("generators.services", "scaffold")
    }
    chosen = scaffolds.get(step.framework)
    if chosen is None:
        framework = f"routes of {step.framework}" if step.framework else "no HTTP route that was recognised"
        raise Refused(
            f"the service {service!r} has {framework}, and there is no scaffold for that yet",
            place=step.service.place,
            why=f"a service is generated around its routes; supported: {', '.join(sorted(scaffolds))}",
            help=_instead(graph, service, scaffolds),
        )
    if any("_seam" in text or "_events" in text for text in step.texts.values()):
        from .seams.contract import without_seams

        step = replace(step, texts=without_seams(step.texts))
    files = [*chosen.changes(step, graph), *(proxy_of(proxy).emit(step.routes) if step.routes.routes else ())]
    return tuple(sorted(files))


def _instead(graph: Graph, service: str, supported: Iterable[str]) -> str:
    """What to type where a service cannot be written: another one, or the step that needs no framework."""
    frameworks = {
        dict(node.attributes).get("framework", "").partition("_")[0] for node in graph.nodes("route")
    }
    if frameworks.isdisjoint(supported):
        return f"carveout scaffold {service} --step seam: calls of it behind a facade, for every framework"
    return "choose a service with such routes: carveout graph --level service shows which there are"


def subject(service: str, step: str) -> str:
    """The name under which what a step writes is recorded."""
    return service if step == "service" else f"{service}.{step}"


def undo(root: Path, service: str, step: str) -> Outcome:
    """Take a step back. Edits of files that a seam was put into stay; see `write.undo`."""
    from . import write

    name = subject(service, step)
    restored: dict[str, str] = {}
    if step in IN_PLACE:
        from .seams.contract import untouched

        record = record_of(root, name)
        changed = [path for path, entry in record.files.items() if entry.before is not None] if record else []
        found = {path: look(locate(root, path)) for path in changed}
        texts = {path: at.data.decode("utf-8", "surrogateescape") for path, at in found.items() if at}
        restored = untouched(texts, marker(service, step))
    return write.undo(root, name, restored)


def marker(service: str, step: str) -> str:
    """The name by which files of the monolith know a step: `payments_seam`, `payments_events`."""
    return f"{service.lower().replace('-', '_')}_{step}"


def seam_of(root: Path, service: str) -> SeamAt:
    """Where the seam of a service was put. Raises UsageError when there is none."""
    from .seams.contract import seam_at

    at = seam_at(_texts(root, subject(service, "seam")), service)
    if at is None:
        raise UsageError(
            f"{service!r} has no seam here",
            why="verify compares what happens when calls cross it",
            help=f"carveout scaffold {service} --step seam --apply",
        )
    return at


def service_of(root: Path, service: str) -> ServiceAt:
    """Where the code of a service was put, from the project's folder. Raises UsageError without one."""
    from .services.layout import service_at

    at = service_at(_texts(root, subject(service, "service")), service)
    if at is None:
        raise UsageError(
            f"{service!r} is no service here yet",
            why="this rung runs it in a process of its own",
            help=f"carveout scaffold {service} --step service --apply",
        )
    return at


def _texts(root: Path, record_name: str) -> dict[str, str]:
    """The Python files of a record as they are on disk."""
    record = record_of(root, record_name)
    paths = sorted(record.files) if record else []
    found = {path: look(locate(root, path)) for path in paths if path.endswith(".py")}
    return {path: file.data.decode("utf-8", "replace") for path, file in found.items() if file}


def following(step: Step, files: Iterable[Change], proxy: str = PROXY) -> tuple[str, str]:
    """What a user types or reads after a step was written, and what that does; ("", "") for nothing."""
    service = step.service.name
    paths = [change.path for change in files]
    if step.name == "seam":
        return f"carveout verify {service} --tests COMMAND", "runs your tests with the calls crossing"
    if step.name == "routes":
        start = "nginx.conf" if proxy == PROXY else f"{proxy}.yaml"
        return f"{FOLDER}/{start} says how to start {proxy}; carveout route {service} set 10%", ""
    runner = next((path for path in paths if path.endswith("_generated/events/__main__.py")), "")
    if runner:
        module = runner.removesuffix("/__main__.py").removeprefix("src/").replace("/", ".")
        variable = f"{service.upper().replace('-', '_')}_EVENTS"
        return f"python -m {module} install, then run; {variable}=remote sends events", ""
    readme = next((path for path in paths if path.endswith("/README.md")), "")
    return (f"{readme} says how to start it", "") if readme else ("", "")


def require_safe(step: Step, files: Iterable[Change] = (), most: int = MOST_FILES) -> None:
    """Raises Refused while a step has hazards that nobody accepted, or writes more than `most` own files."""
    if not step.refused:
        _require_few(step, files, most)
        return
    ids = sorted({hazard.id for hazard in step.refused})
    count = len(step.refused)
    accept = " ".join(f"--accept-hazard {id}" for id in ids)
    raise Refused(
        f"{count} hazard{'s make' if count > 1 else ' makes'} the step {step.name} unsafe: {', '.join(ids)}",
        place=step.refused[0].evidence[0].place if step.refused[0].evidence else step.service.place,
        why="each is told above with its place, its consequence and its remedy; nothing was written",
        help=f"remedy them, or accept what you have looked at (ID, or ID:FUNCTION): {accept}",
    )


def _require_few(step: Step, files: Iterable[Change], most: int) -> None:
    """Raises Refused when a service starts with more than `most` files that are its owners' from then on.

    The project's own code is not counted, for it goes as it is; its tests are: there are two of them then.
    """
    from .services.layout import layout

    if step.name != "service":
        return
    at = layout(step)
    code = {f"{at.base}/src/{place}" for place in at.moved}
    own = [
        each.path
        for each in files
        if each.owner == "user" and each.path.startswith(f"{at.base}/") and each.path not in code
    ]
    if len(own) <= most:
        return
    tests = sum(each.removeprefix(f"{at.base}/").removeprefix("src/") in step.tests.texts for each in own)
    raise Refused(
        f"{step.service.name!r} would start with {len(own):,} files of its own, more than {most:,}",
        place=step.service.place,
        why=f"each is yours to look after from then on; {tests:,} of them are tests that go along",
        help=f"say that you want them (--most-files {len(own)}), or carve out less at once",
    )


def proxy_of(name: str) -> Proxy:
    """The proxy of a name. Raises UsageError for an unknown one."""
    proxies: dict[str, Proxy] = {
        plugin.name: plugin for plugin in plugins.plugins("generators.proxies", "proxy")
    }
    if name not in proxies:
        raise UsageError(f"there is no proxy {name!r}", help=f"the proxies are {', '.join(sorted(proxies))}")
    return proxies[name]
