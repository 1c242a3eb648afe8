"""Facts about URL patterns, read from one file: what variables and functions hold."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ...model.facts import Fact, Json
from ...model.world import Syntax
from .allowed import read_allowed
from .enrolled import read_rolls
from .flags import read_defaults, read_flags
from .languages import without_bare
from .plugins import Plugins, loop_over_apps
from .substitution import fill, rounds
from .trees import NOTHING, Tree, Trees, is_path, may_be_path

_NAMED = re.compile(r"\w*(?:urls|patterns)\w*\Z", re.IGNORECASE)
_ADDS = frozenset({"extend", "append", "insert", "prepend"})
_DEEP, _TURNS, _ROUNDS = 60, 20, 2_000
"""Blocks in blocks, wrappers around one variable, and rounds of loops that are followed."""
_MOST = 5_000
"""Parts of one list that are kept."""
RESULT = "()"
"""The name under which a fact holds what a function gives."""


def read_patterns(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kinds `patterns` (name: of a variable, or "()"), `rest`, `root`, `view`, `verbs`, `allows` and
    `flag`, `defaults`."""
    trees = Trees(syntax)
    paths = [(node, scope) for node, scope, _ in syntax.called(may_be_path(syntax)) if is_path(syntax, node)]
    holders = {scope for _, scope in paths}
    yield from _Block(syntax, trees, "").facts(syntax.tree.body)
    for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef):
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        name = syntax.name_of(node, scope)
        if name in holders or (_NAMED.match(node.name) and not isinstance(node, ast.ClassDef)):
            yield from _Block(syntax, trees, name).facts(node.body)
            if not isinstance(node, ast.ClassDef):
                yield from read_defaults(node, name)
            if not isinstance(node, ast.ClassDef) and node.args.vararg is not None:
                first = len(node.args.posonlyargs) + len(node.args.args)
                data: dict[str, Json] = {"name": node.args.vararg.arg, "place": first}
                yield Fact("rest", name, node.lineno, node.col_offset, data)
    for node, scope in syntax.find(ast.Assign):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield from _assigned(syntax, trees, node, node.targets[0].id, scope)
    for call, scope in paths:
        place = (call.lineno, call.col_offset)
        if place not in trees.seen:
            yield Fact("patterns", scope, *place, {"name": "", "tree": trees.tree(call, scope)})
    yield from read_allowed(syntax)
    yield from read_flags(syntax)
    yield from read_rolls(syntax, paths)


def _assigned(syntax: Syntax, trees: Trees, node: ast.Assign, name: str, scope: str) -> Iterator[Fact]:
    """Settings that name the root, views kept in variables, methods that a view class allows."""
    place = (scope, node.lineno, node.col_offset)
    if name == "app_name" and not scope:
        text = syntax.string(node.value)
        if text:
            yield Fact("space", *place, {"name": text})
    elif name.endswith("ROOT_URLCONF"):
        text = syntax.string(node.value)
        if text:
            yield Fact("root", *place, {"module": text})
    elif name == "http_method_names" and isinstance(node.value, ast.List | ast.Tuple):
        verbs = [(syntax.string(element) or "").upper() for element in node.value.elts]
        yield Fact("verbs", *place, {"verbs": sorted(verbs)})
    elif _wraps_view(node.value):
        yield Fact("view", *place, {"name": name, "tree": trees.view(node.value, scope)})


def _wraps_view(node: ast.expr) -> bool:
    """Whether an expression is `X.as_view()`, also with decorators around it."""
    for _ in range(_DEEP):
        if not isinstance(node, ast.Call):
            return False
        if getattr(node.func, "attr", "") == "as_view":
            return True
        if not node.args:
            return False
        node = node.args[0]
    return False


