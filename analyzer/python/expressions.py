"""Path expressions: what an expression names, as text (see `model/facts.py`).

Tokens at the head of an expression, beside plain names:
    `<C>`        an instance of the class `C` of the same file (what `self` is)
    `{C}`        the class `C` of the same file itself (what `cls` is)
    `{super C}`  what `super()` gives inside `C`
    `?name`      a value that the file does not tell

A call of something that may load code by its name keeps its strings: `get_model(order|Order)`, and
`get_classes(order.models|Order|Line)[1]` for the second of two names that it is unpacked into.
"""

from __future__ import annotations

import ast
import re

from .nodes import base_given
from .scopes import Scope, Scopes, Store

_DEPTH = 6
"""How many assignments and containers are looked through."""
_LONGEST = 200
_LOADER = re.compile(r"(?:get|load|import|find|resolve|lazy)_?\w*\Z|__import__\Z", re.IGNORECASE)
_LOADABLE = re.compile(r"[A-Za-z_][\w.:-]{0,150}\Z")
LOADED_BY = ("app_label", "model_name")
"""What Django calls the parts of a model's name, in this order."""
_DISPLAYS: dict[type[ast.AST], str] = {
    ast.List: "list()", ast.ListComp: "list()", ast.Dict: "dict()", ast.DictComp: "dict()", ast.Set: "set()",
    ast.SetComp: "set()", ast.Tuple: "tuple()", ast.JoinedStr: "str()",
}  # fmt: skip
_NO_TYPES = frozenset({"Any", "object", "Self"})
_FETCHES = {
    "get": ".query.get()", "get_one": ".query.get()", "query": ".query", "select": ".query",
    "scalars": ".query", "scalar": ".query", "execute": ".query", "get_object_or_404": ".objects.get()",
    "aget_object_or_404": ".objects.get()", "get_list_or_404": ".objects.filter()",
}  # fmt: skip
_SAME_TEXT = frozenset({"format", "format_map", "strip", "lstrip", "rstrip"})
_TRANSPARENT = frozenset({"Optional", "Annotated", "Final", "ClassVar", "Mapped", "Required", "NotRequired"})


