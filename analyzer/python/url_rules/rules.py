"""URL rules with their whole paths, methods and what answers them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ...model.evidence import BlindSpot, Confidence, Place
from ...model.facts import Json
from ...model.world import Symbol, World
from ..conditions import NEVER
from .holders import READERS, Holder, Holders, Mount
from .standing import Standing
from .wrappers import Added, added

_PLAIN = re.compile(r"[\w</]|\Z")


class Rule(NamedTuple):
    """One rule in one holder (None: the application): its text below the prefixes, methods that it names."""

    place: Place
    holder: Holder | None
    text: str
    methods: list[str] | None
    symbol: Symbol | None
    view: str
    endpoint: str
    when: str = ""
    host: str = ""
    changing: str = ""
    """What may change it (`changing.py`)."""

    @property
    def said(self) -> dict[str, str]:
        """Attributes of its routes that say when they are there, and what may change them."""
        told = (("when", self.when), ("host", self.host), ("changing", self.changing))
        return {name: text for name, text in told if text}

    """The condition under which it is there (`python/conditions.py`)."""


class Rules:
    """All URL rules of a project."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.holders = Holders(world)
        self.unknown: list[BlindSpot] = []
        self._standing = Standing(world, self.holders, self.unknown)
        for reader in READERS:
            for row in added(world, reader, "register"):
                self._register(row)

    def _register(self, row: Added) -> None:
        path, fact = row.path, row.fact
        if self.world.is_test(path):
            return
        place = Place(*row.place)
        children = self._held(row, str(fact.data["child"])) or self._elements(row)
        parent = self._held(row, str(fact.data["on"]))
        if not children and not fact.data.get("quiet"):
            self.unknown.append(BlindSpot("dynamic-route", place, str(fact.data["code"])))
        for child in children:
            prefix, whole = self._prefix(row)
            mount = Mount(
                parent[0] if parent else "", prefix, not whole, place, str(fact.data.get("host", ""))
            )
            self.holders.mount(child, mount)

    def _prefix(self, row: Added) -> tuple[str | None, bool]:
        parts = row.fact.data["text"]
        if parts is None:
            return None, True
        return self.holders.text(row.path, row.fact.scope, parts, self._given(row))

    def _given(self, row: Added) -> Mapping[str, str]:
        """Parameter -> the text that the caller gives for it."""
        if row.caller is None:
            return {}
        path, fact = row.caller
        found = dict(self._given(row.around)) if row.around is not None else {}
        for name, arguments in row.arguments.items():
            if len(arguments) == 1 and len(arguments[0].texts) == 1:
                text, whole = self.holders.text(path, fact.scope, arguments[0].texts[0])
                if whole:
                    found[name] = text
        return found

    def _code(self, row: Added, code: str) -> tuple[str, str, str]:
        """(path, scope, code) of what code means: the caller's argument where it is a parameter."""
        if row.caller is not None:
            path, fact = row.caller
            if row.arguments.get(code):
                return path, fact.scope, row.arguments[code][0].code
            if code == "self" and fact.data["receiver"]:
                return path, fact.scope, str(fact.data["receiver"])
        if row.around is not None:
            return self._code(row.around, code)
        return row.path, row.fact.scope, code

    def _held(self, row: Added, code: str) -> list[str]:
        found = self.holders.find(*self._code(row, code))
        return [found] if found else []

    def _elements(self, row: Added) -> list[str]:
        """The holders that a loop goes through, where another module lists them."""
        over = row.fact.data.get("over")
        return self.holders.elements(row.path, row.fact.scope, str(over)) if over else []

    def of(self, reader: str, kinds: tuple[str, ...]) -> Iterator[Rule | BlindSpot]:
        """The rules that a reader saw, in holders of these kinds or (with the kind `application`) in none."""
        for row in added(self.world, reader, "route"):
            fact = row.fact
            place = Place(*row.place)
            on = self._code(row, str(fact.data["on"]))
            holder = self.holders.known.get(self.holders.find(*on))
            if holder.kind not in kinds if holder is not None else not self._is_application(row, on, kinds):
                if holder is None and "application" in kinds and self._is_nameless(row, on):
                    shown = [self._texts(row, text) for text in fact.data["texts"]]
                    said = ", ".join(repr(rule) for rules in shown for rule, _ in rules)
                    yield BlindSpot("unknown-route", place, f"{on[2]}.route({said}): nothing binds {on[2]}")
                continue
            symbol, view = self._handling(row)
            if holder is not None:
                self.holders.used.add(holder.name)
            methods = fact.data["methods"]
            if methods is None and row.arguments.get("methods"):
                methods = row.arguments["methods"][0].verbs or None
            when = self._standing.when(place, row, holder)
            if when == NEVER or self._is_of_tests(row, holder):
                continue
            host = str(fact.data.get("host", "")) or self._standing.host(holder)
            changing = self._standing.changing(holder)
            if not fact.data["texts"] and (holder is not None or self._is_library(*on)):
                # `api.add_resource(*route)`: what a list elsewhere holds; packages have resources, too
                yield BlindSpot("dynamic-route", place, str(fact.data["code"]))
            for text in fact.data["texts"]:
                for rule, whole in self._texts(row, text):
                    odd = holder is not None and not _PLAIN.match(rule)
                    if not whole or odd:
                        yield BlindSpot("dynamic-route", place, str(fact.data["code"]))
                    elif not rule or rule.startswith("/") or holder is not None:
                        yield Rule(
                            place, holder, rule, methods, symbol, view, _endpoint(row), when, host, changing
                        )

    def _is_of_tests(self, row: Added, holder: Holder | None) -> bool:
        """Whether a rule stands in a test, for an application or blueprint that is there for it alone."""
        served = holder is not None and holder.name in self.holders.mounts
        return self.world.is_test(row.path) and not served

    def trust(self, rule: Rule, prefix: str) -> Confidence:
        """How sure a rule is under a prefix."""
        return self._standing.trust(rule.holder, prefix)

    def _is_application(self, row: Added, on: tuple[str, str, str], kinds: tuple[str, ...]) -> bool:
        """Whether a rule counts although no variable was found that holds it."""
        if "application" in kinds:
            declared = str(row.fact.data.get("of", "")) if row.caller is None else ""
            typed = declared.endswith("()") and self.world.resolve(on[0], on[1], declared) is not None
            return self.holders.is_application(on[0], on[1], declared if typed else on[2])
        of = str(row.fact.data.get("of", ""))
        own = self._is_own(*on) or (of.startswith("<") and self._is_own(row.path, row.fact.scope, of))
        return self._is_library(*on) or (bool(row.fact.data["anywhere"]) and not own)

    def _is_own(self, path: str, scope: str, code: str) -> bool:
        """Whether code is an object of a class that is all the project's own."""
        symbol = self.world.resolve(path, scope, code)
        if symbol is None or symbol.kind not in ("instance", "class"):
            return False
        return all(kin.kind == "class" for kin in self.world.ancestors(symbol.name))

    def _is_nameless(self, row: Added, on: tuple[str, str, str]) -> bool:
        """Whether a decorator `.route("/x")` stands on a name that nothing in the project binds.

        Whoever loads the module puts it there, as `module.manager = Blueprint(...)` does.
        """
        path, scope, code = on
        if not row.fact.data.get("handler") or not str(row.fact.data["code"]).startswith(f"{code}.route("):
            return False
        texts = [value for kind, value in row.fact.data["texts"] if kind == "text"]
        rooted = any(parts and isinstance(parts[0], str) and parts[0].startswith("/") for parts in texts)
        if not rooted or self.world.is_test(path) or not code.isidentifier():
            return False
        known = self.world.files[path]
        bound = any(item.name == code or item.attribute == "*" for item in known.imports) or any(
            code in definition.parameters for definition in known.definitions
        )
        return (
            not bound
            and self.world.resolve(path, scope, code) is None
            and not any(code in (binding.name, binding.name.rpartition(".")[2]) for binding in known.bindings)
        )

    def _is_library(self, path: str, scope: str, code: str) -> bool:
        """Whether code is an API of a library, or its project's subclass, that no variable was found for."""
        symbol = self.world.resolve(path, scope, code)
        if symbol is None or symbol.kind not in ("external", "instance", "class"):
            return False
        kin = [symbol] if symbol.kind == "external" else self.world.ancestors(symbol.name)
        return any(re.match(r"flask_rest(ful|x|plus)\.", k.name) for k in kin if k.kind == "external")

    def _texts(self, row: Added, text: list[Json]) -> Iterator[tuple[str, bool]]:
        kind, value = text
        if kind == "text":
            yield self.holders.text(row.path, row.fact.scope, value, self._given(row))
            return
        if row.caller is None or not row.arguments.get(value):
            yield "", False
            return
        path, fact = row.caller
        for argument in row.arguments[value]:
            for parts in argument.texts:
                yield self.holders.text(path, fact.scope, parts)

    def _handling(self, row: Added) -> tuple[Symbol | None, str]:
        """The function or class that answers (None when that cannot be told), and its code."""
        path, scope, data = row.path, row.fact.scope, row.fact.data
        handler = str(data.get("handler") or "")
        if row.caller is not None and row.caller[1].data["handler"]:
            path, fact = row.caller
            scope, handler = fact.scope, str(fact.data["handler"])
        if handler:
            symbol = self.world.resolve(path, "", handler) or self.world.resolve(
                path, scope, handler.rpartition(".")[2]
            )
            view = handler
        else:
            path, scope, view = self._code(row, str(data["view"]))
            if row.caller is not None and row.arguments.get(str(data["view"])):
                view = row.arguments[str(data["view"])][0].view
            symbol = self._lambda(path, view) or self.world.resolve(path, scope, view)
        return (symbol if symbol is not None and symbol.kind in ("function", "class") else None), view

    def _lambda(self, path: str, view: str) -> Symbol | None:
        """The lambda at a place."""
        kind, _, place = view.partition(":")
        if kind != "<lambda>":
            return None
        found = (d.name for d in self.world.files[path].definitions if f"{d.line}:{d.column}" == place)
        name = next((name for name in found if name.rpartition(".")[2].startswith("<lambda")), "")
        return Symbol("function", f"{self.world.module_of(path)}.{name}") if name else None


def _endpoint(row: Added) -> str:
    """The endpoint of a rule; where a caller hands the view in, the name that this one gives."""
    endpoint, view = str(row.fact.data["endpoint"]), str(row.fact.data.get("view", ""))
    given = row.arguments.get(view) if row.caller is not None else None
    return given[0].called if given and endpoint == view else endpoint


def whole_paths(rules: Rules, rule: Rule) -> Iterator[tuple[str, str]]:
    """(prefix, whole path) of a rule under each prefix of its holder; blueprints put a `/` between."""
    between = "/" if rule.holder is not None and rule.holder.kind == "blueprint" and rule.text else ""
    for prefix in rules.holders.prefixes(rule.holder.name) if rule.holder is not None else [""]:
        yield prefix, re.sub(r"/{2,}", "/", prefix + between + rule.text) or "/"
