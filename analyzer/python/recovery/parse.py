"""A tree of any text: by `ast` where that reads it, else put together from what can be read."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Sequence

from ...model.facts import Problem

_LEADING = re.compile(r"^[ \t]*\t[ \t]*", re.MULTILINE)
_SHOWN = 8


def parse(text: str) -> tuple[ast.Module, list[Problem]]:
    """The tree, and what was wrong with the text.

    A text that `ast` refuses gives two problems: what `ast` says of it, and how it was read: `rewritten` in
    full, or `recovered`, where of some statements nothing but names came through.
    """
    plain = text.replace("\0", " ")
    try:
        return _ast(text), []
    except TabError as error:
        problem = Problem("syntax-error", error.lineno or 1, str(error.msg))
        plain = _LEADING.sub(lambda match: match[0].expandtabs(), plain)
    except SyntaxError as error:
        problem = Problem("syntax-error", error.lineno or 1, str(error.msg))
    except (RecursionError, MemoryError):
        problem = Problem("too-complex", 1, "nested too deeply to be parsed")
    except ValueError as error:  # NUL bytes, lone surrogates
        problem = Problem("syntax-error", 1, str(error))
    if plain != text:
        try:
            return _ast(plain), [
                problem,
                Problem("rewritten", 1, "read with tabs as eight columns and NULs as spaces"),
            ]
        except (SyntaxError, RecursionError, MemoryError, ValueError):
            pass
    tree, kind, how = _recovered(plain)
    return tree, [problem, Problem(kind, problem.line, how)] if tree.body else [problem]


def cut(tree: ast.Module, deepest: int) -> int:
    """Takes out of a tree what lies deeper than that; returns the line of the first, 0 when nothing does."""
    first = 0
    stack: list[tuple[ast.AST, int]] = [(tree, 0)]
    while stack:
        node, depth = stack.pop()
        for name, value in ast.iter_fields(node):
            if depth < deepest:
                stack.extend((child, depth + 1) for child in _nodes(value))
            elif isinstance(value, ast.expr) or (isinstance(value, list) and value):
                line = getattr(node, "lineno", 0)
                first = min(first, line) if first else line
                setattr(node, name, _less(value))
    return first


def _nodes(value: object) -> list[ast.AST]:
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, ast.AST)]


def _less(value: object) -> object:
    """What stands for something that was taken out."""
    if isinstance(value, list):
        return [_less(each) for each in value]
    if isinstance(value, ast.stmt):
        return ast.copy_location(ast.Pass(), value)
    return ast.copy_location(ast.Constant(None), value) if isinstance(value, ast.expr) else value


def _ast(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _recovered(text: str) -> tuple[ast.Module, str, str]:
    import tree_sitter_python
    from tree_sitter import Language, Parser

    from .statements import Statements

    data = text.encode("utf-8", "replace")
    parser = Parser(Language(tree_sitter_python.language()))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        statements = Statements(data, parser.parse(data).root_node)
        tree = statements.module()
    how = f"read through tree-sitter: {statements.kept} statements as they stand"
    if statements.rewritten:
        how += f"; rewritten at line {_lines(statements.rewritten)}"
    if statements.lost:
        how += f"; by names alone at line {_lines(statements.lost)}"
    return tree, "recovered" if statements.lost else "rewritten", how


def _lines(lines: Sequence[int]) -> str:
    different = sorted(set(lines))
    shown = ", ".join(map(str, different[:_SHOWN]))
    more = len(different) - _SHOWN
    return f"{shown} and {more} more" if more > 0 else shown
