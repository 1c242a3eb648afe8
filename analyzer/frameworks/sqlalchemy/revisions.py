"""One of Alembic's migrations -> what its `upgrade` does to tables, as far as it is constant."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from ...model.facts import Fact, Json, Problem
from ...model.world import Syntax
from ...sql.declared import changes
from .columns import column, column_call, parts, schema, texts

_SIGNATURES = {
    "create_table": ("table",),
    "drop_table": ("table",),
    "rename_table": ("table", "new_table_name"),
    "add_column": ("table", "column"),
    "add_columns": ("table",),
    "drop_column": ("table", "column_name"),
    "drop_columns": ("table",),
    "alter_column": ("table", "column_name"),
    "create_foreign_key": ("constraint", "table", "referent_table", "local_cols", "remote_cols"),
    "create_index": ("constraint", "table", "columns"),
    "create_unique_constraint": ("constraint", "table", "columns"),
    "create_primary_key": ("constraint", "table", "columns"),
    "drop_constraint": ("constraint", "table", "type_"),
    "execute": ("sql",),
}
_NO_KEYS = frozenset({"check", "primary", "unique"})
"""Kinds of constraints that are no foreign keys; names say it where the kind is not given."""
_NO_KEY = re.compile(r"(?:uq|ck|pk|ix|uix|unique)_|.*_(?:key|uc|pkey|pk|check|uniq\w*)\Z", re.IGNORECASE)
_ALSO = {
    "table_name": "table",
    "constraint_name": "constraint",
    "source_table": "table",
    "old_table_name": "table",
    "sqltext": "sql",
}
_DEEPEST = 4
_MOST = 20_000
"""How many statements are followed: loops in loops repeat theirs."""
_Batches = Mapping[str, list[str]]


def read_revision(syntax: Syntax, dialect: str) -> Iterator[Fact | Problem]:
    """A fact of kind `revision`: its name, those before it, and what it does, one list for each step."""
    body = getattr(syntax.tree, "body", [])
    names = dict(pair for statement in body for pair in _constants(statement))
    upgrade = next((s for s in body if isinstance(s, ast.FunctionDef) and s.name == "upgrade"), None)
    revision = syntax.string(names.get("revision"))
    if revision is None or "down_revision" not in names or upgrade is None:
        return
    down = names["down_revision"]
    before = [text] if (text := syntax.string(down)) else texts(syntax, down)
    depends = names.get("depends_on")
    before += [text] if (text := syntax.string(depends)) else texts(syntax, depends)
    reader = _Reader(syntax, {s.name: s for s in body if isinstance(s, ast.FunctionDef)}, dialect)
    reader.function(upgrade, 0)
    data: dict[str, Json] = {"revision": revision, "down": before, "steps": reader.steps}
    back = reader.functions.get("downgrade")
    if back is not None:
        undo = _Reader(syntax, reader.functions, dialect)
        undo.function(back, 0)
        data["undo"] = [step for step in undo.steps if step[0].startswith("drop_")]
    yield Fact("revision", "", upgrade.lineno, upgrade.col_offset, data)
    yield from reader.problems


def _constants(statement: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        yield statement.targets[0].id, statement.value
    elif (
        isinstance(statement, ast.AnnAssign)
        and isinstance(statement.target, ast.Name)
        and statement.value is not None
    ):
        yield statement.target.id, statement.value


class _Reader:
    """Reads what `upgrade` and the functions of the file that it calls do, in the order of the text."""

    def __init__(self, syntax: Syntax, functions: Mapping[str, ast.FunctionDef], dialect: str) -> None:
        self.syntax, self.functions, self.dialect = syntax, functions, dialect
        self.steps: list[Json] = []
        self.problems: list[Problem] = []
        self.texts: dict[str, str] = {}
        self.left = _MOST

    def function(self, node: ast.FunctionDef, depth: int) -> None:
        """The statements of a function."""
        self._statements(node.body, {}, depth)

    def _statements(self, body: list[ast.stmt], batches: _Batches, depth: int) -> None:
        for statement in body:
            self.left -= 1
            if self.left <= 0:
                return
            if isinstance(statement, ast.With):
                self._statements(statement.body, {**batches, **self._batches(statement)}, depth)
            elif isinstance(statement, ast.For):
                self._loop(statement, batches, depth)
            elif isinstance(statement, ast.If | ast.Try | ast.While):
                parts_of = [statement.body, getattr(statement, "orelse", [])]
                parts_of += [handler.body for handler in getattr(statement, "handlers", [])]
                parts_of += [getattr(statement, "finalbody", [])]
                for part in parts_of:
                    self._statements(part, batches, depth)
            elif isinstance(statement, ast.Expr | ast.Assign) and isinstance(statement.value, ast.Call):
                self._call(statement.value, batches, depth)

    def _batches(self, statement: ast.With) -> dict[str, list[str]]:
        """The names under which tables are altered in a batch, with table and schema."""
        found = {}
        for item in statement.items:
            call, name = item.context_expr, item.optional_vars
            if isinstance(call, ast.Call) and self._name(call) == "batch_alter_table":
                table = self._text(call.args[0]) if call.args else self._word(call, "table_name")
                if isinstance(name, ast.Name) and table:
                    found[name.id] = [table, schema(self.syntax, call.keywords)]
        return found

    def _loop(self, statement: ast.For, batches: _Batches, depth: int) -> None:
        """The body for each of some constants; once where they are not seen."""
        iterated = self.syntax.bound(statement.iter, "upgrade")
        values = texts(self.syntax, iterated if isinstance(iterated, ast.expr) else None)
        name = statement.target.id if isinstance(statement.target, ast.Name) else ""
        if not name or not values or depth >= _DEEPEST:
            self._statements(statement.body, batches, depth)
            return
        for value in values[:200]:
            self.texts[name] = value
            self._statements(statement.body, batches, depth + 1)
        self.texts.pop(name, None)

    # Calls ----------------------------------------------------------------------------------------

    def _call(self, call: ast.Call, batches: _Batches, depth: int) -> None:
        name = self._name(call)
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        if owner is None and name in self.functions:
            if depth < _DEEPEST:
                self.function(self.functions[name], depth + 1)
            return
        batch = batches.get(owner.id) if isinstance(owner, ast.Name) else None
        if name in ("upgrade", "downgrade") and owner is not None:
            self._other(owner, name, call.lineno)
            return
        signature = _SIGNATURES.get(name)
        if signature is None or (owner is not None and batch is None and not self._is_op(owner)):
            return
        if batch is not None:
            signature = tuple(word for word in signature if word != "table")
        words = dict(zip(signature, call.args, strict=False))
        words.update({_ALSO.get(k.arg, k.arg): k.value for k in call.keywords if k.arg})
        if name == "execute":
            self._sql(words, call.lineno)
            return
        table = batch[0] if batch is not None else self._text(words.get("table"))
        inside = batch[1] if batch is not None else schema(self.syntax, call.keywords)
        if name == "drop_constraint":
            self._dropped(words, call.lineno, f"{inside}.{table}" if inside and table else table or "")
            return
        if not table or "{}" in table:
            if name != "create_index" and (name != "alter_column" or "new_column_name" in words):
                self.problems.append(Problem("dynamic-migration", call.lineno, ast.unparse(call)[:100]))
            return
        table = f"{inside}.{table}" if inside else table
        data = self._about(name, call, words, 0 if batch is not None else 1)
        if data is not None:
            self.steps.append([name, call.lineno, table.lower(), data])

    def _sql(self, words: Mapping[str, ast.expr], line: int) -> None:
        text = self.syntax.string(words.get("sql")) or self._inner(words.get("sql"))
        if "drop constraint" in text.lower() or "drop foreign key" in text.lower():
            self.steps.append(["drop_constraint", line, "", {"name": ""}])
        made = changes(text, self.dialect)
        if made:
            self.steps.append(["execute", line, "", {"changes": made}])

    def _dropped(self, words: Mapping[str, ast.expr], line: int, table: str) -> None:
        """A constraint that goes; one without a name, or of a table that nothing tells, may be any."""
        given = words.get("constraint")
        if isinstance(given, ast.Call) and self._name(given) == "f" and given.args:  # `op.f("name")`
            given = given.args[0]
        kind, name = self.syntax.string(words.get("type_")), self.syntax.string(given) or ""
        if kind not in _NO_KEYS and (kind or not _NO_KEY.match(name)):
            known = "" if "{}" in table else table.lower()
            self.steps.append(["drop_constraint", line, known, {"name": "" if "{}" in name else name}])

    def _other(self, owner: ast.expr, name: str, line: int) -> None:
        """`module.downgrade()`, where the module is another migration, loaded by its name."""
        loaded = self.syntax.bound(owner, "upgrade")
        if isinstance(loaded, ast.Call) and self._name(loaded) == "import_module" and loaded.args:
            module = self.syntax.string(loaded.args[0]) or ""
            self.steps.append([name, line, "", {"file": module.rpartition(".")[2]}])

    def _about(
        self, name: str, call: ast.Call, words: Mapping[str, ast.expr], first: int
    ) -> dict[str, Json] | None:
        """What a step needs beside its table; None where that is not constant."""
        syntax = self.syntax
        if name in ("create_table", "add_columns"):
            return parts(syntax, call.args[first:])
        if name == "add_column":
            made = column_call(syntax, words.get("column"))
            row = column(syntax, self._first(made), made) if made is not None else None
            return {"columns": [row]} if row is not None and row[0] else None
        if name in ("drop_column", "drop_columns"):
            given = [words["column_name"]] if "column_name" in words else call.args[first:]
            return {"names": [text for text in map(self._text, given) if text]}
        if name == "rename_table":
            return {"to": self._text(words.get("new_table_name")) or ""}
        if name == "alter_column":
            words_of = {"name": "column_name", "to": "new_column_name"}
            null = words.get("nullable")
            data: dict[str, Json] = {key: self._text(words.get(word)) or "" for key, word in words_of.items()}
            data["type"] = syntax.dotted(words.get("type_")).removesuffix("()").rpartition(".")[2]
            data["null"] = null.value if isinstance(null, ast.Constant) else None
            return data
        if name == "create_foreign_key":
            source, on_delete = words.get("referent_schema"), words.get("ondelete")
            target = self._text(words.get("referent_table")) or ""
            inside = syntax.string(source) or ""
            return {
                "name": syntax.string(words.get("constraint")) or "",
                "columns_of": texts(syntax, words.get("local_cols")),
                "target": f"{inside}.{target}" if inside else target,
                "on_delete": (syntax.string(on_delete) or "").lower(),
            }
        if name.startswith("create_"):
            unique = words.get("unique")
            is_unique = isinstance(unique, ast.Constant) and unique.value is True
            return {"columns_of": texts(syntax, words.get("columns")), "unique": is_unique}
        return {}

    def _first(self, call: ast.Call) -> str:
        return (self._text(call.args[0]) if call.args else "") or ""

    def _inner(self, node: ast.expr | None) -> str:
        """The text inside `sa.text("...")`."""
        inner = node.args[0] if isinstance(node, ast.Call) and node.args else None
        return self.syntax.string(inner) or ""

    def _name(self, call: ast.Call) -> str:
        function = call.func
        return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")

    def _is_op(self, node: ast.expr) -> bool:
        """Whether something is Alembic's `op`, or what stands for it."""
        return self.syntax.dotted(node).rpartition(".")[2].lower().endswith("op")

    def _word(self, call: ast.Call, word: str) -> str:
        return self._text(next((k.value for k in call.keywords if k.arg == word), None)) or ""

    def _text(self, node: ast.expr | None) -> str | None:
        if isinstance(node, ast.Name) and node.id in self.texts:
            return self.texts[node.id]
        if isinstance(node, ast.JoinedStr) and self.texts:
            made = (
                self._text(p.value) if isinstance(p, ast.FormattedValue) else self.syntax.string(p)
                for p in node.values
            )
            return "".join("{}" if part is None else part for part in made)
        if isinstance(node, ast.Call) and self._name(node) == "f" and node.args:  # op.f("name")
            return self._text(node.args[0])
        return self.syntax.string(node)
