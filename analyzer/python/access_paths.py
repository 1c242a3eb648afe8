"""Access paths: what each function reads, writes and gives away of its parameters.

`request.user.id`, `order.items[].price`, `meta['HOST']`: followed through aliases, unpacking, loops and the
functions inside, in the code that the file was lowered to. What is handed on to other calls is kept with the
number of the call, to be joined with what is called there (`indexing/needs.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..model.facts import Access
from . import paths as steps
from .access_drafts import access_of, parameters_of
from .access_origins import NONE, Found, Origins
from .flow import code as op
from .flow.code import Instruction, ModuleCode, ScopeCode

_ITEM_GETTERS = frozenset({"get", "pop", "setdefault", "getlist"})
_ITEM_CHANGERS = frozenset({"pop", "setdefault"})
_COPIES = frozenset({"list", "tuple", "sorted", "set", "frozenset", "dict"})
_SAME_ELEMENTS = frozenset({"reversed", "iter"})
RECEIVER, UNPACKED = "<self>", "<*>"
"""Arguments that have neither place nor name: the object of a method call, and what `*` and `**` unpack."""


def read_access(module: ModuleCode, types: Mapping[tuple[str, int], Sequence[str]]) -> list[Access]:
    """What a file's functions do with their parameters; `types` are the annotations by scope and line."""
    reading = _Reading(module)
    try:
        return reading.run(types)
    finally:
        vars(reading).clear()  # its methods and it hold each other, and the collector is off


