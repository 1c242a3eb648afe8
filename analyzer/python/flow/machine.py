"""Runs the code of scopes on sets of abstract values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from .attributes import Attributes
from .behind import Behind
from .by_class import ByClass
from .calls import Calls
from .classes import Classes, ClassValue
from .code import TUPLE, ScopeCode
from .container_methods import ContainerMethods
from .containers import Containers, ContainerValue
from .elsewhere import Elsewhere
from .global_names import GlobalNames
from .handing import Handing
from .intrinsics import Intrinsics
from .namespaces import Namespaces
from .operators import Operators
from .outside import Outside
from .passing import Passing
from .plug_ins import PlugIns
from .runs import Runs
from .units import Readers, Unit, Work
from .values import EXTERNAL, NONE, RESULT, TYPE_ITSELF, Pool, Value, Values
from .widening import Widening

Loads = Callable[[str, str, Sequence[str]], Sequence[str]]
"""(kind, name) of a function and the texts that it is given -> dotted names of what it loads."""
_NO_INSTANCES = frozenset(
    {"None", "object", "type", "list", "dict", "set", "tuple", "frozenset", "Exception"}
)


class Machine:
    """All units of a project, and what runs them. Instructions are described in `code.py`."""

    def __init__(self, rules: Mapping[str, str], loads: Loads) -> None:
        self.pool = Pool()
        self._loads = loads
        self._definitions: dict[str, Value] = {}
        self.library: dict[str, Value] = {}
        """Classes of libraries that are known as if they were the project's, and what leads to these."""
        self.classes = Classes(self.pool)
        self.work = Work(Widening(self.pool))
        self.outside = Outside(self, rules)
        self.handing = Handing(self, rules)
        self.classes.work, self.classes.outside = self.work, self.outside
        self.containers = Containers(self)
        self.container_methods = ContainerMethods(self)
        self.operators = Operators(self)
        self.passing = Passing(self)
        self.by_class = ByClass(self)
        self.behind = Behind(self)
        self.calls = Calls(self)
        self.globals = GlobalNames(self)
        self.namespaces = Namespaces(self)
        self.attributes = Attributes(self)
        self.plug_ins = PlugIns(self)
        self.elsewhere = Elsewhere(self)
        self.intrinsics = Intrinsics(self)
        self.modules: dict[str, Unit] = {}
        self._tuples: dict[tuple[str, ...], ContainerValue] = {}
        self.constructed: set[ClassValue] = set()
        self.settled = False
        """Whether all that flows by itself has flowed; then decorators without a result are given one."""
        self.undecided: Readers = {}
        self.doubtful: set[Unit] = set()
        """Functions that classes may have under some of several names, where a library may have the rest."""
        self.type_argument: Callable[[ClassValue, Values], None] = lambda class_, values: None
        """Told what stands in the brackets of a class's bases."""
        self.exports: Mapping[str, frozenset[str]] = {}
        self.runs = Runs(self)
        self.run = self.runs.run

    def define(self, name: str, value: Value) -> None:
        """Makes a function or class known by its dotted name."""
        self._definitions.setdefault(name, value)

    def defined(self, name: str) -> Value | None:
        """The function or class of a dotted name."""
        return self._definitions.get(name)

    def library_class(self, name: str, base: str) -> None:
        """A class of a library, known as if the project defined it."""
        if name not in self._definitions:
            self.library[name] = self._definitions[name] = self.made_class(name, base)

    def made_class(self, name: str, base: str) -> ClassValue:
        """A class that stands in no file."""
        module, _, last = name.rpartition(".")
        empty = ScopeCode("class", last, -1, 0, 0, (), (), (), "", (), "", 0, (), ())
        unit = Unit(empty, (), [], module)
        made = unit.class_value = self.classes.make(unit)
        self.classes.set_bases(made, (self.pool.external(base),))
        return made

    def load(self, kind: str, name: str, texts: Sequence[str]) -> Values:
        """What a function gives that loads code by these texts; of several, a tuple."""
        found = [self._loaded(loaded) for loaded in self._loads(kind, name, texts)]
        if len(found) < 2:
            return found[0] if found else NONE
        key = (name, *texts)
        if key not in self._tuples:
            self._tuples[key] = self.containers.new(TUPLE)
            for index, values in enumerate(found):
                self.containers.put(self._tuples[key], index, values)
        return self._tuples[key].one

    def named_by(self, group: str) -> Sequence[str]:
        """What a group of entry points names: `module:object`."""
        return self._loads("group", group, ())

    def _loaded(self, name: str) -> Values:
        if name in self.modules:
            return self.globals.module(name)
        known = self._definitions.get(name)
        return NONE if known is None else known.one

    def is_made_outside(self, class_: ClassValue) -> bool:
        """Whether nobody in the project makes instances of a class or of one below it: a framework does."""
        return self.constructed.isdisjoint(self.classes.families.kin(class_))

    def is_only_a_base(self, class_: ClassValue) -> bool:
        """Whether there can be no instance of a class that is not one of a class below it."""
        return bool(class_.below) and self.classes.is_abstract(class_)

    def offers(self, module: str, name: str) -> bool:
        """Whether a star import of a module brings a name."""
        names = self.exports.get(module)
        return name in names if names is not None else not name.startswith("_")

    def instances(self, types: Values, depth: int = 3) -> Values:
        """Instances of classes, as annotations and `except` mean them; also of those in nested tuples."""
        found: set[Value] = set()
        for value in types:
            kind = value.kind
            if isinstance(value, ClassValue):
                if not any(base.name.endswith("typing.Protocol") for base in value.bases):
                    found.add(value.some)
            elif kind == TYPE_ITSELF:
                found.add(value.a)
            elif kind == EXTERNAL:
                self._outside_instance(value, found)
            elif isinstance(value, ContainerValue) and depth:
                for cell in value.cells.values():
                    found |= self.instances(cell.values, depth - 1)
        return frozenset(found)

    def _outside_instance(self, value: Value, found: set[Value]) -> None:
        name = value.name.removeprefix("<builtin>.")
        if value.name != name and name in ("str", "int", "float", "bool", "bytes"):
            found.add(self.pool.text if name == "str" else self.pool.number)
        elif name not in _NO_INSTANCES and (
            name[0].isupper() or (value.name == name and not name.startswith("typing"))
        ):
            about = value.b  # what names a class that is about rows stands for one that is about them
            found.add(
                self.pool.known(RESULT, value.name, None, about) if about else self.pool.result(value.name)
            )
