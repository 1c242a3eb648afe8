"""CREATE, ALTER and DROP become definitions: columns, foreign keys, and what a view reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from . import names
from .parse import exp
from .statements import Definition, ForeignKey, TableUse
from .targets import Touched

_KINDS = {
    "TABLE": "table",
    "VIEW": "view",
    "MATERIALIZED VIEW": "view",
    "INDEX": "index",
    "SEQUENCE": "sequence",
    "TRIGGER": "trigger",
    "FUNCTION": "routine",
    "PROCEDURE": "routine",
}
_REFERENCES = (exp.ForeignKey, exp.Reference)

Reads = Callable[[exp.Expression], tuple[TableUse, ...]]
Line = Callable[[int], int]


class Schema:
    """Reads one DDL tree; `line` turns an offset of the parsed text into a line of the given one."""

    def __init__(self, found: Touched, dialect: str, line: Line, uses: Reads) -> None:
        self.found, self.dialect, self.line, self.uses = found, dialect, line, uses

    def read(self, tree: exp.Expression) -> tuple[Definition, ...]:
        """Return what the tree defines, changes or drops."""
        kind = _KINDS.get(str(tree.args.get("kind") or "").upper(), "")
        if not kind:
            return ()
        if isinstance(tree, exp.Create):
            made = self.create(tree, kind)
            return (made,) if made is not None else ()
        if isinstance(tree, exp.Alter):
            return tuple(self.alter(tree, kind))
        if isinstance(tree, exp.Drop):
            return tuple(self.drop(tree, kind))
        return ()

    def create(self, tree: exp.Create, kind: str) -> Definition | None:
        """Read CREATE TABLE, VIEW, INDEX or SEQUENCE."""
        this = tree.this
        table = this.this if isinstance(this, exp.Schema) else this
        on = ""
        if kind == "index":
            on = self.found.name(this.args.get("table")) or ""
            name = this.name.lower() if not names.is_dynamic(this.name or "?") else f"{on}.index"
            if not on:
                return None
        else:
            name = self.found.name(table) or ""
        if not name:
            return None
        body = tree.args.get("expression")
        uses = self.uses(body) if kind == "view" and isinstance(body, exp.Expression) else ()
        schema = this if isinstance(this, exp.Schema) else None
        columns, lines = self.columns(schema) if kind in ("table", "view") else ((), ())
        keys = tuple(self.keys(schema)) if kind == "table" and schema is not None else ()
        marks: tuple[tuple[str, str], ...] = ()
        if kind == "index":
            listed = this.args.get("params")
            indexed = _listed(listed.args.get("columns") if listed is not None else None)
            marks = (("unique" if tree.args.get("unique") else "indexed", indexed),) if indexed else ()
        elif schema is not None:
            marks = tuple(self.marks(schema))
        bases = tuple(self.bases(tree)) if kind == "table" else ()
        return Definition(
            kind,
            name,
            columns,
            keys,
            uses,
            self.at(table),
            on=on,
            temporary=_temporary(tree),
            marks=marks,
            bases=bases,
            lines=lines,
        )

    def bases(self, tree: exp.Create) -> Iterator[str]:
        """Yield what a table inherits from, or is a partition of."""
        properties = tree.args.get("properties")
        for found in (
            properties.find_all(exp.InheritsProperty, exp.PartitionedOfProperty) if properties else ()
        ):
            for table in found.expressions or [found.this]:
                if isinstance(table, exp.Table) and (name := self.found.name(table)):
                    yield name

    def marks(self, node: exp.Expression) -> Iterator[tuple[str, str]]:
        """Yield what constraints say of columns."""
        for found in node.find_all(exp.ColumnDef, exp.PrimaryKey, exp.UniqueColumnConstraint, bfs=False):
            if isinstance(found, exp.PrimaryKey):
                yield "primary_key", _listed(found.expressions)
            elif isinstance(found, exp.UniqueColumnConstraint):
                if isinstance(found.this, exp.Schema):
                    yield "unique", _listed(found.this.expressions)
            else:
                kinds = [each.args.get("kind") for each in found.args.get("constraints") or ()]
                name = found.name.lower()
                primary = any(isinstance(kind, exp.PrimaryKeyColumnConstraint) for kind in kinds)
                if primary:
                    yield "primary_key", name
                if any(isinstance(kind, exp.UniqueColumnConstraint) for kind in kinds):
                    yield "unique", name
                refused = (k for k in kinds if isinstance(k, exp.NotNullColumnConstraint))
                if not primary and not any(not kind.args.get("allow_null") for kind in refused):
                    yield "null", name

    def columns(self, schema: exp.Schema | None) -> tuple[tuple[tuple[str, str], ...], tuple[int, ...]]:
        """Return the columns of a table or view, with types as the dialect writes them, and their lines."""
        found = []
        for part in schema.expressions if schema is not None else ():
            if isinstance(part, exp.ColumnDef):
                found.append(((part.name.lower(), self.type(part)), self.at(part)))
            elif isinstance(part, exp.Identifier):
                found.append(((part.name.lower(), ""), self.line(int(part.meta.get("start", 0)))))
        kept = [
            each
            for each in found
            if each[0][0]
            and not names.is_dynamic(each[0][0])
            and (each[0][1] or each[0][0] not in ("period", "index"))
        ]
        return tuple(column for column, _ in kept), tuple(line for _, line in kept)

    def type(self, column: exp.ColumnDef) -> str:
        """Return a column's type as text."""
        kind = column.args.get("kind")
        try:
            return kind.sql(dialect=self.dialect or None).lower() if isinstance(kind, exp.Expression) else ""
        except Exception:  # a type that the dialect cannot write
            return ""

    def keys(self, node: exp.Expression) -> Iterator[ForeignKey]:
        """Yield the foreign keys below a schema or an ALTER action."""
        for found in node.find_all(*_REFERENCES, bfs=False):
            if isinstance(found, exp.ForeignKey):
                reference = found.args.get("reference")
                columns = tuple(column.name.lower() for column in found.expressions)
                options = found.args
            elif isinstance(found.parent, exp.ForeignKey):
                continue
            else:
                reference, options = found, {}
                column = found.find_ancestor(exp.ColumnDef)
                columns = (column.name.lower(),) if column is not None else ()
            if (
                isinstance(reference, exp.Reference)
                and (key := self.key(reference, columns, options)) is not None
            ):
                yield key

    def key(
        self, reference: exp.Reference, columns: tuple[str, ...], options: dict[str, object]
    ) -> ForeignKey | None:
        """Read REFERENCES table (columns) ON DELETE action."""
        this = reference.this
        table = this.this if isinstance(this, exp.Schema) else this
        name = self.found.name(table)
        if name is None:
            return None
        targets = (
            tuple(part.name.lower() for part in this.expressions) if isinstance(this, exp.Schema) else ()
        )
        action = str(options.get("delete") or "")
        for option in reference.args.get("options") or ():
            words = str(option).lower().split()
            if words[:2] == ["on", "delete"]:
                action = " ".join(words[2:])
        return ForeignKey(columns, name, targets, action.lower(), self.at(table))

    def alter(self, tree: exp.Alter, kind: str) -> Iterator[Definition]:
        """Read ALTER TABLE: added columns and foreign keys, renames."""
        name = self.found.name(tree.this)
        if name is None:
            return
        columns: list[tuple[str, str]] = []
        keys: list[ForeignKey] = []
        marks: list[tuple[str, str]] = []
        changes: list[tuple[str, str, str]] = []
        lines: list[int] = []
        for action in tree.args.get("actions") or ():
            changes += self.changes(action)
            if isinstance(action, (exp.AlterRename, exp.SwapTable)):
                target = self.found.name(action.this) or ""
                if "." in name and target and "." not in target:
                    target = name.rpartition(".")[0] + "." + target
                verb = "rename" if isinstance(action, exp.AlterRename) else "swap"
                yield Definition(kind, name, (), (), (), self.at(tree.this), verb, target)
            elif isinstance(action, exp.Expression):
                added = list(action.find_all(exp.ColumnDef))
                columns += [(column.name.lower(), self.type(column)) for column in added]
                lines += [self.at(column) for column in added]
                keys += self.keys(action)
                marks += self.marks(action)
        if columns or keys or marks or changes or (tree.find(exp.AlterColumn) and kind == "table"):
            yield Definition(
                kind,
                name,
                tuple(columns),
                tuple(keys),
                (),
                self.at(tree.this),
                "alter",
                marks=tuple(marks),
                changes=tuple(changes),
                lines=tuple(lines),
            )

    def changes(self, action: object) -> Iterator[tuple[str, str, str]]:
        """Yield what one action of ALTER TABLE does to columns that are there."""
        if isinstance(action, exp.Drop) and str(action.args.get("kind") or "COLUMN").upper() == "COLUMN":
            for column in action.args.get("tables") or ([action.this] if action.args.get("this") else []):
                yield "drop", column.name.lower(), ""
        elif isinstance(action, exp.RenameColumn):
            yield "rename", action.this.name.lower(), action.args["to"].name.lower()
        elif isinstance(action, exp.AlterColumn) and isinstance(
            kind := action.args.get("dtype"), exp.Expression
        ):
            try:
                yield "type", action.this.name.lower(), kind.sql(dialect=self.dialect or None).lower()
            except Exception:  # a type that the dialect cannot write
                return
        elif isinstance(action, exp.ModifyColumn) and isinstance(action.this, exp.ColumnDef):
            before, after = action.args.get("rename_from"), action.this.name.lower()
            if isinstance(before, exp.Identifier) and before.name.lower() != after:
                yield "rename", before.name.lower(), after
            if kind_text := self.type(action.this):
                yield "type", after, kind_text
        elif isinstance(action, exp.Command) and str(action.this).upper() == "DROP":
            for name in re.findall(r"[\w$#]+", str(action.expression).partition(")")[0].lower()):
                yield "drop", name, ""

    def drop(self, tree: exp.Drop, kind: str) -> Iterator[Definition]:
        """Read DROP."""
        for table in tree.args.get("tables") or ([tree.this] if tree.args.get("this") else []):
            name = self.found.name(table)
            if name is not None:
                yield Definition(kind, name, (), (), (), self.at(table), "drop")

    def at(self, node: object) -> int:
        """Return the line of a table's name."""
        this = node.this if isinstance(node, exp.Expression) else None
        return self.line(int(this.meta.get("start", 0)) if isinstance(this, exp.Expression) else 0)


def _listed(columns: object) -> str:
    """Return the names of columns, joined by commas; "" where one of them is an expression."""
    named = []
    for column in columns if isinstance(columns, list) else ():
        inner = column.this if isinstance(column, exp.Ordered) else column
        if not isinstance(inner, (exp.Column, exp.Identifier)):
            return ""
        named.append(inner.name.lower())
    return ",".join(named)


def _temporary(tree: exp.Create) -> bool:
    properties = tree.args.get("properties")
    return properties is not None and properties.find(exp.TemporaryProperty) is not None
