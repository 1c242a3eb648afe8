"""The types of SQLAlchemy as data: what sessions, queries and statements give."""

from __future__ import annotations

from collections.abc import Iterable

from ...model.protocols import TypeRule

_SESSIONS = (
    "sqlalchemy.orm.Session",
    "sqlalchemy.ext.asyncio.AsyncSession",
    "flask_sqlalchemy.SQLAlchemy.session",
    "sqlalchemy.orm.scoped_session",
)
_QUERY = "sqlalchemy.orm.Query"
_SELECT = "sqlalchemy.Select"
_RESULT = "sqlalchemy.ScalarResult"
_ONE = "get first one one_or_none get_or_404 first_or_404 one_or_404 scalar".split()
_MANY = (
    "all filter filter_by order_by join outerjoin options limit offset distinct group_by having where "
    "with_for_update populate_existing execution_options select_from yield_per"
).split()


def types() -> Iterable[TypeRule]:
    """Rules as `python/flow/outside.py` reads them."""
    for owner in (_QUERY, _SELECT, _RESULT):
        yield TypeRule(f"{owner}[]", "T")
        for method in _ONE:
            yield TypeRule(f"{owner}.{method}()", "T")
        for method in _MANY:
            yield TypeRule(f"{owner}.{method}()", f"{owner}[T]")
    for session in _SESSIONS:
        yield TypeRule(f"{session}.get()", "1")
        yield TypeRule(f"{session}.get_one()", "1")
        yield TypeRule(f"{session}.query()", f"{_QUERY}[1]")
        yield TypeRule(f"{session}.scalars()", f"{_RESULT}[=]")
        yield TypeRule(f"{session}.scalar()", f"{_RESULT}[=]")
    yield TypeRule("sqlalchemy.select()", f"{_SELECT}[1]")
    yield TypeRule("flask_sqlalchemy.SQLAlchemy.Model.query", f"{_QUERY}[T]")
    yield TypeRule("sqlalchemy.orm.relationship()", "1")
