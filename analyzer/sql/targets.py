"""What was found so far, and which tables a writing statement has for its targets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from . import names
from .parse import exp
from .statements import DYNAMIC_NAME, DYNAMIC_SCHEMA, ENGLISH


class Touched:
    """Collects table uses in the order of the statement; a table that is written is not read by its own
    WHERE.
    """

    def __init__(self, inside: bool = False) -> None:
        self.inside = inside
        self.uses: dict[tuple[str, str], tuple[str, str, int, set[str]]] = {}
        self.problem = ""
        self.paths: list[tuple[str, str]] = []
        self.own: list[set[str]] = []

    def add(self, node: exp.Expression, table: str, mode: str, action: str, columns: tuple[str, ...]) -> None:
        """Note one use; uses of the same table and kind melt into one."""
        if mode != "writes" and any(table in own for own in self.own):
            return
        key = (table, action if mode == "writes" else "")
        known = self.uses.get(key)
        if known is None:
            self.uses[key] = (mode, action, _offset(node), set(columns))
            return
        known[3].update(columns)
        if known[0] == "reads" and mode == "joins":
            self.uses[key] = ("joins", *known[1:])

    def column(self, table: str, column: str) -> None:
        """Note a column of a table that is read."""
        known = self.uses.get((table, ""))
        if known is not None:
            known[3].add(column)

    def marked(self, tables: set[str], action: str) -> None:
        """What a SELECT does to the tables that it reads: `select for update` locks, `aggregate` sums up."""
        for table in tables:
            if (table, "") in self.uses:
                mode, _, offset, columns = self.uses[table, ""]
                self.uses[table, ""] = (mode, action, offset, columns)

    def path(self, mode: str, text: str) -> None:
        """Note a file or an address in the place of a table."""
        if text and (mode, text) not in self.paths:
            self.paths.append((mode, text))

    def note(self, problem: str) -> None:
        """Note why something is not understood; the first reason stays."""
        self.problem = self.problem or problem

    def name(self, node: object) -> str | None:
        """Return the name of a table in lower case; None, with a note where one is due, for what is none."""
        if not isinstance(node, exp.Table):
            return None
        last = node.this
        if isinstance(last, (exp.Placeholder, exp.Null)) or last is None:
            self.note(DYNAMIC_NAME)
            return None
        if isinstance(last, exp.Literal):
            self.path("reads", last.name)
            return None
        if not isinstance(last, (exp.Identifier, exp.Dot)) or last.args.get("temporary"):
            return None
        parts = [part.name for part in node.parts]
        if names.is_path(parts[-1]):
            self.path("reads", parts[-1])
            return None
        if names.is_dynamic(parts[-1]):
            self.note(DYNAMIC_NAME)
            return None
        return self.own_name(parts, quoted=bool(last.args.get("quoted")))

    def own_name(self, parts: list[str], quoted: bool) -> str | None:
        """Join the parts of a name, unless the table is the database's own or no table at all."""
        known = [part for part in parts if not names.is_dynamic(part)]
        if len(known) < len([part for part in parts if part]):
            self.note(DYNAMIC_SCHEMA)
        table = ".".join(known).lower()
        if not quoted and table in names.NEVER:
            self.note(ENGLISH)
            return None
        if names.is_system(table) or (self.inside and table in names.INSIDE) or not names.is_name(table):
            return None
        return table


def _offset(node: exp.Expression) -> int:
    this = node.this
    return int(this.meta.get("start", 0)) if isinstance(this, exp.Expression) else 0


@dataclass(frozen=True, slots=True)
class Target:
    """A table that an UPDATE, DELETE or MERGE writes, and the name that the statement calls it by."""

    alias: str
    table: str | None
    node: exp.Expression


def targets_of(node: exp.Expression, found: Touched) -> list[Target]:
    """Return the tables that an UPDATE, DELETE or MERGE writes: aliases resolved, multi-table forms
    included.
    """
    main = node.args.get("this")
    beside = {(table.alias or table.name).lower(): table for table in _beside(node)}
    if isinstance(node, exp.Delete) and node.args.get("tables"):
        chosen = [beside.get(table.name.lower(), table) for table in node.args["tables"]]
    elif isinstance(main, exp.Table):
        chosen = [_resolved(main, beside)]
        if isinstance(node, exp.Update):
            chosen = _assigned_tables(node, chosen[0], beside)
    else:
        return []
    targets = []
    for table in chosen:
        name = found.name(table)
        targets.append(Target((table.alias or table.name).lower(), name, table))
    return targets


