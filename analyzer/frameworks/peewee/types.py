"""The types of Peewee as data: what models and queries give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...model.world import TypeRule

MODEL, QUERY = "peewee.Model", "peewee.ModelSelect"
CLASS_READS = "select raw".split()
CLASS_ONE = "get get_or_none get_by_id create get_or_create".split()
CLASS_WRITES = (
    "insert insert_many insert_from replace replace_many update delete bulk_create bulk_update delete_by_id "
    "set_by_id truncate_table"
).split()
OF_ROWS = "save delete_instance".split()
SAME = (
    "where orwhere join join_from left_outer_join switch order_by group_by having limit offset paginate "
    "distinct alias objects select select_from for_update with_cte columns iterator clone"
).split()
ONE = "get get_or_none first peek".split()
PLAIN = "dicts tuples namedtuples count exists scalar execute".split()


def types() -> Iterable[TypeRule]:
    """Rules as `python/flow/outside.py` reads them."""
    for method in (*CLASS_READS, *CLASS_ONE, *CLASS_WRITES, *OF_ROWS):
        yield TypeRule(f"{MODEL}.{method}", f"{MODEL}.{method}[T]")
    for method in CLASS_READS:
        yield TypeRule(f"{MODEL}.{method}()", f"{QUERY}[T]")
    for method in CLASS_ONE:
        yield TypeRule(f"{MODEL}.{method}()", "T")
    yield from _query()


def _query() -> Iterator[TypeRule]:
    yield TypeRule(f"{QUERY}[]", "T")
    for method in SAME:
        yield TypeRule(f"{QUERY}.{method}()", f"{QUERY}[T]")
    for method in ONE:
        yield TypeRule(f"{QUERY}.{method}()", "T")
    for method in ("join", "join_from", "left_outer_join", "first", "get", *PLAIN):
        yield TypeRule(f"{QUERY}.{method}", f"{QUERY}.{method}[T]")
