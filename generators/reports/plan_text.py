"""The plan of one service: its steps with what moves, what crosses, and what is not safe."""

from __future__ import annotations

from collections.abc import Iterator

from ...analyzer.model.plan import Plan, Step
from .hazard_blocks import hazard_blocks
from .interface_lines import interface_lines
from .plain import clean, count, encode, wrap

_NOT_READY = "cut-not-ready"
_PLACES = 5


class PlanText:
    """A few lines a step, then its hazards in full."""

    name = "text"
    accepts = Plan

    def render(self, result: Plan) -> bytes:
        """Lines of at most 80 columns."""
        steps = result.steps
        lines = [
            line
            for step in steps
            for hazard in step.hazards
            if hazard.id == _NOT_READY
            for line in wrap("", hazard.title, 0)
        ]
        lines += [f"{clean(result.service.name)}: {count(len(steps), 'step')}"]
        for number, step in enumerate(steps, 1):
            lines += _step(number, step)
        return encode(lines)


def _step(number: int, step: Step) -> Iterator[str]:
    if step.name == "seam":
        yield from _seam(number, step)
        return
    if step.name == "events":
        yield from _events(number, step)
        return
    if step.name == "routes":
        sent = count(step.routes.count, "route")
        of = f" of {clean(step.framework)}" if step.framework else ""
        yield f"{number}. routes: sends {sent}{of} to the service"
        return
    moved = [f"moves {count(len(step.moved), 'file')}"]
    if step.copied:
        moved.append(f"copies {count(len(step.copied), 'file')} that others need too")
    if step.routes.routes:
        moved.append(f"sends {count(step.routes.count, 'route')} to the service")
    yield from wrap(f"{number}. {clean(step.name)}: ", ", ".join(moved), 12)
    inbound, outbound = len(step.interface.inbound), len(step.interface.outbound)
    if inbound or outbound:
        yield from wrap("   crosses:", f"{inbound:,} edges into the service, {outbound:,} out of it", 12)
    if step.distributions:
        yield from wrap("   needs:", ", ".join(step.distributions), 12)
    if step.optional:
        yield from wrap("   optional: ", ", ".join(step.optional), 13)
    yield from hazard_blocks(step.hazards, step.accepted)


def _seam(number: int, step: Step) -> Iterator[str]:
    """The functions that others call, what of them may run elsewhere, then what is unsafe."""
    offered = step.interface.offered
    crossing = [each for each in offered if each.crosses]
    pure = [each for each in crossing if not each.impure]
    told = f"{count(len(offered), 'function')} that others call, {len(crossing)} can run in another process, "
    yield from wrap(f"{number}. seam: ", f"{told}{len(pure)} can be compared in the shadow", 12)
    yield from interface_lines(step.interface)
    yield from hazard_blocks(step.hazards, step.accepted)


def _events(number: int, step: Step) -> Iterator[str]:
    """The calls that become events, and what orders them; then what stays a call, and what is unsafe."""
    told = f"{count(len(step.sent), 'function')} whose calls become events"
    yield from wrap(f"{number}. events: ", told, 12)
    for function, key in step.sent:
        yield ""
        yield from wrap("", clean(function.dotted), 0)
        yield f" --> {clean(str(function.place._replace(column=0)))}"
        yield from wrap("  in order:", f"of each {clean(key)}" if key else "of all events of the service", 12)
        called = [f"{place.path}:{place.line}" for place in function.callers[:_PLACES]]
        yield from wrap("  called:", f"at {', '.join(map(clean, called))}", 12)
    yield ""
    unit = step.unit
    kept = f"the session of {unit.session}" if unit.session else "Django's connection"
    yield from wrap("kept in:", f"the transaction of the caller, by {kept}", 12)
    yield from hazard_blocks(step.hazards, step.accepted)


report = PlanText()
