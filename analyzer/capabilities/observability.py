"""Observability: what happens inside can be told from outside.

What counts
    Exceptions that are swallowed without a word, output by `print` where a log belongs, logs without
    structure, no id that ties what one request does together, and no figures for a monitor to read.

Why it matters
    In one process a stack trace tells where something broke. Once a request passes through five services,
    only what was logged with its id tells, and what was swallowed nobody finds.

How to fix it
    Log what is caught, at a level that production keeps; write logs as JSON with the request's id; hand the
    id on with each request (W3C trace context); count and time requests and show that as `/metrics`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from ..graph.apart import apart
from ..graph.by_hand import by_hand
from ..graph.entrance import entrance
from ..graph.interfaces import name_of
from ..graph.practices import practices
from ..graph.roles import ASIDE, PAST, role_of
from ..model.evidence import Evidence
from ..model.findings import Weakness
from ..model.graph import Graph
from . import weakness

_STRUCTURED = re.compile(
    r"module:(?:structlog|pythonjsonlogger|json_log_formatter|jsonformatter|ecs_logging|logstash|logstash_async"
    r"|google\.cloud\.logging|aws_lambda_powertools|watchtower|loguru|eliot|logfmter)(?:\.|\Z)"
)
_TRACED = re.compile(
    r"module:(?:opentelemetry|ddtrace|elasticapm|newrelic|jaeger_client|opentracing|aws_xray_sdk|scout_apm"
    r"|asgi_correlation_id|django_guid|log_request_id|flask_log_request_id|request_id|sentry_sdk|raven"
    r"|logfire)(?:\.|\Z)"
)
_TRACE_NAMES = re.compile(r"(?i)(?:.*[._])?(?:x_)?(?:request|correlation|trace)_?id(?:[._].*)?\Z")
_MEASURED = re.compile(
    r"module:(?:prometheus_client|prometheus_flask_exporter|prometheus_fastapi_instrumentator|django_prometheus"
    r"|statsd|datadog|starlette_exporter|opentelemetry|ddtrace|newrelic|elasticapm|aioprometheus|logfire"
    r"|django_statsd|aiostatsd)(?:\.|\Z)"
)
_METRICS = re.compile(r"(?i).*/metrics?\b")
_AT_TERMINAL = re.compile(
    r"(?:\A|/)(?:__main__|cli|commands?|manage|management|console|debug|shell)(?:/|_|\.py|\Z)"
)
_SHOWN = 5


class Observability:
    """What nobody can tell afterwards."""

    name = "observability"

    def find(self, graph: Graph) -> Iterable[Weakness]:
        """One weakness for each function that swallows, each module that prints, and what is lacking."""
        yield from self._swallowed(graph)
        yield from self._printed(graph)
        yield from self._lacking(graph)

    def _swallowed(self, graph: Graph) -> Iterator[Weakness]:
        found: dict[str, list[Evidence]] = defaultdict(list)
        for each in practices(graph, "swallows"):
            found[each.id].append(Evidence(each.place))
        for id, places in sorted(found.items()):
            many = f" at {len(places)} places" if len(places) > 1 else ""
            yield weakness(
                self.name,
                "swallowed-exception",
                f"{name_of(id)} catches everything{many}, goes on, and tells nobody",
                places,
                "what breaks there is found by users",
                "catch what is expected; log the rest at a level that production keeps",
            )

    def _printed(self, graph: Graph) -> Iterator[Weakness]:
        commands = {edge.target for edge in graph.edges("handles") if edge.source.startswith("command:")}
        found: dict[str, list[Evidence]] = defaultdict(list)
        beside, away = by_hand(graph), apart(graph)
        for edge in graph.into("function:<builtin>.print", "calls"):
            for each in edge.evidence:
                path = each.place.path
                if (
                    role_of(path) not in PAST
                    and edge.source not in commands
                    and graph.index_of(edge.source) not in beside
                    and not _AT_TERMINAL.search(path)
                    and path not in away
                ):
                    found[path].append(each)
        for path, places in sorted(found.items()):
            yield weakness(
                self.name,
                "print",
                f"{path} prints where it should log ({len(places)})",
                sorted(places)[:_SHOWN],
                "it has no level, no time and no request, and is lost where output is not kept",
                "use a logger",
            )

    def _lacking(self, graph: Graph) -> Iterator[Weakness]:
        routes = [node for node in graph.nodes("route") if node.path and role_of(node.path) not in ASIDE]
        place = entrance(graph)
        if not routes or not place:
            return
        imported = {edge.target for edge in graph.edges("imports") if _is_own(edge.evidence)}
        logged = any(graph.edges_to("calls", lambda id: id.startswith("function:logging.")))
        if not any(map(_STRUCTURED.match, imported)) and not _formats_json(graph):
            said = "logs are lines of text" if logged else "nothing is logged"
            yield weakness(
                self.name,
                "no-structured-logs",
                f"{said}: no library for structured logs is used",
                place,
                "logs of several services can only be searched together by fields",
                "write logs as JSON, a field each for service, request, user and duration",
            )
        named = any(
            _TRACE_NAMES.match(node.name) for node in graph.nodes("function", "class", "setting", "state")
        )
        if not named and not any(map(_TRACED.match, imported)):
            yield weakness(
                self.name,
                "no-request-id",
                "no id of a request is made or handed on: nothing named so, no library for traces",
                place,
                "what one request does in several services cannot be put together",
                "take the id from the header `traceparent` (or make one), log it, and hand it on",
            )
        shown = any(_METRICS.match(node.name) for node in routes)
        if not shown and not any(map(_MEASURED.match, imported)):
            yield weakness(
                self.name,
                "no-metrics",
                f"none of {len(routes)} routes shows figures for a monitor, and no library does",
                place,
                "nobody sees that answers get slower before users do",
                "count and time requests by route, and show that as /metrics",
            )


def _is_own(evidence: Iterable[Evidence]) -> bool:
    return any(role_of(each.place.path) not in ASIDE for each in evidence)


def _formats_json(graph: Graph) -> bool:
    """Whether a formatter of the project's own writes JSON."""
    return any(
        edge.target == "class:logging.Formatter" and "json" in name_of(edge.source).lower()
        for edge in graph.edges("inherits")
    )


capability = Observability()