class Expressions:
    """Describes the expressions of one file."""

    def __init__(self, syntax: Scopes) -> None:
        self._syntax = syntax
        self._expressed: dict[tuple[ast.AST, str], str] = {}
        self._named: dict[tuple[str, str], str] = {}
        self._imported: dict[str, str] = {}
        for scope, aliases in syntax.aliases.items():
            for name, origin in aliases.items():
                if not scope or name not in syntax.scopes:  # a function's import hides no class of the file
                    self._imported.setdefault(name, origin)

    def express(self, node: ast.AST | None, scope: str) -> str:
        """The path expression of `node` as it stands in `scope`; "?" when there is none."""
        if node is None:
            return "?"
        known = self._expressed.get((node, scope))  # many readers ask for the same
        if known is None:
            try:
                text = self._express(node, scope, _DEPTH)
            except RecursionError:
                text = "?"
            known = self._expressed[node, scope] = text if len(text) <= _LONGEST else "?"
        return known

    def _express(self, node: ast.AST | None, scope: str, depth: int) -> str:
        if isinstance(node, ast.Name):
            if depth < _DEPTH:
                return self._name(node.id, self._syntax.scopes[scope], depth)
            known = self._named.get((scope, node.id))
            if known is None:
                known = self._name(node.id, self._syntax.scopes[scope], depth)
                self._named[scope, node.id] = known
            return known
        if isinstance(node, ast.Attribute):
            return f"{self._express(node.value, scope, depth)}.{node.attr}"
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name) and node.func.id == "super":
                owner = self._syntax.scopes[scope].owner
                return f"{{super {owner}}}" if owner else "?super"
            fetched = self._fetched(node, scope, depth)
            if fetched:
                return fetched
            return f"{self._express(node.func, scope, depth)}({'|'.join(loaded_names(node))})"
        if isinstance(node, ast.Subscript):
            return f"{self._express(node.value, scope, depth)}[]"
        if isinstance(node, ast.Await):
            return self._express(node.value, scope, depth)
        if isinstance(node, ast.NamedExpr):
            return self._express(node.value, scope, depth)
        if isinstance(node, ast.Constant):
            return "?none" if node.value is None else f"{type(node.value).__name__}()"
        return _DISPLAYS.get(type(node), "?") if node is not None else "?"

    def _fetched(self, node: ast.Call, scope: str, depth: int) -> str:
        """What a call that names a class fetches: `session.get(Order, 1)` is `Order.query.get()`, as if the
        class had been asked; `select(Order)` is `Order.query`; X for a base made of X; "" for others.
        """
        if (base := base_given(node)) is not None:
            return self._express(base, scope, depth)
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if not node.args or name not in _FETCHES:
            return ""
        first = node.args[0]
        last = first.attr if isinstance(first, ast.Attribute) else getattr(first, "id", "")
        if isinstance(first, ast.Call) and name in ("scalars", "scalar", "execute"):
            inner = self._fetched(first, scope, depth)
            return f"{inner}.{name}()" if inner else ""
        if not last[:1].isupper() or (last.isupper() and len(last) > 1):  # a class, no constant
            return ""
        if name == "get" and not (isinstance(function, ast.Attribute) and _is_session(function.value)):
            return ""
        return f"{self._express(first, scope, depth)}{_FETCHES[name]}"

    def _name(self, name: str, scope: Scope, depth: int) -> str:
        """A name as seen from a scope: looked up through the functions around it."""
        syntax, here = self._syntax, scope
        place: Scope | None = scope
        while place is not None:
            visible = place is here or place.kind != "class"
            if visible and place.kind != "module":
                if name in syntax.aliases.get(place.name, ()) or f"{place.name}.{name}" in syntax.scopes:
                    return name
                stores = syntax.stores[place.name].get(name)
                if stores is not None:
                    return self._variable(name, stores, place, depth)
            place = place.parent
        return name

    def _variable(self, name: str, stores: list[Store], scope: Scope, depth: int) -> str:
        if scope.kind == "class":
            return name if depth == _DEPTH else f"?{name}"
        if stores[0].how == "parameter" and scope.owner and name == self._syntax.receiver(scope):
            return self._receiver(scope)
        if depth <= 0 or len(stores) > 3:
            return f"?{name}"
        values = {self._stored(store, depth - 1) for store in stores}
        values = {value for value in values if value != "?none"}
        value = values.pop() if len(values) == 1 else "?"
        return value if value != "?" else f"?{name}"

    def _receiver(self, scope: Scope) -> str:
        node = scope.node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names = {d.id for d in node.decorator_list if isinstance(d, ast.Name)}
            if "classmethod" in names or node.name in ("__new__", "__init_subclass__", "__class_getitem__"):
                return f"{{{scope.owner}}}"
        return f"<{scope.owner}>"

    def _stored(self, store: Store, depth: int) -> str:
        if store.value is None:
            return "?"
        if store.how == "type":
            text = self.instance(store.value, store.scope)
            known = store.fallback is None or not text.startswith("?")
            return text if known else self._express(store.fallback, store.scope, depth)
        text = self._express(store.value, store.scope, depth)
        if store.how.startswith("item"):
            return f"{text}[{store.how.removeprefix('item')}]" if "|" in text else "?"
        if store.how == "entered":
            return f"{text}.__enter__()"
        return f"{text}[]" if store.how == "element" else text

    def stored(self, store: Store) -> str:
        """The path expression of what a name is bound to."""
        try:
            text = self._stored(store, _DEPTH)
        except RecursionError:
            return "?"
        return text if len(text) <= _LONGEST else "?"

    def instance(self, annotation: ast.expr, scope: str) -> str:
        """The path expression of a value of an annotated type, e.g. `Order()`; "?" when unclear."""
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            try:
                annotation = ast.parse(annotation.value.strip(), mode="eval").body
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return "?"
        if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
            sides = [s for s in (annotation.left, annotation.right) if not _is_none(s)]
            return self.instance(sides[0], scope) if len(sides) == 1 else "?"
        if isinstance(annotation, ast.Subscript):
            head = annotation.value
            name = (
                head.attr
                if isinstance(head, ast.Attribute)
                else head.id
                if isinstance(head, ast.Name)
                else ""
            )
            inner = (
                annotation.slice.elts[0]
                if isinstance(annotation.slice, ast.Tuple) and annotation.slice.elts
                else annotation.slice
            )
            if name in _TRANSPARENT:
                return self.instance(inner, scope)
            annotation = head
        if isinstance(annotation, ast.Name | ast.Attribute):
            text = self._express(annotation, scope, 0)
            unknown = text.startswith("?") or text.rpartition(".")[2] in _NO_TYPES
            return "?" if unknown else f"{text}()"
        return "?"

    # For frameworks -------------------------------------------------------------------------------

    def dotted(self, node: ast.AST | None) -> str:
        """Names and attributes joined by dots, imported names spelt out, calls as `()`; else ""."""
        tail = ""
        while not isinstance(node, ast.Name):
            if isinstance(node, ast.Attribute):
                tail = f".{node.attr}{tail}"
                node = node.value
            elif isinstance(node, ast.Call):
                tail = f"(){tail}"
                node = node.func
            else:
                return ""
        return self._imported.get(node.id, node.id) + tail

    def string(self, node: ast.AST | None, depth: int = _DEPTH) -> str | None:
        """The text of a string expression; holes of f-strings and formats stand as `{}`."""
        if depth <= 0 or node is None:
            return None
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else None
        if isinstance(node, ast.JoinedStr):
            parts = [p.value if isinstance(p, ast.Constant) else self._hole(p, depth) for p in node.values]
            return "".join(str(part) for part in parts)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            texts = [self.string(part, depth - 1) for part in summands(node)]
            return None if all(t is None for t in texts) else "".join("{}" if t is None else t for t in texts)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
            return self.string(node.left, depth - 1)
        if isinstance(node, ast.Call):
            function = node.func
            kept = isinstance(function, ast.Attribute) and function.attr in _SAME_TEXT
            return self.string(function.value, depth - 1) if kept else None  # type: ignore[attr-defined]
        if isinstance(node, ast.Name):
            stores = self._syntax.stores[""].get(node.id, ())
            if len(stores) == 1 and stores[0].how == "value":
                return self.string(stores[0].value, depth - 1)
        return None

    def _hole(self, node: ast.AST, depth: int) -> str:
        """A hole that names a constant of the module is filled in; others stay `{}`."""
        value = node.value if isinstance(node, ast.FormattedValue) else None
        text = self.string(value, depth - 1) if isinstance(value, ast.Name) else None
        return text if text is not None and "{}" not in text else "{}"


