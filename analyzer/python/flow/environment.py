"""One scope while it is lowered: its registers, which register each name is in, and what branches change."""

from __future__ import annotations

from typing import Any

from .code import (
    CAPTURE,
    CAPTURED,
    GLOBAL,
    LOOPS,
    PHI,
    STORE_CAPTURED,
    STORE_GLOBAL,
    STORE_NAME,
    ScopeCode,
)

Changes = dict[str, int | None]


class Names(dict[str, int]):
    """The names that the instructions of one file use, each with a number."""

    def __init__(self) -> None:
        super().__init__()
        self.list: list[str] = []

    def __missing__(self, name: str) -> int:
        number = self[name] = len(self.list)
        self.list.append(name)
        return number


class Environment:
    """The registers of a scope.

    Beside names, `registers` knows *paths*: `d['a']` and `self.x` that were just assigned (strong updates).
    A branch keeps an undo log, so that joining costs only what the branch changed.
    """

    def __init__(
        self, kind: str, name: str, parent: Environment | None, index: int, place: int, names: Names
    ) -> None:
        self.kind, self.name, self.parent, self.index, self.place = kind, name, parent, index, place
        self.names = names
        self.code: list[Any] = []
        self.registers: dict[str, int] = {}
        self.count = 1
        self.flags = 0
        self.globals: set[str] = set()
        self.nonlocals: set[str] = set()
        self.versions: dict[str, list[int]] = {}
        """All registers that a local variable of a function was ever in, for the functions inside."""
        self.paths: set[str] = set()
        """Names at the root of known paths."""
        self.parameters: dict[str, int] = {}
        self.signature: tuple[list[str], str, list[str], str] = ([], "", [], "")
        self.keys: set[int] = set()
        self.holed: dict[str, str] = {}
        """Local variables that were assigned names with holes (see `holed.py`)."""
        self.listed: dict[str, str] = {}
        self.members: dict[str, str] = {}
        """Local variables over the names of an object's attributes, and over these (see `marked.py`)."""
        self.displays = 0
        self._constants: list[str | int] = []
        self._constant_numbers: dict[tuple[type, str | int], int] = {}
        self._log: Changes | None = None
        self._late: list[tuple[int, str]] = []
        self._captured: set[str] = set()
        self._bound: dict[str, None] = {}
        """What a class binds: told once, at its end, since only the last value counts."""
        self._loops: list[tuple[int, list[int]]] = []

    @property
    def is_function(self) -> bool:
        return self.kind in ("function", "lambda")

    # Registers ------------------------------------------------------------------------------------

    def new(self) -> int:
        self.count += 1
        return self.count - 1

    def emit(self, operation: int, *operands: Any) -> int:
        """An instruction with a result; the result's register."""
        result = self.count
        self.count = result + 1
        self.code.append((operation, result, *operands))
        return result

    def constant(self, value: str | int) -> int:
        key = (value.__class__, value)
        number = self._constant_numbers.get(key)
        if number is None:
            self._constants.append(value)
            number = self._constant_numbers[key] = -len(self._constants)
        return number

    def display(self) -> int:
        """A number for a place that makes a container."""
        self.displays += 1
        return self.displays

    def phi(self, registers: list[int]) -> int:
        """One of these registers; unknown ones and constants beside values are left out."""
        known = [register for register in dict.fromkeys(registers) if register]
        if len(known) < 2:
            return known[0] if known else 0
        return self.emit(PHI, known)

    # Names ----------------------------------------------------------------------------------------

    def load(self, name: str) -> int:
        register = self.registers.get(name)
        if register is not None:
            return register
        register = self.new()
        self._late.append((len(self.code), name))
        self.code.append((GLOBAL, register, 0))
        self.registers[name] = register
        if self._log is not None and name not in self._log:
            self._log[name] = register  # it was read on every way: it stays known after the branch
        return register

    def assign(self, name: str, register: int) -> None:
        if name in self.paths:
            self._forget_paths(name)
        if name in self.globals:
            self.code.append((STORE_GLOBAL, self.names[name], register))
        elif self.kind == "module":
            self.set(name, register)
            self.code.append((STORE_NAME, self.names[name], register))
        elif self.kind == "class":
            self._bound[name] = None
            self.set(name, register)
        elif name in self.nonlocals:
            owner = self._owner(name)
            if owner is not None:
                owner._captured.add(name)
                self.code.append((STORE_CAPTURED, owner.index, self.names[name], register))
        else:
            self.set(name, register)
            versions = self.versions.setdefault(name, [])
            if not versions or versions[-1] != register:
                versions.append(register)

    def set(self, name: str, register: int) -> None:
        if self._log is not None and name not in self._log:
            self._log[name] = self.registers.get(name)
        self.registers[name] = register

    def forget(self, name: str) -> None:
        if self._log is not None and name not in self._log:
            self._log[name] = self.registers.get(name)
        self.registers.pop(name, None)

    def _forget_paths(self, root: str) -> None:
        heads = (f"{root}.", f"{root}[")
        for path in [path for path in self.registers if path.startswith(heads)]:
            self.forget(path)

    def set_path(self, path: str, register: int) -> None:
        """What was assigned to an attribute or a constant key is what is read there next."""
        heads = (f"{path}.", f"{path}[")
        for other in [other for other in self.registers if other.startswith(heads)]:
            self.forget(other)
        if register > 0:
            self.set(path, register)
        else:
            self.forget(path)

    def _owner(self, name: str) -> Environment | None:
        """The enclosing function of which a name is a local variable."""
        scope = self.parent
        while scope is not None:
            if scope.is_function and name in scope.versions and name not in scope.globals:
                return scope
            scope = scope.parent
        return None

    # Branches -------------------------------------------------------------------------------------

    def begin(self) -> Changes | None:
        """Starts a branch; the result goes to `end`."""
        outer, self._log = self._log, {}
        return outer

    def end(self, outer: Changes | None) -> Changes:
        """Ends a branch: takes its changes back, and gives them."""
        log, registers = self._log or {}, self.registers
        changes: Changes = {}
        for name, before in log.items():
            changes[name] = registers.get(name)
            if before is None:
                registers.pop(name, None)
            else:
                registers[name] = before
        self._log = outer
        return changes

    def join(self, branches: list[Changes | None]) -> None:
        """Goes on after one of several branches; None for one that never comes here."""
        arriving = [branch for branch in branches if branch is not None]
        names: dict[str, None] = {}
        for branch in arriving:
            names.update(dict.fromkeys(branch))
        for name in names:
            before = self.registers.get(name)
            found: list[int] = []
            hole = False
            for branch in arriving:
                register = branch.get(name, before)
                if register is None:
                    hole = True
                elif register not in found:
                    found.append(register)
            if not found or (hole and ("." in name or "[" in name)):
                self.forget(name)
            elif len(found) == 1:
                self.set(name, found[0])
            else:
                self.merge(name, found)

    def merge(self, name: str, registers: list[int]) -> tuple[int, list[int]]:
        """A name that may be in several registers, to which more may be added."""
        sources = list(registers)
        result = self.emit(PHI, sources)
        self.set(name, result)
        if name in self.versions:
            self.versions[name].append(result)
        return result, sources

    def loop_back(self, result: int, sources: list[int], register: int) -> None:
        """The body of a loop leaves a name in another register than it found it in."""
        sources.append(register)
        self.flags |= LOOPS
        self._loops.append((result, [register]))

    # The end --------------------------------------------------------------------------------------

    def resolve_names(self) -> None:
        """Decides what each name means that was read before the scope bound it. All scopes are read."""
        for index, name in self._late:
            result = self.code[index][1]
            if self.is_function and name in self.versions and name not in self.globals:
                versions = self.versions[name]
                self.code[index] = (PHI, result, versions)
                self.flags |= LOOPS
                self._loops.append((result, versions))
                continue
            owner = self._owner(name) if name not in self.globals else None
            if owner is None:
                self.code[index] = (GLOBAL, result, self.names[name])
            else:
                owner._captured.add(name)
                self.code[index] = (CAPTURED, result, owner.index, self.names[name])

    def finish(self) -> ScopeCode:
        code: list[Any] = [(CAPTURE, self.names[n], self.versions[n]) for n in sorted(self._captured)]
        code += [(STORE_NAME, self.names[n], self.registers[n]) for n in self._bound if n in self.registers]
        return ScopeCode(
            self.kind,
            self.name,
            self.parent.index if self.parent is not None else -1,
            self.place,
            self.count,
            self._constants,
            self.code + code,
            *self.signature,
            self.flags,
            sorted(self.keys),
            self._loops,
        )
