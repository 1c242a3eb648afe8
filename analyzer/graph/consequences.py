"""What an edge becomes once its two ends run as separate services, and what solves that."""

from __future__ import annotations

from typing import NamedTuple


class Consequence(NamedTuple):
    """`cost` completes "this ... becomes"; `remedy` names the pattern that solves it."""

    cost: str
    remedy: str


CONSEQUENCES: dict[str, Consequence] = {
    "imports": Consequence(
        "this import has nothing to import any more",
        "call the owner's public interface, or move what is shared to the shared kernel",
    ),
    "calls": Consequence(
        "this call becomes a network call",
        "a function of the owner's public interface behind a seam",
    ),
    "inherits": Consequence(
        "this class loses its base",
        "compose over an id and the owner's API, or move the base to the shared kernel",
    ),
    "reads": Consequence(
        "this read becomes a network call or a read model",
        "the owner's API, or a read model fed by events",
    ),
    "joins": Consequence(
        "this join cannot cross two databases",
        "a read model, or two queries through the owner's API",
    ),
    "writes": Consequence(
        "this write becomes a command to the owner",
        "the owner's API; an outbox or a saga where one transaction spans both",
    ),
    "references": Consequence(
        "this foreign key becomes a plain id without a constraint",
        "keep the id and look it up through the owner's API",
    ),
    "renders": Consequence(
        "this page template is no longer at hand",
        "compose pages at the edge, or copy the template",
    ),
    "links": Consequence(
        "this link is resolved by another service",
        "an absolute URL from configuration",
    ),
    "enqueues": Consequence(
        "this task runs in another service",
        "publish an event or a command to its queue",
    ),
    "publishes": Consequence(
        "this signal leaves the process",
        "an event through a broker (pub-sub, outbox)",
    ),
    "subscribes": Consequence(
        "this receiver sits in another process",
        "a subscription to the owner's event",
    ),
    "requests": Consequence(
        "this request goes to another service",
        "its address comes from configuration",
    ),
    "configures": Consequence(
        "this setting is no longer shared",
        "give each service its own setting",
    ),
    "spans": Consequence(
        "this transaction cannot span two databases",
        "an outbox, or a saga with compensations",
    ),
}
"""By edge kind. Kinds that are not here (`contains`, `maps`, `handles`, `shows`) never cross alone."""

_MEMORY = Consequence(
    "this memory is no longer shared: each process has its own copy",
    "keep it with its owner behind an API, or let each service have its own",
)


def consequence_of(kind: str, target: str) -> Consequence:
    """What an edge of a kind to a node becomes once it crosses."""
    return _MEMORY if target.startswith("state:") else CONSEQUENCES[kind]
