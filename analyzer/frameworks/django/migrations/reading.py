"""One migration -> its dependencies and operations, as far as they are constants."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from ....model.facts import Fact, Json, Problem
from ....model.world import Syntax
from ....python.expressions import summands
from ....sql.declared import changes
from ..reading import column_groups, field, options

_SIGNATURES = {
    "CreateModel": ("name", "fields", "options"),
    "DeleteModel": ("name",),
    "RenameModel": ("old_name", "new_name"),
    "AlterModelTable": ("name", "table"),
    "AlterModelOptions": ("name", "options"),
    "AddField": ("model_name", "name", "field"),
    "AlterField": ("model_name", "name", "field"),
    "RemoveField": ("model_name", "name"),
    "RenameField": ("model_name", "old_name", "new_name"),
    "AlterUniqueTogether": ("name", "unique_together"),
    "AlterIndexTogether": ("name", "index_together"),
    "AlterOrderWithRespectTo": ("name", "order_with_respect_to"),
    "AddIndex": ("model_name", "index"),
    "AddIndexConcurrently": ("model_name", "index"),
    "AddConstraint": ("model_name", "constraint"),
    "SeparateDatabaseAndState": ("database_operations", "state_operations"),
    "RunSQL": ("sql", "reverse_sql", "state_operations"),
    "RunPython": ("code", "reverse_code"),
}
_NAMES = frozenset({"name", "old_name", "new_name", "model_name", "table", "order_with_respect_to"})
_MOST = 5_000
_Env = Mapping[str, str]


def read_migrations(syntax: Syntax, dialect: str) -> Iterator[Fact | Problem]:
    """A fact of kind `migration` for each class `Migration`: dependencies, replaces, operations."""
    for node, scope in syntax.find(ast.ClassDef):
        assert isinstance(node, ast.ClassDef)
        if node.name != "Migration" or not _is_a(syntax, node, ("Migration",)):
            continue
        name = syntax.name_of(node, scope)
        reader = _Reader(syntax, name, dialect)
        data: dict[str, Json] = {"dependencies": [], "replaces": [], "operations": []}
        for key, value in _assigned(node):
            if key in ("dependencies", "replaces"):
                data[key] = [pair for pair in map(reader.pair, reader.elements(value, {})) if pair]
            elif key == "operations":
                data[key] += reader.operations(value, {})
        yield Fact("migration", name, node.lineno, node.col_offset, data)
        yield from reader.problems


def _is_a(syntax: Syntax, node: ast.ClassDef, names: Iterable[str]) -> str:
    """Which of some classes of Django a class inherits from, "" for others."""
    bases = [syntax.dotted(base).rpartition(".")[2] for base in node.bases]
    return next((base for base in bases if base in names), "")


def _assigned(node: ast.ClassDef) -> Iterator[tuple[str, ast.expr]]:
    for statement in node.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            yield statement.targets[0].id, statement.value
        elif (
            isinstance(statement, ast.AnnAssign | ast.AugAssign)
            and isinstance(statement.target, ast.Name)
            and statement.value is not None
        ):
            yield statement.target.id, statement.value


class _Reader:
    """Reads what is constant of one migration; `problems` say what is not."""

    def __init__(self, syntax: Syntax, scope: str, dialect: str) -> None:
        self.syntax, self.scope, self.dialect = syntax, scope, dialect
        self.problems: list[Problem] = []
        classes = (node for node, _ in syntax.find(ast.ClassDef) if isinstance(node, ast.ClassDef))
        self.own = {node.name: _is_a(syntax, node, _SIGNATURES) for node in classes}
        """The file's own kinds of operations, and what they inherit from."""

    # Lists and texts ------------------------------------------------------------------------------

    def elements(self, node: ast.expr | None, env: _Env, depth: int = 6) -> list[ast.expr]:
        """The elements of a list that is written out, added up or named by a constant of the file."""
        if node is None or depth <= 0:
            return []
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            found: list[ast.expr] = []
            for element in node.elts:
                starred = element.value if isinstance(element, ast.Starred) else None
                found += [element] if starred is None else self.elements(starred, env, depth - 1)
            return found[:_MOST]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return [e for part in summands(node) for e in self.elements(part, env, depth - 1)][:_MOST]
        bound = self.syntax.bound(node, self.scope)
        if isinstance(bound, ast.expr) and bound is not node:
            return self.elements(bound, env, depth - 1)
        return [node] if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.Call) else []

    def text(self, node: ast.expr | None, env: _Env) -> str | None:
        """The text of an expression in which the names of `env` stand for texts."""
        if isinstance(node, ast.Name) and node.id in env:
            return env[node.id]
        if isinstance(node, ast.JoinedStr) and env:
            parts = (
                self.text(part.value if isinstance(part, ast.FormattedValue) else part, env)
                for part in node.values
            )
            return "".join("{}" if part is None else part for part in parts)
        return self.syntax.string(node)

    def pair(self, node: ast.expr) -> list[str] | None:
        """(app, migration)."""
        parts = node.elts if isinstance(node, ast.Tuple | ast.List) else []
        texts = [self.syntax.string(part) for part in parts]
        return [str(texts[0]), str(texts[1])] if len(texts) == 2 and all(texts) else None

    # Operations -----------------------------------------------------------------------------------

    def operations(self, node: ast.expr | None, env: _Env) -> list[Json]:
        """The operations of a list, those that matter to the schema."""
        found: list[Json] = []
        for element in self.elements(node, env):
            if isinstance(element, ast.ListComp | ast.GeneratorExp):
                found += self._repeated(element)
            elif isinstance(element, ast.Call):
                found += self._operation(element, env)
        if node is not None and not isinstance(node, ast.List | ast.Tuple) and not found:
            self._unknown(node)
        return found[:_MOST]

    def _repeated(self, node: ast.ListComp | ast.GeneratorExp) -> list[Json]:
        """Operations that are made for each of some constants."""
        loop = node.generators[0]
        texts = [self.syntax.string(e) for e in self.elements(loop.iter, {})]
        known = len(node.generators) == 1 and isinstance(loop.target, ast.Name) and not loop.ifs
        if not known or not texts or None in texts or not isinstance(node.elt, ast.Call):
            self._unknown(node)
            return []
        name = loop.target.id  # type: ignore[attr-defined]
        return [made for text in texts for made in self._operation(node.elt, {name: str(text)})]

    def _operation(self, call: ast.Call, env: _Env) -> list[Json]:
        kind = self.syntax.dotted(call.func).rpartition(".")[2]
        kind = self.own.get(kind) or kind
        if not kind[:1].isupper():
            self._unknown(call)
        signature = _SIGNATURES.get(kind)
        if signature is None:
            return []
        words = dict(zip(signature, call.args, strict=False))
        words.update({keyword.arg: keyword.value for keyword in call.keywords if keyword.arg in signature})
        state = words.get("state_operations")
        if state is not None:
            return self.operations(state, env)
        if kind == "SeparateDatabaseAndState":
            return []
        if kind == "RunSQL":
            return self._sql(words.get("sql"), call.lineno)
        if kind == "RunPython":
            return self._executed(words.get("code"), call.lineno)
        data = {key: self.text(value, env) for key, value in words.items() if key in _NAMES}
        subject = data.get(signature[0])
        if subject is None or any("{}" in text for key, text in data.items() if text and key != "table"):
            self._unknown(call)
            return []
        return [[kind, call.lineno, {**data, **self._about(words, env)}]]

    def _about(self, words: Mapping[str, ast.expr], env: _Env) -> dict[str, Json]:
        """Fields, options, indexes of an operation."""
        data: dict[str, Json] = {}
        if "fields" in words:
            pairs = [self._field_pair(element, env) for element in self.elements(words["fields"], env)]
            data["fields"] = [pair for pair in pairs if pair is not None]
        if isinstance(words.get("field"), ast.Call):
            data["field"] = self._field(self.text(words.get("name"), env) or "", words["field"])
        given = words.get("options")
        if isinstance(given, ast.Dict):
            pairs_of = zip(given.keys, given.values, strict=True)
            data["options"] = options(
                self.syntax, [(self.syntax.string(key) or "", value) for key, value in pairs_of], ""
            )
        for key in ("unique_together", "index_together", "index", "constraint"):
            if key in words:
                data["columns"] = column_groups(self.syntax, words[key])
        return data

    def _field_pair(self, node: ast.expr, env: _Env) -> Json:
        """`("name", models.CharField())`."""
        parts = node.elts if isinstance(node, ast.Tuple | ast.List) else []
        name = self.text(parts[0], env) if len(parts) == 2 else None
        return self._field(name, parts[1]) if name else None

    def _field(self, name: str, node: ast.expr) -> Json:
        """[line, column, data] of a field."""
        data = field(self.syntax, name, node, self.scope, sure=True) if isinstance(node, ast.Call) else None
        return [node.lineno, node.col_offset, data] if data is not None else None

    def _sql(self, node: ast.expr | None, line: int) -> list[Json]:
        """What forward SQL changes of tables."""
        listed = isinstance(node, ast.List | ast.Tuple)
        texts = (self.syntax.string(part) for part in (self.elements(node, {}) if listed else [node]))
        changed = [change for text in texts if text for change in changes(text, self.dialect)]
        return [["RunSQL", line, {"changes": changed}]] if changed else []

    def _executed(self, node: ast.expr | None, line: int) -> list[Json]:
        """What a function of the file changes of tables by texts that it executes."""
        functions = (
            function
            for function, scope in self.syntax.find(ast.FunctionDef)
            if isinstance(node, ast.Name) and not scope and getattr(function, "name", "") == node.id
        )
        calls = (call for function in functions for call in ast.walk(function) if isinstance(call, ast.Call))
        texts = [
            text
            for call in calls
            if isinstance(call.func, ast.Attribute) and call.func.attr == "execute" and call.args
            if (text := self.syntax.string(call.args[0])) is not None
        ]
        changed = [change for text in texts for change in changes(text, self.dialect)]
        return [["RunSQL", line, {"changes": changed}]] if changed else []

    def _unknown(self, node: ast.expr) -> None:
        self.problems.append(Problem("dynamic-migration", node.lineno, ast.unparse(node)[:100]))
