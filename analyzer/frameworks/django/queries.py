"""Facts about what calls of managers and querysets name: lookups and columns."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ...model.facts import Fact
from ...model.world import Syntax
from ...python.calls import call_numbers
from ...python.each_constant import EachConstant

KEYWORDS = frozenset(
    "filter exclude get get_or_create update_or_create create update alias annotate aggregate aget "
    "aget_or_create aupdate_or_create acreate aupdate aaggregate get_object_or_404 get_list_or_404 "
    "aget_object_or_404 aget_list_or_404 filter_or_create".split()
)
"""Methods of which the keywords name columns or lookups."""
TEXTS = frozenset(
    "order_by values values_list only defer select_related prefetch_related dates datetimes distinct latest "
    "earliest alatest aearliest in_bulk ain_bulk bulk_update abulk_update save asave refresh_from_db "
    "arefresh_from_db select_for_update annotate aggregate alias filter exclude "
    "prefetch_related_objects".split()
)
"""Methods of which the texts do."""
JOINS = "extra"
"""The method of which a list names tables to be joined."""
CHANGES = frozenset("save asave delete adelete update aupdate".split())
"""Methods of which the name of what has them is told."""
_METHODS = KEYWORDS | TEXTS | CHANGES | {JOINS}
_NOT_LOOKUPS = frozenset({"using", "defaults", "flat", "named", "nowait", "skip_locked", "force_insert"})
_MOST = 60
_INNER = frozenset("filter condition then default expression expressions partition_by order_by".split())
"""Keywords of expressions that hold expressions."""
_CONDITIONS = (ast.Call, ast.BinOp, ast.Dict, ast.List, ast.Tuple, ast.ListComp, ast.GeneratorExp)
"""What conditions are written as that a name holds."""


def read_queries(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kind `query`: {number: of the call in its scope, method, keywords, texts, updates, receiver}.

    `updates`: it inserts no row.
    """
    spread = _Spread(syntax)
    for node, scope, method in syntax.called(_METHODS):
        if not node.args and not node.keywords and method not in CHANGES:
            continue
        keywords = [k.arg for k in node.keywords if k.arg and k.arg not in _NOT_LOOKUPS]
        keywords += [key for k in node.keywords if k.arg is None for key in spread.keys(k.value, scope)]
        keywords = keywords if method in KEYWORDS else []
        given = _tables(syntax, node) if method == JOINS else _texts(node, scope, spread)
        texts = list(dict.fromkeys(given))[:_MOST]
        updates = any(k.arg == "update_fields" for k in node.keywords)
        receiver = _receiver(node)
        if keywords or texts or updates or receiver:
            data = {
                "number": syntax.once(call_numbers)[node],
                "method": method,
                "keywords": keywords[:_MOST],
                "texts": texts,
                "updates": updates,
                "receiver": receiver,
            }
            yield Fact("query", scope, node.lineno, node.col_offset, data)


def _tables(syntax: Syntax, call: ast.Call) -> Iterator[str]:
    """`extra(tables=["shop_order"])`."""
    for keyword in call.keywords:
        listed = keyword.value.elts if isinstance(keyword.value, ast.List | ast.Tuple) else []
        texts = [syntax.string(each) for each in listed] if keyword.arg == "tables" else []
        yield from (text.strip('"').lower() for text in texts if text and "{}" not in text)


def _receiver(node: ast.Call) -> str:
    """The name of what a row or its table is changed by: `order` of `order.save()`, `self.order.save()`."""
    if not isinstance(node.func, ast.Attribute) or node.func.attr not in CHANGES:
        return ""
    owner = node.func.value
    return owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")


