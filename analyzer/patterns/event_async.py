"""Event-based asynchronous work: work goes on by events and callbacks, nobody waits.

When it applies
    A function sends mail while its caller waits. Nothing of it is in the answer, so a task or an event
    can do it; the same goes for the functions of other services that lead to it, and for routes whose
    answer is empty although another host is asked, an archive built or a program run before it.

Evidence
    The call of the library that sends, or the call that leads to it from another service or from the
    route. What tasks and jobs do is asynchronous already and does not count. Whether an answer of another
    host is needed cannot be told from calls alone, so requests of routes that answer something are not
    reported. Empty answers are known of FastAPI's routes.

Consequences
    The answer comes sooner and does not fail with the mail server; the mail may come later, and must
    not be sent twice when the work is repeated.

How to do it
    Enqueue a task once the transaction is committed, or publish an event that a sender of mail listens
    to.

Scaffold
    Advice only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ..graph.interfaces import name_of
from ..graph.roles import PAST, role_of
from ..graph.survey import Survey, survey
from ..model.boundary import Boundary, CutEdge
from ..model.findings import Recommendation
from ..model.graph import Edge, Graph
from . import recommend

_MAIL = re.compile(
    r"host:smtp\Z|function:(?:djmail|django\.core\.mail|flask_mail|smtplib|anymail|sendgrid)\."
    r"(?!(?:Mail|Message|EmailMessage)(?:\.init_app)?\Z|.*\.(?:init_app|attach\w*|get_connection|_\w+)\Z).+"
)
_MADE = re.compile(r"function:django\.core\.mail\.EmailMultiAlternatives\Z")
_MAKES = re.compile(r"_*(?:make|build|compose|create|get|new|prepare)(?:_\w+)?\Z")
"""Names of functions that make a message for others to send. What sends one is no edge of the graph."""
_SLOW = re.compile(
    r"host:(?!smtp\Z)|function:(?:zipfile\.ZipFile|tarfile\.open|shutil\.make_archive|subprocess\.\w+)\b"
)
"""Work that takes long: other hosts, archives, programs."""
_FAR = 5
"""Calls that are followed back to another service."""


class EventAsync:
    """Functions that send mail while somebody waits."""

    name = "event_async"
    scaffold: str | None = None
    why = "the answer waits for work that it holds nothing of"
    help = "leave the work to a task, or publish an event that a sender listens to"
    consequences = (
        "faster answers that do not fail with the mail server; mail may be late and must not be sent twice"
    )
    effort = "1 to 3 days"

    def detect(self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary) -> Iterable[Recommendation]:
        """One recommendation for each function."""
        asked = survey(graph, boundary)
        apart = _apart(graph)
        own = {asked.id(function) for function in asked.functions}
        senders: dict[str, Edge] = {}
        for function in asked.functions:
            for edge in asked.edges(function, "requests", "calls"):
                if _sends(edge) and _is_waited_for(graph, asked.id(function), apart):
                    senders.setdefault(asked.id(function), edge)
        for id, edge in sorted(senders.items()):
            yield recommend(self, id, f"{name_of(id)} sends mail while its caller waits", edge.evidence)
        seen = set(senders)
        for id in sorted(senders):
            for edge in _callers(graph, asked, id, own - apart):
                if edge.source not in seen:
                    seen.add(edge.source)
                    title = f"{name_of(edge.source)} waits for mail that {name_of(id)} sends"
                    yield recommend(self, edge.source, title, edge.evidence)
        for id, edge, slow in _empty_answers(graph, asked):
            if id not in seen:
                seen.add(id)
                title = f"{name_of(id)} answers nothing, but waits for {name_of(slow)}"
                yield recommend(self, id, title, edge.evidence)


def _sends(edge: Edge) -> bool:
    """Whether an edge leads to what sends mail; a message that is made is sent, unless made for others."""
    makes = _MADE.match(edge.target) and _MAKES.match(edge.source.rpartition(".")[2])
    return bool(_MAIL.match(edge.target)) and not makes


def _empty_answers(graph: Graph, asked: Survey) -> Iterable[tuple[str, Edge, str]]:
    """Handlers that give nothing back, the call of each that leads to slow work, and that work."""
    for handled in graph.edges("handles"):
        node = graph.node(handled.source)
        if node is None or ("answers", "") not in node.attributes or not asked.is_own(handled.target):
            continue
        for edge in asked.edges(asked.index(handled.target), "calls", "requests"):
            slow = _slow(asked, edge.target)
            if slow:
                yield handled.target, edge, slow
                break


def _slow(asked: Survey, target: str) -> str:
    """The slow work that a call is, or leads to; what is enqueued is nobody's wait."""
    waiting, seen = [(target, 0)], {target}
    while waiting:
        at, far = waiting.pop(0)
        if _SLOW.match(at):
            return at
        if far < _FAR and asked.is_own(at):
            further = [edge.target for edge in asked.edges(asked.index(at), "requests", "calls")]
            waiting += [(each, far + 1) for each in further if each not in seen]
            seen.update(further)
    return ""


def _apart(graph: Graph) -> set[str]:
    """The functions that run as tasks, jobs or commands."""
    return {
        edge.target for kind in ("task", "job", "command") for node in graph.nodes(kind)
        for edge in graph.out(node.id, "handles")
    }  # fmt: skip


def _is_waited_for(graph: Graph, id: str, apart: set[str]) -> bool:
    """Whether somebody but tasks, jobs and commands calls a function, or nobody that is known."""
    waiting, seen = [id], {id}
    while waiting:
        at = waiting.pop()
        if at in apart:
            continue
        edges = [
            edge
            for edge in graph.into(at, "calls", "handles")
            if not edge.evidence or role_of(edge.evidence[0].place.path) not in PAST
        ]
        callers = {e.source for e in edges if e.confidence != "possible"} or {e.source for e in edges}
        if not callers or any(caller.startswith("route:") for caller in callers):
            return True
        waiting += sorted(callers - seen)
        seen |= callers
    return False


def _callers(graph: Graph, asked: Survey, id: str, own: set[str]) -> Iterable[Edge]:
    """The calls from other services that lead to a function, the first on each way."""
    home, waiting, seen = asked.owner(id), [(id, 0)], {id}
    while waiting and home is not None:
        at, far = waiting.pop()
        for edge in graph.into(at, "calls"):
            if edge.source in seen or edge.source not in own or edge.confidence == "possible":
                continue
            seen.add(edge.source)
            if asked.owner(edge.source) not in (home, None):
                yield edge
            elif far < _FAR:
                waiting.append((edge.source, far + 1))


detector = EventAsync()
