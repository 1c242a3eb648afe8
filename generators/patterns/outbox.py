"""The step *events* of a plan -> changes: outbox, relay and subscribers, and the rewritten files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from ...analyzer.model.changes import Change
from ...analyzer.model.errors import Refused
from ...analyzer.model.graph import Graph
from ...analyzer.model.plan import Sent, Step
from ..quoting import dotted
from ..render import render_file
from ..seams.codemod import Site, put_in
from ..seams.contract import ORIGIN, home, runtime_files
from .async_api import document

_RUNTIME = (
    "__init__", "__main__", "brokers", "databases", "envelope", "inbox", "outbox", "relay", "tables",
    "worker",
)  # fmt: skip


class Outbox:
    """See the module."""

    name = "outbox"
    step = "events"

    def changes(self, step: Step, graph: Graph) -> Iterable[Change]:
        """All files of the step. Raises Refused for a file that cannot be rewritten."""
        package, folder = home(step.sent[0].function)
        if not package:
            raise Refused(
                f"{step.sent[0].function.module} lies in no package",
                place=step.sent[0].function.place,
                why="relay and subscribers are a package beside the code, and need one around it",
                help="put the modules of the application into a package",
            )
        marker = dotted(events_name(step.service.name))
        module = f"{package}_generated.{marker}"
        yield from _rewritten(step, module, marker)
        yield from _written(step, folder, marker)


def events_name(service: str) -> str:
    """The name of a service's events in Python: `payments_events`."""
    return f"{service.lower().replace('-', '_')}_events"


def _rewritten(step: Step, module: str, marker: str) -> Iterator[Change]:
    sites: dict[str, dict[str, Site]] = defaultdict(dict)
    for each in step.sent:
        accepted = [h for h in step.hazards if h.subject == each.function.dotted and h.severity == "error"]
        ids = tuple(sorted({h.id for h in accepted if h.accepted_by(step.accepted)}))
        sites[each.function.place.path][each.function.name] = Site(
            dotted(each.function.dotted), ids, inside=True
        )
    for path in sorted(sites):
        old = step.texts[path]
        yield Change(path, put_in(old, path, sites[path], module, marker), old)


def _written(step: Step, folder: str, marker: str) -> Iterator[Change]:
    yield Change(f"{folder}/.carveout-service", "")
    yield Change(f"{folder}/__init__.py", render_file("seams/package.py.jinja", {}))
    for path, text in runtime_files(f"{folder}/seams").items():
        yield Change(path, text, origin=ORIGIN)
    for name in _RUNTIME:
        text = render_file(f"patterns/outbox/events/{name}.py.jinja", {})
        yield Change(f"{folder}/events/{name}.py", text, origin=ORIGIN)
    rows = [_row(each) for each in step.sent]
    context = {
        "service": step.service.name,
        "marker": marker,
        "events": rows,
        "values": any(each.how != "declared" for row in rows for each in row["parameters"]),
    }
    yield Change(f"{folder}/{marker}.py", render_file("patterns/outbox/contract.py.jinja", context))
    yield Change(f"{folder}/{marker}.asyncapi.json", document(step))
    parent = folder.rpartition("/")[0]
    unit = {"session": step.unit.session, "scope": step.unit.scope, "settings": step.unit.settings}
    told = render_file("patterns/outbox/settings.py.jinja", {**unit, "example": step.sent[0].function.dotted})
    yield Change(f"{parent}/events_settings.py", told, owner="user")


def _row(sent: Sent) -> dict[str, Any]:
    function = sent.function
    return {
        "function": function.dotted,
        "binding": function.binding,
        "parameters": function.parameters,
        "key": sent.key,
    }


scaffold = Outbox()
