"""A parsed statement becomes the tables that it touches: targets, sources and joins, with their columns.

Names of common table expressions, aliases, functions in FROM, VALUES and placeholders are no tables.
Queries nest in `Block`s: a name resolves in its own block first, then outwards.
"""

from __future__ import annotations

from . import names
from .blocks import Block, Names
from .parse import exp
from .targets import Touched, action_of, assigned, columns_of, from_items, parts_of, targets_of

_NO_COLUMNS = frozenset(
    "rownum rowid level sysdate systimestamp user current_date current_timestamp current_user excluded ctid "
    "xmin xmax true false null default".split()
)
_QUERIES = (exp.Select, exp.SetOperation)
_WRITES = (exp.Insert, exp.Update, exp.Delete, exp.Merge)
_EXTREMES = (exp.Max, exp.Min)
"""An index tells these without going over all rows."""
_LATE = frozenset({"order", "group", "having", "qualify"})


def _makes_table(into: exp.Into) -> bool:
    """Whether SELECT ... INTO makes a table, rather than filling a column of a trigger's row."""
    return into.this is not None and into.this.text("db").lower() not in names.RECORDS


def _sums_up(node: exp.Expression) -> bool:
    """Whether an output makes one value of many rows, here and not in a query inside or over a window."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, _EXTREMES):
            continue
        if isinstance(current, exp.AggFunc):
            return True
        if not isinstance(current, (*_QUERIES, exp.Subquery, exp.Window)):
            waiting.extend(current.iter_expressions())
    return False


class Reader:
    """Reads one tree; `found` holds what it touches.

    `inside` says that the statement stands in the body of a routine: names without a table may then be
    variables.
    """

    def __init__(self, dialect: str, inside: bool = False) -> None:
        self.dialect = dialect
        self.inside = inside
        self.found = Touched(inside)

    def read(self, tree: exp.Expression) -> Touched:
        """Read a whole statement."""
        if isinstance(tree, exp.Copy):
            self.copy(tree)
        elif isinstance(tree, exp.TruncateTable):
            for table in tree.expressions:
                self.write(table, "truncate", ())
        else:
            self.visit(tree, None, frozenset())
        return self.found

    # -- walking ---------------------------------------------------------------------------------------------

    def visit(self, node: exp.Expression, block: Block | None, ctes: Names) -> None:
        """Find queries and columns in an expression, however deep its left side is."""
        stack = [node]
        while stack:
            current = stack.pop()
            if isinstance(current, exp.Column):
                self.column(current, block)
            elif isinstance(current, _QUERIES):
                self.query(current, block, ctes)
            elif isinstance(current, _WRITES):
                self.statement(current, ctes)
            elif isinstance(current, exp.Subquery):
                inner = self.ctes(current, ctes)
                for part in current.iter_expressions():
                    if not isinstance(part, (exp.With, exp.TableAlias)):
                        self.visit(part, block, inner)
            elif isinstance(current, exp.Table):
                self.source(current, block or Block(None), ctes)
            elif isinstance(current, exp.With):
                self.bind(current, ctes)
            elif not isinstance(current, exp.Identifier):
                stack.extend(reversed(list(current.iter_expressions())))

    def ctes(self, node: exp.Expression, ctes: Names) -> Names:
        """Read the WITH of a node, if any; return the names that hold behind it."""
        with_ = node.args.get("with_")
        return self.bind(with_, ctes) if with_ is not None else ctes

    def bind(self, with_: exp.Expression, ctes: Names) -> Names:
        """Read common table expressions in order; each sees those before it, a recursive one itself."""
        if with_.args.get("recursive"):
            ctes = ctes | {cte.alias.lower() for cte in with_.expressions if cte.alias}
        for cte in with_.expressions:
            name = cte.alias.lower()
            body = cte.this
            recursive = with_.args.get("recursive") or isinstance(body, exp.SetOperation)
            self.visit(body, None, ctes | {name} if recursive and name else ctes)
            ctes = ctes | {name}
        return ctes

    def query(self, node: exp.Expression, parent: Block | None, ctes: Names) -> None:
        """Read a SELECT, or the branches of a UNION, EXCEPT or INTERSECT (chains lean left)."""
        pending = [(node, ctes)]
        while pending:
            current, known = pending.pop()
            known = self.ctes(current, known)
            if isinstance(current, exp.SetOperation):
                pending += [(current.expression, known), (current.this, known)]
                for key in ("order", "limit", "offset"):
                    if isinstance(part := current.args.get(key), exp.Expression) and key != "order":
                        self.visit(part, parent, known)
            elif isinstance(current, exp.Select):
                self.select(current, parent, known)
            else:
                self.visit(current, parent, known)

    def select(self, node: exp.Select, parent: Block | None, ctes: Names) -> None:
        """Read one SELECT: what it is from, then everything else in the light of that."""
        block = Block(parent)
        into = node.args.get("into")
        if isinstance(into, exp.Into) and self.dialect not in ("oracle", "mysql") and _makes_table(into):
            self.write(into.this, "insert", ())
        for item in from_items(node):
            self.item(item, block, ctes)
        block.outputs = frozenset(part.alias.lower() for part in node.expressions if part.alias)
        for key, value in node.args.items():
            if key in ("from_", "with_", "into", "joins", "laterals", "locks"):
                continue
            for part in value if isinstance(value, list) else (value,):
                if isinstance(part, exp.Expression):
                    self.late(part, block, ctes) if key in _LATE else self.visit(part, block, ctes)
        for join in node.args.get("joins") or ():
            self.conditions(join, block, ctes)
        if node.args.get("locks"):
            self.found.marked(block.tables, "select for update")
        elif any(_sums_up(part) for part in node.expressions):
            self.found.marked(block.tables, "aggregate")

    def late(self, node: exp.Expression, block: Block, ctes: Names) -> None:
        """Read a clause in which the names of outputs hold: those are no columns of a table."""
        late = Block(block.parent)
        late.sources, late.tables = block.sources, block.tables
        late.outputs = block.outputs
        self.visit(node, late, ctes)

    # -- sources ---------------------------------------------------------------------------------------------

    def item(self, node: exp.Expression, block: Block, ctes: Names) -> None:
        """Read what FROM, JOIN, USING or LATERAL names."""
        if isinstance(node, exp.Join):
            self.item(node.this, block, ctes)
        elif isinstance(node, exp.Table):
            self.source(node, block, ctes)
        elif isinstance(node, (exp.Subquery, exp.Paren)) and isinstance(
            node.this, (exp.Table, exp.Subquery, exp.Paren)
        ):
            self.item(node.this, block, self.ctes(node, ctes))
            self.nested(node, block, ctes)
            if node.alias:
                block.sources.append((node.alias.lower(), None))
        else:
            alias = node.alias_or_name.lower() if not isinstance(node, _QUERIES) else ""
            self.visit(node, block, ctes)
            block.sources.append((alias, None))
            if isinstance(node, exp.Subquery):
                self.nested(node, block, ctes)

    def nested(self, node: exp.Expression, block: Block, ctes: Names) -> None:
        """Read the joins that hang on one item, as in `(a JOIN b)`."""
        for key in ("joins", "laterals"):
            for join in node.args.get(key) or ():
                self.item(join, block, ctes)
                if isinstance(join, exp.Join):
                    self.conditions(join, block, ctes)

    def source(self, node: exp.Table, block: Block, ctes: Names) -> None:
        """Read one table of a FROM: a real one, a CTE, a function or something dynamic."""
        alias = (node.alias or node.name).lower()
        name = None if node.name.lower() in ctes and not node.args.get("db") else self.name(node)
        if name is None:
            if isinstance(node.this, exp.Expression) and not isinstance(node.this, exp.Identifier):
                self.visit(node.this, block, ctes)
            block.sources.append((alias, None))
        else:
            mode = "joins" if block.others(name) else "reads"
            self.found.add(node, name, mode, "select", ())
            block.sources.append((alias, name))
            block.tables.add(name)
        self.nested(node, block, ctes)

    def conditions(self, join: exp.Expression, block: Block, ctes: Names) -> None:
        """Read ON and USING of a join; a column of USING belongs to both sides."""
        if isinstance(on := join.args.get("on"), exp.Expression):
            self.visit(on, block, ctes)

    def name(self, node: exp.Expression) -> str | None:
        """Return the name of a table; None (and a note, where one is due) for what is none."""
        return self.found.name(node)

    # -- columns ---------------------------------------------------------------------------------------------

    def column(self, node: exp.Column, block: Block | None) -> None:
        """Give a column to its table: by its qualifier, or when only one table can have it."""
        if block is None:
            return
        column, qualifier = node.name.lower(), node.table.lower()
        if not column or names.is_dynamic(column) or column in _NO_COLUMNS or isinstance(node.this, exp.Star):
            return
        if qualifier:
            table = block.lookup(qualifier)
        elif len(block.sources) != 1 or self.inside or column in block.outputs:
            return
        else:
            table = block.sources[0][1]
        if table is not None:
            self.found.column(table, column)

    # -- writes ----------------------------------------------------------------------------------------------

    def statement(self, node: exp.Expression, ctes: Names) -> None:
        """Read INSERT, UPDATE, DELETE or MERGE."""
        ctes = self.ctes(node, ctes)
        if isinstance(node, exp.Insert):
            self.insert(node, ctes)
            return
        block = Block(None)
        # T-SQL updates and deletes through the name of a common table expression: that is no table.
        targets = [target for target in targets_of(node, self.found) if target.table not in ctes]
        for target in targets:
            block.sources.append((target.alias, target.table))
            if target.table is not None:
                block.tables.add(target.table)
        for target in targets:
            if target.table is not None:
                written = assigned(node, target, targets)
                self.found.add(target.node, target.table, "writes", action_of(node), written)
        own = {target.table for target in targets if target.table is not None}
        self.found.own.append(own)
        for item in from_items(node):
            self.item(item, block, ctes)
        if isinstance(main := node.args.get("this"), exp.Table):
            self.nested(main, block, ctes)
        elif isinstance(main, exp.Expression):
            self.visit(main, block, ctes)
        for part in parts_of(node):
            self.visit(part, block, ctes)
        for item in from_items(node):
            self.conditions(item, block, ctes)
        self.found.own.pop()

    def insert(self, node: exp.Insert, ctes: Names) -> None:
        """Read INSERT: the target is written; what it selects is read, be it the same table."""
        target = node.this
        written = columns_of(target)
        if isinstance(conflict := node.args.get("conflict"), exp.Expression):
            written = tuple(
                sorted({*written, *(c.name.lower() for c in conflict.find_all(exp.Column) if not c.table)})
            )
        if isinstance(target, exp.Directory):
            self.found.path("writes", target.this.name)
        elif target is not None:
            self.write(target, action_of(node), written)
        for source in (node.args.get("expression"), conflict, node.args.get("returning")):
            if isinstance(source, exp.Expression):
                self.visit(source, None, ctes)

    def copy(self, node: exp.Copy) -> None:
        """Read COPY: into a table or out of it, or out of a query."""
        into = bool(node.args.get("kind"))
        if isinstance(node.this, exp.Subquery):
            self.visit(node.this, None, frozenset())
        else:
            table = node.this.this if isinstance(node.this, exp.Schema) else node.this
            name = self.name(table)
            if isinstance(table, exp.Table) and isinstance(table.this, exp.Literal) and into:
                self.found.paths[:] = [("writes", table.name)]
                for source in node.args.get("files") or ():
                    if isinstance(source, exp.Table) and (read := self.name(source)) is not None:
                        self.found.add(source, read, "reads", "copy", ())
            if name is not None:
                self.found.add(table, name, "writes" if into else "reads", "copy", columns_of(node.this))
        for file in node.args.get("files") or ():
            if isinstance(file.this, exp.Literal) or isinstance(file, exp.Literal):
                self.found.path("reads" if into else "writes", file.name)

    def write(self, node: exp.Expression, action: str, columns: tuple[str, ...]) -> None:
        """Note that a table is written."""
        table = node.this if isinstance(node, exp.Schema) else node
        name = self.name(table)
        if name is not None:
            self.found.add(table, name, "writes", action, columns)
