"""Say how much of its routes a service gets, while the proxy runs.

show tells it; set 10% sends a share of the users to the service, each of whom
stays there; mirror sends copies of reads, whose answers are thrown away; all
sends everyone; rollback sends everyone to the monolith again. The files and
the running proxy change together, without losing a request, and each change
is noted with who and why in proxy/traffic/changes.jsonl. --simulate says where
a request goes.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from .options import project_root

if TYPE_CHECKING:
    from ..analyzer.model.routes import Traffic

EXAMPLES = (
    'carveout route payments set 10% --why "first users"',
    "carveout route payments rollback",
    "carveout route payments --simulate GET /payments/3",
)
_ACTIONS = ("show", "set", "mirror", "all", "rollback")
_SHOWN = 5


def run(
    context: typer.Context,
    service: Annotated[str, typer.Argument(metavar="SERVICE", help="A service whose routes were written.")],
    action: Annotated[
        str, typer.Argument(metavar="ACTION", help="show, set, mirror, all or rollback.")
    ] = "show",
    amount: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(metavar="SHARE", show_default=False, help="For set: such as 10% or 0.5%."),
    ] = None,
    why: Annotated[
        str, typer.Option("--why", metavar="TEXT", show_default=False, help="Why, for the log.")
    ] = "",
    project: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            "--path", metavar="PATH", show_default=False, help="Folder of the project [default: this one]."
        ),
    ] = None,
    simulate: Annotated[
        Optional[tuple[str, str]],  # noqa: UP045
        typer.Option(
            "--simulate", metavar="METHOD URL", show_default=False, help="Where such a request goes."
        ),
    ] = None,
) -> int:
    """Parse, call, print."""
    from ..analyzer.model.errors import UsageError
    from ..runtime.traffic import simulation, steering

    terminal = context.obj
    root = project_root(project)
    if simulate is not None:
        terminal.text(simulation.simulate(root, service, *simulate))
        return 0
    if action not in _ACTIONS:
        raise UsageError(f"there is no action {action!r}", help=f"one of {', '.join(_ACTIONS)}")
    if (action == "set") != (amount is not None):
        what = "set needs a share" if action == "set" else f"{action} takes no share"
        raise UsageError(what, help=f"carveout route {service} set 10% --why TEXT")
    if action == "show":
        terminal.text(_shown(root, service))
        return 0
    if not why and action != "rollback":
        raise UsageError(
            "it is not said why",
            why="each change is noted, and read when something goes wrong",
            help="--why TEXT",
        )
    done = steering.change(root, service, _wanted(action, amount or ""), why or "rolled back")
    terminal.text(f"{service}: {_words(done.before)} -> {_words(done.after)}\n")
    for name, seconds in sorted(done.seconds.items()):
        terminal.text(f"{name} took it after {seconds * 1000:.0f} ms\n")
    for name in done.idle:
        terminal.say(f"note: {name} does not run here; its files hold from its next start")
    if action != "rollback":
        terminal.next(f"carveout route {service} rollback", "takes it back")
    return 0


def _wanted(action: str, amount: str) -> Traffic:
    from ..analyzer.model.errors import UsageError
    from ..analyzer.model.routes import Traffic

    if action != "set":
        return {"mirror": Traffic(0, True), "all": Traffic(100), "rollback": Traffic()}[action]
    try:
        percent = round(float(amount.removesuffix("%")), 2)
    except ValueError:
        percent = -1.0
    if not (amount.endswith("%") and 0 <= percent <= 100):
        raise UsageError(f"{amount!r} is no share", help="a number from 0 to 100 with %, such as 10% or 0.5%")
    return Traffic(percent)


def _words(traffic: Traffic) -> str:
    percent = f"{traffic.percent:g}% of the users"
    return f"{percent}, and copies of reads" if traffic.mirror else percent


def _shown(root: Path, service: str) -> str:
    from ..runtime.traffic import steering

    lines = [f"{service}: {_words(steering.share(root, service))} by the files"]
    for proxy in steering.proxies(root):
        if not proxy.running():
            lines.append(f"{proxy.name} does not run here")
            continue
        said = proxy.says(service)
        same = said == steering.told(steering.share(root, service))
        lines.append(
            f"{proxy.name} runs, and " + ("does so" if same else f"says {said or 'nothing'!r}: not the same")
        )
    for entry in steering.changes(root, service)[-_SHOWN:]:
        lines.append(
            f"  {entry.get('at', '')}  {entry.get('from', '')} -> {entry.get('to', '')}"
            f"  {entry.get('who', '')}: {entry.get('why', '')}"
        )
    return "\n".join(lines) + "\n"
