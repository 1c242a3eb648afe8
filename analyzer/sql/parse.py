"""The one door to sqlglot: text in, trees out, and every refusal as a reason in words."""

from __future__ import annotations

import logging

import sqlglot
from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ErrorLevel
from sqlglot.tokenizer_core import Token, TokenType

from .statements import NOT_UNDERSTOOD, TOO_DEEP, TOO_LONG

logging.getLogger("sqlglot").setLevel(logging.CRITICAL + 1)

MAX_TEXT = 1_000_000
MAX_DEPTH = 150
MAX_RUN = 12
MAX_COSTLY = 8
MAX_WEIGHT = 6_000
_DIALECTS = {
    "ansi": "",
    "generic": "",
    "db2": "",
    "sparksql": "spark",
    "mariadb": "mysql",
    "postgresql": "postgres",
    "mssql": "tsql",
}
_OPEN = frozenset({TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE})
_CLOSE = frozenset({TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE})
_FREE = frozenset({TokenType.CROSS, TokenType.NATURAL})
_LIGHT = frozenset(
    {TokenType.VAR, TokenType.NUMBER, TokenType.STRING, TokenType.COMMA, TokenType.IDENTIFIER, TokenType.NULL}
)
_COSTLY = frozenset("CHAR NCHAR VARCHAR CONVERT TRY_CONVERT OBJECT STRUCT UNION NESTED MAP".split())
"""Words in front of a parenthesis that the parser reads in two ways, one after the other, at every level."""
_instances: dict[str, Dialect] = {}


class Unparsable(Exception):
    """A text that no dialect could read; the message says why, in words for a user."""


def dialect(name: str) -> Dialect:
    """Return sqlglot's dialect for a name that users know; unknown names mean generic SQL."""
    known = _instances.get(name)
    if known is None:
        try:
            known = Dialect.get_or_raise(_DIALECTS.get(name.lower(), name.lower()) or None)
        except ValueError:
            known = Dialect.get_or_raise(None)
        _instances[name] = known
    return known


def parse(text: str, dialects: tuple[str, ...]) -> tuple[list[exp.Expression], str]:
    """Return the trees of `text` and the first of `dialects` that could read it.

    Raises Unparsable when none can, when the text is too long or nested too deeply. A tree that is a mere
    `Command` counts as not read, unless no dialect does better: then it is returned for others to look at.
    """
    if len(text) > MAX_TEXT:
        raise Unparsable(TOO_LONG)
    fallback: tuple[list[exp.Expression], str] | None = None
    for name in dialects:
        try:
            trees = _trees(text, dialect(name))
        except (Unparsable, RecursionError):
            raise Unparsable(TOO_DEEP) from None
        except Exception:  # compiled code raises TypeError and others besides ParseError
            continue
        if trees and not any(isinstance(tree, exp.Command) for tree in trees):
            return trees, name
        fallback = fallback or (trees, name)
    if fallback and fallback[0]:
        return fallback
    raise Unparsable(NOT_UNDERSTOOD)


def _trees(text: str, known: Dialect) -> list[exp.Expression]:
    tokens = known.tokenize(text)
    if len(tokens) > MAX_RUN:
        _measure(tokens)
    trees = known.parser(error_level=ErrorLevel.IMMEDIATE).parse(tokens, text)
    return [tree for tree in trees if isinstance(tree, exp.Expression)]


def _measure(tokens: list[Token]) -> None:
    """Refuse what nests too deeply: the compiled parser overflows the stack of the process, beyond any
    exception.

    A word in a row with itself, or joins without a condition, make it try exponentially many readings;
    thousands of clauses recurse as well.
    """
    opened: list[bool] = []
    run = weight = costly = joins = 0
    before = None
    word = ""
    for token in tokens:
        kind = token.token_type
        if kind in _OPEN:
            opened.append(word in _COSTLY)
            costly += opened[-1]
        elif kind in _CLOSE:
            costly -= opened.pop() if opened else 0
        else:
            weight += kind not in _LIGHT
            run = run + 1 if kind is before else 0
            joins += (kind is TokenType.JOIN and before not in _FREE) - (
                kind in (TokenType.ON, TokenType.USING)
            )
        before, word = kind, token.text.upper()
        if (
            len(opened) > MAX_DEPTH
            or run > MAX_RUN
            or weight > MAX_WEIGHT
            or max(costly, joins - 4) > MAX_COSTLY
        ):
            raise Unparsable(TOO_DEEP)


__all__ = ["Unparsable", "dialect", "exp", "parse", "sqlglot"]