class _Block:
    """The statements of one scope, in order: what each of its variables holds at the end."""

    def __init__(self, syntax: Syntax, trees: Trees, scope: str) -> None:
        self._syntax, self._trees, self._scope = syntax, trees, scope
        self._held: dict[str, Tree] = {}
        self._lines: dict[str, int] = {}
        self._turns: dict[str, int] = {}
        self._sure: set[str] = set()  # variables that were set under no condition
        self._rounds = self._looping = 0
        self._plugins: Plugins | None = None

    def facts(self, body: list[ast.stmt]) -> Iterator[Fact]:
        """One fact a variable that holds patterns, and one for what the function gives."""
        self._run(body, False, 0)
        for name, tree in self._held.items():
            if _holds_patterns(tree) or (tree != NOTHING and (name == RESULT or _NAMED.match(name))):
                yield Fact("patterns", self._scope, self._lines[name], 0, {"name": name, "tree": tree})

    def _run(self, body: list[ast.stmt], conditional: bool, depth: int) -> None:
        if depth > _DEEP:
            return
        for statement in body:
            self._statement(statement, conditional, depth)

    def _statement(self, node: ast.stmt, conditional: bool, depth: int) -> None:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    self._set(target.id, node.value, conditional, node)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            self._set(node.target.id, node.value, conditional, node)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            self._add(node.target.id, node.value, node.lineno)
        elif isinstance(node, ast.Expr):
            self._called(node.value)
        elif isinstance(node, ast.Return):
            self._add(RESULT, node.value, node.lineno, conditional)
        elif isinstance(node, ast.For):
            self._loop(node, depth)
        elif isinstance(node, ast.If) and self._plugins is not None and self._plugins.asks(node.test):
            self._asked(self._plugins, node, depth)
        else:
            for body, may in _bodies(node):
                self._run(body, conditional or may, depth + 1)

    def _loop(self, node: ast.For, depth: int) -> None:
        plugins = loop_over_apps(node)
        if plugins is not None:
            around, self._plugins = self._plugins, plugins
            self._run(node.body, True, depth + 1)
            self._plugins = around
            return
        given = rounds(self._syntax, node.target, node.iter, self._scope)
        for names in given if given is not None else ({},):
            self._rounds += 1
            if self._rounds > _ROUNDS:
                return
            body = [fill(inner, names) for inner in node.body] if names else node.body
            self._looping += 1
            self._run(body, True, depth + 1)
            self._looping -= 1

    def _asked(self, plugins: Plugins, node: ast.If, depth: int) -> None:
        """`if hasattr(app, "Meta"):` around, or `if not hasattr(app, "Meta"): continue` before the rest."""
        before = len(plugins.needs)
        plugins.needs.append(plugins.asks(node.test))
        self._run(node.body, True, depth + 1)
        if not isinstance(node.body[-1], ast.Continue):
            del plugins.needs[before:]
        self._run(node.orelse, True, depth + 1)

    def _called(self, node: ast.expr) -> None:
        """`urlpatterns.extend(more)` and `yield path(...)`."""
        if isinstance(node, ast.Yield | ast.YieldFrom):
            self._add(RESULT, node.value, node.lineno)
        if not isinstance(node, ast.Call) or not node.args or not isinstance(node.func, ast.Attribute):
            return
        if node.func.attr in _ADDS and isinstance(node.func.value, ast.Name):
            self._add(node.func.value.id, node.args[-1], node.lineno)

    def _tree(self, value: ast.expr | None) -> Tree:
        """The tree of a value; in a loop over applications with what this round has in its variables."""
        tree = self._trees.tree(value, self._scope)
        if self._plugins is None:
            return tree
        for name, held in self._plugins.held.items():
            tree = _with_previous(tree, name, held)
        return self._plugins.within(tree)

    def _set(self, name: str, value: ast.expr | None, conditional: bool, place: ast.stmt) -> None:
        if self._plugins is not None and name not in self._held:
            if not self._plugins.binds(name, value):
                self._plugins.keep(name, self._tree(value))
            return
        tree, held = self._tree(value), self._held.get(name, NOTHING)
        # What stood there before goes where the condition holds, unless that was a branch beside this one.
        before = held
        if name in self._sure:
            unless: Tree = ["unless", place.lineno, place.col_offset, held]
            before = ["prefix", "", held] if self._looping else unless
        if held != NOTHING and _mentions(tree, name):
            turns = self._turns[name] = self._turns.get(name, 0) + 1
            kept = conditional and not _keeps(tree, name)
            tree = held if tree[0] == "call" and turns > _TURNS else _with_previous(tree, name, held)
            tree = ["list", [before, tree]] if kept and turns <= _TURNS else tree
        elif held != NOTHING and tree != NOTHING and conditional:
            self._sure.discard(name)
            tree = ["list", [*(before[1] if before[0] == "list" else [before]), tree][:_MOST]]
        if not conditional:
            self._sure.add(name)
        self._keep(name, tree, place.lineno)

    def _add(self, name: str, value: ast.expr | None, line: int, conditional: bool = False) -> None:
        tree, before = self._tree(value), self._held.get(name, NOTHING)
        if tree == NOTHING:
            return
        if self._plugins is not None and name in self._plugins.held:
            self._plugins.keep(name, ["list", [self._plugins.held[name], tree]])
            return
        if conditional:  # given back as they are on one way, on others perhaps below something else
            tree = ["prefix", "", tree]
        elif name == RESULT:
            before = without_bare(before, tree)
        if before[0] == "list" and len(before[1]) < _MOST:
            before[1].append(tree)
        elif before[0] == "list":
            return
        else:
            self._keep(name, tree if before == NOTHING else ["list", [before, tree]], line)

    def _keep(self, name: str, tree: Tree, line: int) -> None:
        if tree == NOTHING:
            return
        self._held[name] = tree
        self._lines.setdefault(name, line)


