"""Writes a proposal to the boundary file, showing what changes: agreement is never silent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from difflib import unified_diff
from pathlib import Path

from ..analyzer.model.boundary import Boundary, Proposal
from ..analyzer.model.errors import Refused
from ..analyzer.model.evidence import Place
from ..analyzer.model.graph import Graph
from ..analyzer.project import baseline
from ..analyzer.project.config import FILE, has_boundary, load_agreed, load_boundary, load_project
from ..generators.boundary_file import accept, dump
from ..generators.reports.plain import count, listed, wrap
from .asking import pick
from .output import Terminal, save


def accept_proposal(
    terminal: Terminal, root: Path, graph: Graph, proposals: Sequence[Proposal], number: int, overwrite: bool
) -> int:
    """Write proposal `number` (from 1), and what of today's code breaks it as debt.

    Raises UsageError when there is none (`pick`), Refused when services are agreed already and
    `overwrite` is not set.
    """
    accepted = pick(proposals, number)
    agreed = load_boundary(root) if has_boundary(root) else Boundary()
    _refuse_split(agreed)
    place = root / FILE
    # Bytes, not text: line ends stay as they are.
    old = place.read_bytes().decode("utf-8-sig") if place.exists() else ""
    new = dump(accept(accepted.boundary, agreed), load_project(root), old)
    if new == old:
        terminal.say(f"{FILE} already says so")
        return 0
    lines = unified_diff(
        old.splitlines(True), new.splitlines(True), f"a/{FILE}" if old else "/dev/null", f"b/{FILE}"
    )
    terminal.text("".join(line if line.endswith("\n") else line + "\n" for line in lines))
    if agreed.services and not overwrite:
        raise Refused(
            f"{FILE} already holds {len(agreed.services)} services; nothing was written",
            why="the services were agreed on; the difference is shown above",
            help="the same command with --yes replaces them",
        )
    save(place, new.encode("utf-8"))
    terminal.say(f"wrote {FILE}")
    _write_debt(terminal, root, graph)
    return 0


def _write_debt(terminal: Terminal, root: Path, graph: Graph) -> None:
    """Write down what stands between the code and the new boundary, so that only more of it fails."""
    from ..analyzer.pipeline import check

    found = check(graph, load_agreed(root), root, today=date.today()).violations
    debts = baseline.accepted(found)
    if not debts and not baseline.has_baseline(root):
        terminal.say("next: carveout check    the code keeps to it already")
        return
    save(root / baseline.FILE, baseline.dump_baseline(debts))
    rules = listed(Counter(debt.rule for debt in debts).items())
    what = f"wrote {baseline.FILE}: {count(len(debts), 'violation')} of today, accepted as debt"
    for line in wrap("", f"{what} ({rules})" if rules else what, 0):
        terminal.say(line)
    terminal.say("next: carveout check    passes now, and fails on what is added")


def _refuse_split(agreed: Boundary) -> None:
    for service in agreed.services:
        if service.place is not None and service.place.path != FILE:
            raise Refused(
                f"the service {service.name} is agreed in a file of its own",
                place=Place(*service.place),
                why=f"a proposal writes all services to the {FILE} at the root",
                help="bring that file's services to the root's first, or edit the files by hand",
            )
