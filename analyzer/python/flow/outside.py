"""What lies outside the project: known by dotted names, and by the types that frameworks tell as data.

A rule says what a name gives: `django.db.models.Model.objects` -> `django.db.models.Manager[T]`, where T is
the class of the project that was asked (its *subject*, carried along by what was got from it). `f()` stands
for the result of a call, `f[]` for an element. A result `T` is an instance of the subject,
`T.x()` one of what the subject names by its attribute x (`form_class = OrderForm`,
`queryset = Order.objects.all()`), `X[T.x]` something about that, `1` one of the class that was given
first, `X[1]` something about that class, `X[2]` about the one given second or as `model`, `X[*]` about
each class that was given or that something given is about, `X[=]` about what the first argument is
about, `=` an instance of that, `X[sender=]` about the class that is given by that
name, `X[permitted]` about the one that is given third or as `klass`, or that the name of a permission tells,
`X[load]` about the one that is named by texts, `X[lookups]` about each that lookups lead to, `X[T]+`
also what was asked, if it is an instance of a class of the project (a queryset that is filtered stays of its
own class), `classes` the class that was asked and the one that was given, as if one inherited from both
(`Manager.from_queryset(Q)`), `T.x()[T]` an instance of the class named x that is about the subject.
Results joined by `&` are all given; `dict` is a dictionary of which nothing else is known.
A rule for `X[T]` says that an X in a class is about that class, one
for `X[own]` what asks for columns alone in place of X, one for `f[rows]` that f fetches rows that the class
of its object is about,
one for `f[names]` that f tells the second class that it is given, or the one that it decorates, of the first
under that name, one for `X[else]` under which name that class has what else is asked for attributes that
no rule tells (related managers have the methods of `objects`), one for `f[binds]` that f gives its class an
attribute (`User.add_to_class("name", f)`). A rule for `X[key]` says that an item of X is what the class that
X is about names so, or where the rows lead that it names by the result; a method that gives `key` gives
such an item. `X[queryset=]` is about what is given by that name, or first. A rule for `*X[T]` says what
whatever ends in X and stands in a class that is at least a library's (`Row.inherits`) counts as: managers of
further libraries are managers.

`X[group=]` is about the group of entry points that is named so, or first; `offered` is all that the group
names which something is about (see `plug_ins.py`), `offered()` what calling that gives. A rule for
`X[groups]` says that an item of X is about the group of that key.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from .binding import Arguments
from .classes import ClassValue
from .naming import Naming
from .results import Results
from .units import Cell, Unit
from .values import CONSTANT, EXTERNAL, INSTANCE, NONE, RESULT, SIMPLE, Pool, Value, Values, union

if TYPE_CHECKING:
    from .machine import Machine

_LONGEST = 120
_PLAIN = frozenset("[&(+")
_OPEN = frozenset({"argparse.Namespace"})
"""Whose attributes are put there by other ways than by assigning to them."""
_STANDARD = sys.stdlib_module_names


class Outside:
    """Follows names of libraries."""

    def __init__(self, machine: Machine, rules: Mapping[str, str]) -> None:
        self._machine, self._results, self.naming = machine, Results(self, machine), Naming(machine)
        self._pool: Pool = machine.pool
        self.rules = rules
        self.stored: set[str] = set()
        """Names of attributes that the project assigns to anything."""
        self.gives: dict[str, ClassValue] = {}
        """Functions and settings of libraries that give a class."""
        self.at_least: dict[ClassValue, str] = {}
        """What classes of the project are at least, whichever of a library's classes they inherit from."""
        self.leads: dict[ClassValue, dict[str, tuple[ClassValue, bool]]] = defaultdict(dict)
        """Which classes the rows of a class lead to, by attribute; whether these hold the key."""
        self.columns: set[str] = set()
        """Types of columns."""
        self._instead = {
            rule.removesuffix("[else]"): known for rule, known in rules.items() if rule.endswith("[else]")
        }
        self._alike = [
            (rule[1:].removesuffix("[T]"), name)
            for rule, name in rules.items()
            if rule.startswith("*") and rule.endswith("[T]")
        ]
        self._fields: dict[str, Cell] = defaultdict(Cell)
        self._seen: dict[tuple[Value, str], Values] = {}
        """What libraries have, by value and name."""

    def attribute(self, value: Value, name: str, unit: Unit) -> Values:
        """`value.name`: what the project put there (`request.basket = ...`), and what the library has."""
        known = self._seen.get((value, name))
        if known is None:
            known = self._attribute(value, name)
        if name in self.stored or value.name in _OPEN:
            return known | self._fields[f"{value.name}.{name}"].read(unit)
        return known

    def held(self, value: Value, unit: Unit) -> Values:
        """What the project has assigned to the attribute of a library that a value stands for."""
        owner, _, name = value.name.rpartition(".")
        return self._fields[value.name].read(unit) if owner and name in self.stored else NONE

    def meant(self, name: str) -> Value:
        """A name of a library, or what it is an instance of: `flask.current_app` is a `flask.Flask`."""
        result = self.rules.get(name, "")
        plain = "." in result and not result.startswith("T.") and _PLAIN.isdisjoint(result)
        return self._pool.result(result) if plain else self._pool.external(name)

    def store(self, value: Value, name: str, values: Values) -> None:
        """`value.name = ...`, other than in a module of the standard library."""
        if values and not (value.kind == EXTERNAL and value.name.partition(".")[0] in _STANDARD):
            kept = self._pool.without_constants(values)
            self._machine.work.add(self._fields[f"{value.name}.{name}"], kept)

    def put_item(self, value: Value, keys: Values, values: Values) -> None:
        """`app.extensions["shop"] = Shop()`: found again under the same name and key."""
        kept = frozenset(each for each in values if each.kind not in (CONSTANT, SIMPLE))
        for key in keys if kept else ():
            if key.kind == CONSTANT:
                self._machine.work.add(self._fields[f"{value.name}[{key.a}]"], kept)

    def _attribute(self, value: Value, name: str) -> Values:
        full = f"{value.name}.{name}"
        result = self.rules.get(full)
        if full in self._machine.library:
            known = self._machine.library[full].one
        elif result is not None:
            known = union(self.typed(part, value.b, EXTERNAL) for part in result.split("&"))
        else:
            short = full if len(full) <= _LONGEST else f"{full.partition('.')[0]}.*"
            known = self._pool.known(EXTERNAL, short, None, value.b).one
        if result is None or "T." not in result:  # what a class names may become more
            self._seen[value, name] = known
        return known

    def instead(self, value: Value, name: str) -> str:
        """Under which name the class that a value is about has what has its other attributes, or ""."""
        attribute = self._instead.get(value.name, "")
        full = f"{value.name}.{name}"
        known = not attribute or full in self.rules or f"{full}()" in self.rules
        return "" if known or not isinstance(value.b, ClassValue) else attribute

    def tells(self, name: str) -> bool:
        """Whether a rule says what calling that name gives."""
        return f"{name}()" in self.rules

    def knows(self, base: Value, name: str) -> bool:
        """Whether a rule says what classes have from a base."""
        full = f"{base.name}.{name}"
        return full in self.rules or f"{full}()" in self.rules

    def tells_result(self, name: str) -> bool:
        """Whether calling that name stands for the result of what it is given first."""
        return self.rules.get(f"{name}()") == "1()"

    def called(self, value: Value, arguments: Arguments, unit: Unit) -> Values:
        """`value(...)`."""
        self.naming.asking = unit
        result = self.rules.get(f"{value.name}()")
        if result is None:
            class_ = self.gives.get(value.name)
            return class_.one if class_ is not None else self._pool.result(value.name).one
        if result.endswith("[group=]"):
            return self._machine.plug_ins.about(result.partition("[")[0], value, arguments)
        return union(self._results.given(part, value, arguments) for part in result.split("&"))

    def tell_classes(self, value: Value, arguments: Arguments) -> None:
        """Classes are told what they are about, and given attributes: `register(Order, OrderAdmin)`."""
        if len(arguments.places) > 1 and f"{value.name}[binds]" in self.rules:
            for key in arguments.places[0] if isinstance(value.b, ClassValue) else ():
                if key.kind == CONSTANT and isinstance(key.a, str):
                    self._machine.classes.set_own(value.b, key.a, arguments.places[1])
        attribute = self.rules.get(f"{value.name}[names]")
        if attribute is None or not arguments.places:
            return
        decorates = value.kind == RESULT and value.b is not None
        about: Sequence[Value] = [value.b] if decorates else self._results.given_classes(arguments)
        for class_ in union(arguments.places[:1] if decorates else arguments.places[1:2]):
            if isinstance(class_, ClassValue):
                for each in about:
                    self._machine.classes.set_own(class_, attribute, each.one)

    def fetches(self, name: str) -> bool:
        """Whether a method fetches rows that the class that it is asked of is about."""
        return f"{name}[rows]" in self.rules

    def tells_element(self, value: Value) -> bool:
        """Whether a rule says what a value holds."""
        return f"{value.name}[]" in self.rules

    def element(self, value: Value) -> Values:
        """What iterating over a value gives, or taking one item out of it."""
        result = self.rules.get(f"{value.name}[]")
        if result is None:
            return self._pool.result(value.name).one
        return self.typed(result, value.b, RESULT)

    def item(self, value: Value, keys: Values, unit: Unit) -> Values:
        """What taking an item out of a value gives: `form.cleaned_data["order"]`, or was put into it."""
        if value.name == "sys.modules":
            return self._machine.globals.of_keys(keys, unit)
        for key in keys:
            if key.kind == CONSTANT and key.a.__class__ is str:
                put = self._fields[f"{value.name}[{key.a}]"].read(unit)
                if put:
                    return put
        groups = self.rules.get(f"{value.name}[groups]") if value.b is None else None
        if groups is not None:
            return self._machine.plug_ins.about(groups, value, Arguments([keys]))
        return self.keyed(value.name, value.b, keys) or self.element(value)

    def keyed(self, name: str, subject: Value | None, keys: Values) -> Values:
        """What a class names by the attribute of that key, else where the rows that it names lead by it."""
        inner = self.rules.get(f"{name}[key]")
        if inner is None or not isinstance(subject, ClassValue):
            return NONE
        found = NONE
        for key in keys:
            if key.kind == CONSTANT and isinstance(key.a, str) and key.a:
                found |= self.naming.named(subject, key.a)
                for row in self.naming.named(subject, inner):
                    lead = self.leads.get(row.a, {}).get(key.a) if isinstance(row.a, ClassValue) else None
                    found |= lead[0].instance.one if lead is not None else NONE
        return found

    def inherited(self, base: Value, name: str, subject: ClassValue) -> Values:
        """An attribute that a class of the project has from a base outside."""
        full = f"{base.name}.{name}"
        if subject in self.at_least and not self.rules.keys() & {full, f"{full}()"}:
            least = f"{self.at_least[subject]}.{name}"
            full = least if self.rules.keys() & {least, f"{least}()"} else full
        result = self.rules.get(full)
        if result is not None:
            typed = union(self.typed(part, subject, EXTERNAL) for part in result.split("&"))
            return typed or self._pool.known(EXTERNAL, full, None, subject).one
        called = self.rules.get(f"{full}()")
        asked = subject.instance if called is not None and called.endswith("+") else None
        return self._pool.known(EXTERNAL, full, asked, None if called is None else subject).one

    def about(self, value: Value, class_: ClassValue) -> Value:
        """An instance that stands in a class: of a manager, it is about that class."""
        if isinstance(value.b, ClassValue):
            return value  # of another class, wherever it is kept: `manager = Order.objects`
        bases = [kin for kin in value.a.order if not isinstance(kin, ClassValue)] if self.rules else []
        if any(f"{kin.name}[T]" in self.rules for kin in bases):
            return self._pool.known(INSTANCE, value.name, value.a, class_)
        alike = self._alike_to(class_, bases)
        if not alike:
            return value
        if value.a not in self.at_least:
            self.at_least[value.a] = alike
            self._machine.classes.told(value.a)
        return self._pool.known(INSTANCE, value.name, value.a, class_)

    def _alike_to(self, class_: ClassValue, values: Sequence[Value]) -> str:
        """What a rule for `*X[T]` says that what stands in a class counts as, or ""."""
        endings = self._alike if class_ in self.at_least else ()
        return next((name for value in values for ending, name in endings if value.name.endswith(ending)), "")

    def made_in(self, value: Value, class_: ClassValue) -> Value:
        """What a library made that stands in a class: `objects = models.Manager()` is about that class."""
        if f"{value.name}[T]" in self.rules:
            return self._pool.known(EXTERNAL, value.name, None, class_)
        alike = self._alike_to(class_, [value])
        return self._pool.known(EXTERNAL, alike, None, class_) if alike else value

    def again(self, values: Values, owner: Value, subject: Value) -> Values:
        """Values about one class, as values about another."""
        return frozenset(self._about_other(v, owner, subject) for v in values)

    def _about_other(self, value: Value, owner: Value, subject: Value) -> Value:
        if value.kind != EXTERNAL or value.b is not owner:
            return value
        asked = value.a
        if asked is not None and asked.kind == INSTANCE:
            asked = self._pool.known(INSTANCE, asked.name, asked.a, subject)
        return self._pool.known(EXTERNAL, value.name, asked, subject)

    def typed(self, result: str, subject: Value | None, kind: int) -> Values:
        if result == "T":
            return subject.instance.one if isinstance(subject, ClassValue) else NONE
        if result == "dict":
            return self._pool.anything(result).one
        if result.startswith("offered"):
            return self._machine.plug_ins.offered(subject, result.endswith("()"))
        if result.startswith("T."):
            if not isinstance(subject, ClassValue):
                return NONE
            found = self.naming.named(subject, result[2:].partition("(")[0])
            if not result.endswith("[T]"):
                return found
            return frozenset(self._pool.known(INSTANCE, v.name, v.a, subject) for v in found)
        name, _, parameter = result.partition("[")
        if parameter.startswith("T."):
            if not isinstance(subject, ClassValue):
                return NONE
            named = self.naming.named(subject, parameter[2:-1])
            return frozenset(self._pool.known(kind, name, None, value.a) for value in named)
        return self._pool.known(kind, name, None, subject if parameter == "T]" else None).one
