"""Puts functions behind a seam where they stand, and takes them out again; all else keeps its bytes.

A decorator goes on each function and one import to the others. Taking out what an earlier run put in comes
first, so that running twice gives what running once gave.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import libcst as cst

from ...analyzer.model.errors import Refused
from ...analyzer.model.evidence import Place

_BINDING = frozenset({"staticmethod", "classmethod"})
_REGISTERS = frozenset(
    """shared_task task periodic_task db_task db_periodic_task actor route get post put patch delete head
    options register receiver hook command group fixture job listens_for event subscriber handler
    errorhandler before_request after_request teardown_request context_processor simple_tag
    inclusion_tag filter app_template_filter""".split()
)
"""Decorators that keep what they are given, or make something else of it: the seam goes inside."""


@dataclass(frozen=True, slots=True)
class Site:
    """A function of a file: its dotted `name` for the seam, and the hazards that were `accepted` for it.

    `inside`: below all of its decorators, so that whatever registers or guards it does so as before.
    """

    name: str
    accepted: tuple[str, ...] = ()
    inside: bool = False


def put_in(text: str, path: str, sites: Mapping[str, Site], module: str, seam: str) -> str:
    """The text of a file with the functions `sites` (by the name inside of it) behind a seam.

    `seam` is imported from `module`, under another name where the file has one of its own. Raises Refused
    for a file that cannot be parsed, and for a function that does not stand in it.
    """
    tree = parse(text, path)
    bare = tree.visit(_TakeOut(module, seam))
    alias = _free_name(bare, seam)
    putting = _PutIn(sites, alias)
    changed = bare.visit(putting)
    missing = sorted(sites.keys() - putting.done)
    if missing:
        raise Refused(
            f"{', '.join(missing)} cannot be put behind a seam: no such function stands in {path}",
            place=Place(path),
            why="what is made in another way (assigned, in a condition twice, generated) has no place for it",
            help="write it as a plain def, or leave it out of the service",
        )
    if sites:
        changed = _with_import(changed, module, seam, alias)
    return text_of(changed)


def take_out(text: str, path: str, module: str, seam: str) -> str:
    """The text of a file without what `put_in` put there."""
    return text_of(parse(text, path).visit(_TakeOut(module, seam)))


def parse(text: str, path: str) -> cst.Module:
    """The tree of a file. Raises Refused for one that cannot be parsed."""
    try:
        return cst.parse_module(text.encode("utf-8", "surrogateescape"))
    except (cst.ParserSyntaxError, UnicodeError, LookupError, RecursionError) as error:
        raise Refused(
            f"{path} cannot be rewritten: {str(error).splitlines()[0]}",
            place=Place(path),
            why="a file is changed only when all of it was understood",
            help="mend the file, then run the command again",
        ) from error


def text_of(tree: cst.Module) -> str:
    """The text of a tree, each byte as it was."""
    return tree.bytes.decode("utf-8", "surrogateescape")


def _is_seam_import(line: cst.CSTNode, module: str, seam: str) -> bool:
    if not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1:
        return False
    (only,) = line.body
    return (
        isinstance(only, cst.ImportFrom)
        and not only.relative
        and only.module is not None
        and _dotted(only.module) == module
        and not isinstance(only.names, cst.ImportStar)
        and [_dotted(alias.name) for alias in only.names] == [seam]
    )


class _TakeOut(cst.CSTTransformer):
    """Takes out the import and all decorators that use it."""

    def __init__(self, module: str, seam: str) -> None:
        self._module, self._seam = module, seam
        self._aliases: set[str] = set()

    def visit_Module(self, node: cst.Module) -> None:
        for line in node.body:
            if _is_seam_import(line, self._module, self._seam):
                (only,) = line.body  # type: ignore[misc]
                alias = only.names[0]  # type: ignore[union-attr]
                self._aliases.add(alias.evaluated_alias or self._seam)

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        if not self._aliases:
            return updated_node
        kept: list[cst.Decorator] = []
        above: Sequence[cst.EmptyLine] = ()
        for decorator in updated_node.decorators:
            call = decorator.decorator
            if isinstance(call, cst.Call) and _dotted(call.func) in self._aliases:
                above = (*above, *decorator.leading_lines)
            elif above:
                kept.append(decorator.with_changes(leading_lines=(*above, *decorator.leading_lines)))
                above = ()
            else:
                kept.append(decorator)
        after = (*above, *updated_node.lines_after_decorators)
        if not kept and (above or updated_node.lines_after_decorators) and updated_node.decorators:
            # Without decorators, what stood above them stands above the function.
            return updated_node.with_changes(
                decorators=(), leading_lines=(*updated_node.leading_lines, *after), lines_after_decorators=()
            )
        return updated_node.with_changes(decorators=kept, lines_after_decorators=after)

    def leave_Module(self, original_node: cst.Module, updated_node: cst.Module) -> cst.Module:
        body: list[cst.BaseStatement | cst.SimpleStatementLine] = []
        above: Sequence[cst.EmptyLine] = ()
        for line in updated_node.body:
            if _is_seam_import(line, self._module, self._seam):
                above = (*above, *line.leading_lines)
            elif above:
                body.append(line.with_changes(leading_lines=(*above, *line.leading_lines)))
                above = ()
            else:
                body.append(line)
        return updated_node.with_changes(body=body, footer=(*above, *updated_node.footer))


class _PutIn(cst.CSTTransformer):
    """Puts a decorator on each of the functions."""

    def __init__(self, sites: Mapping[str, Site], alias: str) -> None:
        self._sites, self._alias = sites, alias
        self._stack: list[str] = []
        self._last: dict[str, cst.FunctionDef] = {}
        self.done: set[str] = set()

    def visit_Module(self, node: cst.Module) -> None:
        finder = _Finder()
        node.visit(finder)
        self._last = finder.last

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self._stack.append(node.name.value)

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
        self._stack.pop()
        return updated_node

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self._stack.append(node.name.value)

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        name = ".".join(self._stack)
        self._stack.pop()
        site = self._sites.get(name)
        if site is None or self._last.get(name) is not original_node:
            return updated_node
        self.done.add(name)
        decorators = list(updated_node.decorators)
        position = len(decorators) if site.inside else _position(decorators)
        made = cst.Decorator(decorator=_call(self._alias, site))
        if position < len(decorators):
            # Comments above the next decorator stay above it.
            return updated_node.with_changes(
                decorators=[*decorators[:position], made, *decorators[position:]]
            )
        return updated_node.with_changes(decorators=[*decorators, made])


class _Finder(cst.CSTVisitor):
    """The last definition of each name: earlier ones are overloads, or nobody calls them."""

    def __init__(self) -> None:
        self._stack: list[str] = []
        self.last: dict[str, cst.FunctionDef] = {}

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self._stack.append(node.name.value)

    def leave_ClassDef(self, original_node: cst.ClassDef) -> None:
        self._stack.pop()

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self._stack.append(node.name.value)
        self.last[".".join(self._stack)] = node

    def leave_FunctionDef(self, original_node: cst.FunctionDef) -> None:
        self._stack.pop()


def _position(decorators: Sequence[cst.Decorator]) -> int:
    """Below `staticmethod` and what keeps the function for itself, above all others."""
    position = 0
    for index, decorator in enumerate(decorators):
        node = decorator.decorator
        name = _dotted(node.func if isinstance(node, cst.Call) else node).rpartition(".")[2]
        if name in _BINDING or name in _REGISTERS:
            position = index + 1
    return position


def _call(alias: str, site: Site) -> cst.Call:
    arguments = [cst.Arg(cst.SimpleString(f'"{site.name}"'))]
    if site.accepted:
        names = ", ".join(f'"{name}"' for name in site.accepted)
        value = cst.parse_expression(f"({names},)" if len(site.accepted) == 1 else f"({names})")
        equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
        arguments.append(cst.Arg(value, keyword=cst.Name("accepted"), equal=equal))
    return cst.Call(cst.Name(alias), arguments)


def _dotted(node: cst.CSTNode) -> str:
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute):
        return f"{_dotted(node.value)}.{node.attr.value}"
    return ""


def _free_name(tree: cst.Module, wanted: str) -> str:
    """A name that the file does not use."""
    names = _Names()
    tree.visit(names)
    alias = wanted
    while alias in names.found:
        alias = f"_{alias}"
    return alias


class _Names(cst.CSTVisitor):
    def __init__(self) -> None:
        self.found: set[str] = set()

    def visit_Name(self, node: cst.Name) -> None:
        self.found.add(node.value)


def _with_import(tree: cst.Module, module: str, seam: str, alias: str) -> cst.Module:
    """The import goes behind the last one of the first block of imports at the top of the file."""
    named = cst.ImportAlias(cst.Name(seam), cst.AsName(cst.Name(alias)) if alias != seam else None)
    whole = cst.parse_expression(module)
    assert isinstance(whole, cst.Name | cst.Attribute)
    line = cst.SimpleStatementLine([cst.ImportFrom(whole, [named])])
    position = 0
    for index, each in enumerate(tree.body):
        if _is_import(each):
            position = index + 1
        elif not (index == 0 and _is_docstring(each)) and position:
            break
        elif _is_docstring(each) and index == 0:
            position = 1
        else:
            break
    body = list(tree.body)
    if position == 0 and body:
        # What stands above the first statement (a licence, say) stays at the top of the file.
        return tree.with_changes(body=[line, *body])
    return tree.with_changes(body=[*body[:position], line, *body[position:]])


def _is_import(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.SimpleStatementLine) and all(
        isinstance(each, cst.Import | cst.ImportFrom) for each in node.body
    )


def _is_docstring(node: cst.CSTNode) -> bool:
    return (
        isinstance(node, cst.SimpleStatementLine)
        and isinstance(node.body[0], cst.Expr)
        and isinstance(node.body[0].value, cst.SimpleString | cst.ConcatenatedString)
    )
