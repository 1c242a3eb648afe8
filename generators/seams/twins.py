"""Django's models on a shared database: twins that nobody migrates, on the tables as they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import libcst as cst

from .codemod import parse, text_of


def twins(text: str, path: str, models: Mapping[str, tuple[str, str]]) -> str:
    """The text of a file whose classes `models` (name -> table, label of the application) became twins.

    Their `Meta` says `managed = False`, the table and the label; all else of it stays. Twice is once. Raises
    Refused for a file that cannot be parsed.
    """
    return text_of(parse(text, path).visit(_Twins(models)))


class _Twins(cst.CSTTransformer):
    def __init__(self, models: Mapping[str, tuple[str, str]]) -> None:
        self._models = models
        self._depth = 0

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self._depth += 1

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
        self._depth -= 1
        found = self._models.get(updated_node.name.value) if not self._depth else None
        if found is None:
            return updated_node
        said = {"managed": "False", "app_label": f'"{found[1]}"', "db_table": f'"{found[0]}"'}
        body = _lines_of(updated_node.body)
        for index, line in enumerate(body):
            if isinstance(line, cst.ClassDef) and line.name.value == "Meta":
                body[index] = _meta(line, said)
                break
        else:
            inner = "".join(f"    {name} = {value}\n" for name, value in said.items())
            made = cst.parse_module(f"\nclass Meta:\n{inner}").body[0]
            body.append(made.with_changes(leading_lines=[cst.EmptyLine(indent=False)]))
        block = updated_node.body
        if not isinstance(block, cst.IndentedBlock):
            block = cst.IndentedBlock(body=[])
        return updated_node.with_changes(body=block.with_changes(body=body))


def _meta(meta: cst.ClassDef, said: Mapping[str, str]) -> cst.ClassDef:
    """What the twin says comes first; what the class said of the same goes."""
    kept = [line for line in _lines_of(meta.body) if not _sets(line, said)]
    lines = [cst.parse_statement(f"{name} = {value}") for name, value in said.items()]
    block = meta.body if isinstance(meta.body, cst.IndentedBlock) else cst.IndentedBlock(body=[])
    return meta.with_changes(body=block.with_changes(body=[*lines, *kept]))


def _sets(line: cst.CSTNode, names: Mapping[str, str]) -> bool:
    if not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1:
        return False
    (only,) = line.body
    if not isinstance(only, cst.Assign) or len(only.targets) != 1:
        return False
    target = only.targets[0].target
    return isinstance(target, cst.Name) and target.value in names


def _lines_of(suite: cst.BaseSuite) -> list[Any]:
    """The statements of a body, each on a line of its own, without a `pass` that stands for nothing."""
    lines: list[Any] = list(suite.body)
    if not isinstance(suite, cst.IndentedBlock):
        lines = [cst.SimpleStatementLine([each]) for each in lines]
    return [
        line
        for line in lines
        if not (
            isinstance(line, cst.SimpleStatementLine)
            and all(isinstance(each, cst.Pass) for each in line.body)
        )
    ]
