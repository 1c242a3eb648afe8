"""The types of Peewee as data: what models and queries give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...model.world import TypeRule
from .methods import ASKED, BOTH, JOINS, QUERIES, READS, WRITES

MODEL, QUERY = "peewee.Model", "peewee.ModelSelect"
SAME = (
    "where orwhere switch order_by group_by having limit offset paginate "
    "distinct alias objects select select_from for_update with_cte columns iterator clone"
).split()
ONE = "get get_or_none first peek".split()
PLAIN = "dicts tuples namedtuples execute".split()


def types() -> Iterable[TypeRule]:
    """Rules as `python/flow/outside.py` reads them."""
    for method in (*READS, *WRITES, BOTH):
        yield TypeRule(f"{MODEL}.{method}", f"{MODEL}.{method}[T]")
    for method in QUERIES:
        yield TypeRule(f"{MODEL}.{method}()", f"{QUERY}[T]")
    for method in (*(name for name in READS if name not in QUERIES), "create", BOTH):
        yield TypeRule(f"{MODEL}.{method}()", "T")
    yield from _query()


def _query() -> Iterator[TypeRule]:
    yield TypeRule(f"{QUERY}[]", "T")
    for method in (*SAME, *JOINS):
        yield TypeRule(f"{QUERY}.{method}()", f"{QUERY}[T]")
    for method in ONE:
        yield TypeRule(f"{QUERY}.{method}()", "T")
    for method in (*JOINS, "first", "get", *PLAIN, *ASKED):
        yield TypeRule(f"{QUERY}.{method}", f"{QUERY}.{method}[T]")
