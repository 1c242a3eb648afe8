"""SQL whose tables callers name, or classes that inherit what runs it; texts that are filled in other ways."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

DB = """
    class Record:
        table = None
        @classmethod
        def find(cls, run, key): return run(f"SELECT * FROM {cls.table} WHERE id = {key}")
        def remove(self, run): run("DELETE FROM {}".format(self.table))
    def count(run, table, where="true"):
        return run("SELECT count(*) FROM %s WHERE %s" % (table, where))
"""
CASES = {
    "Order.find(run, 1)": {"reads orders"},
    "Order().remove(run)": {"writes orders"},
    "db.count(run, 'orders')": {"reads orders"},
    "db.count(run, where='x', table='\"user\"')": {"reads user"},
    "db.count(run, given)": set(),
    "run(ONE.substitute(table='orders'))": {"reads orders"},
    "run(HIDE.format_map({'table': 'orders'}))": {"writes orders"},
    "names = {'lines', 'orders'}; run(f\"TRUNCATE TABLE {', '.join(sorted(names))}\")": {
        "writes lines",
        "writes orders",
    },
}


@pytest.mark.parametrize("code", CASES)
def test_tables(code: str, graph_of: Callable[..., Graph]) -> None:
    text = f"""
        from string import Template
        import db
        class Order(db.Record):
            table = "orders"
        ONE = Template("SELECT name FROM $table WHERE id = 1")
        HIDE = "UPDATE {{table}} SET hidden = true WHERE id = 1"
        def f(run, given):
            {code}
    """
    found = {
        f"{e.kind} {e.target.partition(':')[2]}"
        for e in graph_of({"db.py": DB, "a.py": text}).edges("reads", "writes")
        if e.source == "function:a.f" and e.target.startswith("table:")
    }
    assert found == CASES[code]
