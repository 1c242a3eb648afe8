"""What calls of libraries give that depends on their arguments: the results of rules (see `outside.py`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..expressions import LOADED_BY
from .binding import Arguments
from .classes import ClassValue
from .lookups import crossed
from .values import CONSTANT, NONE, RESULT, Value, Values, union

if TYPE_CHECKING:
    from .machine import Machine
    from .outside import Outside

OWN = "(own)"
"""Ends the names of types that ask for columns of rows, not for whole rows."""
BESIDE = "(beside)"
"""Ends the names of types that stand for what a query asks beside its own rows."""


_FIRST = frozenset({"to", "argument", "klass", "model"})
"""Names by which what else is given first may be given."""


class Results:
    """Reads the results of rules that speak of arguments."""

    def __init__(self, outside: Outside, machine: Machine) -> None:
        self._outside, self._machine = outside, machine
        self._pool = machine.pool

    def given(self, result: str, value: Value, arguments: Arguments) -> Values:
        """What `value(...)` gives by a rule's result."""
        if result.endswith("+"):
            typed = self._outside.typed(result[:-1], value.b, RESULT)
            return typed if value.a is None else typed | value.a.one
        if result == "=" or result.endswith("[=]"):
            given = arguments.places[0] if arguments.places else NONE
            abouts = [one.b for one in given if one.b and not one.name.endswith((BESIDE, OWN))]
            made = [self._outside.typed(result.replace("=", "T"), about, RESULT) for about in abouts]
            return union(made) or self._pool.result(value.name).one
        if result.endswith("[lookups]"):
            return self._beside(result.replace("lookups", "T"), value, arguments)
        if result.endswith("[sender=]"):
            class_ = self._machine.handing.sender(arguments)
            return self._pool.known(RESULT, result.partition("[")[0], None, class_).one
        if result.endswith(("[queryset=]", "[permitted]")):
            about = self._about_queryset if result.endswith("=]") else self._about_permitted
            return about(result.partition("[")[0], arguments)
        if result == "key":
            return self._outside.keyed(
                value.name.rpartition(".")[0], value.b, (arguments.places or [NONE])[0]
            )
        if result.endswith("[load]"):
            return self._about_loaded(result, arguments)
        if result == "classes":
            given_first = arguments.places[0] if arguments.places else NONE
            both: Values = frozenset(v for v in (*given_first, value.b) if isinstance(v, ClassValue))
            return both or self._pool.result(value.name).one
        if result.endswith(("[*]", "[2]")):
            several = self._about_each if result.endswith("[*]") else self._about_second
            return several(result.partition("[")[0], arguments)
        if "1" not in result:
            typed = self._outside.typed(result, value.b, RESULT)
            return typed or (self._pool.result(value.name).one if result.startswith("T.") else NONE)
        found = NONE
        for class_ in self.given_classes(arguments):
            found |= self._outside.typed(result.replace("1", "T"), class_, RESULT)
        return found or self._pool.result(value.name).one

    def _about_queryset(self, name: str, arguments: Arguments) -> Values:
        """`X[queryset=]`."""
        given = dict(arguments.named()).get("queryset") or (arguments.places or [NONE])[0]
        asked = (each if isinstance(each, ClassValue) else each.b for each in given)
        known = self._pool.known
        return frozenset(known(RESULT, name, None, each) for each in asked if isinstance(each, ClassValue))

    def _about_permitted(self, name: str, arguments: Arguments) -> Values:
        """`X[permitted]`."""
        named = dict(arguments.named())
        given = named.get("klass") or (arguments.places[2] if len(arguments.places) > 2 else NONE)
        classes: dict[Value, None] = {}
        for value in given:
            about = value if isinstance(value, ClassValue) else value.b
            classes.update({about: None} if isinstance(about, ClassValue) else {})
        if not classes:
            texts = named.get("perms") or (arguments.places[1] if len(arguments.places) > 1 else NONE)
            for text in sorted(str(v.a) for v in texts if v.kind == CONSTANT and isinstance(v.a, str)):
                label, _, right = text.partition(".")
                loaded = self._machine.load("function", "get_model", [f"{label}.{right.partition('_')[2]}"])
                classes.update((v, None) for v in loaded if isinstance(v, ClassValue))
        return frozenset(self._pool.known(RESULT, name, None, class_) for class_ in classes)

    def _about_loaded(self, result: str, arguments: Arguments) -> Values:
        """`X[load]`."""
        texts = [v.a for values in arguments.places for v in values if v.kind == CONSTANT]
        named = dict(arguments.named())
        parts = [named.get(name, NONE) for name in LOADED_BY] if not texts else []
        texts += [v.a for values in parts for v in values if v.kind == CONSTANT]
        loaded = self._machine.load("function", "get_model", texts) if texts else NONE
        names = [v.name for values in arguments.places for v in values]
        known = [
            self._outside.gives[name]
            for name in (*names, ".".join(map(str, texts)))
            if name in self._outside.gives
        ]
        classes = [*(v for v in loaded if isinstance(v, ClassValue)), *known]
        made = [self._outside.typed(result.replace("load", "T"), class_, RESULT) for class_ in classes]
        return union(made) or self._outside.typed(result.partition("[")[0], None, RESULT)

    def _about_second(self, name: str, arguments: Arguments) -> Values:
        """`X[2]`."""
        second = arguments.places[1] if len(arguments.places) > 1 else NONE
        second |= dict(arguments.named()).get("model", NONE)
        known = self._pool.known
        return frozenset(known(RESULT, name, None, each) for each in second if isinstance(each, ClassValue))

    def _about_each(self, name: str, arguments: Arguments) -> Values:
        """`X[*]`; of a column what `X[own]` says, if it says anything."""
        found: dict[Value, None] = {}
        for value in (value for values in arguments.places for value in values):
            class_ = value if isinstance(value, ClassValue) else value.b
            made = (
                self._outside.rules.get(f"{name}[own]", "") if value.name in self._outside.columns else name
            )
            if made and isinstance(class_, ClassValue) and not value.name.endswith(BESIDE):
                found[self._pool.known(RESULT, made, None, class_)] = None
        return frozenset(found)

    def _beside(self, result: str, value: Value, arguments: Arguments) -> Values:
        """Something about each class whose rows a query is told to ask for beside its own."""
        if not isinstance(value.b, ClassValue) or value.b not in self._outside.leads:
            return NONE
        given = [v.a for values in arguments.places for v in values if v.kind == CONSTANT]
        lookups = [*arguments.names, *(text for text in given if isinstance(text, str))]
        whole = value.name.endswith(("select_related", "prefetch_related"))
        classes = crossed(self._outside.leads, value.b, lookups, whole)
        return union(self._outside.typed(result, class_, RESULT) for class_ in classes)

    def given_classes(self, arguments: Arguments) -> Sequence[ClassValue]:
        """The classes that are given first, or by name, themselves, by texts that load them or by queries."""
        values = arguments.places[0] if arguments.places else NONE
        for name, named in arguments.named():
            if name in _FIRST:
                values |= named
        found: list[ClassValue] = []
        for value in values:
            texts = [value.a] if value.kind == CONSTANT and isinstance(value.a, str) else []
            loaded = self._machine.load("function", "get_model", texts) if texts else value.one
            found += [class_ for class_ in loaded if isinstance(class_, ClassValue)]
            if isinstance(value.b, ClassValue) and not value.name.endswith((BESIDE, OWN)):
                found.append(value.b)  # a query for its rows
        return found
