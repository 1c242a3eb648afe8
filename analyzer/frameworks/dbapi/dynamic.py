"""Names of tables that code puts into a text: which ones they may be, as far as constants tell."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product

from ...model.facts import Json
from ...model.world import Syntax, World
from ...python.assigned import Assigned
from ...python.expressions import summands
from ...python.filled_patterns import Patterns
from ...python.holes import fill
from ...python.nodes import with_defaults
from ...python.patterns import parts_of
from .fillings import filled_text

_MOST, _COMBINATIONS = 24, 24
_LONGEST = 4_000
_NAME = re.compile(r"(?!\d+\Z)[\w$.\"`\[\]]{1,128}\Z")


class Alternatives:
    """What the holes of a file's texts may be filled with."""

    def __init__(self, syntax: Syntax) -> None:
        self._syntax = syntax
        self._assigned = syntax.once(Assigned)
        self._looped: dict[tuple[str, str], list[ast.expr]] | None = None
        self._given: dict[tuple[str, str], list[ast.expr]] | None = None
        self._formats: dict[ast.expr, ast.Call] | None = None
        self._rows: dict[tuple[str, str], str] = {}
        """The loops over rows of literals that bind names, by their place."""

    def template(self, node: ast.expr, scope: str) -> Json:
        """[pieces, choices, sure, rows, held]: texts and numbers of holes; for each what it may stand for.

        Not `sure` where callers in other files may give more. `rows` names the loop of each hole, "" without:
        the nth choices of one loop belong together. `held` is the parameter, or the attribute of the class
        (`.table`), that callers fill each hole by. None where no hole can be told.
        """
        pieces = self._pieces(node)
        holes = [piece for piece in pieces if not isinstance(piece, str)]
        if not holes or sum(len(piece) for piece in pieces if isinstance(piece, str)) > _LONGEST:
            return None
        choices = [[parts_of(self._syntax, v, scope) for v in self._values(hole, scope)] for hole in holes]
        sure = not any(isinstance(hole, ast.Name) and (scope, hole.id) in self._calls() for hole in holes)
        numbers = iter(range(len(holes)))
        rows = [self._rows.get((scope, hole.id), "") if isinstance(hole, ast.Name) else "" for hole in holes]
        told = [piece if isinstance(piece, str) else next(numbers) for piece in pieces]
        return [told, choices, sure, rows, [self._held(hole, scope) for hole in holes]]

    def _held(self, node: ast.expr, scope: str) -> str:
        """What callers fill a hole by: a parameter, `.attribute` of the object or class, "" for neither."""
        if isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords:
            node = node.args[0]  # quote(table), Identifier(table)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            return f".{node.attr}" if node.value.id in ("self", "cls") else ""
        known = isinstance(node, ast.Name) and self._syntax.bound(node, scope) is node
        return node.id if known and isinstance(node, ast.Name) else ""

    def _pieces(self, node: ast.expr) -> list[str | ast.expr]:
        """The texts and holes of a string expression."""
        if isinstance(node, ast.Constant):
            return self._formatted(node) if isinstance(node.value, str) else [node]
        if isinstance(node, ast.JoinedStr):
            return [
                str(part.value) if isinstance(part, ast.Constant) else getattr(part, "value", part)
                for part in node.values
            ]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return [piece for part in summands(node) for piece in self._pieces(part)]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
            text = self._syntax.string(node.left)
            right = node.right
            if text is None:
                return [node]
            if isinstance(right, ast.Dict):
                keys = (key.value if isinstance(key, ast.Constant) else "" for key in right.keys)
                return _filled("%", text, [], {str(k): v for k, v in zip(keys, right.values, strict=True)})
            return _filled("%", text, right.elts if isinstance(right, ast.Tuple) else [right], {})
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            text = filled_text(self._syntax, node)
            return [node] if text is None else _filled_by(node, text)
        return [node]

    def _formatted(self, node: ast.Constant) -> list[str | ast.expr]:
        """A text, with the holes filled where `.format` is called on it."""
        if self._formats is None:
            self._formats = {
                _formatted(call.func.value): call
                for call, _, name in self._syntax.calls()
                if name == "format" and isinstance(call.func, ast.Attribute)
            }
        call = self._formats.get(node)
        if call is None:
            return [str(node.value)]
        return _filled_by(call, str(node.value))

    def _values(self, node: ast.expr, scope: str) -> list[ast.expr]:
        """The expressions that a hole may stand for."""
        if joined := self._joined(node, scope):
            return joined
        if isinstance(node, ast.Call) and node.args and not node.keywords:
            texts = [self._syntax.string(argument) for argument in node.args]
            if len(texts) > 1 and all(texts):  # Identifier("schema", "table")
                return [ast.Constant(".".join(map(str, texts)))]
            node = node.args[0] if len(texts) == 1 else node  # quote(table), Identifier(table)
        looped = self._loops().get((scope, node.id)) if isinstance(node, ast.Name) else None
        found = looped or self._assigned.values(node, scope)
        if found == [node] and isinstance(node, ast.Name):
            found = self._calls().get((scope, node.id)) or found
        return found[:_MOST]

    def _joined(self, node: ast.expr, scope: str) -> list[ast.expr]:
        """`", ".join(sorted(TABLES))`: each of the texts."""
        if not isinstance(node, ast.Call) or getattr(node.func, "attr", "") != "join" or len(node.args) != 1:
            return []
        given = self._syntax.bound(node.args[0], scope)
        if isinstance(given, ast.Call) and len(given.args) == 1:
            given = self._syntax.bound(given.args[0], scope)  # sorted(TABLES)
        items = given.elts if isinstance(given, ast.List | ast.Tuple | ast.Set) else []
        texts = [text for text in map(self._syntax.string, items) if text]
        return [*map(ast.Constant, texts[:_MOST])]

    def _loops(self) -> dict[tuple[str, str], list[ast.expr]]:
        """What names of loops over literals are bound to."""
        if self._looped is None:
            self._looped = {}
            for node, scope in self._syntax.find(ast.For, ast.AsyncFor, ast.comprehension):
                assert isinstance(node, ast.For | ast.AsyncFor | ast.comprehension)
                items = self._syntax.bound(node.iter, scope)
                if isinstance(items, ast.Call) and len(items.args) < 2 and not items.keywords:
                    inner = items.args[0] if items.args else getattr(items.func, "value", None)
                    items = self._syntax.bound(inner, scope)  # sorted(TABLES), TABLES.items()
                elements: list[ast.expr] = []
                if isinstance(items, ast.List | ast.Tuple | ast.Set):
                    elements = items.elts
                elif isinstance(items, ast.Dict):
                    elements = [key for key in items.keys if key is not None]
                self._bind(scope, node.target, elements)
        return self._looped

    def _bind(self, scope: str, target: ast.expr, elements: list[ast.expr]) -> None:
        assert self._looped is not None
        if isinstance(target, ast.Name) and elements:
            self._looped.setdefault((scope, target.id), []).extend(elements)
        elif isinstance(target, ast.Tuple):
            rows = [e.elts if isinstance(e, ast.Tuple | ast.List) else [e] for e in elements]
            whole = all(len(row) == len(target.elts) for row in rows)
            for index, name in enumerate(target.elts):
                column = [row[index] for row in rows if index < len(row)]
                if isinstance(name, ast.Name) and column:
                    again = (scope, name.id) in self._looped
                    self._looped.setdefault((scope, name.id), []).extend(column)
                    place = f"{target.lineno}:{target.col_offset}"
                    self._rows[scope, name.id] = place if whole and not again else ""

    def _calls(self) -> dict[tuple[str, str], list[ast.expr]]:
        """What the functions of the file are given for their parameters by texts in the same file."""
        if self._given is None:
            self._given = {}
            functions: dict[str, list[tuple[str, list[str]]]] = {}
            for node, scope in self._syntax.find(ast.FunctionDef, ast.AsyncFunctionDef):
                assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
                own, named = self._syntax.name_of(node, scope), with_defaults(node.args)
                names = [argument.arg for argument, _ in named]
                for argument, default in named:
                    self._add(own, argument.arg, default)
                functions.setdefault(node.name, []).append((own, names))
            for call, _, name in self._syntax.calls():
                for own, names in functions.get(name, ()):
                    placed = [n for n in names if n not in ("self", "cls")]
                    pairs = [*zip(placed, call.args, strict=False)]
                    pairs += [(k.arg, k.value) for k in call.keywords if k.arg in names]
                    for parameter, value in pairs:
                        self._add(own, parameter, value)
        return self._given

    def _add(self, own: str, parameter: str, value: ast.expr | None) -> None:
        """Keeps what a parameter is given, or is without being given: texts."""
        assert self._given is not None
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            self._given.setdefault((own, parameter), []).append(value)


