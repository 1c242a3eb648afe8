"""The methods of Peewee by what they do: those of models and rows, and those of queries."""

from __future__ import annotations

WRITES = {
    "create": "insert", "insert": "insert", "insert_many": "insert", "insert_from": "insert",
    "bulk_create": "insert", "replace": "upsert", "replace_many": "upsert", "update": "update",
    "bulk_update": "update", "set_by_id": "update", "save": "upsert", "delete": "delete",
    "delete_by_id": "delete", "delete_instance": "delete", "truncate_table": "truncate",
}  # fmt: skip
READS = ("select", "raw", "get", "get_or_none", "get_by_id")
BOTH = "get_or_create"
"""Reads, and inserts where there is none."""
QUERIES = ("select", "raw")
"""What gives a query, not rows."""
JOINS = ("join", "join_from", "left_outer_join")
ASKED = ("count", "exists", "scalar")
"""What runs a query and gives no row."""
