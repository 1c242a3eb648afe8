"""Expressions that hold URL patterns -> trees (see the package)."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from ...model.facts import Json
from ...model.world import Syntax
from ..expressions import summands
from ..patterns import parts_of
from .languages import LANGUAGE, is_language
from .substitution import fill, rounds
from .written import code_of, named_view, written_text

Tree = list[Json]
NOTHING: Tree = ["nothing"]
_PATHS = re.compile(r"django\.(?:urls|conf\.urls)(?:\.\w+)*\.(?:path|re_path|url)\Z")
_NAMES = frozenset({"path", "re_path", "url"})
_RESOLVER = re.compile(r"django\.urls(?:\.resolvers)?\.URLResolver\Z")
_PREFIXED = re.compile(r"django\.(?:urls|conf\.urls)(?:\.\w+)*\.i18n_patterns\Z")
_OLD = re.compile(r"django\.conf\.urls(?:\.\w+)*\.patterns\Z")
_INCLUDES = re.compile(r"(?:.*\.)?(?:include|\w+_include|include_\w+)\Z")
_PLAIN_INCLUDES = re.compile(r"(?:django\..*\.)?include\Z|decorator_include(?:\..*)?\.decorator_include\Z")
"""Those that are known to leave the patterns as they are."""
_TRANSPARENT = re.compile(
    r"(?:builtins\.)?(?:list|tuple|iter)\Z|itertools\.chain\Z|copy\.(?:deep)?copy\Z|typing\.cast\Z"
    r"|channels\.(?:routing\.URLRouter|auth\.AuthMiddlewareStack|sessions\.SessionMiddlewareStack"
    r"|security\.websocket\.(?:AllowedHosts)?OriginValidator)\Z"
)
"""Functions that give back the patterns that they are given, as they are and in their order."""
_SUFFIXES = re.compile(r"rest_framework\.urlpatterns\.format_suffix_patterns\Z")
_NESTED, _ARGUMENTS = 14, 12


def _perhaps(tree: Tree) -> Tree:
    """Patterns that are there as they are written, or otherwise, or not at all."""
    return NOTHING if tree == NOTHING else ["prefix", "", tree]


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
            return self._all(summands(node), scope, depth)
        if isinstance(node, ast.IfExp):
            return self._all([node.body, node.orelse], scope, depth)
        if isinstance(node, ast.BoolOp):
            return self._all(node.values, scope, depth)
        if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp):
            return self._comprehension(node, scope, depth)
        if isinstance(node, ast.Call):
            return self._call(node, scope, depth)
        if isinstance(node, ast.Name | ast.Attribute):
            code = code_of(node)
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
            # `[pattern for pattern in patterns if ...]`
            return _perhaps(source) if any(generator.ifs for generator in node.generators) else source
        if isinstance(node.elt, ast.Call) and _is_given(node.elt, target):  # `[wrapped(p) for p in patterns]`
            return ["list", [made, _perhaps(source)]]
        return made

    def _call(self, node: ast.Call, scope: str, depth: int) -> Tree:
        if is_path(self._syntax, node):
            return self._path(node, scope, depth)
        dotted = self._syntax.dotted(node.func)
        if _PREFIXED.match(dotted):
            return ["prefix", LANGUAGE, self._all(node.args, scope, depth)]
        if _RESOLVER.match(dotted):  # below a pattern that is an object of its own
            inner = self._all(node.args[1:2], scope, depth)
            return ["prefix", LANGUAGE, inner] if is_language(self._syntax, node) else _perhaps(inner)
        if _SUFFIXES.match(dotted) and node.args:
            return ["suffixed", self._suffix(node, scope), self.tree(node.args[0], scope, depth - 1)]
        if _TRANSPARENT.match(dotted):
            return self._all(node.args, scope, depth)
        if _OLD.match(dotted):
            return self._all(node.args[1:], scope, depth)
        if _INCLUDES.match(dotted) and node.args:
            return self._include(node, scope, depth)
        code = code_of(node.func)
        given = [self.tree(argument, scope, depth - 1) for argument in node.args]
        place = [node.lineno, node.col_offset]
        return [
            "call",
            code,
            self._express(node.func, scope),
            given,
            *place,
            self._handed(node, scope, depth),
            _constants(node),
        ]

    def _handed(self, node: ast.Call, scope: str, depth: int) -> list[Json]:
        """[parameter (its place or name), text, view or patterns] of what may be a project's own `path()`."""
        words: list[tuple[int | str, ast.expr]] = [*enumerate(node.args)]
        words += [(keyword.arg, keyword.value) for keyword in node.keywords if keyword.arg]
        if len(words) < 2 or not any(isinstance(value, ast.Constant) for _, value in words[:2]):
            return []
        found: list[Json] = []
        for name, value in words[:_ARGUMENTS]:
            text = self._syntax.string(value)
            found.append([name, text, NOTHING if text is not None else self._target(value, scope, depth - 1)])
        return found

    def _suffix(self, node: ast.Call, scope: str) -> str:
        """The expression of the suffixes that `format_suffix_patterns` adds, "" where it is not plain."""
        words = {keyword.arg: keyword.value for keyword in node.keywords}
        allowed = self._syntax.bound(words.pop("allowed", None), scope)
        if words or len(node.args) > 1:
            return ""
        if allowed is None:
            return "[a-z0-9]+"
        texts = [self._syntax.string(item) for item in getattr(allowed, "elts", ())]
        known = [text for text in texts if text and text.isalnum() and text.isascii()]
        return f"(?:{'|'.join(known)})" if known and len(known) == len(texts) else ""

    def _include(self, node: ast.Call, scope: str, depth: int) -> Tree:
        """What is included; perhaps, where a function of another name does it."""
        found = self._included(node, scope, depth)
        return found if _PLAIN_INCLUDES.match(self._syntax.dotted(node.func)) else _perhaps(found)

    def _included(self, node: ast.Call, scope: str, depth: int) -> Tree:
        """The first argument, or the last one of `decorator_include(decorator, urls)`."""
        plain = code_of(node.func).rpartition(".")[2] == "include"
        argument = node.args[0] if plain else node.args[-1]
        space = node.args[1] if plain and len(node.args) > 1 else None
        space = next((word.value for word in node.keywords if word.arg == "namespace"), space)
        target = self._syntax.bound(argument, scope)
        if isinstance(target, ast.Tuple) and target.elts:
            if target is argument and len(target.elts) > 1:
                space = space or target.elts[-1]
            argument = target.elts[0] if target is argument else argument
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
        code = code_of(space) if text is None and isinstance(space, ast.Attribute) else ""
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
            text: Json = written_text(self._syntax, pattern)
        except RecursionError:
            text = None
        if text is None:
            text = parts_of(self._syntax, pattern, scope)
        regex = not self._syntax.dotted(node.func).endswith(".path")
        name = self._name(words.get("name") or (node.args[3] if len(node.args) > 3 else None), scope)
        target, written = self._target(view, scope, depth), code_of(pattern)
        return ["path", text, written, regex, target, name, node.lineno, node.col_offset]

    def _name(self, node: ast.expr | None, scope: str) -> Json:
        """The name of a pattern, its parts where the file does not tell it."""
        text = self._syntax.string(node)
        unknown = isinstance(node, ast.JoinedStr | ast.BinOp) and (text is None or "{}" in text)
        return parts_of(self._syntax, node, scope) if unknown else text or ""

    def _target(self, view: ast.expr, scope: str, depth: int) -> Tree:
        """What a pattern leads to: patterns below it, or a view."""
        held = self._syntax.bound(view, scope)
        if isinstance(held, ast.Call) and _INCLUDES.match(self._syntax.dotted(held.func)) and held.args:
            return self._include(held, scope, depth)
        if isinstance(held, ast.List | ast.Tuple):
            return self.tree(held, scope, depth - 1)
        return self.view(view, scope)

    def view(self, node: ast.expr, scope: str, depth: int = _NESTED) -> Tree:
        """A view, with what its decorators wrap: `login_required(view)`; names may lead in circles."""
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
            return self._made(made, call, scope)
        inner = NOTHING
        if call is not None and call.args and not isinstance(call.args[0], ast.Constant):
            inner = self.view(call.args[0], scope, depth - 1) if depth else NOTHING
        more = named_view(self._syntax, held, scope) if isinstance(held, ast.expr) else []
        return ["view", code_of(node), self._express(node, scope), inner, None, more]

    def _made(self, made: ast.expr, call: ast.Call, scope: str) -> Tree:
        """`X.as_view()`; `registry.get(X).as_view()` as well with the X given: the call may tell nothing."""
        assert isinstance(call.func, ast.Attribute)
        inner, more = NOTHING, named_view(self._syntax, made, scope)
        first = made.args[0] if isinstance(made, ast.Call) and made.args and not more else None
        if isinstance(first, ast.Name | ast.Attribute):
            inner = self._made(first, call, scope)
        expression = f"{self._express(made, scope)}.{call.func.attr}"
        return ["view", code_of(made), expression, inner, self._mapping(call, scope), more]

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


def _constants(node: ast.Call) -> list[Json]:
    """[place or name, value] of the constants that a call gives."""
    words: list[tuple[int | str, ast.expr]] = [*enumerate(node.args)]
    words += [(keyword.arg, keyword.value) for keyword in node.keywords if keyword.arg]
    return [
        [place, value.value]
        for place, value in words
        if isinstance(value, ast.Constant) and isinstance(value.value, str | bool)
    ]


def _is_given(call: ast.Call, target: ast.expr) -> bool:
    """Whether a call's arguments are, one of them, the variable of a loop."""
    named = target.id if isinstance(target, ast.Name) else ""
    return any(isinstance(given, ast.Name) and given.id == named for given in call.args)
