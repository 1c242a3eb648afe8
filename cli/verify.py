"""Run the project's tests with calls crossing the seam of a service.

The tests run twice: as they are, and with each call behind the seam going
through JSON and back (rung wire), or to the service in a process of its own
that works within the test's transaction (rung process), or that commits on a
connection of its own (rung committed: only the tests that cross, without a
transaction around each). A test that fails only then is a difference; a
function that no test crosses is unproven, never passed. Rung probes asks both
sides more than the tests do: what the schema of the OpenAPI snapshot allows,
and their calls with one value changed, to what stands around the literals of
the code or is odd; answers and rows are compared. With --sabotage every answer
is made wrong, to see whether the tests would notice.

With --replay no tests run: calls that the monolith recorded (SERVICE_SEAM_RECORD
names the file) are asked again of both sides, on the rung wire or process, each
within a transaction that is taken back, and nothing is sent. Answers, rows and
events are compared, field by field; what the monolith itself answers differently
the second time is noise. Use a copy of the data that they were recorded on.
"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from .options import PathArgument, PathOption, project_root

if TYPE_CHECKING:
    from ..generators.seams.contract import SeamAt
    from ..generators.services.layout import ServiceAt
    from .output import Terminal

EXAMPLES = (
    'carveout verify payments --tests "python -m pytest -q"',
    'carveout verify payments --tests "python manage.py test" --rung process',
    "carveout verify payments --rung process --replay calls.jsonl",
)


def run(
    context: typer.Context,
    service: Annotated[str, typer.Argument(metavar="SERVICE", help="A service with a seam.")],
    path: PathArgument = None,
    project: PathOption = None,
    tests: Annotated[
        str, typer.Option("--tests", metavar="COMMAND", help="What runs the tests (run in the project).")
    ] = "python -m pytest -q",
    rung: Annotated[
        str, typer.Option("--rung", metavar="RUNG", help="wire, process, committed, probes.")
    ] = "wire",
    beside: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--with", metavar="SERVICE", show_default=False, help="Another that crosses too."),
    ] = None,
    sabotage: Annotated[bool, typer.Option("--sabotage", help="Make every answer wrong.")] = False,
    replay: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--replay", metavar="FILE", show_default=False, help="Ask these recorded calls again."),
    ] = None,
    load: Annotated[
        str,
        typer.Option(
            "--load",
            metavar="COMMAND",
            show_default=False,
            help="For --replay: what loads the application, and ends [default: python manage.py check].",
        ),
    ] = "",
) -> int:
    """Parse, call, print."""
    from ..analyzer.model.errors import UsageError
    from ..analyzer.model.parity import Parity
    from ..generators import scaffold
    from ..generators.reports import choose
    from ..runtime import parity as ladder
    from .output import broken

    terminal = context.obj
    if rung not in ladder.RUNGS:
        raise UsageError(f"there is no rung {rung!r}", help=f"the rungs: {', '.join(ladder.RUNGS)}")
    command = _words("--tests", tests)
    if not command:
        raise UsageError("--tests is empty", help="give the command that runs the tests")
    root = project_root(path, project)
    at = _seam(root, service)
    served = scaffold.service_of(root, service) if rung != "wire" else None
    if replay is not None:
        if beside or sabotage:
            raise UsageError("--replay takes one service, as it is", help="leave out --with and --sabotage")
        return _replayed(terminal, root, rung, at, served, replay, load)
    others = [
        (_seam(root, each), scaffold.service_of(root, each) if rung != "wire" else None)
        for each in beside or ()
    ]
    said = f"running {shlex.join(command)} {ladder.RUNGS[rung]} in {root.name or root}"
    terminal.say("\n".join(broken(said)))
    parity = ladder.climb(rung, root, command, at, served, beside=others, sabotage=sabotage)
    terminal.text(choose(Parity, "text").render(parity).decode("utf-8"))
    if sabotage:
        return 1 if parity.unnoticed else 0
    return 1 if parity.differences else 0


def _seam(root: Path, service: str) -> SeamAt:
    """Where the seam of a service is. Raises UsageError: no such service, or none with a seam yet."""
    from ..analyzer.model.errors import UsageError
    from ..analyzer.planning.asked import require_agreed
    from ..generators import scaffold

    try:
        return scaffold.seam_of(root, service)
    except UsageError:
        require_agreed(root, service)
        raise


def _replayed(
    terminal: Terminal, root: Path, rung: str, at: SeamAt, served: ServiceAt | None, file: Path, load: str
) -> int:
    """Asks recorded calls again, in place of tests."""
    from ..analyzer.model.parity import Parity
    from ..generators.reports import choose
    from ..runtime.parity import replaying

    calls = replaying.read(file)
    loads = replaying.loading(root, _words("--load", load))
    terminal.say(f"asking {len(calls):,} recorded calls on rung {rung} in {root.name or root}")
    parity = replaying.replay(rung, root, loads, at, served, calls)
    terminal.text(choose(Parity, "text").render(parity).decode("utf-8"))
    return 1 if parity.differences else 0


def _words(option: str, command: str) -> list[str]:
    """A command as a shell would read it. Raises UsageError."""
    from ..analyzer.model.errors import UsageError

    try:
        return shlex.split(command)
    except ValueError as error:
        raise UsageError(f"{option} {command!r} is no command: {error}") from error
