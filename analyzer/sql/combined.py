"""What is done with statements that are read: asked, moved, put together."""

from __future__ import annotations

from dataclasses import replace

from .statements import NOT_UNDERSTOOD, NUL_IN_NAME, Statement, TableUse


def failed(statement: Statement) -> bool:
    """Is the structure of a statement unknown?"""
    return statement.problem in (NOT_UNDERSTOOD, NUL_IN_NAME)


def says(statement: Statement) -> bool:
    """Does a statement tell anything at all?"""
    return bool(statement.uses or statement.problem or statement.definitions or statement.paths)


def replacing(statement: Statement, verb: str) -> Statement:
    """Give the writes of what was read as INSERT the verb that stands there: REPLACE or UPSERT."""
    uses = (replace(use, action=verb) if use.mode == "writes" else use for use in statement.uses)
    return replace(statement, uses=tuple(uses), kind=verb)


def joined(parts: list[Statement], kind: str) -> Statement:
    """Return one statement that does what all of them do."""
    return Statement(
        1,
        tuple(dict.fromkeys(use for part in parts for use in part.uses)),
        tuple(made for part in parts for made in part.definitions),
        next((part.problem for part in parts if part.problem), ""),
        kind or next((part.kind for part in parts), ""),
        tuple(dict.fromkeys(path for part in parts for path in part.paths)),
        tuple(dict.fromkeys(call for part in parts for call in part.calls)),
    )


def moved(statement: Statement, lines: int) -> Statement:
    """Return the statement, so many lines further down."""
    if not lines:
        return statement
    return replace(
        statement,
        line=statement.line + lines,
        uses=tuple(replace(use, line=use.line + lines) for use in statement.uses),
        sequences=tuple(replace(use, line=use.line + lines) for use in statement.sequences),
        definitions=tuple(
            replace(
                made,
                line=made.line + lines,
                lines=tuple(line + lines for line in made.lines),
                uses=tuple(replace(use, line=use.line + lines) for use in made.uses),
                foreign_keys=tuple(replace(key, line=key.line + lines) for key in made.foreign_keys),
            )
            for made in statement.definitions
        ),
    )


def without_temporary(found: list[Statement]) -> tuple[Statement, ...]:
    """Leave out uses of tables that the same text creates as temporary ones."""
    defined = [made for statement in found for made in statement.definitions if made.action == "create"]
    temporary = {made.name for made in defined if made.temporary}
    temporary -= {made.name for made in defined if not made.temporary}
    if not temporary:
        return tuple(found)

    def kept(uses: tuple[TableUse, ...]) -> tuple[TableUse, ...]:
        return tuple(use for use in uses if use.table not in temporary)

    return tuple(replace(statement, uses=kept(statement.uses)) for statement in found)