def _formatted(node: ast.expr) -> ast.expr:
    """The text that `.format` is called on: `"..."`, or `SQL("...")`."""
    inner = node.args[0] if isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords else node
    return inner if isinstance(inner, ast.Constant) else node


def _filled_by(call: ast.Call, text: str) -> list[str | ast.expr]:
    """A text whose holes are filled with what `.format` is given."""
    named = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    given = call.args[0] if len(call.args) == 1 else None
    if isinstance(given, ast.Dict) and getattr(call.func, "attr", "") != "format":
        keys = (key.value if isinstance(key, ast.Constant) else "" for key in given.keys)
        named |= {str(key): value for key, value in zip(keys, given.values, strict=True)}
        return _filled("format", text, [], named)
    return _filled("format", text, call.args, named)


def _filled(
    how: str, text: str, values: list[ast.expr], named: Mapping[str, ast.expr]
) -> list[str | ast.expr]:
    """A text whose holes are filled with expressions."""
    every = [*values, *named.values()]
    numbers = {id(value): index for index, value in enumerate(every)}
    parts = fill(
        how,
        text,
        [[["hole", numbers[id(value)]]] for value in values],
        {name: [["hole", numbers[id(value)]]] for name, value in named.items()},
    )
    unknown = ast.Constant(None)
    return [
        part if isinstance(part, str) else every[part[1]] if part[0] == "hole" else unknown for part in parts
    ]


