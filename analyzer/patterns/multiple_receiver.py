"""Multiple receiver: one occurrence goes to several independent receivers.

When it applies
    A signal or topic has several subscribers, and nobody uses what they
    answer; or a function calls functions of three or more other services, each of which changes something,
    and takes no rows from any of them.

Evidence
    The places where receivers subscribe, or where they are called. Receivers that hear different senders do
    not receive the same occurrence; where answers are collected (a menu, a list of plug-ins) all are needed
    at once; and what is sent while the application starts only wires it.

Consequences
    Each receiver fails and is repeated alone, and a new one is added without touching the sender. Their
    order is no longer fixed.

How to do it
    Publish one event; give each receiver a queue of its own (a fan-out).

Scaffold
    `outbox`: `carveout scaffold SERVICE --step events`, for each service that listens; see `outbox`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from ..graph.interfaces import name_of
from ..graph.roles import ASIDE, role_of
from ..graph.survey import Survey, survey
from ..model.boundary import Boundary, CutEdge
from ..model.findings import Recommendation
from ..model.graph import Edge, Graph, Node
from . import recommend

_SUBSCRIBERS, _SERVICES = 2, 3
_STARTS = re.compile(
    r"_*(?:make|create|build|setup|set_up|init|configure|prepare|upgrade|migrate)_?(?:the_)?\w*(?:app|application|celery"
    r"|db|database|schemas?|plugins?)\Z|_*(?:ready|setup|configure|import_(?:\w+_)?(?:tasks|modules|plugins|signals|handlers)|autodiscover\w*)\Z"
    r"|\w*(?:before|after)_create\Z"
)
"""Functions that put the application together: what they send wires it, and happens once."""

_BEFORE = re.compile(r"(?:\A|[._])(?:pre|before)_(?:save|init|create|update|insert|flush|migrate)\Z")
"""What is sent before something is made: a receiver has a hand in it, and must be asked there."""


class MultipleReceiver:
    """Occurrences with several receivers."""

    name = "multiple_receiver"
    scaffold: str | None = "outbox"
    why = "one failing receiver stops the others, and the sender knows them all"
    help = "publish one event, with a queue for each receiver"
    consequences = "receivers run, fail and are repeated alone; their order is not fixed"
    effort = "2 to 5 days"

    def detect(self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary) -> Iterable[Recommendation]:
        """One recommendation for each signal or topic, and for each function."""
        asked = survey(graph, boundary)
        for node in graph.nodes("signal", "topic"):
            heard = _heard(graph, node)
            receivers = _receivers(heard)
            if receivers >= _SUBSCRIBERS and not _BEFORE.search(_signal(node)) and _is_told(graph, node):
                title = f"{_said(node)} has {receivers} receivers"
                yield recommend(self, node.id, title, (place for edge in heard for place in edge.evidence))
        for function in asked.functions:
            told = _told(asked, function)
            if len(told) >= _SERVICES:
                title = f"{name_of(asked.id(function))} calls {', '.join(sorted(told))} one after the other"
                yield recommend(
                    self, asked.id(function), title, (p for e in told.values() for p in e.evidence)
                )


def _signal(node: Node) -> str:
    """The name of a signal without the sender that it is of."""
    return dict(node.attributes).get("signal") or node.name


def _said(node: Node) -> str:
    """`post_save of Order` for the signal of one model, else its name."""
    sender = dict(node.attributes).get("sender", "").rpartition(".")[2]
    return f"{_signal(node)} of {sender}" if sender else node.name


def _heard(graph: Graph, node: Node) -> list[Edge]:
    """The subscriptions of the application to a signal; those that hear every sender hear this one."""
    ids = [node.id, f"{node.kind}:{_signal(node)}"] if _signal(node) != node.name else [node.id]
    return [
        edge
        for id in ids
        for edge in (*graph.into(id, "subscribes"), *graph.out(id, "subscribes"))
        if edge.evidence and role_of(edge.evidence[0].place.path) not in ASIDE
    ]


def _receivers(heard: Iterable[Edge]) -> int:
    """How many receive the same occurrence at most: those that hear all senders, and those of one sender."""
    by_sender: dict[str, set[str]] = defaultdict(set)
    for edge in heard:
        senders = [word for word in edge.how if word.startswith("from ")]
        for sender in senders or [""]:
            by_sender[sender].add(edge.source + edge.target)
    every = by_sender.pop("", set())
    return max((len(every | some) for some in by_sender.values()), default=len(every))


def _is_told(graph: Graph, node: Node) -> bool:
    """Whether a signal tells of something while the application runs, and nobody uses the answers."""
    sent = [
        edge
        for edge in graph.into(node.id, "publishes")
        if edge.evidence and role_of(edge.evidence[0].place.path) not in ASIDE
    ]
    if any("answered" in edge.how for edge in sent):
        return False
    if sent and all("one" in edge.how for edge in sent):
        return False  # a table of kinds: one of them is called, by a key that nobody can tell
    if not sent:  # nobody sends what the project declares itself
        return node.kind == "topic" or not node.path
    return not all(_STARTS.match(edge.source.rpartition(".")[2]) for edge in sent)


def _told(asked: Survey, function: int) -> dict[str, Edge]:
    """Other service -> a call that changes something there, and from which nothing is taken."""
    home, found = asked.owner(asked.id(function)), dict[str, Edge]()
    for edge in asked.calls(function):
        owner = asked.owner(edge.target)
        if owner is None or owner == home or not asked.is_own(edge.target):
            continue
        gives = any(word.startswith("gives") for word in edge.how)
        if not gives and asked.behind(asked.index(edge.target)).writes:
            found.setdefault(owner, edge)
    return found if home is not None else {}


detector = MultipleReceiver()
