"""Walk through all of it on a small shop that travels with carveout.

The shop is copied to a folder of its own, analysed, cut and checked; its payments
are carried out and run behind a real nginx on loopback, the shop's own tests go
through it, and everything is taken back. Each command is printed as you would type
it. Takes about a minute; needs pip install 'carveout[demo]'.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from ..analyzer.model.errors import CarveoutError, UsageError
from .output import Terminal

EXAMPLES = (
    "carveout demo",
    "carveout demo --folder ../shop-demo",
    "carveout demo --no-run",
)

SERVICE = "payments"
_PACKAGE = "sample_monolith"
_NEEDED = ("flask", "sqlalchemy", "pytest", "waitress")

_TOUR = (
    ("What is in it, and how much of it is understood?", ("analyze",)),
    ("Where would the code itself be cut?", ("propose",)),
    ("Agree on the first proposal. The boundary file is reviewed like code.", ("propose", "--accept", "1")),
    (
        "A picture for the review. Open it in a browser.",
        ("graph", "--level", "service", "--output", "services.svg"),
    ),
    ("Does the code keep to the boundary? Not yet: each violation is work ahead.", ("check",)),
    (f"Carry {SERVICE} out: look at each file first ...", ("scaffold", SERVICE)),
    ("... then write them.", ("scaffold", SERVICE, "--apply")),
)
_MOST = 90
"""Lines that are shown of one command: the rest is a diff that one pages through at leisure."""


def run(
    context: typer.Context,
    folder: Annotated[Path, typer.Option(metavar="FOLDER", help="Made for the demo.")] = Path(
        "carveout-demo"
    ),
    no_run: Annotated[bool, typer.Option("--no-run", help="Start no servers.")] = False,
) -> int:
    """Parse, call, print."""
    terminal: Terminal = context.obj
    _prepare(terminal, folder, no_run)
    for number, (words, arguments) in enumerate(_TOUR, 1):
        _heading(terminal, number, words)
        _command(terminal, folder, arguments)
    number = len(_TOUR) + 1
    code = 0
    if not no_run:
        _heading(terminal, number, "Run monolith, service and nginx; the shop's own tests go through nginx.")
        code = _run_tests(terminal, folder)
        number += 1
    _heading(terminal, number, "Take it back: the shop is as it was.")
    _command(terminal, folder, ("scaffold", SERVICE, "--undo"))
    terminal.text(f"\nThe shop, its boundary file and the picture are in {folder}: look around.\n")
    return code


def _prepare(terminal: Terminal, folder: Path, no_run: bool) -> None:
    import shutil

    missing = [] if no_run else [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise UsageError(
            f"the demo runs the sample, which needs {', '.join(missing)}",
            help="pip install 'carveout[demo]', or carveout demo --no-run",
        )
    if folder.exists():
        raise UsageError(
            f"{folder} is already there",
            why="the demo writes into a folder of its own, and overwrites nothing",
            help=f"remove it, or choose another: carveout demo --folder {folder}-2",
        )
    sample = Path(__file__).parent.parent / _PACKAGE
    if not sample.is_dir():  # a checkout: the room lies beside `src`
        sample = Path(__file__).resolve().parent.parent / _PACKAGE
    ignored = shutil.ignore_patterns("__pycache__", "*.db*", ".carveout")
    try:
        shutil.copytree(sample, folder / _PACKAGE, ignore=ignored)
    except OSError as error:
        raise CarveoutError(f"{folder} cannot be made: {error.strerror or error}") from error
    terminal.text(f"A small shop (Flask, SQLAlchemy, hand-written SQL) was copied to {folder}.\n")


def _heading(terminal: Terminal, number: int, words: str) -> None:
    terminal.text(f"\n{'-' * 80}\n{number}. {words}\n")


def _command(terminal: Terminal, folder: Path, arguments: tuple[str, ...]) -> None:
    """Prints a command as a user would type it and runs it in the demo's folder."""
    import io
    import os
    from contextlib import redirect_stdout

    from .main import main

    terminal.text(f"$ carveout {' '.join(arguments)}\n\n")
    here, printed = Path.cwd(), io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    os.chdir(folder)
    try:
        with redirect_stdout(printed):
            code = main(["--no-progress", *arguments])
    finally:
        os.chdir(here)
    printed.seek(0)
    lines = printed.read().splitlines(keepends=True)
    terminal.text("".join(lines[:_MOST]))
    if len(lines) > _MOST:
        terminal.text(f"[{len(lines) - _MOST} more lines]\n")
    if code not in (0, 1):
        raise CarveoutError(f"carveout {' '.join(arguments)} ended with exit code {code}")
    if code:
        terminal.text(f"\n(exit code {code}, so that CI fails)\n")


def _run_tests(terminal: Terminal, folder: Path) -> int:
    from ..analyzer import pipeline
    from ..analyzer.project.config import load_agreed
    from ..runtime.rehearsal import rehearsal, run_tests

    root = folder.resolve()
    boundary = load_agreed(root)
    (step,) = pipeline.plan(pipeline.analyze(root), boundary, SERVICE, root).steps
    tests = root / _PACKAGE / "tests"
    with rehearsal(root, step.routes, _PACKAGE, root / ".carveout" / "rehearsal") as at:
        terminal.text(
            f"monolith  {at.monolith}\nservice   {at.service}   ({SERVICE})\n"
            f"nginx     {at.proxy}   sends {SERVICE} routes to the service, others to the monolith\n\n"
            f"$ SHOP_BASE_URL={at.proxy} pytest {_PACKAGE}/tests\n\n"
        )
        code, last = run_tests(tests, root, at.proxy)
        terminal.text(f"{last}\n")
    if code:
        terminal.warn("error: the shop's own tests do not pass through nginx")
    return 1 if code else 0
