"""What each entry point costs before and after the services run apart."""

from __future__ import annotations

from collections.abc import Mapping

from ..graph.access import in_database
from ..graph.cut import Membership
from ..graph.reach import traced
from ..graph.transactions import CHANGES, transactions
from ..model.assessment import Walk
from ..model.boundary import SHARED, Boundary
from ..model.functionality import Functionality
from ..model.graph import Graph

_HEARD = ("signal:", "topic:")
"""Entry points that code of the application enters itself."""
_TOUCHES = frozenset({"reads", "writes", "joins"})


def walks(graph: Graph, boundary: Boundary) -> tuple[Walk, ...]:
    """The entry points that would cross a network, those with the most calls first."""
    membership = Membership(graph, boundary)
    opened = _changing(graph, membership)
    entered = (each for each in traced(graph) if not each.entry.startswith(_HEARD))
    found = [walk for each in entered if (walk := _walk(each, membership, opened)).calls]
    return tuple(sorted(found, key=lambda walk: (-walk.calls, walk.entry)))


def _walk(found: Functionality, membership: Membership, opened: Mapping[str, list[int]]) -> Walk:
    """What one entry point reaches. Code of the shared kernel runs wherever it is called."""
    calls, services, written = set[tuple[str, str]](), set[str](), set[str]()
    place = {found.entry: membership.of(found.entry)}
    hops = {found.entry: 0}
    for step in found.steps:
        here, owner = place.get(step.caller), membership.of(step.id)
        far = hops.get(step.caller, 0)
        if owner is None or owner == SHARED:
            place.setdefault(step.id, here)
            hops.setdefault(step.id, far)
            continue
        services.add(owner)
        crosses = here not in (None, SHARED, owner) and not step.apart
        if crosses and (step.kind == "calls" or (step.kind in _TOUCHES and in_database(step.id))):
            calls.add((step.caller, step.id))
            far += 1
        place.setdefault(step.id, owner)
        hops[step.id] = max(far, hops.get(step.id, 0))
        if step.kind == "writes" and in_database(step.id):
            written.add(owner)
    owners = [number for id in (found.entry, *found.functions) for number in opened.get(id, ())]
    before, after = len(owners), sum(owners)
    if not owners:  # none is seen to be opened: what is written is then one for each request, at least
        before, after = int(bool(written)), len(written)
    return Walk(
        found.entry, len(calls), max(hops.values()), tuple(sorted(services)), tuple(sorted(written)),
        before, after,
    )  # fmt: skip


def _changing(graph: Graph, membership: Membership) -> dict[str, list[int]]:
    """Function or route -> how many services own what each transaction that it opens changes."""
    found: dict[str, list[int]] = {}
    for each in transactions(graph):
        changed = [id for id in each.of(*CHANGES) if in_database(id)]
        owners = {membership.of(id) for id in changed} - {None, SHARED}
        if changed:
            found.setdefault(each.owner, []).append(max(1, len(owners)))
    return found
