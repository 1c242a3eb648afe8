"""Modules of a service without the functions that make or fill the monolith's application.

The service makes an application of its own. What makes the monolith's imports all of it, so that a copy of
that module would bring the monolith along: these functions are left out, with the imports that nothing else
in their module names.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from ..model.graph import Graph
from .definitions import with_names

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Import = ast.Import | ast.ImportFrom


class Trimmed(NamedTuple):
    """Texts by path where something was left out, and the lines with the names whose import went.

    An empty set of names stands for all that is on the line; `gone` are names that a module has no more.
    """

    texts: Mapping[str, str] = {}
    left: Mapping[str, Mapping[int, frozenset[str]]] = {}
    gone: Mapping[str, frozenset[str]] = {}

    def leaves(self, path: str, line: int, target: str) -> bool:
        """Whether an import on a line of a file, of something by its dotted name, was left out."""
        names = self.left.get(path, {}).get(line)
        return names is not None and (not names or any(f".{name}." in f".{target}." for name in names))


def trimmed(
    graph: Graph, texts: Mapping[str, str], functions: Iterable[str], because: str, stand_in: str = ""
) -> Trimmed:
    """The modules of functions (ids of nodes) without these; `because` is said in their place.

    A function that other code of its module names, or that stands within another, is kept. `stand_in` is code
    that takes the place of the first function, whose name is still there then.
    """
    functions = list(functions)
    wanted: dict[str, set[str]] = {}
    names = {node.path: node.name for node in graph.nodes("module")}
    for id in functions:
        node = graph.node(id)
        if node is not None and node.path in texts:
            wanted.setdefault(node.path or "", set()).add(node.name.removeprefix(f"{names.get(node.path)}."))
    modules = {path: _Module.of(texts[path]) for path in sorted(wanted)}
    first = graph.node(functions[0]) if functions and stand_in else None
    stands = {first.path: first.name.rpartition(".")[2]} if first is not None else {}
    parts = {
        path: module.without(going, because, stands.get(path, ""), stand_in)
        for path, module in modules.items()
        if module is not None and (going := module.free(wanted[path]))
    }
    return Trimmed(
        {path: text for path, (text, _, _) in parts.items()},
        {path: lines for path, (_, lines, _) in parts.items()},
        {path: names for path, (_, _, names) in parts.items()},
    )


def missed(trims: Trimmed, texts: Mapping[str, str], names: Mapping[str, str]) -> frozenset[str]:
    """The trimmed files of which other files of a service still take what was left out.

    `texts` are the service's files, `names` what its modules are called by their paths.
    """
    lost = {names[path]: (path, gone) for path, gone in trims.gone.items() if path in names}
    found: set[str] = set()
    for path, text in texts.items():
        text = trims.texts.get(path, text)
        if path not in names or not any(name in text for _, gone in lost.values() for name in gone):
            continue
        for module, name in _references(text, names[path], path.endswith("__init__.py")):
            for known, (where, gone) in lost.items():
                if module == known and name in gone and where != path:
                    found.add(where)
    return frozenset(found)


def _references(text: str, own: str, package: bool) -> Iterator[tuple[str, str]]:
    """(module, name) of what a file takes from modules, by imports and as attributes of these."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return
    bound: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            base = own.split(".") + ([""] if package else [])
            around = base[: -node.level] if node.level else []
            module = ".".join([*around, *([node.module] if node.module else [])])
            for alias in node.names:
                yield module, alias.name
                bound[_bound(alias)] = f"{module}.{alias.name}".lstrip(".")
        elif isinstance(node, ast.Import):
            bound |= {_bound(alias): alias.name if alias.asname else _bound(alias) for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            head, _, rest = ast.unparse(node.value).partition(".")
            if head in bound:
                yield ".".join(filter(None, (bound[head], rest))), node.attr


class _Module:
    """A module's text and tree."""

    def __init__(self, text: str, tree: ast.Module) -> None:
        self._text, self._tree = text, tree

    @classmethod
    def of(cls, text: str) -> _Module | None:
        try:
            return cls(text, ast.parse(text))
        except (SyntaxError, ValueError, RecursionError):
            return None

    def free(self, names: Collection[str]) -> list[_Function]:
        """The functions of these names at the top that nothing else here names."""
        going = [node for node in self._tree.body if isinstance(node, _Function) and node.name in names]
        while True:
            kept = self._named(node for node in self._tree.body if node not in going) | self._exported()
            free = [node for node in going if node.name not in kept and not node.decorator_list]
            if len(free) == len(going):
                return free
            going = free

    def without(
        self, going: list[_Function], because: str, stands: str, stand_in: str
    ) -> tuple[str, Mapping[int, frozenset[str]], frozenset[str]]:
        """The text without functions and what only they import; the lines, and the names, that went."""
        rest = [node for node in self._tree.body if node not in going]
        only = self._named(going) - self._named(node for node in rest if not isinstance(node, _Import))
        only -= self._exported()
        lines = self._text.splitlines(keepends=True)
        left: dict[int, frozenset[str]] = {}
        names = {node.name for node in going}
        for node in self._tree.body:
            first, last = node.lineno, node.end_lineno or node.lineno
            if isinstance(node, _Function) and node in going:
                left |= dict.fromkeys(range(first, last + 1), frozenset())
                said = [f"# {node.name}: {because}\n"]
                if node.name == stands:
                    names.discard(stands)
                    said[0] += f"def {stands}(*_args, **_options):\n{stand_in}"
                lines[first - 1 : last] = [*said, *[""] * (last - first)]
            elif isinstance(node, _Import) and not self._shares_lines(node):
                stay = [alias for alias in node.names if _bound(alias) not in only]
                gone = frozenset(alias.name for alias in node.names if alias not in stay)
                if gone:
                    names |= {_bound(alias) for alias in node.names if alias not in stay}
                    left |= dict.fromkeys(range(first, last + 1), gone if stay else frozenset())
                    text = [f"{ast.unparse(with_names(node, stay))}\n"] if stay else [""]
                    lines[first - 1 : last] = [*text, *[""] * (last - first)]
        return "".join(lines), left, frozenset(names)

    def _shares_lines(self, node: ast.stmt) -> bool:
        first, last = node.lineno, node.end_lineno or node.lineno
        return any(
            each is not node and each.lineno <= last and (each.end_lineno or each.lineno) >= first
            for each in self._tree.body
        )

    @staticmethod
    def _named(nodes: Iterable[ast.AST]) -> set[str]:
        return {each.id for node in nodes for each in ast.walk(node) if isinstance(each, ast.Name)}

    def _exported(self) -> set[str]:
        """Names in `__all__`, and any other text of the module's own statements that is one."""
        statements = (node for node in self._tree.body if isinstance(node, ast.Assign | ast.AugAssign))
        return {
            each.value
            for node in statements
            for each in ast.walk(node)
            if isinstance(each, ast.Constant) and isinstance(each.value, str)
        }


def _bound(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]
