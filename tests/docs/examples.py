"""Reads the examples of a page: files that it has one write, and what is typed at a terminal.

<!-- file: shop/pay.py -->     the fenced block below it is written to this file
<!-- append: shop/pay.py -->   ... is added to it
```console                     `$ command`, and below it what it prints; `...` stands for anything. Where nothing
                               stands below, the command must succeed; else `exit code N` is its last line.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

_BLOCK = re.compile(
    r"^(?:<!-- (?P<how>file|append): (?P<path>\S+) -->\n+)?```(?P<language>\w*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_LIMIT = 120
"""Seconds that a command of a page may take."""


class Example(NamedTuple):
    """A file that is written (`path`, `text`), or a command with what is printed below it."""

    line: int
    how: str
    path: str
    text: str
    expected: str = ""


def examples(page: str) -> Iterator[Example]:
    """The examples of a page, in its order."""
    for block in _BLOCK.finditer(page):
        line = page.count("\n", 0, block.start("text")) + 1
        if block["how"]:
            yield Example(line, block["how"], block["path"], block["text"])
        elif block["language"] == "console":
            for typed in re.split(r"^(?=\$ )", block["text"], flags=re.MULTILINE):
                if typed.startswith("$ "):
                    command, _, expected = typed[2:].partition("\n")
                    yield Example(line, "run", "", command, expected.strip("\n"))
                elif typed.strip():
                    raise ValueError(f"line {line}: a console block begins with `$ `")


def play(example: Example, folder: Path, environment: Mapping[str, str]) -> str | None:
    """Do what a reader does with one example. What is wrong, or None."""
    if example.how != "run":
        path = folder / example.path
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text("utf-8") + "\n\n" if example.how == "append" else ""
        path.write_text(before + example.text, encoding="utf-8")
        return None
    run = subprocess.run(
        ["bash", "-c", example.text], cwd=folder, env=dict(environment), text=True, timeout=_LIMIT, check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    printed = "\n".join(line.rstrip() for line in run.stdout.splitlines()).strip("\n")
    if run.returncode:
        printed += f"\nexit code {run.returncode}"
    untold = run.returncode and f"exit code {run.returncode}" not in example.expected.splitlines()
    if untold or (example.expected and not matches(example.expected, printed)):
        return f"line {example.line}: $ {example.text}\nsays\n\n{printed}\n\nand not\n\n{example.expected}"
    return None


def matches(expected: str, printed: str) -> bool:
    """Whether a text is what was expected, where a line `...` stands for any lines, and ` ... ` for any words."""
    pattern = ""
    for line in expected.splitlines():
        if line.strip() == "...":
            pattern += r"(?:.*\n)*"
        else:
            pattern += ".*".join(re.escape(part.rstrip()) for part in line.rstrip().split("...")) + r"\n"
    return re.fullmatch(pattern, printed + "\n") is not None
