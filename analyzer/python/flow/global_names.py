"""Names of modules: global ones, imported ones, and those that star imports bring."""

from __future__ import annotations

import builtins
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .holed import HOLE
from .units import Cell, Unit
from .values import CONSTANT, NONE, Values, union

if TYPE_CHECKING:
    from .machine import Machine

_BUILTINS = frozenset(dir(builtins))
_MOST_ALIKE = 48


class GlobalNames:
    """Looks them up; modules of the project run when they are first imported."""

    def __init__(self, machine: Machine) -> None:
        self._machine, self._pool = machine, machine.pool
        self._alike: dict[str, list[str]] = {}

    def module_name(self, unit: Unit, level: int, name: str) -> str:
        """The absolute name of a module that a file imports."""
        if not level:
            return name
        parts = unit.top.dotted.split(".")
        if not unit.top.is_package:
            parts.pop()
        parts = parts[: len(parts) - (level - 1)] if level > 1 else parts
        return ".".join([*parts, name] if name else parts)

    def module(self, name: str) -> Values:
        """A module of the project, which runs when it is first imported, or an external one."""
        unit = self._machine.modules.get(name)
        if unit is None:
            known = self._machine.library.get(name)
            return known.one if known is not None else self._machine.outside.meant(name).one
        if not unit.started:
            self._machine.run(unit)
        return unit.value.one

    def alike(self, name: str) -> Sequence[str]:
        """The project's modules of which a name with holes may be that of any."""
        found = self._alike.get(name)
        if found is None:
            expression = re.compile(r"\w+".join(map(re.escape, name.split(HOLE))) + r"\Z")
            known = [each for each in self._machine.modules if expression.match(each)]
            found = self._alike[name] = known if len(known) <= _MOST_ALIKE and "." in name else []
        return found

    def of_keys(self, keys: Values, unit: Unit) -> Values:
        """`sys.modules[name]`; `__name__` is that of the module itself."""
        names = [key.a for key in keys if key.kind == CONSTANT and isinstance(key.a, str)]
        found = [self.module(name) for name in names]
        if any(key.name == "<builtin>.__name__" for key in keys):
            found.append(unit.top.value.one)
        return union(found)

    def cell(self, module: Unit, name: str) -> Cell | None:
        """The cell of a module's name, also one that star imports bring: the last of them wins."""
        cell = module.namespace.get(name)
        if cell is not None or not module.stars:
            return cell
        seen, stack = {module.dotted}, list(module.stars)
        while stack:
            star = stack.pop()
            other = self._machine.modules.get(star)
            if other is None or star in seen or not self._machine.offers(star, name):
                continue
            seen.add(star)
            if name in other.namespace:
                return other.namespace[name]
            stack.extend(other.stars)
        return None

    def name(self, unit: Unit, number: int) -> Values:
        """A name of the module as a unit of it sees it."""
        cell = unit.globals.get(number)
        if cell is None:
            name, module = unit.names[number], unit.top
            cell = self.cell(module, name)
            if cell is None:
                cell = Cell()
                if name in _BUILTINS:
                    cell.values = self._pool.builtin(name).one
                else:
                    outside = [star for star in module.stars if star not in self._machine.modules]
                    if outside:
                        cell.values = self._pool.external(f"{outside[-1]}.{name}").one
            unit.globals[number] = cell
            cell.read(unit)
        return cell.values

    def of_module(self, module: Unit, name: str, unit: Unit) -> Values:
        """What an attribute of a module of the project is."""
        cell = self.cell(module, name)
        if cell is not None:
            found = cell.read(unit)
            if found:
                return found
        inner = self._machine.modules.get(f"{module.dotted}.{name}")
        if inner is not None:
            return inner.value.one
        outside = [star for star in module.stars if star not in self._machine.modules]
        if cell is None and outside:
            return self._pool.external(f"{outside[-1]}.{name}").one
        if name == "__dict__":
            return self._machine.namespaces.of(module.value.one)
        fallback = module.namespace.get("__getattr__")
        if fallback is not None and cell is None:
            return self._machine.calls.call_each(fallback.read(unit), [self._pool.constant(name)], unit, 0)
        return NONE

    def imported(self, unit: Unit, level: int, module_name: str, attribute: str) -> Values:
        """What `from module import attribute` binds."""
        name = self.module_name(unit, level, module_name)
        module = self._machine.modules.get(name)
        inner = f"{name}.{attribute}" if name else attribute
        if module is None:
            return self.module(inner)
        self.module(name)
        found = self.of_module(module, attribute, unit)
        if inner in self._machine.modules and (not found or self._machine.modules[inner].value in found):
            return self.module(inner)
        return found
