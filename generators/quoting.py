"""Names and texts quoted for the language that they land in.

Everything that a template prints passes one of these filters and comes out as `Quoted`; the
environments of `render.py` refuse to print a string that did not. A forgotten filter is therefore an
error on the first run and not a hole.
"""

from __future__ import annotations

import json as _json
import keyword
import re
from collections.abc import Callable, Mapping
from typing import Any

from ..analyzer.model.errors import UsageError

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,62}\Z")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?\Z")
_WORD = re.compile(r"[A-Za-z0-9_.-]+\Z")
_ADDRESS = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\]):[0-9]{1,5}\Z")


class Quoted(str):
    """Text that is safe where it stands."""

    __slots__ = ()


def name(value: str) -> Quoted:
    """A name of a service: letters, digits, - and _. Raises UsageError for others."""
    if not _NAME.match(value):
        raise UsageError(
            f"{value!r} cannot be the name of a service",
            why="the name becomes a folder, a Python package and a name in nginx's configuration",
            help="use a letter, then letters, digits, - and _ (63 at most)",
        )
    return Quoted(value)


def dotted(value: str) -> Quoted:
    """A dotted name that Python can import. Raises UsageError for others."""
    parts = value.split(".")
    if not all(part.isidentifier() and not keyword.iskeyword(part) for part in parts):
        raise UsageError(f"{value!r} cannot be written in an import statement")
    return Quoted(value)


def address(value: str) -> Quoted:
    """A `host:port`. Raises UsageError for others."""
    if not _ADDRESS.match(value) or int(value.rpartition(":")[2]) > 65535:
        raise UsageError(f"{value!r} is no address", help="write host:port, such as 127.0.0.1:8001")
    return Quoted(value)


def number(value: str) -> Quoted:
    """A plain decimal number. Raises ValueError for others."""
    if not _NUMBER.match(value):
        raise ValueError(f"{value!r} is no number")
    return Quoted(value)


def version(value: str) -> Quoted:
    """Numbers with dots between them, such as `3.12`."""
    if not re.fullmatch(r"[0-9]+(?:\.[0-9]+)*", value, re.ASCII):
        raise UsageError(f"{value!r} is no version")
    return Quoted(value)


def block(value: str) -> Quoted:
    """What a macro of the same template wrote, each of its values quoted there."""
    return Quoted(value.rstrip("\n"))


def python(value: Any) -> Quoted:
    """A literal of Python; strings in double quotes, as formatters want them."""
    if isinstance(value, str):
        # What JSON escapes, Python escapes alike, but for characters outside the first plane.
        return Quoted(_json.dumps(value) if value.isascii() else _double_quoted(value))
    if value is None or isinstance(value, bool | int | float):
        return Quoted(repr(value))
    if isinstance(value, tuple | list):
        inner = ", ".join(python(item) for item in value)
        comma = "," if isinstance(value, tuple) and len(value) == 1 else ""
        return Quoted(f"({inner}{comma})" if isinstance(value, tuple) else f"[{inner}]")
    raise TypeError(f"no Python literal for {type(value).__name__}")


def _double_quoted(value: str) -> str:
    inner = repr("'" + value)  # a quote inside makes repr choose double quotes, unless both kinds occur
    if inner.startswith('"'):
        return '"' + inner[2:]
    return '"' + inner[3:-1].replace("\\'", "'").replace('"', '\\"') + '"'


def nginx(value: str) -> Quoted:
    """A quoted parameter of nginx's configuration; `$` still starts a variable where nginx looks for one."""
    bad = next((character for character in value if ord(character) < 32 or ord(character) == 127), None)
    if bad is not None:
        raise UsageError(f"{value!r} has a control character and cannot be written for nginx")
    return Quoted('"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"')


def json(value: Any) -> Quoted:
    """JSON in ASCII."""
    return Quoted(_json.dumps(value, ensure_ascii=True, sort_keys=True))


def yaml(value: Any) -> Quoted:
    """A YAML scalar or flow collection. It is JSON, but for characters outside the first plane."""
    if isinstance(value, list | tuple):
        return Quoted("[" + ", ".join(yaml(item) for item in value) + "]")
    if isinstance(value, dict):
        return Quoted("{" + ", ".join(f"{yaml(key)}: {yaml(value[key])}" for key in sorted(value)) + "}")
    return toml(value)


def toml(value: Any) -> Quoted:
    """A TOML string, number, boolean or array of these."""
    if isinstance(value, list | tuple):
        return Quoted("[" + ", ".join(toml(item) for item in value) + "]")
    if isinstance(value, str):
        return Quoted('"' + "".join(map(_toml_character, value)) + '"')
    return Quoted(_json.dumps(value))


def _toml_character(character: str) -> str:
    code = ord(character)
    if character in '"\\':
        return "\\" + character
    if 32 <= code < 127:
        return character
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def shell(value: str) -> Quoted:
    """One word of a POSIX shell."""
    from shlex import quote

    return Quoted(quote(value.replace("\0", "")))


def word(value: str) -> Quoted:
    """A word that stands for itself in any shell, quoted or not. Raises ValueError for others."""
    if not _WORD.match(value):
        raise ValueError(f"{value!r} is no plain word")
    return Quoted(value)


def comment(value: str) -> Quoted:
    """Text for a comment that ends with its line, in any language."""
    return Quoted("".join(character if character.isprintable() else "?" for character in value))


def markdown(value: str) -> Quoted:
    """A code span of Markdown, also inside a table."""
    text = comment(value).replace("|", "\\|")
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return Quoted(f"{fence}{pad}{text}{pad}{fence}")


def prose(value: str) -> Quoted:
    """A sentence of Markdown in which nothing is markup."""
    text = re.sub(r"([\\`*{}\[\]<>|#&!~])", r"\\\1", comment(value))
    return Quoted(
        re.sub(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])", r"\\_", text)
    )  # within a word it is no markup


FILTERS: Mapping[str, Callable[[Any], Quoted]] = {
    filter.__name__: filter
    for filter in (
        name,
        dotted,
        address,
        number,
        block,
        python,
        nginx,
        json,
        yaml,
        toml,
        shell,
        word,
        comment,
        markdown,
        prose,
    )
}


def only_quoted(value: Any) -> Any:
    """What an environment does with each value before it prints it."""
    if isinstance(value, Quoted | int) and not isinstance(value, bool):
        return value
    raise TypeError(f"a template prints {value!r} without quoting it: use a filter of generators/quoting.py")
