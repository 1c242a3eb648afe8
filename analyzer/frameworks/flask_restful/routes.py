"""Resources: under the prefixes of their APIs and namespaces, with the methods that answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ...model.evidence import BlindSpot, Evidence
from ...model.graph import Edge, Node
from ...model.world import World
from ...python.url_rules.rules import Rule, Rules, whole_paths
from ...python.view_methods import Answers, answers, defined_methods, listed_methods
from .reading import is_json_api

_LIBRARIES = {
    "flask_restx": "flask_restx", "flask_restplus": "flask_restx",
    "flask_rest_jsonapi": "flask_rest_jsonapi", "flask_combo_jsonapi": "flask_rest_jsonapi",
}  # fmt: skip
_JSON_API = {
    "ResourceList": ("GET", "POST"),
    "ResourceDetail": ("GET", "PATCH", "DELETE"),
    "ResourceRelationship": ("GET", "POST", "PATCH", "DELETE"),
}
"""What classes of Flask-REST-JSONAPI answer, by their names."""


def link_resources(world: World) -> Iterator[Node | Edge | BlindSpot]:
    """Routes of resources; what is not understood is said."""
    rules, listed = Rules(world), listed_methods(world)
    for rule in rules.of("flask_restful", ("api", "namespace")):
        if isinstance(rule, BlindSpot):
            yield rule
        elif rule.symbol is None:
            yield BlindSpot("dynamic-route", rule.place, f"{rule.text} -> {rule.view}")
        else:
            yield from _route(world, rules, rule, listed)
    yield from rules.holders.unknown(("api", "namespace"))


def _route(
    world: World, rules: Rules, rule: Rule, listed: Mapping[str, Sequence[str]]
) -> Iterator[Node | Edge]:
    assert rule.symbol is not None
    place, library = rule.place, _library(world, rule)
    endpoint = rule.endpoint or (rule.view.rpartition(".")[2].lower() if library == "flask_restful" else "")
    called = rules.holders.blueprint(rule.holder.name) if rule.holder is not None and endpoint else ""
    for prefix, text in whole_paths(rules, rule):
        trust = rules.trust(rule, prefix)
        for method, handler in _answers(world, rule, listed):
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
            yield Edge(id, handler, "handles", trust, (Evidence(place),))


def _answers(world: World, rule: Rule, listed: Mapping[str, Sequence[str]]) -> Answers:
    """What answers a resource; a class of JSON:API answers what it inherits, too."""
    assert rule.symbol is not None
    kin = world.ancestors(rule.symbol.name) if rule.symbol.kind == "class" else ()
    outside = (k.name for k in kin if k.kind == "external" and is_json_api(k.name))
    inherited = next((_JSON_API[n] for n in (o.rpartition(".")[2] for o in outside) if n in _JSON_API), ())
    if not inherited:
        return answers(world, rule.symbol, rule.methods, {})
    own = dict(defined_methods(world, rule.symbol.name))
    allowed = next((listed[k.name] for k in kin if k.name in listed), inherited)
    return [(verb, own.get(verb, f"class:{rule.symbol.name}")) for verb in inherited if verb in allowed]


def _library(world: World, rule: Rule) -> str:
    """The library whose resource answers: that of its nearest ancestor outside the project."""
    assert rule.symbol is not None
    kin = world.ancestors(rule.symbol.name) if rule.symbol.kind == "class" else ()
    names = [k.name.partition(".")[0] for k in kin if k.kind == "external"]
    names += [rule.holder.library] if rule.holder is not None else []
    return next((_LIBRARIES[name] for name in names if name in _LIBRARIES), "flask_restful")
