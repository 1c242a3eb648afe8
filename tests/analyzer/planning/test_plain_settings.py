"""Defaults of settings: what a service needs no word from outside for."""

from __future__ import annotations

import ast

import pytest

from carveout.analyzer.planning.plain_settings import plain_setting


@pytest.mark.parametrize(
    "code, value",
    [
        ("5", 5), ("60 * 60", 3600), ("'x'", "x"), ("('a', 'b')", ["a", "b"]), ("[A]", None), ("2 ** 9", None), ("9 ** 9 ** 9", None),
        ("config('A', default=False, cast=bool)", False), ("config('A', default=60 * 60, cast=int)", 3600),
        ("config('A', default='{}', cast=json.loads)", None), ("config('A', default='', cast=Csv())", None),
        ("config('A', cast=int)", None), ("config('A', default=not DEBUG, cast=bool)", None),
        ("os.environ.get('A', 'b')", "b"), ("os.getenv('A')", None), ("TABLE.get('A', 3)", None),
        ("int(os.environ.get('A', '7'))", 7), ("env.int('A', 7)", 7), ("env.bool('A', default=True)", True),
        ("bool(os.getenv('A', ''))", None), ("call(1, 2)", None),
    ],
)  # fmt: skip
def test_plain_value(code: str, value: object) -> None:
    """As the project would have it where no variable is set; nothing where that is not plain to see."""
    found = plain_setting(ast.parse(code, mode="eval").body)
    assert found == value and type(found) is type(value)