def _resolved(main: exp.Table, beside: dict[str, exp.Table]) -> exp.Table:
    """T-SQL names the alias of a table in FROM as the target."""
    return main if main.args.get("db") or main.alias else beside.get(main.name.lower(), main)


def _assigned_tables(node: exp.Update, main: exp.Table, beside: dict[str, exp.Table]) -> list[exp.Table]:
    """MySQL updates every table that an assignment names."""
    qualifiers = {column.table.lower() for column in _assignments(node)}
    found = [table for alias, table in beside.items() if alias in qualifiers and table is not main]
    if found and "" not in qualifiers and (main.alias or main.name).lower() not in qualifiers:
        return found
    return [main, *found]


def _beside(node: exp.Expression) -> Iterator[exp.Table]:
    """Yield the tables that FROM, USING and joins name directly."""
    source, using = node.args.get("from_"), node.args.get("using")
    items = [source.this] if isinstance(source, exp.From) else []
    items += using if isinstance(using, list) else []
    if isinstance(node.args.get("this"), exp.Table) and not items:
        items = [node.this]
    for item in items:
        if isinstance(item, exp.Table):
            yield item
            for join in item.args.get("joins") or ():
                if isinstance(join.this, exp.Table):
                    yield join.this


def _assignments(node: exp.Expression) -> Iterator[exp.Column]:
    """Yield the columns on the left of SET."""
    for pair in node.expressions:
        left = pair.this if isinstance(pair, exp.EQ) else None
        for column in left.expressions if isinstance(left, exp.Tuple) else (left,):
            if isinstance(column, exp.Column):
                yield column


def assigned(node: exp.Expression, target: Target, targets: list[Target]) -> tuple[str, ...]:
    """Return the columns of `target` that the statement writes."""
    if isinstance(node, exp.Update):
        first = target is targets[0]
        own = {target.alias, (target.table or "").rpartition(".")[2]}
        columns = {
            c.name.lower() for c in _assignments(node) if c.table.lower() in own or (first and not c.table)
        }
    elif isinstance(node, exp.Merge):
        columns = set()
        for then in _thens(node):
            if isinstance(then, exp.Update):
                columns |= {column.name.lower() for column in _assignments(then)}
            elif isinstance(then, exp.Insert) and isinstance(then.this, exp.Tuple):
                columns |= {column.name.lower() for column in then.this.expressions}
    else:
        return ()
    return tuple(sorted(column for column in columns if column and not names.is_dynamic(column)))


def columns_of(target: object) -> tuple[str, ...]:
    """Return the column list behind the target of an INSERT or COPY."""
    if not isinstance(target, exp.Schema):
        return ()
    found = {column.name.lower() for column in target.expressions}
    return tuple(sorted(column for column in found if column and not names.is_dynamic(column)))


def action_of(node: exp.Expression) -> str:
    """Return the verb of a writing statement in the words of `TableUse.action`."""
    if isinstance(node, exp.Insert):
        if node.args.get("conflict") is not None:
            return "upsert"
        return "replace" if str(node.args.get("alternative") or "").lower() == "replace" else "insert"
    return str(node.key).lower()


def _thens(node: exp.Expression) -> Iterator[exp.Expression]:
    for when in node.args["whens"].expressions if node.args.get("whens") is not None else ():
        if isinstance(then := when.args.get("then"), exp.Expression):
            yield then


def parts_of(node: exp.Expression) -> Iterator[exp.Expression]:
    """Yield the expressions of UPDATE, DELETE or MERGE that may hold queries and columns of other tables."""
    for key in ("where", "returning", "order", "limit", "on"):
        if isinstance(part := node.args.get(key), exp.Expression):
            yield part
    yield from node.expressions
    if not isinstance(node, exp.Merge):
        return
    for when in node.args["whens"].expressions if node.args.get("whens") is not None else ():
        if isinstance(condition := when.args.get("condition"), exp.Expression):
            yield condition
    for then in _thens(node):
        if isinstance(then, exp.Update):
            yield from then.expressions
        elif isinstance(then, exp.Insert) and isinstance(then.args.get("expression"), exp.Expression):
            yield then.expression


def from_items(node: exp.Expression) -> Iterator[exp.Expression]:
    """Yield what FROM, USING, JOIN and LATERAL name, in order."""
    source = node.args.get("from_")
    if isinstance(source, exp.From):
        yield source.this
    using = node.args.get("using")
    for item in using if isinstance(using, list) else [using]:
        if isinstance(item, exp.Expression):
            yield item
    yield from node.args.get("laterals") or ()
    yield from node.args.get("joins") or ()
