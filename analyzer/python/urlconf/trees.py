"""Expressions that hold URL patterns -> trees (see the package)."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from ...model.facts import Json
from ...model.world import Syntax
from ..patterns import parts_of
from .substitution import fill, rounds

Tree = list[Json]
NOTHING: Tree = ["nothing"]
_PATHS = re.compile(r"django\.(?:urls|conf\.urls)(?:\.\w+)*\.(?:path|re_path|url)\Z")
_NAMES = frozenset({"path", "re_path", "url"})
_RESOLVER = re.compile(r"django\.urls(?:\.resolvers)?\.URLResolver\Z")
_PREFIXED = re.compile(r"django\.(?:urls|conf\.urls)(?:\.\w+)*\.i18n_patterns\Z")
_OLD = re.compile(r"django\.conf\.urls(?:\.\w+)*\.patterns\Z")
_INCLUDES = re.compile(r"(?:.*\.)?(?:include|\w+_include|include_\w+)\Z")
_NESTED = 14
_LONGEST = 200


def is_path(syntax: Syntax, node: ast.AST) -> bool:
    """Whether a node is a call of `path`, `re_path` or `url`, also under a library's own name for it."""
    return isinstance(node, ast.Call) and bool(_PATHS.match(syntax.dotted(node.func)))


def may_be_path(syntax: Syntax) -> Callable[[str], bool]:
    """Whether what is called so may be one of these."""
    return lambda name: name in _NAMES or _PATHS.match(syntax.dotted(ast.Name(name))) is not None