_INSIDE = {"path": 4, "prefix": 2, "suffixed": 2, "space": 2, "unless": 3, "apps": 3}
"""Where the tree stands in those that have one inside."""


def _mentions(tree: Tree, name: str) -> bool:
    """Whether the tree of a value holds the variable itself."""
    if tree[0] == "ref":
        return bool(tree[1] == name)
    if tree[0] in _INSIDE:
        return _mentions(tree[_INSIDE[tree[0]]], name)
    inside = {"list": 1, "call": 3}.get(tree[0])
    return inside is not None and any(_mentions(inner, name) for inner in tree[inside])


def _keeps(tree: Tree, name: str) -> bool:
    """Whether what the variable held stands in its new value as it was: `urls = more + urls`."""
    if tree[0] == "list":
        return any(_keeps(inner, name) for inner in tree[1])
    return bool(tree[0] == "ref" and tree[1] == name)


def _with_previous(tree: Tree, name: str, held: Tree) -> Tree:
    """The tree in which the variable itself is what it held so far: `urls = wrap(urls)`. Lists stay flat."""
    if tree[0] == "ref" and tree[1] == name:
        return held
    if tree[0] == "list":
        found: list[Tree] = []
        for inner in tree[1]:
            filled = _with_previous(inner, name, held)
            found += filled[1] if filled[0] == "list" else [filled]
        return ["list", found[:_MOST]]
    if tree[0] in _INSIDE:
        at = _INSIDE[tree[0]]
        return [*tree[:at], _with_previous(tree[at], name, held), *tree[at + 1 :]]
    if tree[0] == "call":
        return [*tree[:3], [_with_previous(inner, name, held) for inner in tree[3]], *tree[4:]]
    return tree


def _bodies(node: ast.stmt) -> Iterator[tuple[list[ast.stmt], bool]]:
    """The blocks inside a statement, and whether each may be left out."""
    if isinstance(node, ast.If | ast.While):
        yield from ((node.body, True), (node.orelse, True))
    elif isinstance(node, ast.Try | ast.TryStar):
        yield node.body, False
        yield from ((handler.body, True) for handler in node.handlers)
        yield [*node.orelse, *node.finalbody], False
    elif isinstance(node, ast.With):
        yield node.body, False
    elif isinstance(node, ast.Match):
        yield from ((case.body, True) for case in node.cases)


def _holds_patterns(tree: Tree) -> bool:
    if tree[0] in ("path", "module", "apps"):
        return True
    if tree[0] in _INSIDE:
        return _holds_patterns(tree[_INSIDE[tree[0]]])
    if tree[0] in ("list", "call"):
        return any(_holds_patterns(inner) for inner in tree[1 if tree[0] == "list" else 3])
    return tree[0] == "ref" and str(tree[1]).endswith((".urls", ".urlpatterns"))
