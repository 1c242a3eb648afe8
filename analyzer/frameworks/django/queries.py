"""Facts about what calls of managers and querysets name: lookups and columns."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ...model.facts import Fact
from ...model.protocols import Syntax
from ...python.calls import call_numbers

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
_METHODS = KEYWORDS | TEXTS
_NOT_LOOKUPS = frozenset({"using", "defaults", "flat", "named", "nowait", "skip_locked", "force_insert"})
_MOST = 60


def read_queries(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kind `query`: {number: of the call in its scope, keywords, texts, updates: no insert}."""
    for node, scope, method in syntax.called(_METHODS):
        if not node.args and not node.keywords:
            continue
        keywords = [k.arg for k in node.keywords if k.arg and k.arg not in _NOT_LOOKUPS]
        keywords = keywords if method in KEYWORDS else []
        texts = list(dict.fromkeys(_texts(node)))[:_MOST]
        updates = any(k.arg == "update_fields" for k in node.keywords)
        if keywords or texts or updates:
            number = syntax.once(call_numbers)[node]
            data = {"number": number, "keywords": keywords[:_MOST], "texts": texts, "updates": updates}
            yield Fact("query", scope, node.lineno, node.col_offset, data)


def _method(node: ast.Call) -> str:
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _texts(call: ast.Call) -> Iterator[str]:
    """Texts among the arguments, in lists and in expressions such as `F("a__b")`; keywords of `Q(...)`."""
    stack: list[ast.expr] = [*reversed(call.args), *(k.value for k in call.keywords if k.arg != "defaults")]
    count = 0
    while stack and count < 4 * _MOST:
        node = stack.pop()
        count += 1
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if node.value.replace("__", "").replace("-", "").replace("_", "a").isalnum():
                yield node.value
        elif isinstance(node, ast.List | ast.Tuple | ast.Set):
            stack.extend(reversed(node.elts))
        elif isinstance(node, ast.Starred):
            stack.append(node.value)
        elif isinstance(node, ast.BinOp):
            stack.extend((node.right, node.left))
        elif isinstance(node, ast.UnaryOp):
            stack.append(node.operand)
        elif isinstance(node, ast.Call) and _method(node)[:1].isupper() and _method(node) != "Value":
            yield from (k.arg for k in node.keywords if k.arg and _method(node) in ("Q", "When"))
            stack.extend(reversed(node.args))
            stack.extend(
                k.value for k in node.keywords if k.arg in ("filter", "condition", "then", "default")
            )
