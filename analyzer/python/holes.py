"""Texts with holes: how `%` and `format` fill them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from string import Formatter

from ..model.facts import Json

_PERCENT = re.compile(r"%(?:\((?P<name>[^)]*)\))?[#0\- +]*(?:\d+|\*)?(?:\.\d+)?[hlL]?(?P<type>[a-zA-Z%])")
_HOLES = re.compile(r"\{[^{}]*\}")
UNKNOWN: list[Json] = [["code", "?"]]
"""The parts of a text of which nothing is known."""

_Values = Sequence[Sequence[Json]]
_Names = Mapping[str, Sequence[Json]]


def fill(how: str, text: str, values: _Values, names: _Names) -> list[Json]:
    """The parts of a text after its holes got parts by position or name; `how` is `%` or `format`."""
    return (_fill_percent if how == "%" else _fill_format)(text, values, names)


def is_known(text: str) -> bool:
    """Whether a pattern tells more than that there are holes."""
    return bool(re.search(r"\w", _HOLES.sub("", text))) or "{settings." in text or "{env." in text


def _fill_percent(text: str, values: _Values, names: _Names) -> list[Json]:
    found: list[Json] = []
    end = count = 0
    for hole in _PERCENT.finditer(text):
        found.append(text[end : hole.start()])
        end = hole.end()
        if hole["type"] == "%":
            found.append("%")
        elif hole["name"] is not None:
            found += names.get(hole["name"], UNKNOWN)
        else:
            found += values[count] if count < len(values) else UNKNOWN
            count += 1
    return [*found, text[end:]]


def _fill_format(text: str, values: _Values, names: _Names) -> list[Json]:
    found: list[Json] = []
    count = 0
    try:
        pieces = list(Formatter().parse(text))
    except ValueError:
        return [text]
    for plain, field, _, _ in pieces:
        found.append(plain)
        if field is None:
            continue
        key = re.split(r"[.\[]", field)[0]
        position = int(key) if key.isdecimal() else count
        count += not key
        if field != key:
            held = key in ("settings", "env") and key not in names  # filled in before
            found += [f"{{{field}}}"] if held else UNKNOWN
        elif key and not key.isdecimal():
            found += names.get(key, UNKNOWN)
        else:
            found += values[position] if position < len(values) else UNKNOWN
    return found
