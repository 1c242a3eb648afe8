"""What a distribution offers to whoever asks by a group: `setup.cfg`, `pyproject.toml`, `setup()`.

An entry point here is Python packaging's; where control enters an application is another thing.
"""

from __future__ import annotations

import configparser
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

_DOTTED = r"([A-Za-z_][\w.]*)"
_OFFER = re.compile(rf"\s*([^=\s][^=]*?)\s*=\s*{_DOTTED}(?:\s*:\s*{_DOTTED})?\s*(?:\[[^\]]*\])?\s*\Z")
_HEADING = re.compile(r"\s*\[([^\]]*)\]\s*\Z")
_SECTIONS = ("options.entry_points", "entry_points")
"""Of `setup.cfg`: setuptools' and pbr's."""


class Offered(NamedTuple):
    """`name` of a `group` stands for `target`: `shop.plugins` or `shop.plugins:Paypal`."""

    group: str
    name: str
    target: str


def of_lines(group: str, lines: Iterable[str]) -> Iterator[Offered]:
    """The `name = module:object` among lines."""
    for line in lines:
        found = _OFFER.match(line)
        if found is not None:
            yield Offered(group, found[1], f"{found[2]}:{found[3]}" if found[3] else found[2])


def of_text(text: str) -> Iterator[Offered]:
    """Groups as headings, as `setup()` takes them in one text."""
    group = ""
    for line in text.splitlines():
        heading = _HEADING.match(line)
        group = heading[1].strip() if heading is not None else group
        if heading is None and group:
            yield from of_lines(group, [line])


def of_cfg(text: str) -> list[Offered]:
    """Those of a `setup.cfg`. Raises ValueError where it is broken."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # groups are as they are written
    try:
        parser.read_string(text)
    except configparser.Error as error:
        raise ValueError(str(error).splitlines()[0]) from error
    return [
        offered
        for section in _SECTIONS
        if parser.has_section(section)
        for group, value in parser.items(section)
        for offered in of_lines(group, value.splitlines())
    ]


def of_toml(text: str) -> list[Offered]:
    """Those of a `pyproject.toml`: the standard's, Poetry's, Flit's. Raises ValueError where it is broken."""
    try:
        data: Any = tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    project, tool = _table(data, "project"), _table(data, "tool")
    poetry, flit = _table(tool, "poetry"), _table(tool, "flit")
    return [
        *_groups(_table(project, "entry-points")),
        *_groups(_table(poetry, "plugins")),
        *_groups(_table(flit, "entrypoints")),
        *_group("console_scripts", _table(project, "scripts")),
        *_group("gui_scripts", _table(project, "gui-scripts")),
        *_group("console_scripts", _table(poetry, "scripts")),
        *_group("console_scripts", _table(flit, "scripts")),
    ]


def _table(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = data.get(name)
    return found if isinstance(found, dict) else {}


def _groups(groups: Mapping[str, Any]) -> Iterator[Offered]:
    for group in groups:
        yield from _group(group, _table(groups, group))


def _group(group: str, offers: Mapping[str, Any]) -> Iterator[Offered]:
    for name, target in offers.items():
        if isinstance(target, dict):  # Poetry's `{reference = "a:b", type = "console"}`
            target = target.get("reference") or target.get("callable")
        if isinstance(target, str):
            yield from of_lines(group, [f"{name} = {target}"])
