"""What of a project's modules a service needs, definition by definition, with the lines as they stand.

A function or class brings along what it names when it runs: constants, helpers and classes of its module, and
those that are imported from others of the project. Annotations alone bring nothing. What a module does when
it is imported, beside defining things, is left out unless it names what is needed.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping

from ..model.errors import Refused
from ..model.evidence import Place
from ..model.graph import Graph
from .declarations import Declarations
from .definitions import Unit, annotated, dotted_name, is_block, lines_of, running, with_names

_LIMIT = 5_000
_BLOCKS = (ast.If, ast.Try, ast.TryStar, ast.With, ast.For, ast.While)
_FUTURE = "from __future__ import annotations"


class Slices:
    """The parts of a project's modules that are needed; ask `text` once all has been added."""

    def __init__(self, graph: Graph, declarations: Declarations, texts: Mapping[str, str]) -> None:
        self._declarations = declarations
        self._paths = {node.name: node.path for node in graph.nodes("module") if node.path}
        self._texts = texts
        self._taken: dict[str, set[int]] = {}
        self._imported: dict[str, set[str]] = {}
        self._seen: set[tuple[str, str]] = set()
        self.external: set[str] = set()
        """Dotted names of what is imported from outside the project when the slices run."""
        self.optional: set[str] = set()
        """Those that are imported on a condition."""

    # Adding ---------------------------------------------------------------------------------------

    def add(self, names: Iterable[tuple[str, str]]) -> None:
        """Take (module, name at its top) with all that they need; an empty name is the whole module."""
        # `handle<2>` stands where `handle` does.
        waiting = sorted({(module, name.partition("<")[0] or name) for module, name in names})
        while waiting and len(self._seen) < _LIMIT:
            item = waiting.pop()
            if item not in self._seen:
                self._seen.add(item)
                waiting.extend(sorted(self._take(*item)))

    def _take(self, module: str, name: str) -> Iterator[tuple[str, str]]:
        self._touch(module)
        if self._declarations.file(module) is None and module in self._paths:
            raise Refused(
                f"{self._paths[module]} cannot be parsed, and something in it is needed",
                place=Place(self._paths[module]),
                why=f"{name or module} would be missing in the service",
                help="carveout analyze --format blind-spots says what is wrong with the file",
            )
        for index, unit in enumerate(self._declarations.units(module)):
            wanted = not name or name in unit.binds or self._changes(unit, name)
            if wanted and index not in self._taken[module]:
                if all(isinstance(node, ast.Import | ast.ImportFrom) for node in unit.nodes):
                    yield from self._take_imports(module, unit, name)
                else:
                    self._taken[module].add(index)
                    for node in unit.nodes:
                        yield from self._needs(module, node)

    def _touch(self, module: str) -> None:
        """A module is there as soon as something of it is, and so are the packages around it."""
        while module:
            if module in self._paths:
                self._taken.setdefault(module, set())
                self._imported.setdefault(module, set())
            module = module.rpartition(".")[0]

    @staticmethod
    def _changes(unit: Unit, name: str) -> bool:
        """Whether statements that nothing names work on a name: `TABLE[1] = 2`, `@listens_for(name, ...)`."""
        working: list[ast.AST] = [] if unit.binds else [*unit.nodes]
        for node in unit.nodes:
            for decorator in getattr(node, "decorator_list", ()):
                if isinstance(decorator, ast.Call):
                    working += decorator.args
        return any(
            isinstance(each, ast.Name) and each.id == name for node in working for each in ast.walk(node)
        )

    def _take_imports(self, module: str, unit: Unit, name: str) -> Iterator[tuple[str, str]]:
        for node in unit.nodes:
            assert isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names:
                bound = alias.asname or alias.name.partition(".")[0]
                if not name or bound == name or alias.name == "*":
                    self._imported[module].add(bound)
                    yield from self._imports(module, node, alias)

    def _imports(
        self, module: str, node: ast.Import | ast.ImportFrom, alias: ast.alias, *, optional: bool = False
    ) -> Iterator[tuple[str, str]]:
        """What an import leads to, where that lies in the project."""
        outside = self.optional if optional else self.external
        if isinstance(node, ast.Import):
            target, name = alias.name, ""
            if self._declarations.split(target) is None:
                outside.add(target)
                return
            yield target, name
            return
        origin = self._origin(module, node)
        whole = origin if alias.name == "*" else f"{origin}.{alias.name}"
        found = self._declarations.split(whole)
        if found is None:
            outside.add(whole)
        elif found[1]:
            yield found[0], found[1].partition(".")[0]
        else:
            self._touch(found[0])  # a module: what is read of it comes by its attributes

    def _origin(self, module: str, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        path = self._paths.get(module, "")
        parts = (module if path.endswith("__init__.py") else module.rpartition(".")[0]).split(".")
        base = parts[: len(parts) - node.level + 1]
        return ".".join([*base, *([node.module] if node.module else [])])

    def _needs(self, module: str, node: ast.stmt) -> Iterator[tuple[str, str]]:
        """What a definition names when it runs."""
        modules = self._modules(module)
        for each in running(node):
            if isinstance(each, ast.Name):
                yield module, each.id
            elif isinstance(each, ast.Import | ast.ImportFrom):
                for alias in each.names:
                    yield from self._imports(module, each, alias, optional=isinstance(node, _BLOCKS))
            elif isinstance(each, ast.Attribute):
                whole = dotted_name(each)
                head = whole.partition(".")[0]
                if head in modules:
                    found = self._declarations.split(f"{modules[head]}{whole[len(head) :]}")
                    if found is not None and found[1]:
                        yield found[0], found[1].partition(".")[0]

    def _modules(self, module: str) -> dict[str, str]:
        """Names of a file that are modules of the project: as it imports them -> in full."""
        found: dict[str, str] = {}
        file = self._declarations.file(module)
        for node, _ in file.syntax.find(ast.Import, ast.ImportFrom) if file is not None else ():
            assert isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names:
                if isinstance(node, ast.Import):
                    full = alias.name if alias.asname else alias.name.partition(".")[0]
                else:
                    full = f"{self._origin(module, node)}.{alias.name}"
                if full in self._paths:
                    found[alias.asname or alias.name.partition(".")[0]] = full
        return found

    # What comes out -------------------------------------------------------------------------------

    def modules(self) -> tuple[str, ...]:
        """The modules of which something is needed, the packages around them included, sorted."""
        return tuple(sorted(self._taken))

    def place_of(self, dotted: str) -> tuple[str, str] | None:
        """(module, name at its top) of a dotted name of which the slices hold the definition."""
        found = self._declarations.split(dotted)
        if found is None or found[0] not in self._taken:
            return None
        name = found[1].partition(".")[0]
        return (found[0], name) if name in self.defined(found[0]) or self.is_whole(found[0]) else None

    def has(self, dotted: str) -> bool:
        """Whether a dotted name means something where the slices are: defined there, or imported."""
        found = self._declarations.split(dotted)
        if found is None or found[0] not in self._taken:
            return False
        name = found[1].partition(".")[0]
        return not name or name in self._imported[found[0]] or self.place_of(dotted) is not None

    def defined(self, module: str) -> frozenset[str]:
        """The names that the slice of a module defines."""
        units = self._declarations.units(module)
        return frozenset(name for index in self._taken[module] for name in units[index].binds)

    def runs(self, module: str, line: int) -> bool:
        """Whether the statement at the top of a module on that line is among what is needed."""
        units = self._declarations.units(module)
        taken = (units[index] for index in self._taken.get(module, ()))
        return self.is_whole(module) or any(unit.start <= line <= unit.end for unit in taken)

    def is_whole(self, module: str) -> bool:
        """Whether all of a module is needed."""
        return (module, "") in self._seen

    def text(self, module: str) -> str:
        """The slice of a module: docstring, the imports that it uses, then its definitions as they stand."""
        path = self._paths[module]
        if self.is_whole(module):
            return self._texts[path]
        file = self._declarations.file(module)
        if file is None or not (self._taken[module] or self._imported[module]):
            return ""
        lines = self._texts[path].splitlines(keepends=True)
        units = self._declarations.units(module)
        kept = [units[index] for index in sorted(self._taken[module])]
        body = [lines_of(lines, unit, units) for unit in kept]
        typing = list(self._typing_lines(module, units, kept))
        checking = [("typing", "TYPE_CHECKING")] if typing else []
        parts = [self._import_lines(module, checking)]
        if typing:
            parts.append("if TYPE_CHECKING:\n" + "".join(f"    {line}\n" for line in typing))
        docstring = ast.get_docstring(file.syntax.tree, clean=False)
        if docstring is not None:
            first = file.syntax.tree.body[0]
            parts.insert(0, "".join(lines[first.lineno - 1 : first.end_lineno]))
        text = "\n".join(part for part in parts if part)
        return text + "".join(
            f"\n\n{part.strip(chr(10))}\n" if is_block(part) else f"\n{part.strip(chr(10))}\n"
            for part in body
        )

    def _import_lines(self, module: str, extra: Iterable[tuple[str, str]]) -> str:
        """The imports that are used, in groups and sorted as isort has them."""
        plain: dict[str, set[str]] = {}
        named: dict[str, set[str]] = {}
        for origin, text in extra:
            named.setdefault(origin, set()).add(text)
        taken = self._taken[module]
        for index, unit in enumerate(self._declarations.units(module)):
            for node in unit.nodes if index not in taken else ():
                if not isinstance(node, ast.Import | ast.ImportFrom):
                    continue
                for alias in node.names:
                    if (alias.asname or alias.name.partition(".")[0]) not in self._imported[module]:
                        continue
                    if isinstance(node, ast.Import):
                        plain.setdefault(alias.name, set()).add(ast.unparse(alias))
                    elif node.module != "__future__":
                        named.setdefault("." * node.level + (node.module or ""), set()).add(
                            ast.unparse(alias)
                        )
        groups: dict[int, list[str]] = {-1: [f"{_FUTURE}\n"]}
        for origin, texts in sorted(plain.items()):
            groups.setdefault(self._group(origin), []).extend(f"import {text}\n" for text in sorted(texts))
        for origin, texts in sorted(named.items()):
            lines = groups.setdefault(self._group(origin), [])
            apart = sorted(text for text in texts if " as " in text)
            together = sorted(texts - set(apart))
            lines.extend(f"from {origin} import {text}\n" for text in [", ".join(together), *apart] if text)
        return "\n".join("".join(groups[group]) for group in sorted(groups))

    def _group(self, origin: str) -> int:
        """Standard library, libraries, the project, and what is relative.

        Seams that stand in the code already come first: they are taken out of a service, without a trace.
        """
        if origin.endswith("_seam"):
            return -1
        if origin.startswith("."):
            return 3
        if origin.partition(".")[0] in sys.stdlib_module_names:
            return 0
        return 1 if self._declarations.split(origin) is None else 2

    def _typing_lines(self, module: str, units: list[Unit], kept: list[Unit]) -> Iterator[str]:
        """Names that stand in annotations alone: from libraries as they are, of the project as anything."""
        wanted = {name for unit in kept for node in unit.nodes for name in annotated(node)}
        wanted -= self._imported[module] | self.defined(module)
        unknown: list[str] = []
        for unit in units:
            for node in unit.nodes:
                if isinstance(node, ast.Import | ast.ImportFrom):
                    for alias in node.names:
                        bound = alias.asname or alias.name.partition(".")[0]
                        if bound in wanted:
                            full = (
                                alias.name
                                if isinstance(node, ast.Import)
                                else f"{self._origin(module, node)}.{alias.name}"
                            )
                            if self._declarations.split(full) is None:
                                yield ast.unparse(with_names(node, [alias]))
                            else:
                                unknown.append(bound)
                elif wanted & unit.binds:
                    unknown.extend(wanted & unit.binds)
        yield from (f"from typing import Any as {name}" for name in sorted(set(unknown)))