class KnownTables:
    """Reads texts again once constants have filled their holes."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._patterns: Patterns | None = None

    def filled(self, path: str, scope: str, data: Mapping[str, Json]) -> dict[str, Json]:
        """The data of a statement with what it does once its holes are filled.

        It stays a blind spot that tells the alternatives, unless there is but one.
        """
        from ...sql import read_string

        pieces, choices, sure, loops, _ = data["template"]
        named = [self._names(path, scope, parts) for parts in choices]
        told = [list(dict.fromkeys(name for name in names if name)) for names in named]
        if not any(told):
            return dict(data)
        uses = {(use[0], use[1]): use for use in data["uses"]}
        problems: set[str] = set()
        for values in islice(_combined(named, loops), _COMBINATIONS):
            text = "".join(piece if isinstance(piece, str) else values[piece] or "{}" for piece in pieces)
            for statement in read_string(text, sure=True):
                problems.add(statement.problem)
                for use in statement.uses:
                    row = [use.table, use.mode, list(use.columns), use.line, use.action]
                    uses.setdefault((use.table, use.mode), row)
        found = sorted({name for names in told for name in names})
        alone = sure and len(problems) == 1 and all(len(names) <= 1 for names in told)
        problem = next(iter(problems)) if alone else data["problem"]
        text = (
            f"{', '.join(found)[:60]} in {data['text']}"
            if problem and len(uses) > len(data["uses"])
            else data["text"]
        )
        return {**data, "uses": list(uses.values()), "problem": problem, "text": text}

    def _names(self, path: str, scope: str, choices: list[list[Json]]) -> list[str]:
        """The names that a hole may stand for, "" for what is none."""
        if self._patterns is None:
            self._patterns = Patterns(self._world)
        texts = (self._patterns.text(path, scope, parts) for parts in choices)
        return [text if _NAME.match(text) else "" for text in texts]


def _combined(named: Sequence[Sequence[str]], loops: Sequence[str]) -> Iterator[list[str]]:
    """The ways to fill all holes; those of one loop over rows are filled by one row at a time."""
    groups: dict[str, list[int]] = {}
    for hole, loop in enumerate(loops):
        groups.setdefault(loop or str(hole), []).append(hole)
    rows = []
    for holes in groups.values():
        several = zip(*(named[hole] for hole in holes), strict=False)
        kept = dict.fromkeys(row for row in several if any(row)) or [("",) * len(holes)]
        rows.append(list(kept))
    for chosen in product(*rows):
        values = [""] * len(named)
        for holes, row in zip(groups.values(), chosen, strict=True):
            for hole, value in zip(holes, row, strict=True):
                values[hole] = value
        yield values


def known_tables(world: World) -> KnownTables:
    """What fills the holes of texts, once all files are known."""
    return KnownTables(world)
