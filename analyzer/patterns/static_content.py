"""Static-content split: static content goes to object storage, dynamic content to services.

When it applies
    The application keeps uploads on the local disk, or answers with files: fields for files, functions
    that take or write uploads, functions that answer with what lies in a folder.

Evidence
    The field, the call that writes or serves, or the parameter that is an upload. Files made for one
    answer in memory or a temporary place do not count, nor does a form that is handed `request.FILES`
    where no table has a field for files.

Consequences
    Processes need no common disk, so there can be many; a service that is carried out takes its files
    along by key, not by path. Links are signed and expire; what was public by path must be checked.

How to do it
    Keep files in object storage behind the framework's own storage interface, hand out links, and let
    proxy or content network serve static files.

Scaffold
    Advice only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ..graph.interfaces import name_of
from ..graph.survey import Survey, survey
from ..model.boundary import Boundary, CutEdge
from ..model.evidence import Evidence, Place
from ..model.findings import Recommendation
from ..model.graph import Graph
from . import recommend

_FIELD = re.compile(r"(?:.*\.)?(?:File|Image)Field\Z")
_SERVES = re.compile(
    r"function:(?:flask\.(?:send_from_directory|send_file)|starlette\.responses\.FileResponse|django\.http\.FileResponse|django\.views\.static\.serve)\Z"
)
_KEEPS = re.compile(
    r"function:(?:shutil\.copyfileobj|django\.core\.files\.storage\.default_storage\.(?:open|save)|werkzeug\..*FileStorage\.save"
    r"|.*\.(?:(?:write|save|store|download)_(?:image|file|upload|photo|avatar|asset|picture)s?|uploads))\Z"
)
_CONTENT = re.compile(r"\.(?:read|readlines?|chunks|open)\(\)|\.file\Z")
_TEMPORARY = re.compile(
    r"function:(?:.*\.)?\w*temp\w*\Z|function:tempfile\.|(?:function|class):io\.(?:Bytes|String)IO\b"
)
"""What makes a file for one answer alone."""


class StaticContent:
    """Files that the application keeps or serves."""

    name = "static_content"
    scaffold: str | None = None
    why = "files lie on the disk of one machine, or the application answers with them"
    help = "keep them in object storage and hand out links"
    consequences = (
        "any number of processes, and a service takes its files along; links must be signed and checked"
    )
    effort = "2 to 5 days, and the move of the files"

    def detect(self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary) -> Iterable[Recommendation]:
        """One recommendation for each function or class."""
        yield from self._fields(graph)
        asked = survey(graph, boundary)
        keepers = _matching(asked, _KEEPS)
        served = _matching(asked, _SERVES)
        whole = any(_FIELD.match(dict(node.attributes).get("type", "")) for node in graph.nodes("column"))
        for function in asked.functions:
            id = asked.id(function)
            if id in keepers:
                yield recommend(self, id, f"{name_of(id)} keeps files", keepers[id])
            elif id in served:
                yield recommend(self, id, f"{name_of(id)} answers with files", served[id])
            elif any(True for _ in graph.into(id, "handles")) or _takes_uploads(graph, id, whole):
                calls = list(asked.edges(function, "calls"))
                if any(_TEMPORARY.match(edge.target) for edge in calls):
                    continue
                node = graph.node(id)
                assert node is not None
                leading = [p for e in calls if e.target in keepers for p in e.evidence]
                if leading:
                    yield recommend(self, id, f"{name_of(id)} has files kept", leading)
                elif _takes_uploads(graph, id, whole):
                    place = Evidence(Place(node.path or "", node.line, 0), "value-flow")
                    yield recommend(self, id, f"{name_of(id)} takes uploads", [place])

    def _fields(self, graph: Graph) -> Iterable[Recommendation]:
        """The classes with columns that are files."""
        tables: dict[str, list[Evidence]] = {}
        for node in graph.nodes("column"):
            if _FIELD.match(dict(node.attributes).get("type", "")) and node.path:
                table = f"table:{node.name.rpartition('.')[0]}"
                tables.setdefault(table, []).append(Evidence(Place(node.path, node.line, 0), "syntax"))
        for edge in graph.edges("maps"):
            if edge.target in tables:
                yield recommend(
                    self, edge.source, f"{name_of(edge.source)} has files as fields", tables[edge.target]
                )


def _matching(asked: Survey, wanted: re.Pattern[str]) -> dict[str, list[Evidence]]:
    """The functions that call one of these, with the places; not those that work in a temporary place."""
    found: dict[str, list[Evidence]] = {}
    for function in asked.functions:
        calls = list(asked.edges(function, "calls"))
        if any(_TEMPORARY.match(edge.target) for edge in calls):
            continue
        places = [place for edge in calls if wanted.match(edge.target) for place in edge.evidence]
        if places:
            found[asked.id(function)] = places
    return found


def _takes_uploads(graph: Graph, id: str, whole: bool) -> bool:
    """Whether a function takes uploads from the request to keep them; what reads their content imports it.

    `whole`: it counts that all of them are handed on.
    """
    uploads = [
        path
        for each in graph.needs(id).parameters
        for path in each.reads
        if path.startswith("FILES") and not path.startswith("FILES.keys") and (whole or path != "FILES")
    ]
    return bool(uploads) and not any(_CONTENT.search(path) for path in uploads)


detector = StaticContent()
