"""The texts that an expression may be, as far as one file tells: literals, constants, loops over lists.

Holes that it does not tell stand as `{}`, a parameter of the scope as `{:parameter}`; `{name}`, `{package}`
and `{parent}` are those of the module itself.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import product
from string import Formatter

from .nodes import keyword
from .scopes import Store
from .syntax import PythonSyntax

UNKNOWN = ("{}",)
_DEPTH = 8
_MOST = 200
"""Texts beyond which an expression counts as unknown."""
_OWN = {"__name__": "{name}", "__package__": "{package}"}
_OF_A_MODULE = frozenset({"__name__", "__package__"})
_SAME_ELEMENTS = frozenset({"list", "tuple", "set", "frozenset", "sorted", "reversed", "iter"})
_WALKERS = {"pkgutil.iter_modules": "{}", "pkgutil.walk_packages": "{*}"}


class Texts:
    """Answers for one file."""

    def __init__(self, syntax: PythonSyntax) -> None:
        self._syntax = syntax
        self._loops: dict[tuple[str, str], tuple[ast.expr, int]] = {}
        for node, scope in syntax.find(ast.For, ast.AsyncFor, ast.comprehension):
            assert isinstance(node, ast.For | ast.AsyncFor | ast.comprehension)
            if isinstance(node.target, ast.Tuple | ast.List):
                for index, target in enumerate(node.target.elts):
                    if isinstance(target, ast.Name):
                        self._loops[scope, target.id] = (node.iter, index)

    def of(self, node: ast.AST | None, scope: str, depth: int = _DEPTH) -> Sequence[str]:
        """All texts that `node` may be in `scope`, in the order of the source; never empty."""
        if node is None or depth <= 0:
            return UNKNOWN
        found = tuple(dict.fromkeys(self._of(node, scope, depth - 1)))
        return found if 0 < len(found) <= _MOST else UNKNOWN

    def _of(self, node: ast.AST, scope: str, depth: int) -> Sequence[str]:
        if isinstance(node, ast.Constant):
            return (node.value,) if isinstance(node.value, str) else UNKNOWN
        if isinstance(node, ast.Name):
            return (_OWN[node.id],) if node.id in _OWN else self._name(node.id, scope, depth)
        if isinstance(node, ast.JoinedStr):
            return self._joined([self.of(part, scope, depth) for part in node.values])
        if isinstance(node, ast.FormattedValue):
            return self.of(node.value, scope, depth)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self._joined([self.of(side, scope, depth) for side in (node.left, node.right)])
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
            values = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
            return self._filled(node.left, "%s", values, scope, depth)
        if isinstance(node, ast.IfExp):
            return (*self.of(node.body, scope, depth), *self.of(node.orelse, scope, depth))
        if isinstance(node, ast.BoolOp):
            return self.of(node.values[0], scope, depth)
        if isinstance(node, ast.Attribute):
            return self._attribute(node, scope, depth)
        if isinstance(node, ast.Subscript):
            return self._item(node, scope, depth)
        return self._call(node, scope, depth) if isinstance(node, ast.Call) else UNKNOWN

    def _joined(self, parts: Sequence[Sequence[str]]) -> Sequence[str]:
        count = 1
        for part in parts:
            count *= len(part)
        return ["".join(texts) for texts in product(*parts)] if count <= _MOST else UNKNOWN

    def _filled(
        self, template: ast.AST, hole: str, values: Sequence[ast.expr], scope: str, depth: int
    ) -> Sequence[str]:
        parts: list[Sequence[str]] = []
        for text in self.of(template, scope, depth)[:1]:
            pieces = text.split(hole)
            if len(pieces) != len(values) + 1:
                return UNKNOWN
            for piece, value in zip(pieces, values, strict=False):
                parts += [(piece,), self.of(value, scope, depth)]
            parts.append((pieces[-1],))
        return self._joined(parts)

    def _name(self, name: str, scope: str, depth: int) -> Sequence[str]:
        place, stores = self.stores(name, scope)
        texts: list[str] = []
        for store in stores:
            if store.how == "value" and store.value is not None:
                texts.extend(self.of(store.value, store.scope, depth))
            elif store.how == "element":
                texts.extend(self.elements(store.value, store.scope, depth))
            elif store.how.startswith("item") and store.value is not None:
                texts.extend(self._part(store.value, int(store.how[4:]), store.scope, depth))
            elif store.how in ("parameter", "type") and store.line and place == scope:
                return (f"{{:{name}}}",)
            elif (place, name) in self._loops:
                iterated, index = self._loops[place, name]
                texts.extend(self._part_of_each(iterated, index, place, depth))
            else:
                return UNKNOWN
        return texts or UNKNOWN

    def stores(self, name: str, scope: str) -> tuple[str, Sequence[Store]]:
        """The scope that binds a name as seen from another, and what it is bound to there."""
        stores = self._syntax.stores
        while True:
            if name in stores.get(scope, ()):
                return scope, stores[scope][name]
            if not scope:
                return "", ()
            scope = scope.rpartition(".")[0]

    # Containers -----------------------------------------------------------------------------------

    def display(self, node: ast.AST | None, scope: str, depth: int) -> ast.AST | None:
        """The literal list or dict that an expression stands for, seen through names and `sorted`."""
        while depth > 0:
            depth -= 1
            if isinstance(node, ast.Name):
                scope, stores = self.stores(node.id, scope)
                if len(stores) != 1 or stores[0].how not in ("value", "type"):
                    return None
                node = stores[0].value if stores[0].how == "value" else stores[0].fallback
            elif isinstance(node, ast.Call) and len(node.args) == 1 and _name(node.func) in _SAME_ELEMENTS:
                node = node.args[0]
            else:
                return node
        return None

    def elements(self, node: ast.AST | None, scope: str, depth: int = _DEPTH) -> Sequence[str]:
        """The texts that stand in a container: of a list its elements, of a dict its keys."""
        if depth <= 0:
            return UNKNOWN
        shown = self.display(node, scope, depth)
        if isinstance(shown, ast.List | ast.Tuple | ast.Set):
            return [text for element in shown.elts for text in self.of(element, scope, depth - 1)] or UNKNOWN
        if isinstance(shown, ast.Dict):
            return [text for key in shown.keys for text in self.of(key, scope, depth - 1)] or UNKNOWN
        if isinstance(shown, ast.BinOp) and isinstance(shown.op, ast.Add):
            sides = (shown.left, shown.right)
            return [text for side in sides for text in self.elements(side, scope, depth - 1)]
        if isinstance(shown, ast.Call) and isinstance(shown.func, ast.Attribute):
            if shown.func.attr == "keys":
                return self.elements(shown.func.value, scope, depth - 1)
            if shown.func.attr == "values":
                return [
                    t
                    for each in self._values(shown.func.value, scope, depth)
                    for t in self.of(each, scope, depth - 1)
                ]
        return UNKNOWN

    def _values(self, node: ast.AST, scope: str, depth: int) -> Sequence[ast.expr]:
        shown = self.display(node, scope, depth)
        if isinstance(shown, ast.Dict):
            return shown.values
        return shown.elts if isinstance(shown, ast.List | ast.Tuple) else ()

    def _item(self, node: ast.Subscript, scope: str, depth: int) -> Sequence[str]:
        """`TABLE[key]`: any of the values; `__name__.rpartition(".")[0]`: the package around."""
        called = node.value
        if isinstance(called, ast.Call) and isinstance(called.func, ast.Attribute):
            own = isinstance(called.func.value, ast.Name) and called.func.value.id == "__name__"
            first = isinstance(node.slice, ast.Constant) and node.slice.value == 0
            return (
                ("{parent}",) if own and first and called.func.attr in ("rpartition", "rsplit") else UNKNOWN
            )
        index = node.slice.value if isinstance(node.slice, ast.Constant) else None
        if isinstance(index, int) and not isinstance(self.display(called, scope, depth), ast.Dict):
            return self._part(called, index, scope, depth)
        return [
            t for each in self._values(called, scope, depth) for t in self.of(each, scope, depth)
        ] or UNKNOWN

    def _part(self, node: ast.AST, index: int, scope: str, depth: int) -> Sequence[str]:
        """One of the values that an expression unpacks into: of a pair, or of the pairs in a table."""
        shown = self.display(node, scope, depth)
        if isinstance(shown, ast.Tuple | ast.List):
            return self.of(shown.elts[index], scope, depth) if index < len(shown.elts) else UNKNOWN
        table = None
        if isinstance(shown, ast.Subscript):
            table = shown.value
        elif (
            isinstance(shown, ast.Call) and isinstance(shown.func, ast.Attribute) and shown.func.attr == "get"
        ):
            table = shown.func.value
        values = self._values(table, scope, depth) if table is not None and depth > 0 else ()
        return [text for value in values for text in self._part(value, index, scope, depth - 1)] or UNKNOWN

    def _part_of_each(self, node: ast.AST, index: int, scope: str, depth: int) -> Sequence[str]:
        """`for a, b in ...`: of pairs, of a dict's items, of the modules of a package."""
        if isinstance(node, ast.Call):
            if self._syntax.dotted(node.func) in _WALKERS:
                return self._walked(node, scope, depth) if index == 1 else UNKNOWN
            if isinstance(node.func, ast.Attribute) and node.func.attr == "items":
                inner = node.func.value
                if index == 0:
                    return self.elements(inner, scope, depth)
                values = self._values(inner, scope, depth)
                return [text for value in values for text in self.of(value, scope, depth)] or UNKNOWN
        values = self._values(node, scope, depth)
        return [text for value in values for text in self._part(value, index, scope, depth)] or UNKNOWN

    # Attributes and calls -------------------------------------------------------------------------

    def _attribute(self, node: ast.Attribute, scope: str, depth: int) -> Sequence[str]:
        if node.attr in _OF_A_MODULE:
            module = self._syntax.dotted(node.value)
            return (module,) if module and "(" not in module else UNKNOWN
        if node.attr == "name" and isinstance(node.value, ast.Name):  # of what pkgutil gives
            _, stores = self.stores(node.value.id, scope)
            loop = stores[0].value if len(stores) == 1 and stores[0].how == "element" else None
            if isinstance(loop, ast.Call) and self._syntax.dotted(loop.func) in _WALKERS:
                return self._walked(loop, scope, depth)
        return self._held(node, scope, depth)

    def _held(self, node: ast.Attribute, scope: str, depth: int) -> Sequence[str]:
        """`self.path` and `cls.path`: the texts that the class around binds the name to."""
        if not isinstance(node.value, ast.Name) or node.value.id not in ("self", "cls"):
            return UNKNOWN
        known = self._syntax.scopes.get(scope)
        while known is not None and known.kind != "class":
            known = known.parent
        stores = self._syntax.stores.get(known.name, {}).get(node.attr, ()) if known is not None else ()
        if not stores or any(store.how != "value" or store.value is None for store in stores):
            return UNKNOWN
        return [text for store in stores for text in self.of(store.value, store.scope, depth)]

    def _walked(self, node: ast.Call, scope: str, depth: int) -> Sequence[str]:
        given = node.args[1] if len(node.args) > 1 else keyword(node, "prefix")
        prefixes = self.of(given, scope, depth) if given is not None else ("",)
        return [prefix + _WALKERS[self._syntax.dotted(node.func)] for prefix in prefixes]

    def _call(self, node: ast.Call, scope: str, depth: int) -> Sequence[str]:
        function = node.func
        if not isinstance(function, ast.Attribute):
            return self.of(node.args[0], scope, depth) if _name(function) == "str" and node.args else UNKNOWN
        if function.attr == "format" and isinstance(function.value, ast.Constant):
            template = str(function.value.value)
            names = [field for _, field, _, _ in Formatter().parse(template) if field is not None]
            if all(name in ("", str(index)) for index, name in enumerate(names)) and len(names) == len(
                node.args
            ):
                for name in filter(None, names):
                    template = template.replace(f"{{{name}}}", "{}")
                return self._filled(ast.Constant(template), "{}", node.args, scope, depth)
            return UNKNOWN
        if function.attr == "join" and len(node.args) == 1 and isinstance(node.args[0], ast.List | ast.Tuple):
            texts = [self.of(part, scope, depth) for part in node.args[0].elts]
            between = self.of(function.value, scope, depth)
            return self._joined([p for text in texts for p in (between, text)][1:])
        if function.attr == "get" and node.args:
            values = self._values(function.value, scope, depth)
            return [text for value in values for text in self.of(value, scope, depth)] or UNKNOWN
        return UNKNOWN


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def names_of(node: ast.AST | None) -> Iterator[str]:
    """The texts that stand in a literal list."""
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        for element in node.elts:
            if isinstance(element, ast.Constant) and isinstance(element.value, str):
                yield element.value
