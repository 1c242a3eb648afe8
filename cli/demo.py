"""Walk through all of it on a shop that travels with carveout.

The shop is copied to a folder of its own, analysed, cut and checked; a boundary is broken
and `check` says so; its payments are carried out and run behind a real nginx on loopback,
the shop's own tests go through it, the routes are rolled back and everything is taken
back. Each command is printed as you would type it. Takes about a minute; needs
pip install 'carveout[demo]'.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..analyzer.model.errors import CarveoutError, UsageError
from .output import Terminal

if TYPE_CHECKING:
    from ..runtime.rehearsal import Script

EXAMPLES = (
    "carveout demo",
    "carveout demo --folder ../shop-demo",
    "carveout demo --no-run",
)

_PACKAGE = "sample_monolith"
_SCRIPT = "demo.toml"
_NEEDED = ("flask", "sqlalchemy", "celery", "jwt", "pytest", "waitress")
_OWN = "# The shop is a project of its own, whatever project this folder lies in.\n[project]\n"
_MOST = 60
"""Lines that are shown of one command: the rest is a diff that one pages through at leisure."""


def run(
    context: typer.Context,
    folder: Annotated[Path, typer.Option(metavar="FOLDER", help="Made for the demo.")] = Path(
        "carveout-demo"
    ),
    no_run: Annotated[bool, typer.Option("--no-run", help="Start no servers.")] = False,
) -> int:
    """Parse, call, print."""
    from ..runtime.rehearsal import load_script

    terminal: Terminal = context.obj
    _prepare(terminal, folder, no_run)
    script = load_script(folder / _PACKAGE / _SCRIPT)
    tour = _Tour(terminal, folder, script)
    terminal.text(f"{script.about}\nwas copied to {folder}.\n")
    tour.show("What is in it, and how much of it is understood?", "analyze")
    tour.show("Where would the code itself be cut?", "propose")
    tour.show(
        "A picture for the review: open it in a browser.",
        *("graph", "--level", "service", "--output", "services.svg"),
    )
    tour.show(
        "Agree on the first proposal. The boundary file is reviewed like code.", "propose", "--accept", "1"
    )
    tour.show("Does the code keep to the boundary? What breaks it today is accepted as debt.", "check")
    tour.break_boundary()
    step = ("scaffold", script.service, "--accept-hazard", "cut-not-ready")
    tour.show(
        f"Carry {script.service} out: look at each file first. Nobody has untied the shop\n"
        "yet, for which carveout would refuse the step; the tour accepts it.",
        *step,
    )
    tour.show("... then write them.", *step, "--apply")
    code = 0 if no_run else tour.run_side_by_side()
    tour.show("Take it back: the shop is as it was.", "scaffold", script.service, "--undo")
    terminal.text(f"\nThe shop, its boundary file and the picture are in {folder}: look around.\n")
    return code


def _prepare(terminal: Terminal, folder: Path, no_run: bool) -> None:
    import shutil

    from ..analyzer.project.config import FILE

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
    ignored = shutil.ignore_patterns("__pycache__", "*.db*", ".carveout", "uploads")
    try:
        shutil.copytree(sample, folder / _PACKAGE, ignore=ignored)
        (folder / FILE).write_text(_OWN, encoding="utf-8")
    except OSError as error:
        raise CarveoutError(f"{folder} cannot be made: {error.strerror or error}") from error


class _Tour:
    """Numbered steps, each with its heading."""

    def __init__(self, terminal: Terminal, folder: Path, script: Script) -> None:
        self._terminal, self._folder, self._script = terminal, folder, script
        self._number = 0

    def _heading(self, words: str) -> None:
        self._number += 1
        self._terminal.text(f"\n{'-' * 80}\n{self._number}. {words}\n")

    def show(self, words: str, *arguments: str) -> None:
        """Prints a command as a user would type it and runs it in the demo's folder."""
        import io
        import os
        from contextlib import redirect_stdout

        from .main import main

        self._heading(words)
        self._terminal.text(f"$ carveout {' '.join(arguments)}\n\n")
        here, printed = Path.cwd(), io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
        os.chdir(self._folder)
        try:
            with redirect_stdout(printed):
                code = main(["--no-progress", *arguments])
        finally:
            os.chdir(here)
        printed.seek(0)
        lines = printed.read().splitlines(keepends=True)
        self._terminal.text("".join(lines[:_MOST]))
        if len(lines) > _MOST:
            self._terminal.text(f"[{len(lines) - _MOST:,} more lines]\n")
        if code not in (0, 1):
            raise CarveoutError(f"carveout {' '.join(arguments)} ended with exit code {code}")
        if code:
            self._terminal.text(f"\n(exit code {code}, so that CI fails)\n")

    def break_boundary(self) -> None:
        """Adds code that crosses the boundary, shows what `check` says of it, and takes it out again."""
        from dataclasses import replace
        from datetime import date

        from ..analyzer import pipeline
        from ..analyzer.project.config import load_agreed
        from ..generators.reports.violations_text import report

        script, root = self._script, self._folder.resolve()
        boundary, file = load_agreed(root), root / script.file
        before = {
            violation.fingerprint
            for violation in pipeline.check(
                pipeline.analyze(root), boundary, root, today=date.today()
            ).violations
        }
        text = file.read_text(encoding="utf-8")
        file.write_text(text + script.broken, encoding="utf-8")
        try:
            result = pipeline.check(pipeline.analyze(root), boundary, root, today=date.today())
            new = tuple(v for v in result.violations if v.fingerprint not in before)
            shown = report.render(replace(result, violations=new, every=True)).decode("utf-8")
        finally:
            file.write_text(text, encoding="utf-8")
        self._heading(f"Break the boundary: {script.reason}")
        added = "".join(f"+ {line}\n" for line in script.broken.strip().splitlines())
        self._terminal.text(f"{script.file}:\n\n{added}\n$ carveout check        (of it, what is new)\n\n")
        blocks = shown.split("\n\n")
        self._terminal.text("\n\n".join(blocks[: len(new)]) + "\n\n(the lines are taken out again)\n")
        if not new:
            raise CarveoutError("the demo's own violation was not found", why=f"it stands in {script.file}")

    def run_side_by_side(self) -> int:
        """Monolith, service and nginx; the monolith's own tests through nginx; the routes rolled back."""
        from ..analyzer import pipeline
        from ..analyzer.project.config import load_agreed
        from ..runtime.rehearsal import rehearsal, run_tests

        script, root, terminal = self._script, self._folder.resolve(), self._terminal
        self._heading("Run monolith, service and nginx; the shop's own tests go through nginx.")
        (step,) = pipeline.plan(pipeline.analyze(root), load_agreed(root), script.service, root).steps
        with rehearsal(root, step.routes, script, root / ".carveout" / "rehearsal") as at:
            terminal.text(
                f"monolith  {at.monolith}\nservice   {at.service}   ({script.service})\n"
                f"nginx     {at.proxy}   (in front of both)"
                f"\n\n$ {script.base_url}={at.proxy} pytest {script.tests}\n\n"
            )
            code, result = run_tests(root, script, at)
            terminal.text(f"{result}\n")
            self._heading("Roll back while it runs: nginx sends every route to the monolith again.")
            terminal.text(f"GET {script.probe}  answered by {at.served_by(script.probe) or 'the monolith'}\n")
            seconds = at.roll_back(script.probe)
            terminal.text(f"GET {script.probe}  answered by the monolith, {seconds * 1000:.0f} ms later\n")
        if code:
            terminal.warn("error: the shop's own tests do not pass through nginx")
        return 1 if code else 0