class _Spread:
    """The keys of dictionaries that are spread into calls: `filter(**wanted)`."""

    def __init__(self, syntax: Syntax) -> None:
        self._syntax = syntax
        self._known: dict[tuple[str, str], dict[str, None]] | None = None
        self._held: dict[tuple[str, str], list[ast.expr]] | None = None

    def keys(self, node: ast.expr, scope: str) -> list[str]:
        """The texts that are keys of what `**node` spreads, as far as its own scope tells."""
        if isinstance(node, ast.Dict | ast.DictComp):
            return list(self._of_dict(node, scope))
        if not isinstance(node, ast.Name):
            return []
        if self._known is None:
            self._known = self._all()
        return list(self._known.get((scope, node.id), ()))[:_MOST]

    def _of_dict(self, node: ast.Dict | ast.DictComp, scope: str) -> Iterator[str]:
        for key in node.keys if isinstance(node, ast.Dict) else [node.key]:
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value
            elif isinstance(key, ast.JoinedStr | ast.BinOp | ast.Name):
                yield from self._put_together(key, scope)

    def _put_together(self, key: ast.expr, scope: str) -> Iterator[str]:
        """`f"{field}__icontains"`, for each of the constants that a loop goes over."""
        for value in self._syntax.once(EachConstant).values(key, scope):
            text = self._syntax.string(value) or ""
            told = text.replace("{}", "x")
            if told.isidentifier() and not text.startswith("{}"):
                yield told

    def held(self, name: str, scope: str) -> list[ast.expr]:
        """The expressions that a name of a scope is given, one after the other: `found |= Q(...)`."""
        if self._held is None:
            self._held = {}
            for node, where in self._syntax.find(ast.Assign, ast.AugAssign):
                assert isinstance(node, ast.Assign | ast.AugAssign)
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                if isinstance(target, ast.Name) and isinstance(node.value, _CONDITIONS):
                    self._held.setdefault((where, target.id), []).append(node.value)
        return self._held.get((scope, name), [])

    def _all(self) -> dict[tuple[str, str], dict[str, None]]:
        """(scope, name) -> the keys that a dictionary of this name is given there."""
        found: dict[tuple[str, str], dict[str, None]] = {}
        for node, scope in self._syntax.find(ast.Assign):
            assert isinstance(node, ast.Assign)
            for target in node.targets:
                keys: list[str] = []
                owner: ast.expr = target
                if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
                    owner, keys = target.value, [str(target.slice.value)]
                elif isinstance(node.value, ast.Dict):
                    keys = list(self._of_dict(node.value, scope))
                elif isinstance(node.value, ast.Call) and getattr(node.value.func, "id", "") == "dict":
                    keys = [keyword.arg for keyword in node.value.keywords if keyword.arg]
                if keys and isinstance(owner, ast.Name):
                    found.setdefault((scope, owner.id), {}).update(dict.fromkeys(keys))
        return found


def _method(node: ast.Call) -> str:
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _texts(call: ast.Call, scope: str, spread: _Spread) -> Iterator[str]:
    """Texts among the arguments, in lists and in expressions such as `F("a__b")`; keywords of `Q(...)`."""
    stack: list[ast.expr] = [*reversed(call.args), *(k.value for k in call.keywords if k.arg != "defaults")]
    count, seen = 0, set[str]()
    while stack and count < 4 * _MOST:
        node = stack.pop()
        count += 1
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if node.value.replace("__", "").replace("-", "").replace("_", "a").isalnum():
                yield node.value
        elif isinstance(node, ast.Name) and node.id not in seen:
            seen.add(node.id)
            stack.extend(reversed(spread.held(node.id, scope)))
        elif isinstance(node, ast.Call) and _method(node)[:1].isupper() and _method(node) != "Value":
            for keyword in node.keywords if _method(node) in ("Q", "When") else ():
                yield from [keyword.arg] if keyword.arg else spread.keys(keyword.value, scope)
            stack.extend(reversed(node.args))
            stack.extend(k.value for k in node.keywords if k.arg in _INNER)
        else:
            stack.extend(reversed(_inside(node)))


def _inside(node: ast.expr) -> list[ast.expr]:
    """The expressions that a list, a sum of conditions and the like are made of."""
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return node.elts
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    if isinstance(node, ast.Starred):
        return [node.value]
    if isinstance(node, ast.UnaryOp):
        return [node.operand]
    if isinstance(node, ast.Dict):
        return [value for value in node.values if isinstance(value, ast.Call)]
    if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp):
        return [node.elt]
    return node.args if isinstance(node, ast.Call) and _method(node) == "reduce" else []
