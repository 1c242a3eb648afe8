"""Defaults of settings: what a service needs no word from outside for."""

from __future__ import annotations

import ast

import pytest

from carveout.analyzer.planning.plain_settings import kind_of, plain_setting


@pytest.mark.parametrize(
    "code, value",
    [
        ("5", 5), ("60 * 60", 3600), ("'x'", "x"), ("('a', 'b')", ["a", "b"]), ("[A]", None), ("2 ** 9", None), ("9 ** 9 ** 9", None),
        ("config('A', default=False, cast=bool)", False), ("config('A', default=60 * 60, cast=int)", 3600),
        ("config('A', default='{}', cast=json.loads)", None), ("config('A', default='', cast=Csv())", []),
        ("config('A', cast=int)", None), ("config('A', default=not DEBUG, cast=bool)", True), ("not DEBUG", True), ("not OTHER", None), ("DEBUG", False),
        ("config('A', default='a, b', cast=Csv())", ["a", "b"]), ("config('A', cast=Csv())", None), ("env.list('A', default=['a'])", ["a"]),
        ("os.environ.get('A', 'a,b').split(',')", ["a", "b"]), ("env.list('A')", None),
        ("os.environ.get('A', 'b')", "b"), ("os.getenv('A')", None), ("TABLE.get('A', 3)", None),
        ("int(os.environ.get('A', '7'))", 7), ("env.int('A', 7)", 7), ("env.bool('A', default=True)", True),
        ("bool(os.getenv('A', ''))", None), ("call(1, 2)", None),
    ],
)  # fmt: skip
def test_plain_value(code: str, value: object) -> None:
    """As the project would have it where no variable is set; nothing where that is not plain to see."""
    found = plain_setting(ast.parse(code, mode="eval").body, {"DEBUG": False})
    assert found == value and type(found) is type(value)


@pytest.mark.parametrize(
    "code, kind",
    [
        ("config('A', cast=Csv())", "list"), ("config('A', cast=int)", "json"), ("env.bool('A')", "json"), ("env('A')", ""),
        ("[A]", "list"), ("{}", "json"), ("not A", "json"), ("A.split()", "list"), ("f'{A}'", ""), ("config('A', cast=tuple)", "list"),
    ],
)  # fmt: skip
def test_what_is_no_text_is_none_whatever_its_value(code: str, kind: str) -> None:
    """A list or a flag that the environment must give is not handed to the service as a text."""
    assert kind_of(ast.parse(code, mode="eval").body) == kind
