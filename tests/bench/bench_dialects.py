"""Share of real statements per dialect that yield their tables, against the parse trees of sqlfluff's own fixtures.

    python tests/bench/bench_dialects.py [-v] [--fixtures test/fixtures/dialects] [dialect ...]

The fixtures (`<dialect>/*.sql` with a tree in `.yml` beside each) are no part of sqlfluff's distributions: give the
folder of a checkout, or put it at `dialects/` in `$CARVEOUT_BENCH_DATA`. A statement is found when each table that its
tree refers to is used on its lines, and exact when nothing else is. Statements inside routines, triggers and blocks
count on their own. `-v` prints each statement that is not exact.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from carveout.analyzer.sql import names, read_sql

DIALECTS = ("postgres", "mysql", "mariadb", "sqlite", "oracle", "tsql")
STATEMENTS = frozenset(
    f"{name}_statement"
    for name in "select with_compound insert update delete merge replace load_data copy truncate".split()
) | {"set_expression", "multi_statement_segment", "truncate_table"}
ROUTINES = re.compile(
    r"(?:create|alter)_(?:or_alter_)?(?:function|procedure|trigger|package|package_body|type_body|event)"
    r"|begin_end|compound_trigger|block"
)


@dataclass
class Tree:
    """A node of a tree: its type, its children, or the text of a leaf with the line where it stands."""

    kind: str
    children: list[Tree]
    text: str = ""
    line: int = 0

    def leaves(self) -> Iterator[Tree]:
        """Yield the leaves in their order."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()

    def find(self, *kinds: str) -> Iterator[Tree]:
        """Yield this node and all below that are of one of these types."""
        if self.kind in kinds:
            yield self
        for child in self.children:
            yield from child.find(*kinds)

    def name(self) -> str:
        """Return the text of the leaves as the name of a table."""
        return names.clean("".join(leaf.text for leaf in self.leaves())).strip("'")


@dataclass
class Expected:
    """A statement of a fixture, with the tables that its tree refers to."""

    group: str
    first: int
    last: int
    tables: frozenset[str]


def load(path: Path) -> Tree:
    """Return the tree of a fixture, its leaves at their lines in the text."""
    import yaml  # type: ignore[import-untyped]

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    tree = convert("file", yaml.load(path.read_text("utf-8"), loader)["file"])
    text = path.with_suffix(".sql").read_text("utf-8")
    position, line = 0, 1
    for leaf in tree.leaves():
        at = text.find(leaf.text, position)
        if leaf.text and at >= 0:
            line += text.count("\n", position, at)
            position = at
            leaf.line = line
            line += leaf.text.count("\n")
            position += len(leaf.text)
        else:
            leaf.line = line
    return tree


def convert(kind: str, data: object) -> Tree:
    """Return the data of a YAML file as a tree."""
    if isinstance(data, dict):
        return Tree(kind, [convert(str(key), value) for key, value in data.items()])
    if isinstance(data, list):
        return Tree(kind, [child for item in data for child in convert("", item).children])
    return Tree(kind, [], "" if data is None else str(data))


def expected(tree: Tree, group: str = "statements") -> Iterator[Expected]:
    """Yield the outermost statements of a tree that touch tables."""
    if tree.kind in STATEMENTS:
        lines = [leaf.line for leaf in tree.leaves()]
        if lines:
            yield Expected(group, min(lines), max(lines), tables(tree))
        return
    if ROUTINES.match(tree.kind):
        group = "bodies"
    elif tree.kind.startswith(("create", "alter")):
        group = "definitions"
    for child in tree.children:
        yield from expected(child, group)


def tables(tree: Tree) -> frozenset[str]:
    """Return what a statement refers to, without names that it makes itself."""
    own = {
        next(leaf.text for leaf in cte.leaves()).strip('"`[]').lower()
        for cte in tree.find("common_table_expression")
    }
    own |= set(aliases(tree))
    found = {reference.name() for reference in tree.find("table_reference")} - locked(tree)
    real = {name for name in found if names.is_name(name) and not names.is_dynamic(name)}
    real = {name for name in real if not names.is_system(name)}
    return frozenset(real - own - names.INSIDE)


def aliases(tree: Tree) -> Iterator[str]:
    """Yield the names that statements with targets give to tables which are called otherwise."""
    if not any(tree.find("update_statement", "delete_statement")):
        return
    for alias in tree.find("alias_expression"):
        yield names.clean(list(alias.leaves())[-1].text)


