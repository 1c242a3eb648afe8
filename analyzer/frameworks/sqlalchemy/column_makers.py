"""Foreign keys that a column gets from elsewhere: from a function that makes it, or from its declared type.

`user_id = reference_col("users")` has the key that the function puts together of what it is given;
`user_id: Mapped[user_fk]` that of `user_fk = Annotated[int, mapped_column(ForeignKey("users.id"))]`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from ...model.evidence import Place
from ...model.facts import Fact, Json
from ...model.world import Syntax, World
from ...python.filled_patterns import Patterns
from ...python.nodes import last_name, with_defaults
from ...python.patterns import given_by_position, parts_of
from .columns import column, column_call

MAKES = re.compile(r"(?i)\w*(?:col|column|ref|reference|fk|foreign_?key|key|belongs_to|link)\w*\Z")
"""How functions are called that make a column with a key."""
Found = tuple[tuple[str, ...], str, Place, str]


def read_makers(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kinds `maker` (a function that returns a column with a key) and `typed` (a type with one)."""
    for node, scope in syntax.find(ast.FunctionDef):
        assert isinstance(node, ast.FunctionDef)
        last = node.body[-1]
        call = column_call(syntax, last.value) if isinstance(last, ast.Return) else None
        name = syntax.name_of(node, scope)
        for target in _targets(syntax, call) if call is not None else ():
            data: dict[str, Json] = {"target": parts_of(syntax, target, name), "defaults": _defaults(node)}
            yield Fact("maker", name, node.lineno, node.col_offset, data)
            break
    for each, scope in syntax.find(ast.Assign):
        assert isinstance(each, ast.Assign)
        named, value = each.targets[0], each.value
        if scope or not isinstance(named, ast.Name) or not isinstance(value, ast.Subscript):
            continue
        inner = value.slice.elts[-1] if isinstance(value.slice, ast.Tuple) and value.slice.elts else None
        call = column_call(syntax, inner) if syntax.dotted(value.value).endswith("Annotated") else None
        keys = column(syntax, named.id, call)[2] if call is not None else []
        if keys:
            yield Fact("typed", named.id, named.lineno, named.col_offset, {"keys": keys})


def _targets(syntax: Syntax, call: ast.Call) -> Iterator[ast.expr]:
    """What the keys of a column lead to."""
    for argument in call.args:
        if isinstance(argument, ast.Call) and last_name(argument.func).endswith("ForeignKey"):
            yield from argument.args[:1]


def _defaults(node: ast.FunctionDef) -> dict[str, Json]:
    """The texts that parameters stand for unless a call says otherwise."""
    return {
        name.arg: value.value
        for name, value in with_defaults(node.args)
        if isinstance(value, ast.Constant) and isinstance(value.value, str)
    }


def made_column(syntax: Syntax, name: str, value: ast.expr | None, scope: str) -> list[Json] | None:
    """[attribute, function, texts by position, texts by name, line] of a column that a call makes."""
    if not isinstance(value, ast.Call) or not MAKES.match(last_name(value.func)):
        return None
    given = [parts_of(syntax, argument, scope) for argument in value.args[:6]]
    words = {word.arg: parts_of(syntax, word.value, scope) for word in value.keywords[:8] if word.arg}
    return [name, syntax.express(value.func, scope), given, words, value.lineno]


class ColumnMakers:
    """The keys of columns that functions or types make."""

    def __init__(self, world: World) -> None:
        self._world, self._patterns = world, Patterns(world)
        self._makers: dict[str, tuple[str, Fact]] = {}
        self._typed: dict[str, Fact] = {}
        for path, fact in world.facts("sqlalchemy"):
            if fact.kind in ("maker", "typed"):
                name = f"{world.module_of(path)}.{fact.scope}"
                if fact.kind == "maker":
                    self._makers[name] = (path, fact)
                else:
                    self._typed[name] = fact

    def keys(self, path: str, fact: Fact) -> Iterator[Found]:
        """(columns, target, place, on delete) beside those that the class writes out."""
        for row in fact.data.get("columns", ()) if self._typed else ():
            typed = self._typed.get(".".join(self._world.locate(path, "", str(row[1])))) if row[1] else None
            for target, _, on_delete in typed.data["keys"] if typed is not None else ():
                yield (str(row[0]).lower(),), str(target), Place(path, int(row[3])), str(on_delete)
        for name, code, given, words, line in fact.data.get("made", ()) if self._makers else ():
            symbol = self._world.resolve(path, fact.scope, str(code))
            made = self._makers.get(symbol.name) if symbol is not None and symbol.kind == "function" else None
            target = self._filled(path, fact.scope, *made, given, words) if made is not None else ""
            if target and "{" not in target:
                yield (str(name).lower(),), target, Place(path, int(line)), ""

    def _filled(
        self, path: str, scope: str, where: str, maker: Fact, given: Sequence[Json], words: dict[str, Json]
    ) -> str:
        """What the key of a column leads to that a function makes for a call."""
        known = self._world.files[where].parameters(maker.scope)
        texts = [self._patterns.text(path, scope, parts) for parts in given]
        filled = dict(maker.data["defaults"])
        filled.update(given_by_position(known, texts, maker.data["target"]))
        filled.update({word: self._patterns.text(path, scope, parts) for word, parts in words.items()})
        return self._patterns.text(where, maker.scope, maker.data["target"], filled)

    def target(self, path: str, parts: Sequence[Json]) -> str:
        """What a key leads to whose text is put together."""
        text = self._patterns.text(path, "", parts)
        return "" if "{" in text else text
