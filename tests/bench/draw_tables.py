"""Invented tables, as people find them: every table that SQL in an application's code is said to touch, with its evidence.

    python tests/bench/draw_tables.py FOLDER ... [--tests] [--problems]

Prints each table once, with the first line that says so, for reading; tests, documentation and examples are left out
unless `--tests` asks for them. `--problems` adds what was not understood. A table that its line does not name is
invented: a CTE, an alias, a word of English.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from carveout.analyzer.frameworks.dbapi import framework as in_strings
from carveout.analyzer.frameworks.sql_files import framework as in_files
from carveout.analyzer.model.facts import Fact, SourceFile
from carveout.analyzer.python.syntax import PythonSyntax

_APART = re.compile(r"(?:^|/)(?:tests?|testing|docs?|examples?)(?:/|$)|(?:^|/)(?:test_[^/]*|conftest)\.py$")


def facts_of(path: Path) -> tuple[str, list[Fact]]:
    """The text of a file and the statements in it; none where it cannot be read."""
    try:
        text = path.read_text("utf-8")
        if path.suffix == ".sql":
            found = in_files.read(SourceFile(".sql", text), None)
        else:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = in_strings.read(SourceFile(".py", text), PythonSyntax(text, ast.parse(text)))
        return text, [fact for fact in found if isinstance(fact, Fact) and fact.kind == "statement"]
    except (OSError, UnicodeDecodeError, SyntaxError, ValueError, RecursionError):
        return "", []


def touched(fact: Fact, first: int) -> Iterator[tuple[str, str, int]]:
    """(table, mode, line) of what one statement touches or makes."""
    data = fact.data
    for use in [*data["uses"], *(use for made in data["definitions"] for use in made["uses"])]:
        yield str(use[0]), str(use[1]), first + int(use[3]) - 1
    for made in data["definitions"]:
        if made["kind"] in ("table", "view"):
            yield str(made["name"]), f"{made['action']} {made['kind']}", first + int(made["line"]) - 1


def show(root: Path, tests: bool, problems: bool) -> None:
    """Print the tables of one application."""
    found: dict[str, str] = {}
    reasons: Counter[str] = Counter()
    statements = 0
    started = time.process_time()
    for path in sorted([*root.rglob("*.py"), *root.rglob("*.sql")]):
        name = path.relative_to(root).as_posix()
        if not path.is_file() or (not tests and _APART.search(name)):
            continue
        text, facts = facts_of(path)
        lines = text.splitlines() or [""]
        statements += len(facts)
        for fact in facts:
            first = fact.line if path.suffix == ".py" else 1
            if problem := str(fact.data["problem"]):
                reasons[problem] += 1
                if problems:
                    print(f"  not read: {name}:{fact.line} {problem}: {fact.data.get('text', '')}")
            for table, mode, line in touched(fact, first):
                said = lines[min(line, len(lines)) - 1].strip()[:100]
                found.setdefault(table, f"{mode:14} {name}:{line} | {said}")
    for table, evidence in sorted(found.items()):
        print(f"  {table:36} {evidence}")
    told = ", ".join(f"{reason} {count}" for reason, count in reasons.most_common())
    seconds = time.process_time() - started
    print(f"{root.name}: {statements} statements, {len(found)} tables; {told or 'all read'}; {seconds:.1f} s")


def main() -> int:
    """Print the tables of each folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--tests", action="store_true", help="tests, documentation and examples as well")
    parser.add_argument("--problems", action="store_true", help="what was not understood as well")
    options = parser.parse_args()
    for folder in options.folders:
        show(folder, options.tests, options.problems)
    return 0


if __name__ == "__main__":
    sys.exit(main())