class _Reading(Origins):
    """Runs the code of each function once, twice where loops bring something round, on paths."""

    def __init__(self, module: ModuleCode) -> None:
        super().__init__(module)
        self._captured: dict[tuple[int, str], Found] = {}
        self._globals: dict[int, str] = {}
        self._attributes: dict[int, tuple[int, str]] = {}
        self._called: set[int] = set()
        operations: dict[int, Any] = {
            op.ATTRIBUTE: self._attribute, op.ITEM: self._item, op.CALL: self._call,
            op.CALL_FULL: self._call_full, op.GLOBAL: self._global, op.CAPTURED: self._capture_read,
            op.CAPTURE: self._capture, op.STORE_GLOBAL: self._store, op.STORE_CAPTURED: self._store,
            op.STORE_ATTRIBUTE: self._store_attribute, op.STORE_ITEM: self._store_item, op.PHI: self._phi,
            op.BUILD: self._build, op.SLICE: self._same, op.ITERATE: self._element, op.UNPACK: self._unpack,
            op.UNPACK_REST: self._same, op.RETURN: self._return, op.YIELD: self._yield,
            op.DELEGATE: self._delegate, op.AWAIT: self._same, op.RAISE: self._raise, op.ENTER: self._same,
            op.DECLARE: self._declare, op.OPERATE: self._operate, op.NARROW: self._declare,
            op.DELETE_ATTRIBUTE: self._delete,
        }  # fmt: skip
        self._operations = [operations.get(number) for number in range(len(op.OPERATIONS))]

    def run(self, types: Mapping[tuple[str, int], Sequence[str]]) -> list[Access]:
        for index, scope in enumerate(self._module.scopes):
            if scope.kind in ("function", "lambda"):
                self._run(index, scope)
        return [
            access_of(
                scope, draft, types.get((scope.name, op.position(self._module.places[scope.place])[0]), ())
            )
            for scope, draft in zip(self._module.scopes, self._drafts, strict=True)
            if scope.kind in ("function", "lambda") and parameters_of(scope)
        ]

    def _run(self, index: int, scope: ScopeCode) -> None:
        count = len(parameters_of(scope))
        if not count and not self._captured:
            return
        self._index, self._scope = index, scope
        self._known = {number + 1: ((index, number, ""),) for number in range(count)}
        self._globals, self._attributes, self._called = {}, {}, set()
        operations = self._operations
        for _ in (0, 1) if scope.flags & op.LOOPS else (0,):
            for instruction in scope.code:
                operation = operations[instruction[0]]
                if operation is not None:
                    operation(instruction)
        for register, origins in self._known.items():
            if register not in self._called:
                for owner, parameter, path in origins:
                    if path and path != steps.copied(""):
                        self._drafts[owner].reads.add((parameter, steps.plain(path)))

    # Instructions ---------------------------------------------------------------------------------

    def _attribute(self, i: Instruction) -> None:
        name = self._names[i[3]]
        self._attributes[i[1]] = (i[2], name)
        if i[4]:
            self._set(i[1], self._known.get(i[4], NONE))
        elif i[2] in self._known:
            self._set(i[1], self._step(i[2], name))

    def _item(self, i: Instruction) -> None:
        self._use(i[3])
        if i[4]:
            self._set(i[1], self._known.get(i[4], NONE))
        elif i[2] in self._known:
            self._set(i[1], self._step(i[2], self._key(i[3])))

    def _element(self, i: Instruction) -> None:
        if i[2] in self._known:
            self._set(i[1], self._step(i[2], steps.ELEMENT))

    def _unpack(self, i: Instruction) -> None:
        if i[2] in self._known:
            origins = self._known[i[2]]
            found = ((o, p, steps.part(path, i[3])) for o, p, path in origins)
            self._set(i[1], ((o, p, path) for o, p, path in found if path is not None))

    def _same(self, i: Instruction) -> None:
        if i[2] in self._known:
            self._set(i[1], self._known[i[2]])

    def _declare(self, i: Instruction) -> None:
        if i[3] in self._known:
            self._set(i[1], self._known[i[3]])

    def _phi(self, i: Instruction) -> None:
        known = self._known
        found = [origin for register in i[2] for origin in known.get(register, NONE)]
        if found:
            self._set(i[1], found)

    def _build(self, i: Instruction) -> None:
        known = self._known
        held = [origin for pair in i[4] if pair[0] != op.KEYS for origin in known.get(pair[1], NONE)]
        if held:
            self._set(i[1], ((o, p, steps.held(path)) for o, p, path in held))

    def _global(self, i: Instruction) -> None:
        self._globals[i[1]] = self._names[i[2]]

    def _capture(self, i: Instruction) -> None:
        found = {origin for register in i[2] for origin in self._known.get(register, NONE)}
        if found:
            self._captured[self._index, self._names[i[1]]] = tuple(sorted(found))

    def _capture_read(self, i: Instruction) -> None:
        self._set(i[1], self._captured.get((i[2], self._names[i[3]]), NONE))

    def _store(self, i: Instruction) -> None:
        self._escape(i[-1], "stored")

    def _store_attribute(self, i: Instruction) -> None:
        self._write(self._changed(i[1], self._names[i[2]]))
        self._escape(i[3], "stored")

    def _store_item(self, i: Instruction) -> None:
        self._use(i[2])
        self._write(self._changed(i[1], self._key(i[2])))
        self._escape(i[3], "stored")

    def _delete(self, i: Instruction) -> None:
        self._write(self._changed(i[1], self._names[i[2]]))

    def _operate(self, i: Instruction) -> None:
        if i[3] not in self._known and i[4] not in self._known:
            return
        if self._names[i[2]] == "__delitem__":
            self._write(self._changed(i[3], self._key(i[4])))
        self._use(i[3])
        self._use(i[4])

    def _return(self, i: Instruction) -> None:
        self._escape(i[1], "returned")

    def _yield(self, i: Instruction) -> None:
        self._escape(i[2], "yielded")

    def _delegate(self, i: Instruction) -> None:
        self._escape(i[2], "yielded")

    def _raise(self, i: Instruction) -> None:
        self._escape(i[1], "raised")

    # Calls ----------------------------------------------------------------------------------------

    def _call(self, i: Instruction) -> None:
        if not self._builtin(i[1], i[2], i[3]):
            self._method(i[1], i[2], i[3], i[5])
            for place, register in enumerate(i[3]):
                if register in self._known:
                    self._hand(register, i[5], str(place))

    def _call_full(self, i: Instruction) -> None:
        self._method(i[1], i[2], i[3], i[9])
        known = self._known
        for place, register in enumerate(i[3]):
            if register in known:
                self._hand(register, i[9], UNPACKED if i[6] else str(place))
        for name, register in zip(i[4], i[5], strict=True):
            if register in known:
                self._hand(register, i[9], self._names[name])
        for register in (i[6], i[7]):
            self._hand(register, i[9], UNPACKED)

    def _builtin(self, result: int, callee: int, arguments: Sequence[int]) -> bool:
        """Builtins that give a part of what they are given, or the same elements."""
        name = self._globals.get(callee)
        if name is None:
            return False
        if name == "zip":
            known = [(place, self._known.get(register, NONE)) for place, register in enumerate(arguments)]
            self._set(result, ((o, p, steps.pairs(path, n)) for n, found in known for o, p, path in found))
            return True
        if not arguments or arguments[0] not in self._known:
            return False
        if name in _SAME_ELEMENTS and len(arguments) == 1:
            self._set(result, self._known[arguments[0]])
        elif name in _COPIES and len(arguments) == 1:
            self._copy(result, arguments[0])
        elif name == "enumerate":
            self._set(result, ((o, p, steps.pairs(path)) for o, p, path in self._known[arguments[0]]))
        elif name == "next":
            self._set(result, self._step(arguments[0], steps.ELEMENT))
        elif name in ("getattr", "hasattr", "setattr", "delattr") and len(arguments) > 1:
            text = self._text(arguments[1])
            found = self._step(arguments[0], text if text and text.isidentifier() else steps.REST)
            if name in ("setattr", "delattr"):
                self._write(found)
                self._escape(arguments[-1] if len(arguments) > 2 else 0, "stored")
            else:
                self._set(result, found)
        else:
            return False
        return True

    def _copy(self, result: int, register: int) -> None:
        self._set(result, ((o, p, steps.copied(path)) for o, p, path in self._known[register]))

    def _method(self, result: int, callee: int, arguments: Sequence[int], number: int) -> None:
        """What a call of something that came from a parameter gives."""
        self._called.add(callee)
        if callee not in self._known:
            return
        receiver, name = self._attributes.get(callee, (0, ""))
        if receiver not in self._known:
            self._set(result, self._step(callee, steps.CALLED))
            return
        text = self._text(arguments[0]) if arguments else None
        if name in _ITEM_GETTERS and text is not None:
            if name in _ITEM_CHANGERS:
                self._write(self._changed(receiver, steps.key(text)))
            self._set(result, self._step(receiver, steps.key(text)))
            return
        if name == "items" and not arguments:
            self._set(result, ((o, p, steps.pairs(path)) for o, p, path in self._known[receiver]))
            return
        if name == "values" and not arguments:
            self._set(result, self._known[receiver])
            return
        if name == "copy" and not arguments:
            self._copy(result, receiver)
            return
        if name in steps.CHANGERS and all(steps.is_copy(path) for _, _, path in self._known[receiver]):
            self._set(result, self._step(receiver, steps.ELEMENT))
            return
        self._set(result, self._step(receiver, f"{name}()"))
        self._hand(receiver, number, RECEIVER)
