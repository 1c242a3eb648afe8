"""Where transactions begin and end in a function's lines."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from carveout.analyzer.frameworks.transactions.ranges import Ranges

RANGES = {
    "branches that are not passed are left out": (
        """
        def f():
            a()
            if x:
                b()
                commit()
            else:
                c()
                commit()
            d()
            commit()
        """,
        [[[3, 6]], [[3, 4], [8, 9]], [[10, 11]]],
    ),
    "a branch that leaves": (
        """
        def f():
            a()
            if x:
                commit()
                return
            b()
            commit()
        """,
        [[[3, 5]], [[3, 4], [7, 8]]],
    ),
    "loops come round": (
        """
        def f():
            for x in y:
                a()
                commit()
                b()
        """,
        [[[3, 6]]],
    ),
    "else and finally follow the body": (
        """
        def f():
            try:
                a()
            except E:
                b()
            else:
                commit()
        """,
        [[[3, 4], [8, 8]]],
    ),
    "a handler starts anew": (
        """
        def f():
            try:
                a()
                commit()
            except E:
                rollback()
                b()
                commit()
        """,
        [[[3, 5]], [[8, 9]]],
    ),
}


@pytest.mark.parametrize("name", RANGES)
def test_lines_of_commits(name: str) -> None:
    """Only what runs since the commit before is part of a transaction."""
    text, expected = RANGES[name]
    tree = ast.parse(dedent(text))
    commits = [n for n, line in enumerate(dedent(text).split("\n"), 1) if "commit" in line]
    starts = [n for n, line in enumerate(dedent(text).split("\n"), 1) if "rollback" in line]
    assert [lines for _, lines in Ranges(tree.body[0], commits, starts)] == expected


@pytest.mark.parametrize(
    "turn",
    [
        "    if x:\n        session.commit()\n        return\n",
        "    session.execute('UPDATE t SET a = 1')\n    session.commit()\n",
        "    for x in y:\n        session.commit()\n        g()\n",
    ],
)
def test_many_commits_cost_no_square(turn: str) -> None:
    """Thousands of commits in one function are read in time that grows with them."""
    tree = ast.parse("def f(session):\n" + turn * 1000)
    commits = [
        node.lineno for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "commit"
    ]
    assert sum(len(lines) for _, lines in Ranges(tree.body[0], commits, ())) < 50 * len(commits)
