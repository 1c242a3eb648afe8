"""Tasks and events of another service are used only as it was agreed.

What it does
    A service that enqueues another one's task, sends or receives another one's signal, or publishes to
    or listens on another one's topic depends on it. Where the owner has `public`, the task (by its
    function), signal (a model's by its class) or topic must be named there; where the owner has
    `callers`, the service must be among them; where the service has `may_use`, the owner must be.
    Without any of these nothing is held. Signals of a library belong to nobody. Tests do not count.

Why it matters
    The name of a task and the fields of an event are an interface like any other, but no import shows it:
    a string in `send_task` or a receiver in some module is all. Whoever renames the task, or leaves out a
    field, breaks what nobody knew of, and finds out from a queue that fills.

Example
    carveout.toml:

        [services.orders]
        modules = ["shop.orders"]

        [services.mail]
        modules = ["shop.mail"]
        public = ["shop.mail.api"]

    shop/orders/views.py:

        celery.send_task("shop.mail.tasks.deliver", [order.id])

    CO304 orders must not enqueue mail's task shop.mail.tasks.deliver

How to fix it
    If it is meant to be used, say so: add the task, signal or topic to the owner's `public` (and the
    service to `callers` or `may_use`). Else call the public interface and let the owner enqueue its own
    task, or publish an event of your own that the owner listens to.

Options
    public = ["shop.mail.api", "shop.mail.tasks.deliver"]    # under [services.mail]

    [[ignore]]
    rule = "event-across"        # or CO304
    source = "shop.orders.*"
    target = "task:shop.mail.tasks.deliver"
    reason = "moves behind an event in step 3"
    until = 2027-03-01           # optional; afterwards the violation is back
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..graph.interfaces import is_public, name_of, possessive, public_patterns
from ..model.boundary import Boundary, CutEdge, Level, Service
from ..model.findings import Violation
from ..model.graph import Graph
from . import Relationship, between_services, not_agreed, violation

_DONE = {
    "enqueues": ("enqueue", "enqueues"),
    "publishes": ("publish to", "publishes to"),
    "subscribes": ("listen to", "listens to"),
}


class EventAcross:
    """Tasks, signals and topics that are used without the agreement of their owner."""

    id = "event-across"
    code = "CO304"
    group = "hooks"
    level: Level = "error"

    def check(self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary) -> Iterable[Violation]:
        """One violation per (source, target)."""
        services = {service.name: service for service in boundary.services}
        for found in between_services(cut, *_DONE):
            owner = services.get(found.owner)
            if owner is None:
                continue
            broken, agree = self._broken(graph, found, services[found.origin], owner)
            if broken:
                verb, verbs = _DONE[found.kinds[0]]
                kind, target = found.target.partition(":")[0], name_of(found.target)
                yield violation(
                    found,
                    rule=self,
                    title=f"{found.origin} must not {verb} {possessive(owner.name)} {kind} {target}",
                    why=f"{name_of(found.source)} {verbs} it; {broken}",
                    help=f"let {owner.name} do it behind its public interface; or agree on it: {agree}",
                    boundary=boundary,
                )

    def _broken(self, graph: Graph, found: Relationship, origin: Service, owner: Service) -> tuple[str, str]:
        """Which agreement does not allow it, and what would; "" when all do."""
        names = _names(graph, found.target)
        patterns = public_patterns(owner)
        if owner.public and not any(is_public(patterns, name) for name in names):
            what = f'add "{name_of(names[-1])}" to public in [services.{owner.name}]'
            return f"{owner.name} does not name it in public", what
        return not_agreed(origin, owner)


def _names(graph: Graph, id: str) -> list[str]:
    """What `public` may call it by: its name, the function behind a task, the model behind a signal."""
    model = id.partition("[")[2].removesuffix("]")
    behind = [edge.target for edge in graph.out(id, "handles")]
    return [id, *([f"class:{model}"] if model else []), *behind]


rule = EventAcross()
