"""Texts that calls give to a library (topics, names of tasks): as they are, and through helpers.

A reader leaves facts of kind `use` (`kind` of the edge, `texts` as parts, the `text` that is shown) and
`hands` (any call that may hand a text on). What a function gives of its own parameters
(`def publish(topic): producer.send(topic)`) is given by whoever calls it. What nothing tells is a blind spot.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ..model.evidence import BlindSpot, Confidence, Place, Via
from ..model.facts import Fact, Json
from ..model.graph import Edge, Node
from ..model.world import Syntax, World
from .filled_patterns import Patterns
from .patterns import names_in, parts_of

_ROUNDS, _GIVEN, _MOST = 3, "\0", 4
"""`_MOST`: arguments of a call that may be a text which it hands on."""

Told = Iterator[Node | Edge]
Trust = tuple[Confidence, Via]


class Use(NamedTuple):
    """A text that a function gives; in `text`, `_GIVEN` stands for what its callers give for `parameter`."""

    kind: str
    text: str
    parameter: str
    trust: Confidence
    via: Via


def read_hands(syntax: Syntax, call: ast.Call, scope: str) -> Iterator[Fact]:
    """A fact of kind `hands`, where a call is given what may be texts."""
    given = [*((str(place), value) for place, value in enumerate(call.args[:_MOST]))]
    given += [(word.arg, word.value) for word in call.keywords if word.arg]
    data = {
        "by": syntax.express(call.func, scope),
        "given": [
            [place, parts_of(syntax, value, scope)]
            for place, value in given
            if isinstance(value, ast.Constant | ast.Name | ast.Attribute | ast.JoinedStr | ast.BinOp)
        ],
    }
    if data["given"]:
        yield Fact("hands", scope, call.lineno, call.col_offset, data)


class HandedTexts:
    """What the facts of one framework tell.

    `trusts` says how sure it is that a fact of kind `use` is the library's (None: it is not), `tells` what a
    text means there; `unknown` is the kind of the blind spot where that is nothing. `waiting` is what is told
    of a function unless its callers tell more.
    """

    def __init__(
        self,
        world: World,
        facts: Sequence[tuple[str, Fact]],
        unknown: str,
        trusts: Callable[[str, Fact], Trust | None],
        tells: Callable[[Use, str, Fact], Told],
    ) -> None:
        self.world, self.patterns = world, Patterns(world)
        self._facts, self._unknown, self._trusts, self._tells = facts, unknown, trusts, tells
        self._handing: dict[str, list[Use]] = {}
        self._waiting: dict[str, list[Node | Edge | BlindSpot]] = {}

    def items(self) -> Iterator[Node | Edge | BlindSpot]:
        """What is told of all uses, those of helpers where they are called."""
        for path, fact in self._facts:
            if fact.kind == "use":
                yield from self._used(path, fact)
        for _ in range(_ROUNDS):
            handing, self._handing = self._handing, {}
            for path, fact in self._facts if handing else ():
                if fact.kind == "hands":
                    yield from self._handed(handing, path, fact)
        for items in self._waiting.values():
            yield from items

    def _used(self, path: str, fact: Fact) -> Iterator[Node | Edge | BlindSpot]:
        """What a call of the library names."""
        sure = self._trusts(path, fact)
        if sure is None:
            return
        function = f"{self.world.module_of(path)}.{fact.scope}"
        for parts in fact.data["texts"]:
            text = self.patterns.text(path, fact.scope, parts)
            told: list[Node | Edge | BlindSpot] = [
                *self._tells(Use(str(fact.data["kind"]), text, "", *sure), path, fact)
            ]
            if not told:
                place = Place(path, fact.line, fact.column)
                told.append(BlindSpot(self._unknown, place, str(fact.data["text"])))
            if self._hand_on(Use(str(fact.data["kind"]), text, "", *sure), _GIVEN, path, fact, parts):
                self._waiting.setdefault(function, []).extend(told)
            else:
                yield from told

    def _handed(self, handing: Mapping[str, list[Use]], path: str, fact: Fact) -> Told:
        """What a call gives for the parameters of a function that hands them on."""
        symbol = self.world.resolve(path, fact.scope, str(fact.data["by"]))
        name = symbol.name if symbol is not None and symbol.kind == "function" else ""
        for use in handing.get(name, ()):
            for given, parts in fact.data["given"]:
                if given in use.parameter.split():
                    text = use.text.replace(_GIVEN, self.patterns.text(path, fact.scope, parts))
                    mine = Use(use.kind, text, "", "likely", "value-flow")
                    found = [*self._tells(mine, path, fact)]
                    more = self._hand_on(mine, use.text, path, fact, parts)
                    if found or more:
                        self._waiting.pop(name, None)
                    if more:
                        own = f"{self.world.module_of(path)}.{fact.scope}"
                        self._waiting.setdefault(own, []).extend(found)
                    else:
                        yield from found

    def _hand_on(self, use: Use, whole: str, path: str, fact: Fact, parts: Sequence[Json]) -> bool:
        """Whether callers of the function tell the text, or a part of it."""
        known = self.world.files[path].parameters(fact.scope)
        for name in names_in(parts):
            if name in known:
                own = self.patterns.text(path, fact.scope, parts, {name: _GIVEN})
                bound = "." in fact.scope and known[0] in ("self", "cls")
                function = f"{self.world.module_of(path)}.{fact.scope}"
                place = f"{name} {[*known].index(name) - bound}"
                text = whole.replace(_GIVEN, own)
                self._handing.setdefault(function, []).append(use._replace(text=text, parameter=place))
                return True
        return False
