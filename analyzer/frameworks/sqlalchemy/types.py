"""The types of SQLAlchemy as data: what sessions, queries and statements give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...model.world import TypeRule

SESSION, QUERY, SELECT = "sqlalchemy.orm.Session", "sqlalchemy.orm.Query", "sqlalchemy.Select"
JOINED = "sqlalchemy.Joined(beside)"
"""What a query joins to its own rows; it goes where the query goes."""
OF_COLUMNS = "sqlalchemy.orm.Query(own)"
"""A query for columns, not for whole rows."""
COLUMN = "sqlalchemy.orm.InstrumentedAttribute"
ATTRIBUTE, LOADED = "sqlalchemy.orm.attributes.InstrumentedAttribute", "sqlalchemy.orm.Load"
"""`Order.lines`, and `joinedload(Order.lines)`."""
MAPPED = "sqlalchemy.orm.DeclarativeBase"
"""What every mapped class is taken to inherit from."""
MANY = "sqlalchemy.orm.collections.InstrumentedList"
_SESSIONS = (
    SESSION,
    "sqlalchemy.orm.session.Session",
    "sqlalchemy.orm.scoped_session",
    "sqlalchemy.orm.scoping.scoped_session",
    "sqlalchemy.ext.asyncio.AsyncSession",
    "sqlalchemy.ext.asyncio.session.AsyncSession",
    "sqlalchemy.ext.asyncio.async_scoped_session",
    "sqlmodel.Session",
    "sqlmodel.ext.asyncio.session.AsyncSession",
    "flask_sqlalchemy.SQLAlchemy.session",
    "flask_sqlalchemy.SQLAlchemy().session",
)
_MAKERS = (
    "sqlalchemy.orm.sessionmaker",
    "sqlalchemy.orm.session.sessionmaker",
    "sqlalchemy.ext.asyncio.async_sessionmaker",
    "sqlalchemy.orm.scoped_session",
    "sqlalchemy.ext.asyncio.async_scoped_session",
)
_ENGINES = tuple(
    f"oslo_db.sqlalchemy.enginefacade{made}.{mode}{chosen}.using"
    for made in ("", ".transaction_context()", ".transaction_context")
    for mode in ("reader", "writer")
    for chosen in ("", ".independent", ".savepoint")
)
"""What gives a session inside `with`."""
_QUERIES = (
    QUERY,
    "sqlalchemy.orm.query.Query",
    "flask_sqlalchemy.query.Query",
    "flask_sqlalchemy.BaseQuery",
    "flask_sqlalchemy.SQLAlchemy.Query",
)
_RESULT, _SCALARS, _ROW = "sqlalchemy.Result", "sqlalchemy.ScalarResult", "sqlalchemy.Row"
_ONE = (
    "get first one one_or_none get_or_404 first_or_404 one_or_404 scalar scalar_one scalar_one_or_none"
).split()
_MANY = (
    "filter filter_by order_by options limit offset distinct group_by having where slice reset_joinpoint "
    "with_for_update populate_existing execution_options select_from yield_per correlate autoflush unique "
    "with_entities only_return_tuples enable_eagerloads paginate subquery scalar_subquery union union_all "
    "tuples"
).split()
_JOINS = "join outerjoin join_from outerjoin_from add_columns add_entity select_from with_entities".split()
LOADERS = "joinedload subqueryload selectinload immediateload contains_eager".split()
_STATEMENTS = {"insert": "Insert", "update": "Update", "delete": "Delete"}
_STATEMENT_METHODS = (
    "values where returning from_select execution_options on_conflict_do_nothing on_conflict_do_update "
    "on_duplicate_key_update prefix_with with_hint filter filter_by"
).split()


def types() -> Iterable[TypeRule]:
    """Rules as `python/flow/outside.py` reads them."""
    for maker in (*_MAKERS, *_ENGINES):
        yield TypeRule(f"{maker}()", SESSION)
    for session in _SESSIONS:
        yield from _session(session)
    for parameter in ("session", "db_session", "dbsession", "db"):
        yield TypeRule(f"({parameter})", SESSION)
    for extension in ("flask_sqlalchemy.SQLAlchemy", "flask_sqlalchemy.SQLAlchemy()"):
        yield TypeRule(f"{extension}.get_or_404()", "1")
        for method in ("first_or_404", "one_or_404"):
            yield TypeRule(f"{extension}.{method}()", "=")
        yield TypeRule(f"{extension}.paginate()", f"{_SCALARS}[=]")
    for query in _QUERIES:
        yield TypeRule(f"{query}[T]", "")
        yield from _query(query, f"{QUERY}[T]+")
    yield from _query(SELECT, f"{SELECT}[T]")
    for query in (QUERY, SELECT):
        yield TypeRule(f"{query}[own]", OF_COLUMNS)
    for method in (*_MANY, *_JOINS, "options"):
        joined = f"&{JOINED}[*]" if method in (*_JOINS, "options") else ""
        yield TypeRule(f"{OF_COLUMNS}.{method}()", f"{OF_COLUMNS}[T]{joined}")
    yield from _statements()
    yield from _results()
    for model in ("flask_sqlalchemy.SQLAlchemy.Model", "flask_sqlalchemy.model.Model"):
        yield TypeRule(f"{model}.query", f"{QUERY}[T]&T.query_class()[T]")
    yield TypeRule(f"{MAPPED}.query", f"{QUERY}[T]")  # of one of very many classes
    yield TypeRule(f"{MAPPED}.awaitable_attrs", "T")
    yield from _relationships()


def _statements() -> Iterator[TypeRule]:
    for method in (*_MANY, *_JOINS, "count", "delete", "update", *_ONE):
        yield TypeRule(f"{JOINED}.{method}()", f"{JOINED}[T]" if method not in _ONE else "")
    for module in (
        "sqlalchemy",
        "sqlmodel",
        "sqlalchemy.future",
        "sqlalchemy.sql",
        "sqlalchemy.sql.expression",
    ):
        yield TypeRule(f"{module}.select()", f"{SELECT}[*]")
        for function, name in _STATEMENTS.items():
            yield TypeRule(f"{module}.{function}()", f"sqlalchemy.{name}[1]")
    for dialect in ("postgresql", "mysql", "sqlite"):
        yield TypeRule(f"sqlalchemy.dialects.{dialect}.insert()", "sqlalchemy.Insert[1]")
    for name in _STATEMENTS.values():
        for method in _STATEMENT_METHODS:
            yield TypeRule(f"sqlalchemy.{name}.{method}()", f"sqlalchemy.{name}[T]")


def _relationships() -> Iterator[TypeRule]:
    for loader in LOADERS:
        for module in ("sqlalchemy.orm", "sqlalchemy.orm.strategy_options"):
            yield TypeRule(f"{module}.{loader}()", f"{LOADED}[*]")
        yield TypeRule(f"{LOADED}.{loader}()", f"{LOADED}[T]&{LOADED}[*]")
    for method in ("load_only", "options", "defer", "undefer", "noload", "raiseload", "lazyload"):
        yield TypeRule(f"{LOADED}.{method}()", f"{LOADED}[T]")
    for method in ("of_type", "and_"):
        yield TypeRule(f"{ATTRIBUTE}.{method}()", f"{ATTRIBUTE}[T]")
    yield TypeRule("sqlalchemy.orm.relationship()", "1")
    yield TypeRule(f"{MANY}[]", "T")
    for method in (
        "append",
        "remove",
        "extend",
        "insert",
        "add",
        "clear",
        "filter",
        "filter_by",
        "all",
        "pop",
    ):
        yield TypeRule(f"{MANY}.{method}", f"{MANY}.{method}[T]")
    for method in ("filter", "filter_by", "order_by", "all"):
        yield TypeRule(f"{MANY}.{method}()", f"{QUERY}[T]")


def _session(session: str) -> Iterator[TypeRule]:
    for method in ("get", "get_one", "merge"):
        yield TypeRule(f"{session}.{method}()", "1")
    yield TypeRule(f"{session}.query()", f"{QUERY}[*]")
    yield TypeRule(f"{session}.begin()", SESSION)
    yield TypeRule(f"{session}.scalar()", "=")
    for method in ("scalars", "stream_scalars", "exec"):
        yield TypeRule(f"{session}.{method}()", f"{_SCALARS}[=]")
    for method in ("execute", "stream"):
        yield TypeRule(f"{session}.{method}()", f"{_RESULT}[=]")


def _query(query: str, same: str) -> Iterator[TypeRule]:
    yield TypeRule(f"{query}[]", "T")
    for method in _ONE:
        yield TypeRule(f"{query}.{method}()", "T")
    for method in _MANY:  # of those in both, what follows counts
        yield TypeRule(f"{query}.{method}()", same)
    yield TypeRule(f"{query}.all()", f"{_SCALARS}[T]")
    for method in ("count", "exists", "delete", "update"):
        yield TypeRule(f"{query}.{method}", f"{query}.{method}[T]")
    for method in (*_JOINS, "options"):
        yield TypeRule(f"{query}.{method}()", f"{same}&{JOINED}[*]")


def _results() -> Iterator[TypeRule]:
    for method in (*_ONE, "fetchone"):
        row = method in ("first", "one", "one_or_none", "fetchone")
        yield TypeRule(f"{_RESULT}.{method}()", f"{_ROW}[T]" if row else "T")
        yield TypeRule(f"{_SCALARS}.{method}()", "T")
    for method in ("all", "fetchall", "unique", "partitions", "mappings", "tuples"):
        yield TypeRule(f"{_RESULT}.{method}()", f"{_RESULT}[T]")
        yield TypeRule(f"{_SCALARS}.{method}()", f"{_SCALARS}[T]")
    yield TypeRule(f"{_RESULT}.scalars()", f"{_SCALARS}[T]")
    yield TypeRule(f"{_RESULT}[]", f"{_ROW}[T]")
    yield TypeRule(f"{_ROW}[]", "T")
    yield TypeRule(f"{_SCALARS}[]", "T")
