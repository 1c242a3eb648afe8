"""`carveout-baseline.json`: the violations that were accepted as debt, so that only new ones fail.

One line an entry, sorted: what a change accepts or pays off is what its difference shows, and two
branches that pay off different debts merge without a conflict.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from pathlib import Path

from ..model.boundary import SHARED, Boundary
from ..model.errors import CarveoutError
from ..model.evidence import Place
from ..model.findings import Debt, Violation

FILE = "carveout-baseline.json"
SCHEMA = "carveout/baseline/1"
_KEYS = ("rule", "from", "to", "source", "target")
"""The keys of an entry, in the order of `Debt`'s fields."""
_MEND = "take it from version control again, or remove it, then carveout baseline create"

_MERGE = "keep the lines of both sides (with a comma after each but the last), then carveout baseline prune"


def has_baseline(root: Path) -> bool:
    """Whether something bears its name: what is no file is an error, not a project without debt."""
    return os.path.lexists(root / FILE)


def content(root: Path) -> bytes:
    """The bytes of the baseline. Raises CarveoutError where that is no file, or cannot be read."""
    path = root / FILE
    if path.is_fifo() or path.is_char_device():  # who opens it waits for what never comes
        raise _damaged("cannot be read: it is no file")
    try:
        return path.read_bytes()
    except OSError as error:
        raise _damaged(f"cannot be read: {error.strerror}") from error


def load_baseline(root: Path, boundary: Boundary) -> tuple[Debt, ...]:
    """The accepted debt, sorted, each once; nothing when there is no baseline.

    Raises CarveoutError for a file that is damaged, or that none of the boundary's services is named in.
    """
    if not has_baseline(root):
        return ()
    try:
        text = content(root).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _damaged("is not UTF-8") from error
    found = tuple(sorted(set(_entries(text))))
    known = {service.name for service in boundary.services}
    named = {name for debt in found for name in (debt.origin, debt.owner)} - {SHARED, ""}
    if named and not named & known:
        few = ", ".join(sorted(named)[:3])
        raise CarveoutError(
            f"{FILE} belongs to another boundary: it names {few}, which are no services here",
            place=Place(FILE),
            why="held against it, all debt would look new",
            help="if the services got new names, remove the file, then carveout baseline create",
        )
    return found


def accepted(violations: Iterable[Violation]) -> tuple[Debt, ...]:
    """The debt that these violations are, sorted."""
    return tuple(sorted({Debt(v.rule, v.origin, v.owner, v.source, v.target) for v in violations}))


def dump_baseline(debts: Iterable[Debt]) -> bytes:
    """The file, as ASCII with a line an entry."""
    rows = [
        json.dumps({**dict(zip(_KEYS, debt, strict=True)), "fingerprint": debt.fingerprint}) for debt in debts
    ]
    body = "".join(f"\n  {row}{',' if number < len(rows) else ''}" for number, row in enumerate(rows, 1))
    text = f'{{\n "schema": {json.dumps(SCHEMA)},\n "violations": [{body}\n ]\n}}\n'
    return text.encode("ascii")


def _entries(text: str) -> Iterable[Debt]:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        conflict = re.search(r"^<{7} ", text, re.MULTILINE)
        if conflict:
            line = text.count("\n", 0, conflict.start()) + 1
            raise _damaged("has conflicts of a merge", line, _MERGE) from error
        raise _damaged(f"is no JSON: {error.msg}", error.lineno) from error
    except (ValueError, RecursionError) as error:
        raise _damaged("is no JSON that a baseline could be") from error
    schema = document.get("schema") if isinstance(document, dict) else None
    if schema != SCHEMA:
        if isinstance(schema, str) and schema.startswith("carveout/baseline/"):
            raise _damaged("was written by another version of carveout", help="update carveout")
        raise _damaged(f'is no baseline: it lacks "schema": "{SCHEMA}"')
    rows = document.get("violations")
    if not isinstance(rows, list):
        raise _damaged('lacks its list "violations"')
    for number, row in enumerate(rows, 1):
        words = [row.get(key) for key in (*_KEYS, "fingerprint")] if isinstance(row, dict) else [None]
        texts = [word for word in words if isinstance(word, str)]
        if len(texts) != len(_KEYS) + 1:
            wanted = ", ".join((*_KEYS, "fingerprint"))
            raise _damaged(f"has an entry (number {number}) without all of {wanted}")
        debt = Debt(*texts[:-1])
        if debt.fingerprint != texts[-1]:
            line = text.count("\n", 0, max(text.find(texts[-1]), 0)) + 1
            raise _damaged(f"has an entry (number {number}) whose fingerprint is not its own", line)
        yield debt


def _damaged(what: str, line: int = 0, help: str = _MEND) -> CarveoutError:
    why = "without it nobody knows which violations are old"
    return CarveoutError(f"{FILE} {what}", place=Place(FILE, line), why=why, help=help)