def locked(tree: Tree) -> set[str]:
    """Return what FOR UPDATE OF names: columns, aliases and tables that stand in FROM as well."""
    found, behind = set(), False
    for child in tree.children:
        if child.kind == "keyword":
            behind = child.text.upper() == "OF"
        elif behind:
            found |= {reference.name() for reference in child.find("table_reference")}
        found |= locked(child)
    return found


def columns(tree: Tree) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield table and columns of each CREATE TABLE of a tree."""
    for made in tree.find("create_table_statement"):
        table = next((child.name() for child in made.children if child.kind == "table_reference"), "")
        found = [next(leaf.text for leaf in column.leaves()) for column in made.find("column_definition")]
        if names.is_name(table) and found:
            yield table, tuple(names.clean(name) for name in found)


def defined(folder: Path, dialect: str, verbose: bool) -> None:
    """Print the share of CREATE TABLE whose columns are all told."""
    total = good = 0
    for path in sorted((folder / dialect).glob("*.yml")):
        if not path.with_suffix(".sql").is_file():
            continue
        statements = read_sql(path.with_suffix(".sql").read_text("utf-8"), dialect)
        made = [each for statement in statements for each in statement.definitions if each.action == "create"]
        seen = {(each.name, tuple(name for name, _ in each.columns)) for each in made}
        for wanted in columns(load(path)):
            total += 1
            good += wanted in seen
            if verbose and wanted not in seen:
                near = [each for each in seen if each[0] == wanted[0]]
                print(f"{dialect}/{path.stem} tables wanted {wanted} seen {near}")
    if total:
        print(f"{dialect} tables: {good}/{total} with their columns ({good / total:.3f})")


def observed(text: str, dialect: str) -> list[tuple[str, int]]:
    """Return the tables that we see in a text, with their lines."""
    found = []
    for statement in read_sql(text, dialect):
        for use in [*statement.uses, *(use for made in statement.definitions for use in made.uses)]:
            if use.action in ("create", "like"):
                continue
            found.append((use.table, use.line))
    return found


def compare(folder: Path, dialect: str, verbose: bool) -> None:
    """Print the shares of one dialect."""
    total: Counter[str] = Counter()
    good: Counter[str] = Counter()
    exact: Counter[str] = Counter()
    for path in sorted((folder / dialect).glob("*.yml")):
        if not path.with_suffix(".sql").is_file():
            continue
        text = path.with_suffix(".sql").read_text("utf-8")
        seen = observed(text, dialect)
        wanted = list(expected(load(path)))
        for each in wanted:
            near = {table for other in wanted if overlap(each, other) for table in other.tables}
            here = {table for table, line in seen if each.first <= line <= each.last}
            total[each.group] += 1
            good[each.group] += each.tables <= here
            exact[each.group] += each.tables <= here <= near
            if verbose and not each.tables <= here <= near:
                lines = text.splitlines()[each.first - 1 : each.last]
                missing, more = sorted(each.tables - here), sorted(here - near)
                print(f"{dialect}/{path.stem}:{each.first} {each.group} missing {missing} invented {more}")
                print("    " + "\n    ".join(lines[:30]))
    for group in sorted(total, reverse=True):
        share, precise = good[group] / total[group], exact[group] / total[group]
        print(
            f"{dialect} {group}: {good[group]}/{total[group]} yield their tables ({share:.3f}), exact {precise:.3f}"
        )


def overlap(one: Expected, other: Expected) -> bool:
    """Do two statements share a line?"""
    return one.first <= other.last and other.first <= one.last


def main() -> int:
    """Run the bench; a missing folder is a reason to skip, said aloud."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("dialects", nargs="*", default=DIALECTS)
    parser.add_argument("-v", "--verbose", action="store_true", help="print each statement that is not exact")
    default = Path(__file__).resolve().parents[2].parent / "shared" / "data"
    data = Path(os.environ.get("CARVEOUT_BENCH_DATA", default))
    parser.add_argument("--fixtures", type=Path, default=data / "dialects")
    options = parser.parse_args()
    if not options.fixtures.is_dir():
        print(
            f"skipped: {options.fixtures} does not exist; give --fixtures the test/fixtures/dialects of sqlfluff"
        )
        return 0
    for dialect in options.dialects:
        compare(options.fixtures, dialect, options.verbose)
        defined(options.fixtures, dialect, options.verbose)
    return 0


if __name__ == "__main__":
    sys.exit(main())
