"""What builtins and functions of the standard library do with the values that they are given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from .accessors import Accessors
from .binding import Arguments
from .callbacks import Callbacks
from .classes import ClassValue
from .code import LIST
from .holed import HOLE
from .hooks import Hooks
from .iteration import Iteration
from .made_types import MadeTypes
from .named_attributes import NamedAttributes
from .units import Unit
from .values import (
    CLASS_METHOD,
    CONSTANT,
    EXTERNAL,
    FIELD,
    FUNCTION,
    GENERATED,
    INSTANCE,
    NONE,
    PARTIAL,
    PROPERTY,
    RESULT,
    STATIC_METHOD,
    SUPER,
    TYPE_ITSELF,
    Value,
    Values,
    joined,
    union,
)

if TYPE_CHECKING:
    from .machine import Machine

Intrinsic = Callable[[Arguments, Unit, int], Values]
_ASKS = {
    "len": "__len__", "str": "__str__", "repr": "__repr__", "bool": "__bool__", "hash": "__hash__",
    "int": "__int__", "float": "__float__", "abs": "__abs__", "round": "__round__", "format": "__format__",
    "bytes": "__bytes__", "print": "__str__", "dir": "__dir__", "index": "__index__",
}  # fmt: skip
_FIRST_ARGUMENT = frozenset({"copy.copy", "copy.deepcopy",
                             "asyncio.run", "asyncio.wait_for", "asyncio.shield", "typing.no_type_check",
                             "contextlib.closing", "contextlib.nullcontext",
                             "asgiref.sync.sync_to_async", "channels.db.database_sync_to_async",
                             "asgiref.sync.async_to_sync"})  # fmt: skip
_GIVES_ELEMENTS = frozenset({"get", "pop", "items", "values", "popitem", "setdefault"})
_SPLITS = frozenset({"split", "rsplit", "splitlines", "partition", "rpartition"})
_VAGUE = ("typing", "collections", "<builtin>.", "types")
"""Where types are of whatever looks like them."""
_MOST_PARTS = 24
_IMPORTS = frozenset({"importlib.import_module", "<builtin>.__import__"})


class Intrinsics:
    """Calls of what lies outside the project."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._pool = machine.pool
        over, self._hooks = Iteration(machine), Hooks(machine)
        self._callbacks, types, named = Callbacks(machine), MadeTypes(machine), NamedAttributes(machine)
        self._by_name: dict[str, Intrinsic] = {
            "super": self._super, "map": over.map_, "filter": over.filter_, "sorted": over.sorted_,
            "min": over.extreme, "max": over.extreme, "list": over.sized, "tuple": over.sized,
            "set": over.list_, "frozenset": over.list_, "reversed": over.reversed_, "iter": over.iter_,
            "aiter": over.iter_, "next": over.next_, "anext": over.next_, "dict": over.dict_,
            "enumerate": over.enumerate_, "zip": over.zip_, "getattr": named.get,
            "setattr": named.set_, "dict.fromkeys": over.from_keys, "type": types.type_,
            "any": over.any_, "all": over.any_, "globals": named.globals_,
            "sum": over.any_, "vars": named.vars_, "isinstance": self._nothing, "print": self._print,
        }  # fmt: skip
        self._elsewhere: dict[str, Intrinsic] = {
            **over.by_name, **Accessors(machine).by_name, **self._hooks.by_name,
            "collections.namedtuple": machine.behind.named_tuple, "typing.cast": self._cast,
            "types.MappingProxyType": self._first, "weakref.proxy": self._first,
            "contextlib.ExitStack.enter_context": self._entered,
            "contextlib.AsyncExitStack.enter_context": self._entered,
            "contextlib.AsyncExitStack.enter_async_context": self._entered,
            "dataclasses.field": self._field, "attr.ib": self._field, "attrs.field": self._field,
            "attr.field": self._field, "pydantic.Field": self._field,
            "dataclasses.replace": self._first, "types.SimpleNamespace": types.namespace,
        }  # fmt: skip

    def call(self, value: Value, arguments: Arguments, unit: Unit, site: int, decorates: int) -> Values:
        name = value.name
        if decorates:
            self._hooks.mark(value, arguments.places[0], unit)
            return self._decorate(value, name, arguments.places[0], unit, site)
        if value.a is not None and name.startswith("<builtin>.function."):
            return NONE
        if value.a is not None and name == "<builtin>.type.__subclasses__":
            below = self._machine.containers.at_place(unit, ("below", site), LIST)
            self._machine.containers.put(below, None, frozenset(value.a.below))
            return below.one
        if name.startswith("<builtin>."):
            return self._builtin(name[10:], arguments, unit, site)
        known = self._elsewhere.get(name) or self._hooks.called(name)
        if known is not None:
            return known(arguments, unit, site)
        if name in self._callbacks.names:
            return self._callbacks.call(name, arguments, unit, site)
        if name in _FIRST_ARGUMENT:
            return self._first(arguments, unit, site)
        if name in _IMPORTS:
            return self._import(arguments, unit)
        if value.kind == RESULT and arguments.places:  # a decorator with arguments, called later
            functions = frozenset(v for v in arguments.places[0] if v.kind == FUNCTION)
            if functions and len(arguments.places) == 1:
                return functions
        if self._machine.outside.tells_result(name):
            return self._result_of_first(arguments, unit, site)
        return self._machine.elsewhere.call(value, arguments, unit, site) or self._machine.outside.called(
            value, arguments, unit
        )

    def _entered(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        """`stack.enter_context(manager)`: what entering that gives. The stack enters it."""
        recorded, found = len(unit.calls), NONE
        for value in union(arguments.places[:1]):
            if value.kind == GENERATED:
                found = joined(found, self._machine.containers.iterate(value.one, unit, site))
            elif value.kind == INSTANCE:
                for name in ("__enter__", "__aenter__"):
                    found = joined(found, self._machine.calls.method(value, name, [], unit, site))
        del unit.calls[recorded:]
        return found or union(arguments.places[:1])

    def _result_of_first(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        """What calling the first argument gives, or what it yields. It is called elsewhere."""
        given = union(arguments.places[:1]) or union(arguments.values[:1])
        recorded = len(unit.calls)
        found = NONE
        for value in given:
            for made in self._machine.calls.invoke(value, Arguments(), unit, site):
                generated = made.kind == GENERATED
                found = joined(
                    found, self._machine.containers.iterate(made.one, unit, site) if generated else made.one
                )
        del unit.calls[recorded:]
        return found

    def _decorate(self, value: Value, name: str, decorated: Values, unit: Unit, site: int) -> Values:
        """What a decorator from outside makes: wrappers that are known, else the function itself."""
        if self._machine.outside.tells_result(name):  # `@LocalProxy`
            return self._result_of_first(Arguments([decorated]), unit, site)
        if value.a is not None and name.startswith("<builtin>.property."):
            functions = [v for v in decorated if v.kind == FUNCTION]
            setter, deleter = value.a.b or (None, None)
            parts = [(setter, f) if name.endswith("deleter") else (f, deleter) for f in functions]
            made = (self._pool.known(PROPERTY, value.a.name, value.a.a, pair) for pair in parts)
            return frozenset(made) or value.a.one
        kinds = {"<builtin>.staticmethod": STATIC_METHOD, "<builtin>.classmethod": CLASS_METHOD}
        kind = kinds.get(name)
        if name == "<builtin>.property" or name.endswith("cached_property"):
            kind = PROPERTY
        if kind is None:
            return decorated
        return frozenset(
            self._pool.wrap(kind, v) if v.kind in (FUNCTION, PARTIAL, INSTANCE) else v for v in decorated
        )

    def _builtin(self, name: str, arguments: Arguments, unit: Unit, site: int) -> Values:
        known = self._by_name.get(name)
        if known is not None:
            return known(arguments, unit, site)
        asked = _ASKS.get(name)
        if asked is not None:
            for values in arguments.places[:1]:
                self._machine.operators.special(asked, values, unit, site)
            return (
                self._pool.text.one
                if asked in ("__str__", "__repr__", "__format__")
                else self._pool.number.one
            )
        if name == "property" and len(arguments.places) > 1:
            return self._property(arguments)
        if name == "object.__new__":
            made = [v for v in union(arguments.places[:1]) if isinstance(v, ClassValue)]
            cells = [self._machine.behind.classes_of(v) for v in made if _makes_classes(v)]
            return union(cell.read(unit) for cell in cells) or frozenset(v.instance for v in made)
        if name in ("property", "staticmethod", "classmethod") and arguments.places:
            kind = self._pool.builtin(name)
            return self._decorate(kind, kind.name, arguments.places[0], unit, site)
        if name == "__import__":
            return self._import(arguments, unit)
        if name == "property.setter":
            return NONE
        return self._pool.result(f"<builtin>.{name}").one

    def _property(self, arguments: Arguments) -> Values:
        """`property(getter, setter, deleter)`."""
        given = (*arguments.places[1:3], NONE)[:2]
        others = [next((v for v in values if v.kind == FUNCTION), None) for values in given]
        getters = [v for v in arguments.places[0] if v.kind == FUNCTION]
        return frozenset(self._pool.known(PROPERTY, g.name, g, tuple(others)) for g in getters)

    def simple_method(self, value: Value, arguments: Arguments, unit: Unit, site: int) -> Values:
        """Methods of texts and numbers."""
        if value.a.kind == CONSTANT and isinstance(value.a.a, str):
            text = value.a.a
            if value.b in ("lower", "upper", "strip", "title", "capitalize") and not arguments.places:
                return self._pool.constant(getattr(text, value.b)())
        if value.b in _SPLITS:
            return self._split(value, arguments, unit, site)
        if value.a.name == "dict":  # what it holds is not known
            return value.a.one if value.b == "copy" else NONE
        if value.a.name == "container":
            return self._pool.saturated.one if value.b in _GIVES_ELEMENTS else NONE
        return self._pool.text.one if value.a.name != "int" else self._pool.number.one

    def _split(self, value: Value, arguments: Arguments, unit: Unit, site: int) -> Values:
        """The parts of a text: `"package.module.Class".rsplit(".", 1)` names what is loaded by them."""
        parts = self._machine.containers.at_place(unit, ("split", site), LIST)
        asked = [next(iter(values)) for values in arguments.places if len(values) == 1]
        known = all(v.kind == CONSTANT for v in asked) and len(asked) == len(arguments.places)
        texts: Sequence[str] = ()
        if known and value.a.kind == CONSTANT and isinstance(value.a.a, str) and not arguments.names:
            with suppress(TypeError, ValueError):  # what Python would refuse as well
                texts = getattr(value.a.a, value.b)(*(v.a for v in asked))
        if not 0 < len(texts) <= _MOST_PARTS or any(HOLE in text for text in texts):
            self._machine.containers.put(parts, None, self._pool.text.one)
            return parts.one
        for index, text in enumerate(texts):
            self._machine.containers.put(parts, index, self._pool.constant(text))
        return parts.one

    def _super(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        for value in arguments.places[0] if arguments.places else ():
            if isinstance(value, ClassValue):
                return self._pool.known(SUPER, value.name, value).one
        scope: Unit | None = unit
        while scope is not None and scope.kind != "class":
            scope = scope.parent
        return NONE if scope is None else self._pool.known(SUPER, scope.dotted, scope.class_value).one

    def _cast(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        types, given = union(arguments.places[:1]), union(arguments.places[1:2])
        known = [v for v in types if isinstance(v, ClassValue) or v.kind == TYPE_ITSELF]
        classes: Values = frozenset(v for v in known if isinstance(v, ClassValue))
        if classes and (given <= types or any(v.name.endswith("get_model") for v in given)) and given:
            return classes  # the class itself, said to be an instance for the sake of a checker
        outside = {v.name for v in types if v.kind == EXTERNAL and not v.name.startswith(_VAGUE)}
        if outside and not known:  # a library's type: the project's own that do not inherit from it are none
            own = {v for v in given if v.kind == INSTANCE and outside.isdisjoint(k.name for k in v.a.order)}
            return (given - own) or self._machine.instances(types)
        return self._machine.instances(frozenset(known)) or given

    def _import(self, arguments: Arguments, unit: Unit) -> Values:
        found = NONE
        for key in arguments.places[0] if arguments.places else ():
            if key.kind == CONSTANT and isinstance(key.a, str):
                level = len(key.a) - len(key.a.lstrip("."))
                name = self._machine.globals.module_name(unit, level, key.a[level:])
                for each in self._machine.globals.alike(name) if HOLE in name else (name,):
                    found |= self._machine.globals.module(each)
            elif key.kind == EXTERNAL and not key.name.rpartition(".")[2].isupper():
                found |= key.one  # a setting that is known to name this module
        return found

    def _print(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        for values in arguments.places:
            self._machine.operators.special("__str__", values, unit, site)
        return NONE

    def _field(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        """A field of a dataclass: what makes its default is called when an instance is made."""
        for name, values in arguments.named():
            if name in ("default_factory", "factory") and values:
                key = ("field", site)
                value = unit.containers.get(key)
                if value is None:
                    value = unit.containers[key] = self._pool.make(PARTIAL, FIELD)
                value.a, value.b = values, ((), (), ())
                one: Values = value.one
                return one
            if name == "default":
                return values
        return NONE

    def _first(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        return arguments.places[0] if arguments.places else NONE

    def _nothing(self, arguments: Arguments, unit: Unit, site: int) -> Values:
        return NONE


def _makes_classes(class_: ClassValue) -> bool:
    """Whether a class is a metaclass."""
    return any(kin.name == "<builtin>.type" or kin.name == "abc.ABCMeta" for kin in class_.order)
