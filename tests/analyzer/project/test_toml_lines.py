"""Positions of TOML keys: the finder agrees with tomllib on what there is, and says where."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
import tomlkit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carveout.analyzer.project.toml_lines import Path, positions

TEXT = '''\
a = 1 # [not.a.header]
b.c = "x # y"
"d.e" = [ # one
  1, [2,
  3], # ]
  """4
  "]""",
]
[t.'u v']
when = 1979-05-27 07:32:00
inline = { x = [1, 2], y.z = \'\'\'}\'\'\' }
[[l]]
k = """a\\
 [x]"""
[l.sub]
q = 1
[[l]]
[[l.m]]
n = -1.5e3
'''


def paths(value: Any, base: Path = ()) -> set[Path]:
    """All paths in parsed TOML, tables in lists included."""
    found = {base} if base else set()
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in pairs:
        found |= paths(below, (*base, key))
    return found


@pytest.mark.parametrize(
    ("path", "position"),
    [
        (("a",), (1, 0)), (("b", "c"), (2, 0)), (("d.e",), (3, 0)), (("d.e", 0), (4, 2)), (("d.e", 1), (4, 5)),
        (("d.e", 1, 1), (5, 2)), (("d.e", 2), (6, 2)), (("t", "u v"), (9, 0)), (("t", "u v", "when"), (10, 0)),
        (("t", "u v", "inline", "x", 1), (11, 19)), (("t", "u v", "inline", "y", "z"), (11, 23)), (("l", 0), (12, 0)),
        (("l", 0, "sub", "q"), (16, 0)), (("l", 1), (17, 0)), (("l", 1, "m", 0, "n"), (19, 0)),
    ],
)  # fmt: skip
def test_positions(path: Path, position: tuple[int, int]) -> None:
    """Headers, dotted and quoted keys, arrays over several lines, inline tables and lists of tables."""
    assert positions(TEXT)[path] == position


def test_finds_exactly_what_is_there() -> None:
    """Neither a key in a comment nor one in a string is found, and none is missed."""
    assert set(positions(TEXT)) == paths(tomllib.loads(TEXT))


values = st.recursive(
    st.text() | st.integers(-99, 99) | st.booleans() | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.too_slow])  # of a busy machine
@given(st.dictionaries(st.text(), values, max_size=4))
def test_any_document(data: dict[str, Any]) -> None:
    """Whatever names and values a document holds, every path is found."""
    text = tomlkit.dumps(data)
    assert set(positions(text.replace("\r\n", "\n"))) == paths(tomllib.loads(text))
