"""The statements at the top of a module: what they bind, what they name when they run, their lines."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Unit:
    """Statements at the top of a module that share lines: their first and last line, and what they bind."""

    start: int
    end: int
    nodes: list[ast.stmt]
    binds: set[str] = field(default_factory=set)


def units_of(tree: ast.Module) -> Iterator[Unit]:
    """The statements at the top of a module, those that share lines together."""
    current: Unit | None = None
    for node in tree.body:
        decorators = getattr(node, "decorator_list", [])
        start = min([node.lineno, *(each.lineno for each in decorators)])
        end = node.end_lineno or node.lineno
        if current is not None and start <= current.end:
            current.nodes.append(node)
            current.end = max(current.end, end)
        else:
            if current is not None:
                yield current
            current = Unit(start, end, [node])
        current.binds |= _bound(node)
    if current is not None:
        yield current


def _bound(node: ast.stmt) -> set[str]:
    """The names that a statement at the top of a module binds there."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {alias.asname or alias.name.partition(".")[0] for alias in node.names}
    found: set[str] = set()
    waiting: list[ast.AST] = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            found.add(each.id)
        elif isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(each.name)
            continue
        elif isinstance(each, ast.Import | ast.ImportFrom):
            found |= {alias.asname or alias.name.partition(".")[0] for alias in each.names}
        elif isinstance(each, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            continue
        waiting.extend(ast.iter_child_nodes(each))
    return found


def running(node: ast.AST) -> Iterator[ast.AST]:
    """What of a definition is looked at when it runs: all but annotations of functions."""
    waiting: list[ast.AST] = [node]
    while waiting:
        each = waiting.pop()
        yield each
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
            arguments = each.args
            waiting += [*each.decorator_list, *each.body, *arguments.defaults]
            waiting += [default for default in arguments.kw_defaults if default is not None]
        elif isinstance(each, ast.arg):
            continue
        else:
            waiting.extend(ast.iter_child_nodes(each))


def annotated(node: ast.AST) -> Iterator[str]:
    """Names in the annotations of functions."""
    for each in ast.walk(node):
        annotations: list[ast.expr | None] = []
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
            annotations.append(each.returns)
        elif isinstance(each, ast.arg):
            annotations.append(each.annotation)
        for annotation in annotations:
            if annotation is not None:
                for name in ast.walk(annotation):
                    if isinstance(name, ast.Name):
                        yield name.id
                    elif isinstance(name, ast.Constant) and isinstance(name.value, str):
                        yield from _names_in(name.value)


def _names_in(text: str) -> list[str]:
    try:
        tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError):
        return []
    return [name.id for name in ast.walk(tree) if isinstance(name, ast.Name)]


def with_names(node: ast.Import | ast.ImportFrom, names: list[ast.alias]) -> ast.stmt:
    """An import of some of its names."""
    if isinstance(node, ast.Import):
        return ast.Import(names=names)
    return ast.ImportFrom(module=node.module, names=names, level=node.level)


def lines_of(lines: list[str], unit: Unit, units: list[Unit]) -> str:
    """The lines of a definition, and of the comments right above it."""
    start = unit.start - 1
    while start > 0 and lines[start - 1].lstrip().startswith("#"):
        start -= 1
    return "".join(lines[start : unit.end])


def is_block(text: str) -> bool:
    """Whether lines define a function or class, which stand apart."""
    return any(line.startswith(("def ", "class ", "async def ", "@")) for line in text.splitlines())


def dotted_name(node: ast.AST) -> str:
    """`a.b.c` of an expression, "" for others."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        head = dotted_name(node.value)
        return f"{head}.{node.attr}" if head else ""
    return ""
