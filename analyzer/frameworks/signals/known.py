"""Which variables hold signals, and what names of signals mean."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from ...model.graph import Node
from ...model.world import Symbol, World
from ...python.variables import Variables

MODEL_SIGNALS = frozenset(
    f"django.db.models.signals.{name}"
    for name in "pre_init post_init pre_save post_save pre_delete post_delete m2m_changed".split()
)
_CLASS = re.compile(
    r"(?:django\.dispatch(?:\.\w+)?|django\.db\.models\.signals|blinker(?:\.base)?)\.(?:Model|Named)?Signal\Z"
)
_MADE = re.compile(r"(?:blinker|flask)\.(?:\w+\.)*signal\Z")
_NAMED = re.compile(r"blinker\.(?:base\.)?signal\Z")
_OUTSIDE = re.compile(r"(?:.+\.)?(?:\w*signals|dispatch)\.\w+\Z")
_FLASK = re.compile(
    r"flask\.(?:template_rendered|before_render_template|request_\w+|got_request_exception|appcontext_\w+"
    r"|message_flashed)\Z"
)


_OF_CLASS = re.compile(r"([<{][\w.]+[>}])\.(\w+)\Z")
"""An attribute of the class that a function belongs to."""


class Signals:
    """The signals of a project by the variables that hold them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._nodes: dict[str, Node] = {}
        self._ids: dict[str, str] = {}
        for path, fact in world.facts("signals"):
            if fact.kind != "signal":
                continue
            variable = f"{world.module_of(path)}.{fact.data['name']}"
            named = self._named(path, fact.scope, str(fact.data["by"]), str(fact.data["text"]))
            id = f"signal:{variable}" if named is None else named
            if id:
                self._ids[variable] = id
                about = (("variable", variable),) if id != f"signal:{variable}" else ()
                self._nodes.setdefault(id, Node(id, path, fact.line, fact.line, about))
        self._variables = Variables(world, self._ids)
        self._attributes: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for variable, id in sorted(self._ids.items()):
            owner, _, attribute = variable.rpartition(".")
            if owner in world.classes:
                self._attributes[attribute].append((owner, id))

    def below(self, path: str, scope: str, expression: str) -> list[str]:
        """The ids of the signals that an attribute means which classes below declare (`cls.on_create`)."""
        matched = _OF_CLASS.match(expression)
        if matched is None or matched[2] not in self._attributes:
            return []
        symbol = self.world.resolve(path, scope, matched[1])
        if symbol is None or symbol.kind not in ("class", "instance"):
            return []
        return [
            id
            for owner, id in self._attributes[matched[2]]
            if owner != symbol.name and any(kin.name == symbol.name for kin in self.world.ancestors(owner))
        ]

    def items(self) -> Iterator[Node]:
        """The nodes of the signals that the project makes."""
        yield from self._nodes.values()

    def _named(self, path: str, scope: str, code: str, text: str) -> str | None:
        """The id of a signal that its name alone identifies, None for others, "" for what is no signal."""
        symbol = self.world.resolve(path, scope, code)
        if symbol is None:
            return ""
        if symbol.kind == "function":  # one of the project's own that makes a signal
            made = self.world.resolve(path, scope, f"{code}()")
            is_made = made is not None and _CLASS.match(made.name.removesuffix("()")) is not None
            return None if is_made else ""
        if symbol.kind == "class":
            kin = self.world.ancestors(symbol.name)
            return None if any(_CLASS.match(ancestor.name) for ancestor in kin) else ""
        name = symbol.name.replace("()", "") if symbol.kind == "external" else ""
        if _NAMED.match(name) and text:
            return f"signal:{text}"
        return None if _CLASS.match(name) or _MADE.match(name) else ""

    def find(self, path: str, scope: str, code: Sequence[str], sure: bool = False) -> str:
        """The id of the signal that [path expression, name] means; "" for what is none.

        `sure`: nothing but a signal can stand there, so that any name from outside is taken for one.
        """
        expression, name = code
        if name:
            return self._named(path, scope, expression, name) or ""
        variable = self._variables.find(path, scope, expression)
        if variable:
            return self._ids[variable]
        symbol = self.world.resolve(path, scope, expression)
        return self._outside(symbol, sure) if symbol is not None else ""

    def _outside(self, symbol: Symbol, sure: bool) -> str:
        """A signal of a library: one that lies in a module called so, or where only a signal can stand."""
        if symbol.kind != "external" or "()" in symbol.name:
            return ""
        known = sure or _OUTSIDE.match(symbol.name) or _FLASK.match(symbol.name)
        return f"signal:{symbol.name}" if known else ""
