"""The file of accepted debt: what it looks like, and what is said of one that is damaged."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from carveout.analyzer.model.boundary import Boundary, Service
from carveout.analyzer.model.errors import CarveoutError
from carveout.analyzer.model.findings import Debt, Violation
from carveout.analyzer.project.baseline import FILE, accepted, dump_baseline, load_baseline

BOUNDARY = Boundary(services=(Service("orders"), Service("billing")))
READ = Debt("table-read", "orders", "billing", "function:shop.orders.show", "table:invoice")
WRITE = Debt("table-write", "orders", "billing", 'function:shop.orders."hö"', "table:in voice\n")


def load(root: Path, text: str | bytes, boundary: Boundary = BOUNDARY) -> tuple[Debt, ...]:
    (root / FILE).write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_baseline(root, boundary)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """One line an entry, without paths and lines; hostile names and an empty list come back as they were."""
    for debts in ((), (READ,), (READ, WRITE)):
        data = dump_baseline(debts)
        assert load(tmp_path, data) == debts
        assert len(json.loads(data)["violations"]) == len(debts)
    lines = dump_baseline((READ, WRITE)).decode("ascii").splitlines()
    assert len(lines) == 7 and [line.startswith('  {"rule": ') for line in lines].count(True) == 2
    assert load_baseline(tmp_path / "none", BOUNDARY) == ()


def test_what_is_no_file_is_not_a_project_without_debt(tmp_path: Path) -> None:
    """A folder or a broken link of that name is said, as all debt would look new."""
    (tmp_path / "a" / FILE).mkdir(parents=True)
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / FILE).symlink_to("gone")
    (tmp_path / "c").mkdir()
    os.mkfifo(tmp_path / "c" / FILE)
    for folder in ("a", "b", "c"):
        with pytest.raises(CarveoutError, match="cannot be read"):
            load_baseline(tmp_path / folder, BOUNDARY)


def test_what_is_accepted(tmp_path: Path) -> None:
    """The relationship, with the violation's own fingerprint; each once and sorted."""
    found = Violation(id="CO201", title="", rule="table-read", source="a", target="b", origin="o", owner="p")
    (debt,) = accepted((found, found))
    assert debt == Debt("table-read", "o", "p", "a", "b")
    assert debt.fingerprint == found.fingerprint


def test_merged_twice(tmp_path: Path) -> None:
    """Two branches that accept the same debt, in any order, give one entry."""
    both = json.loads(dump_baseline((READ, WRITE)))
    both["violations"] = [*reversed(both["violations"]), *both["violations"]]
    assert load(tmp_path, json.dumps(both)) == (READ, WRITE)


@pytest.mark.parametrize(
    ("text", "what", "line"),
    [
        ("", "is no JSON", 1),
        ('{"schema":\n<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> topic\n}', "has conflicts of a merge", 2),
        (b"\xff\xfe", "is not UTF-8", 0),
        ("[" * 100_000, "is no JSON", 0),
        ("9" * 10_000, "is no JSON", 0),
        ("[]", "is no baseline", 0),
        ('{"schema": "carveout/baseline/2"}', "another version", 0),
        ('{"schema": "carveout/baseline/1"}', 'lacks its list "violations"', 0),
        ('{"schema": "carveout/baseline/1", "violations": [7]}', "(number 1) without all of rule", 0),
        (dump_baseline((READ, WRITE)).replace(b"table:invoice", b"table:voice"), "whose fingerprint", 4),
    ],
)
def test_damaged(text: str | bytes, what: str, line: int, tmp_path: Path) -> None:
    """Each damage is named, with its line where there is one, and what to do."""
    with pytest.raises(CarveoutError) as caught:
        load(tmp_path, text)
    error = caught.value
    assert what in error.what and error.help and error.exit_code == 2
    assert error.place is not None and (error.place.path, error.place.line) == (FILE, line)


def test_of_another_project(tmp_path: Path) -> None:
    """None of the services that it names is agreed here: said so, with their names."""
    with pytest.raises(CarveoutError, match="names billing, orders, which are no services here"):
        load(tmp_path, dump_baseline((READ,)), Boundary(services=(Service("stock"),)))
    assert load(tmp_path, dump_baseline((READ,)), Boundary(services=(Service("billing"),))) == (READ,)
