"""Routes: under the prefixes of their blueprints, with the functions and classes that answer."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.evidence import BlindSpot, Evidence
from ...model.graph import Edge, Node
from ...model.world import World
from ...python.url_rules.holders import Holder
from ...python.url_rules.rules import Rule, Rules, whole_paths
from ...python.view_methods import answers, listed_methods
from .adapted import Adapted


def link_routes(world: World) -> Iterator[Node | Edge | BlindSpot]:
    """Routes under the prefixes of their blueprints; registrations that are not understood are said."""
    rules, adapted, listed = Rules(world), Adapted(world), listed_methods(world)
    for rule in rules.of("flask", ("application", "blueprint")):
        if isinstance(rule, BlindSpot):
            yield rule
            continue
        if rule.symbol is None:
            yield BlindSpot("unknown-view", rule.place, f"{rule.text} -> {rule.view}")
        for made in _route(world, rules, rule, listed):
            yield made
            if isinstance(made, Edge) and made.target.startswith("class:"):
                yield from adapted.edges(rule.symbol, rule.place)
    yield from rules.unknown
    yield from rules.holders.unknown(("blueprint",))


def _route(world: World, rules: Rules, rule: Rule, listed: dict[str, list[str]]) -> Iterator[Node | Edge]:
    place, holder = rule.place, rule.holder
    library = holder.library if holder is not None and holder.library == "flask_smorest" else "flask"
    for prefix, text in whole_paths(rules, rule):
        trust = rules.trust(rule, prefix)
        for method, handler in answers(world, rule.symbol, rule.methods, listed):
            id = f"route:{method} {text}"
            about = {
                "blueprint": holder.name if holder is not None else "",
                "endpoint": _endpoint(holder, rule.endpoint),
                "framework": library,
                "method": method,
                "prefix": prefix,
                "text": text,
                **rule.said,
            }
            yield Node(id, place.path, place.line, place.line, tuple(about.items()))
            if handler:
                yield Edge(id, handler, "handles", trust, (Evidence(place),))


def _endpoint(holder: Holder | None, name: str) -> str:
    """What `url_for` calls a route; its blueprint's name comes first."""
    return f"{holder.called}.{name}" if holder is not None and holder.called and name else name
