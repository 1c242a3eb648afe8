"""Imports: what a file imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..model.facts import Import
from .syntax import PythonSyntax


def read_imports(syntax: PythonSyntax) -> Iterator[Import]:
    """Every import statement of a file, one record a name, in source order."""
    for node, scope in syntax.find(ast.Import, ast.ImportFrom):
        mark = syntax.marks[node]
        if isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            for alias in node.names:
                name = "" if alias.name == "*" else alias.asname or alias.name
                yield Import(scope, name, module, alias.name, node.lineno, node.col_offset, mark)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                # `import a.b` binds `a`; `import a.b as c` binds the module a.b itself.
                name = alias.asname or alias.name.partition(".")[0]
                attribute = "" if alias.asname or "." not in alias.name else "."
                yield Import(scope, name, alias.name, attribute, node.lineno, node.col_offset, mark)