def loaded_names(call: ast.Call) -> list[str]:
    """The strings given to a call that may load code by name (`get_model("order", "Order")`), else []."""
    name = (
        call.func.attr
        if isinstance(call.func, ast.Attribute)
        else call.func.id
        if isinstance(call.func, ast.Name)
        else ""
    )
    given = call.args or [word.value for word in call.keywords if word.arg in LOADED_BY]
    if not given or len(given) > 3 or not _LOADER.match(name):
        return []
    names: list[str] = []
    for argument in given:
        elements = argument.elts if isinstance(argument, ast.List | ast.Tuple) else [argument]
        for element in elements:
            if not isinstance(element, ast.Constant) or not isinstance(element.value, str):
                return []
            names.append(element.value)
    return names if len(names) <= 12 and all(_LOADABLE.match(name) for name in names) else []


def summands(node: ast.expr) -> list[ast.expr]:
    """`a + b + c` as [a, b, c], without recursion: long texts are built of many pieces."""
    parts: list[ast.expr] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts.append(node.right)
        node = node.left
    return [node, *reversed(parts)]


def _is_session(node: ast.expr) -> bool:
    """Whether something is called a session (`s`, `db.session`, `self._session`), as SQLAlchemy's are."""
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name == "s" or "session" in name.lower()


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
