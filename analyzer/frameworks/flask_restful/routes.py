"""Resources: under the prefixes of their APIs and namespaces, with the methods that answer."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.evidence import BlindSpot, Evidence
from ...model.graph import Edge, Node
from ...model.world import World
from ...python.url_rules.rules import Rule, Rules, whole_paths
from ...python.view_methods import answers

_LIBRARIES = {"flask_restx": "flask_restx", "flask_restplus": "flask_restx"}


def link_resources(world: World) -> Iterator[Node | Edge | BlindSpot]:
    """Routes of resources; what is not understood is said."""
    rules = Rules(world)
    for rule in rules.of("flask_restful", ("api", "namespace")):
        if isinstance(rule, BlindSpot):
            yield rule
        elif rule.symbol is None:
            yield BlindSpot("dynamic-route", rule.place, f"{rule.text} -> {rule.view}")
        else:
            yield from _route(world, rules, rule)
    yield from rules.holders.unknown(("api", "namespace"))


def _route(world: World, rules: Rules, rule: Rule) -> Iterator[Node | Edge]:
    assert rule.symbol is not None
    place, library = rule.place, _library(world, rule)
    endpoint = rule.endpoint or (rule.view.rpartition(".")[2].lower() if library == "flask_restful" else "")
    called = rules.holders.blueprint(rule.holder.name) if rule.holder is not None and endpoint else ""
    for prefix, text in whole_paths(rules, rule):
        for method, handler in answers(world, rule.symbol, rule.methods, {}):
            id = f"route:{method} {text}"
            about = {
                "endpoint": f"{called}.{endpoint}" if called else endpoint,
                "framework": library,
                "method": method,
                "prefix": prefix,
                "text": text,
                **rule.said,
            }
            yield Node(id, place.path, place.line, place.line, tuple(about.items()))
            yield Edge(id, handler, "handles", evidence=(Evidence(place),))


def _library(world: World, rule: Rule) -> str:
    """The library whose resource answers: that of its nearest ancestor outside the project."""
    assert rule.symbol is not None
    kin = world.ancestors(rule.symbol.name) if rule.symbol.kind == "class" else ()
    names = [k.name.partition(".")[0] for k in kin if k.kind == "external"]
    names += [rule.holder.library] if rule.holder is not None else []
    return next((_LIBRARIES[name] for name in names if name in _LIBRARIES), "flask_restful")
