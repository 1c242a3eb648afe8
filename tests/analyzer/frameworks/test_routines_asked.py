"""Stored routines that code asks for: what they do, their callers do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

ROUTINES = """
    CREATE OR REPLACE FUNCTION bump(given int) RETURNS void AS $$
    BEGIN UPDATE review SET edits = edits + 1 WHERE id = given; END;
    $$ LANGUAGE plpgsql;
"""
CASES = {
    'c.execute("SELECT bump(:id)", {"id": 1})': {"calls bump", "writes review"},
    "c.execute(select(func.bump(3)))": {"calls bump", "writes review"},
    'c.execute("CALL bump(%s)", (1,))': {"calls bump", "writes review"},
    'c.callproc("bump", [1])': {"calls bump", "writes review"},
    'c.execute("DROP FUNCTION IF EXISTS bump(int)")': set(),
    'c.execute("SELECT bumped(1), count(*) FROM review")': {"reads review"},
}


@pytest.mark.parametrize("code", CASES)
def test_asked(code: str, graph_of: Callable[..., Graph]) -> None:
    text = f"from sqlalchemy import func, select\ndef f(c):\n    {code}\n"
    found = {
        f"{e.kind} {e.target.partition(':')[2]}"
        for e in graph_of({"a.py": text, "sql/routines.sql": ROUTINES}).edges("calls", "reads", "writes")
        if e.source == "function:a.f" and e.target.startswith(("routine:", "table:"))
    }
    assert found == CASES[code]
