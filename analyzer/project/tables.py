"""Reads TOML tables strictly: every key is asked for, every other one is a mistake; none is fatal."""

from __future__ import annotations

import datetime
import difflib
import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ..model.errors import CarveoutError
from ..model.evidence import Place
from .toml_lines import Path, Position

_WORDS = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "a string",
    list: "a list",
    dict: "a table",
}


def did_you_mean(name: str, known: Collection[str]) -> str:
    """`did you mean "x"?`, or the names that exist (a tuple in its own order), or "" when there are none."""
    folded = {entry.lower(): entry for entry in sorted(known, reverse=True)}
    close = difflib.get_close_matches(name.lower(), sorted(folded), n=1)
    if close:
        return f'did you mean "{folded[close[0]]}"?'
    if not known:
        return ""
    names = list(known) if isinstance(known, tuple) else sorted(known)
    return "known are " + ", ".join(names[:12]) + (" ..." if len(names) > 12 else "")


class Table:
    """One table of a file. What is wrong with it is added to `mistakes`."""

    def __init__(
        self,
        data: Mapping[str, Any],
        path: Path,
        file: str,
        positions: Mapping[Path, Position],
        mistakes: list[CarveoutError],
    ) -> None:
        self._data, self._path, self._file, self._positions = data, path, file, positions
        self._mistakes = mistakes
        self._asked: set[str] = set()

    @property
    def title(self) -> str:
        """How the file writes this table: `[services.payments]`."""
        names = ".".join(str(part) for part in self._path if isinstance(part, str))
        return f"[[{names}]]" if self._path and isinstance(self._path[-1], int) else f"[{names}]"

    @property
    def name(self) -> str:
        """The last key of the table's path."""
        return str(self._path[-1])

    @property
    def file(self) -> str:
        """The path of the file that the table stands in."""
        return self._file

    def has(self, key: str) -> bool:
        """Whether the file says something of a key, be it right or wrong; an empty list says nothing."""
        return key in self._data and bool(self._data[key] != [])

    def place(self, *keys: str | int) -> Place:
        """Where a key of this table stands, or the table itself."""
        path = (*self._path, *keys)
        while path and path not in self._positions:
            path = path[:-1]
        line, column = self._positions.get(path, (1, 0))
        return Place(self._file, line, column)

    def index(self, key: str, value: str) -> int:
        """The position of a string in a list, whatever its case."""
        elements = [str(element).lower() for element in self._data[key]]
        return elements.index(value.lower())

    def place_of(self, key: str, value: str) -> Place:
        """Where a string of a list stands."""
        return self.place(key, self.index(key, value))

    def mistake(self, what: str, *keys: str | int, why: str = "", help: str = "") -> None:
        """Note a mistake at a key of this table."""
        self._mistakes.append(CarveoutError(what, place=self.place(*keys), why=why, help=help))

    def __contains__(self, key: str) -> bool:
        return key in self._data

    def _get(self, key: str, kind: type, example: str) -> Any:
        self._asked.add(key)
        value = self._data.get(key)
        if value is None or (isinstance(value, kind) and not isinstance(value, bool)):
            return value
        self._wrong(key, value, example)
        return None

    def _wrong(self, key: str, value: object, example: str, *index: int) -> None:
        found = _WORDS.get(type(value), "a date or time")
        at = f"element {index[0] + 1} of {key}" if index else key
        within = f" in {self.title}" if self._path else ""
        self.mistake(f"{at}{within} is {found}", key, *index, help=f"write {example}")

    def text(
        self,
        key: str,
        *,
        choices: Collection[str] = (),
        default: str = "",
        required: bool = False,
        example: str = "",
    ) -> str:
        """A string; when `choices` are given it must be one of them. `example` shows one in a help."""
        example = example or (min(choices) if choices else "...")
        value = self._get(key, str, f'{key} = "{example}"')
        if required and (key not in self._data or (value is not None and not value.strip())):
            self.mistake(
                f"{self.title} has no {key}", *([key] if key in self._data else []), help=_missing(key)
            )
            return default
        if value is None:
            return default
        if choices and value not in choices:
            help = did_you_mean(value, choices)
            self.mistake(f'{key} = "{value}" in {self.title} is unknown', key, help=help)
            return default
        return str(value)

    def number(self, key: str) -> float | None:
        """A number, whole or not."""
        self._asked.add(key)
        value = self._data.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
        if value is not None:
            self._wrong(key, value, f"{key} = 1.0")
        return None

    def flag(self, key: str) -> bool | None:
        """`true` or `false`."""
        self._asked.add(key)
        value = self._data.get(key)
        if value is not None and not isinstance(value, bool):
            self._wrong(key, value, f"{json.dumps(key)} = true")
            return None
        return value

    def texts(self, key: str, *, within: str = "") -> tuple[str, ...]:
        """A list of strings without empty ones."""
        example = f'{within or key} = ["...", "..."]'
        found = []
        for index, value in enumerate(self._get(key, list, example) or ()):
            if not isinstance(value, str):
                self._wrong(key, value, example, index)
            elif not value.strip():
                self.mistake(f"{key} in {self.title} has an empty name", key, index, help="remove it")
            else:
                found.append(value)
        return tuple(found)

    def names(self, key: str) -> tuple[str, ...]:
        """The elements of a list as texts, in their order; what is no list holds none. Nothing is noted."""
        value = self._data.get(key)
        return tuple(str(element) for element in value) if isinstance(value, list) else ()

    def date(self, key: str) -> datetime.date | None:
        """A date without a time."""
        value = self._data.get(key)
        self._asked.add(key)
        if value is None or (isinstance(value, datetime.date) and not isinstance(value, datetime.datetime)):
            return value
        example = value.date() if isinstance(value, datetime.datetime) else datetime.date(2027, 3, 1)
        what = (
            "a date with a time"
            if isinstance(value, datetime.datetime)
            else _WORDS.get(type(value), "a time")
        )
        if isinstance(value, str):
            try:
                example = datetime.date.fromisoformat(value.strip())
            except ValueError:
                what = f'"{value}"'
        help = f"write {key} = {example} (a day, without quotes)"
        self.mistake(f"{key} in {self.title} is {what}, not a date", key, help=help)
        return None

    def table(self, key: str) -> Table:
        """The table below a key; an empty one when it is not there."""
        names = ".".join(str(part) for part in (*self._path, key))
        return self._below(self._get(key, dict, f"[{names}]") or {}, key)

    def named(self, key: str) -> Iterator[Table]:
        """The tables below a key, in the order of the file: [services.a], [services.b] ..."""
        group = self.table(key)
        for name in group._data:
            value = group._get(name, dict, f"[{key}.{name}]")
            if value is not None:
                yield group._below(value, name)

    def listed(self, key: str) -> Iterator[Table]:
        """The tables of a list: [[loaders]], [[loaders]] ..."""
        for index, value in enumerate(self._get(key, list, f"[[{key}]]") or ()):
            if isinstance(value, dict):
                yield self._below(value, key, index)
            else:
                self._wrong(key, value, f"[[{key}]]", index)

    def know(self, key: str) -> None:
        """Accept a key without reading it."""
        self._asked.add(key)

    def keys(self) -> tuple[str, ...]:
        """The keys that stand in the table."""
        return tuple(self._data)

    def _below(self, data: Mapping[str, Any], *keys: str | int) -> Table:
        return Table(data, (*self._path, *keys), self._file, self._positions, self._mistakes)

    def finish(self) -> None:
        """Every key that was never asked for is a mistake."""
        for key in self._data:
            if key not in self._asked:
                where = f" in {self.title}" if self._path else ""
                self.mistake(f'unknown key "{key}"{where}', key, help=did_you_mean(key, self._asked))


def _missing(key: str) -> str:
    if key == "reason":
        return 'every exception says why: add reason = "..."'
    return f'add {key} = "..."'