class Trees:
    """Makes trees of the expressions of one file; `seen` are the `path()` calls that went into them."""

    def __init__(self, syntax: Syntax) -> None:
        self._syntax = syntax
        self.seen: set[tuple[int, int]] = set()
        self._lambdas: dict[tuple[int, int], str] = {}
        counts: dict[str, int] = {}
        for node, scope in syntax.find(ast.Lambda):
            number = counts[scope] = counts.get(scope, 0) + 1
            name = f"<lambda{number}>"
            self._lambdas[getattr(node, "lineno", 0), getattr(node, "col_offset", 0)] = name

    def tree(self, node: ast.AST | None, scope: str, depth: int = _NESTED) -> Tree:
        """The tree of an expression; `["nothing"]` of what holds no patterns."""
        if node is None or depth <= 0:
            return NOTHING
        if isinstance(node, ast.List | ast.Set):
            return self._all(node.elts, scope, depth)
        if isinstance(node, ast.Tuple):
            many = bool(node.elts) and isinstance(node.elts[0], ast.Call | ast.Starred)
            named = len(node.elts) in (2, 3) and not isinstance(node.elts[1], ast.Call)
            if many and not named:
                return self._all(node.elts, scope, depth)
            space = node.elts[-1] if named else None
            return self._within(space, self._all(node.elts[:1], scope, depth))
        if isinstance(node, ast.Starred | ast.Await | ast.NamedExpr | ast.Subscript):
            return self.tree(node.value, scope, depth)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self._all(_summands(node), scope, depth)
        if isinstance(node, ast.IfExp):
            return self._all([node.body, node.orelse], scope, depth)
        if isinstance(node, ast.BoolOp):
            return self._all(node.values, scope, depth)
        if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp):
            return self._comprehension(node, scope, depth)
        if isinstance(node, ast.Call):
            return self._call(node, scope, depth)
        if isinstance(node, ast.Name | ast.Attribute):
            code = _code(node)
            return (
                ["ref", code, self._express(node, scope), node.lineno, node.col_offset] if code else NOTHING
            )
        return NOTHING

    def _express(self, node: ast.AST, scope: str) -> str:
        return self._syntax.express(node, scope)

    def _all(self, nodes: list[ast.expr], scope: str, depth: int) -> Tree:
        found = [self.tree(node, scope, depth - 1) for node in nodes]
        return ["list", [tree for tree in found if tree != NOTHING]]

    def _comprehension(
        self, node: ast.ListComp | ast.GeneratorExp | ast.SetComp, scope: str, depth: int
    ) -> Tree:
        elements: list[ast.expr] = [node.elt]
        for generator in reversed(node.generators):
            given = rounds(self._syntax, generator.target, generator.iter, scope)
            if given is not None:
                names = list(given)
                elements = [fill(element, one) for one in names for element in elements][:1000]
        source = self.tree(node.generators[0].iter, scope, depth - 1)
        made = self._all(elements, scope, depth)
        target = node.generators[0].target
        if isinstance(node.elt, ast.Name) and isinstance(target, ast.Name) and node.elt.id == target.id:
            return source  # `[pattern for pattern in patterns if ...]`
        return made

    def _call(self, node: ast.Call, scope: str, depth: int) -> Tree:
        if is_path(self._syntax, node):
            return self._path(node, scope, depth)
        dotted = self._syntax.dotted(node.func)
        if _PREFIXED.match(dotted):
            return ["prefix", "<language>/", self._all(node.args, scope, depth)]
        if _RESOLVER.match(dotted):  # below a pattern that is an object of its own
            return ["perhaps", "", self._all(node.args[1:2], scope, depth)]
        if _OLD.match(dotted):
            return self._all(node.args[1:], scope, depth)
        if _INCLUDES.match(dotted) and node.args:
            return self._include(node, scope, depth)
        code = _code(node.func)
        given = [self.tree(argument, scope, depth - 1) for argument in node.args]
        place = [node.lineno, node.col_offset]
        return [
            "call",
            code,
            self._express(node.func, scope),
            given,
            *place,
            self._handed(node, scope, depth),
        ]

    def _handed(self, node: ast.Call, scope: str, depth: int) -> list[Json]:
        """[parameter (its place or name), text, view or patterns] of what may be a project's own `path()`."""
        words: list[tuple[int | str, ast.expr]] = [*enumerate(node.args)]
        words += [(keyword.arg, keyword.value) for keyword in node.keywords if keyword.arg]
        if len(words) < 2 or not any(isinstance(value, ast.Constant) for _, value in words[:2]):
            return []
        found: list[Json] = []
        for name, value in words[:6]:
            text = self._syntax.string(value)
            found.append([name, text, NOTHING if text is not None else self._target(value, scope, depth - 1)])
        return found

    def _include(self, node: ast.Call, scope: str, depth: int) -> Tree:
        """What is included: the first argument, or the last one of `decorator_include(decorator, urls)`."""
        plain = _code(node.func).rpartition(".")[2] == "include"
        argument = node.args[0] if plain else node.args[-1]
        space = node.args[1] if plain and len(node.args) > 1 else None
        space = next((word.value for word in node.keywords if word.arg == "namespace"), space)
        target = self._syntax.bound(argument, scope)
        if isinstance(target, ast.Tuple) and target.elts:
            if target is argument and len(target.elts) > 1:
                space = space or target.elts[-1]
            target = self._syntax.bound(target.elts[0], scope)
        text = self._syntax.string(target)
        if text is not None:
            return self._within(space, ["module", text, node.lineno, node.col_offset])
        named = isinstance(argument, ast.Name) and not isinstance(target, ast.Call)
        return self._within(space, self.tree(argument if named else target, scope, depth - 1))

    def _within(self, space: ast.expr | None, tree: Tree) -> Tree:
        """A tree whose names stand in a namespace, as far as that is told."""
        if space is None or tree in (NOTHING, ["list", []]):
            return tree
        text = self._syntax.string(space)
        code = _code(space) if text is None and isinstance(space, ast.Attribute) else ""
        return ["space", text or ["code", code], tree] if text or code else tree

    def _path(self, node: ast.Call, scope: str, depth: int) -> Tree:
        self.seen.add((node.lineno, node.col_offset))
        words = {keyword.arg: keyword.value for keyword in node.keywords}
        pattern = node.args[0] if node.args else words.get("route") or words.get("regex")
        view = node.args[1] if len(node.args) > 1 else words.get("view")
        if pattern is None or view is None:
            return NOTHING
        if isinstance(pattern, ast.BinOp) and isinstance(pattern.op, ast.Mod):
            given = self._syntax.bound(pattern.right, scope)
            if isinstance(given, ast.Tuple):  # `"%s/%s" % names`
                pattern = ast.copy_location(ast.BinOp(pattern.left, pattern.op, given), pattern)
        try:
            text: Json = self._text(pattern)
        except RecursionError:
            text = None
        if text is None:
            text = parts_of(self._syntax, pattern, scope)
        regex = not self._syntax.dotted(node.func).endswith(".path")
        name = self._syntax.string(words.get("name") or (node.args[3] if len(node.args) > 3 else None)) or ""
        target, written = self._target(view, scope, depth), _code(pattern)
        return ["path", text, written, regex, target, name, node.lineno, node.col_offset]

    def _text(self, node: ast.expr) -> str | None:
        """The text of a pattern; None where a part of it is not in the file."""
        if isinstance(node, ast.Call) and _code(node.func).rpartition(".")[2] in _TRANSLATED and node.args:
            return self._text(node.args[0])
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod | ast.Add):
            return self._combined(node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
            text, given = self._syntax.string(node.func.value), [self._text(a) for a in node.args]
            named = {k.arg or "": self._text(k.value) for k in node.keywords}
            if text is None or None in given or None in named.values():
                return None
            try:
                return text.format(*given, **named)
            except (IndexError, KeyError, ValueError, AttributeError):
                return None
        text = self._syntax.string(node)
        return None if text is None or "{}" in text else text

    def _combined(self, node: ast.BinOp) -> str | None:
        if isinstance(node.op, ast.Add):
            parts = [self._text(part) for part in _summands(node)]
            return None if None in parts else "".join(part or "" for part in parts)
        text = self._text(node.left)
        values = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
        given = [self._text(value) for value in values]
        if text is None or None in given:
            return None
        try:
            return str(text % tuple(given))
        except (TypeError, ValueError):
            return None

    def _target(self, view: ast.expr, scope: str, depth: int) -> Tree:
        """What a pattern leads to: patterns below it, or a view."""
        held = self._syntax.bound(view, scope)
        if isinstance(held, ast.Call) and _INCLUDES.match(self._syntax.dotted(held.func)) and held.args:
            return self._include(held, scope, depth)
        if isinstance(held, ast.List | ast.Tuple):
            return self.tree(held, scope, depth - 1)
        return self.view(view, scope)

    def view(self, node: ast.expr, scope: str) -> Tree:
        """A view, with what its decorators wrap: `login_required(view)`."""
        text = self._syntax.string(node)
        if text is not None:
            return ["view", text, "", NOTHING, None]
        held = self._syntax.bound(node, scope)
        if isinstance(held, ast.Lambda):
            return ["view", "lambda", self._lambdas.get((held.lineno, held.col_offset), ""), NOTHING, None]
        call = held if isinstance(held, ast.Call) else None
        if (
            call is not None
            and isinstance(call.func, ast.Attribute)
            and call.func.attr in ("as_view", "as_asgi")
        ):
            made = call.func.value
            expression = f"{self._express(made, scope)}.{call.func.attr}"
            return ["view", _code(made), expression, NOTHING, self._mapping(call, scope)]
        inner = NOTHING
        if call is not None and call.args and not isinstance(call.args[0], ast.Constant):
            inner = self.view(call.args[0], scope) if _depth_of(call) < _NESTED else NOTHING
        return ["view", _code(node), self._express(node, scope), inner, None]

    def _mapping(self, call: ast.Call, scope: str) -> dict[str, str] | None:
        """`{"get": "list"}` of a viewset's `as_view()`; empty for what is not plain to see."""
        first = (
            call.args[0] if call.args else next((k.value for k in call.keywords if k.arg == "actions"), None)
        )
        held = self._syntax.bound(first, scope)
        if held is None:
            return None
        if not isinstance(held, ast.Dict):
            return {}
        pairs = zip(held.keys, held.values, strict=True)
        return {
            self._syntax.string(key) or "": self._syntax.string(value) or "" for key, value in pairs if key
        }


_TRANSLATED = frozenset({"_", "gettext_lazy", "gettext", "ugettext_lazy", "pgettext_lazy"})


def _summands(node: ast.expr) -> list[ast.expr]:
    """`a + b + c` as [a, b, c], without recursion."""
    parts: list[ast.expr] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts.append(node.right)
        node = node.left
    return [node, *reversed(parts)]


def _depth_of(node: ast.expr) -> int:
    depth = 0
    while isinstance(node, ast.Call) and node.args and depth <= _NESTED:
        node, depth = node.args[0], depth + 1
    return depth


def _code(node: ast.AST) -> str:
    """Code as written, calls without their arguments; "" of what is too long or too deep."""
    try:
        text = re.sub(r"\((?:[^()]|\([^()]*\))*\)", "()", ast.unparse(node))
    except (ValueError, RecursionError):
        return ""
    return text if len(text) <= _LONGEST else ""
