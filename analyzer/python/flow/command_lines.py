"""What the standard library's argument parsers put under the names of `args`: by `type=`, `set_defaults`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .binding import Arguments
from .classes import ClassValue
from .units import Unit
from .values import BOUND, CONSTANT, FUNCTION, NONE, PARTIAL, Values, joined

if TYPE_CHECKING:
    from .machine import Machine

_NAMESPACE = "argparse.Namespace"
_CALLABLE = (FUNCTION, BOUND, PARTIAL)
METHODS = frozenset({"add_argument", "set_defaults"})
"""Of parsers, groups and what else `argparse` gives."""


class CommandLines:
    """Lets values flow from the parser's methods to `args.name`."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def call(self, method: str, arguments: Arguments, unit: Unit, site: int) -> None:
        """`parser.add_argument(...)` and `parser.set_defaults(...)`."""
        if method == "set_defaults":
            for name, values in arguments.named():
                self._store(name, values)
            return
        named = dict(arguments.named())
        name = self._name(arguments, named)
        if name:
            given = joined(named.get("default", NONE), self._converted(named.get("type", NONE), unit, site))
            self._store(name, given)

    def _store(self, name: str, values: Values) -> None:
        self._machine.outside.store(self._machine.pool.result(_NAMESPACE), name, values)

    def _converted(self, types: Values, unit: Unit, site: int) -> Values:
        """What the function gives that reads an argument's text. The parser calls it, not the scope."""
        recorded, found = len(unit.calls), NONE
        text = Arguments([self._machine.pool.text.one])
        for value in types:
            if value.kind in _CALLABLE or isinstance(value, ClassValue):
                found = joined(found, self._machine.calls.invoke(value, text, unit, site))
        del unit.calls[recorded:]
        return found

    def _name(self, arguments: Arguments, named: dict[str, Values]) -> str:
        """Under which name a value is found: `dest=`, the first long option, or what is given first."""
        given = [named["dest"]] if "dest" in named else arguments.places
        texts = [v.a for values in given for v in values if v.kind == CONSTANT and isinstance(v.a, str)]
        long = [text for text in texts if text.startswith("--")] or texts
        return long[0].lstrip("-").replace("-", "_") if long else ""
