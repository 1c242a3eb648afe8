"""One text through the parser: trees to a statement. Imported when SQL is really there, since it brings
sqlglot.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from .access import Reader
from .parse import Unparsable, exp, parse
from .schema import Schema
from .statements import ENGLISH, NOT_UNDERSTOOD, Definition, Statement, TableUse
from .targets import Touched

_DDL = (exp.Create, exp.Alter, exp.Drop)


def read(text: str, dialects: tuple[str, ...], line: Callable[[int], int], inside: bool) -> Statement:
    """Parse `text` in the first dialect that can, and return what it touches and defines.

    `line` turns an offset of `text` into a line of the source. A problem that starts with `not understood`
    means that no dialect could read it.
    """
    try:
        trees, dialect = parse(text, dialects)
    except Unparsable as error:
        return Statement(1, (), (), str(error))
    uses: list[TableUse] = []
    definitions: list[Definition] = []
    paths: list[tuple[str, str]] = []
    problem = ""
    for tree in trees:
        if isinstance(tree, exp.Command):
            problem = problem or NOT_UNDERSTOOD
            continue
        found = Touched(inside)
        if isinstance(tree, _DDL):
            views = partial(_uses, dialect=dialect, line=line, found=found)
            definitions += Schema(found, dialect, line, views).read(tree)
            uses += _created(tree, dialect, line, found)
        else:
            reader = Reader(dialect, inside)
            found = reader.read(tree)
            uses += _listed(found, line)
        paths += found.paths
        problem = problem or found.problem
    if problem == ENGLISH:
        return Statement(1, (), (), ENGLISH, trees[0].key)
    return Statement(1, tuple(uses), tuple(definitions), problem, trees[0].key, tuple(dict.fromkeys(paths)))


def _listed(found: Touched, line: Callable[[int], int]) -> list[TableUse]:
    """Return what was found as records."""
    return [
        TableUse(table, mode, action, tuple(sorted(columns)), line(offset))
        for (table, _), (mode, action, offset, columns) in found.uses.items()
    ]


def _uses(
    body: exp.Expression, dialect: str, line: Callable[[int], int], found: Touched
) -> tuple[TableUse, ...]:
    """Return what a query inside a definition reads."""
    inner = Reader(dialect).read(body)
    if inner.problem:
        found.note(inner.problem)
    found.paths += inner.paths
    return tuple(_listed(inner, line))


def _created(
    tree: exp.Expression, dialect: str, line: Callable[[int], int], found: Touched
) -> list[TableUse]:
    """CREATE TABLE ... AS writes the new table and reads the sources at once; LIKE only looks at a table."""
    if not isinstance(tree, exp.Create) or str(tree.args.get("kind")).upper() != "TABLE":
        return []
    body = tree.args.get("expression")
    if isinstance(body, exp.Expression):
        if body.find(exp.Select, exp.Table) is None:
            return []
        made = Touched()
        table = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
        if (name := made.name(table)) is not None:
            made.add(table, name, "writes", "create", ())
        return [*_listed(made, line), *_uses(body, dialect, line, found)]
    like = tree.find(exp.LikeProperty)
    clone = tree.args.get("clone")
    source = like.this if like is not None else clone.this if isinstance(clone, exp.Expression) else None
    if source is not None and (name := found.name(source)) is not None:
        return [TableUse(name, "reads", "like", (), line(0))]
    return []
