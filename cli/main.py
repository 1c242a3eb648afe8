"""The command `carveout`: finds the verb's file, runs it, and turns every outcome into an exit code.

Neither typer nor a verb is imported before it is known which verb is wanted, so that help is quick.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..analyzer.model.errors import CarveoutError, UsageError
from .output import Terminal, message

if TYPE_CHECKING:
    from types import ModuleType

INTERRUPTED, BUG = 130, 70
_USAGE = """\
Usage: carveout VERB [OPTIONS] [ARGUMENTS]

Reads a Python monolith and its SQL without running either, shows what depends
on what, proposes where to cut it into services, and keeps the boundaries.

Verbs:
{verbs}

Options of every verb:
  -q, --quiet                Results and errors only.
  -v, --verbose              Show the traceback of a bug.
  --no-progress              No progress on stderr.
  --color auto|always|never  Colours [default: auto].
  --version                  Show the version and exit.
  -h, --help                 Show this help, or that of a verb, and exit.

Examples:
  carveout analyze
  carveout propose --accept 1
  carveout check --format json
"""
_FLAGS = {
    "-q": "quiet", "--quiet": "quiet", "-v": "verbose", "--verbose": "verbose",
    "--no-progress": "no_progress",
}  # fmt: skip
_COLORS = ("auto", "always", "never")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line (default: that of the process) and return its exit code."""
    terminal = Terminal()
    given = list(sys.argv[1:] if arguments is None else arguments)
    return _guarded(terminal, lambda: _run(given, terminal))


def verbs() -> dict[str, str]:
    """The verbs with their one-line help, sorted; read from the files, not imported."""
    found = {}
    for path in sorted(Path(__file__).parent.glob("*.py")):
        text = path.read_text("utf-8")
        if "\nEXAMPLES" in text:
            found[path.stem] = text.partition('"""')[2].partition("\n")[0].removesuffix('"""')
    return found


def _run(arguments: list[str], terminal: Terminal) -> int:
    rest = _settings(arguments, terminal)
    known = verbs()
    if not rest or rest[0] in ("-h", "--help", "help"):
        if len(rest) > 1 and rest[1] in known:
            return _verb(rest[1], ["--help"], terminal)
        lines = "\n".join(f"  {name:<11}{line}" for name, line in known.items())
        terminal.text(_USAGE.format(verbs=lines))
        return 0
    if rest[0] == "--version":
        from .. import __version__

        terminal.text(f"carveout {__version__}\n")
        return 0
    if rest[0] not in known:
        import difflib

        close = difflib.get_close_matches(rest[0], known, n=1)
        what = "option" if rest[0].startswith("-") else "verb"
        near = close[0] if close else "" if what == "option" else _option(rest[0])
        help = f"did you mean carveout {near}?" if near else "carveout --help lists the verbs"
        raise UsageError(f"there is no {what} {rest[0]}", help=help)
    return _verb(rest[0], rest[1:], terminal)


def _option(word: str) -> str:
    """The verbs with an option of that name, and the option: `propose --why`; "" where there are none."""
    name = f"--{word.lstrip('-')}"
    plain = re.escape(word.replace("-", "_"))
    declared = re.compile(rf'Option\([^()]*"{re.escape(name)}"|^    {plain}: Annotated', re.MULTILINE)
    files = ((path.stem, path.read_text("utf-8")) for path in sorted(Path(__file__).parent.glob("*.py")))
    found = [f"{verb} {name}" for verb, text in files if "\nEXAMPLES" in text and declared.search(text)]
    return " or ".join(found[:2])


def _settings(arguments: list[str], terminal: Terminal) -> list[str]:
    """Take the options that every verb has out of the arguments, wherever they stand before a `--`."""
    rest: list[str] = []
    remaining = iter(arguments)
    for argument in remaining:
        if argument == "--":
            return [*rest, argument, *remaining]
        name, equals, value = argument.partition("=")
        if name in ("--color", "--colour"):
            terminal.color = value if equals else next(remaining, "")
            if terminal.color not in _COLORS:
                raise UsageError(
                    f'--color "{terminal.color}" is unknown', help="--color " + "|".join(_COLORS)
                )
        elif argument in _FLAGS:
            terminal.quiet |= _FLAGS[argument] == "quiet"
            terminal.verbose |= _FLAGS[argument] == "verbose"
            terminal.progress &= _FLAGS[argument] != "no_progress"
        else:
            rest.append(argument)
    return rest


def _verb(name: str, arguments: list[str], terminal: Terminal) -> int:
    """Parse a verb's arguments and run it."""
    if name == "check":
        from .again import again

        code = again(arguments, terminal)
        if code is not None:
            return code
    module = import_module(f".{name}", __package__)
    command = typer_command(name, module)
    try:
        context = command.make_context(f"carveout {name}", arguments, obj=terminal)
        terminal.folder = context.params.get("path") or context.params.get("project")
        with context:
            code = command.invoke(context)
    except Exception as error:
        if hasattr(error, "format_message"):  # typer's own complaint about the arguments
            raise UsageError(error.format_message().rstrip("."), help=f"carveout {name} --help") from error
        if hasattr(error, "exit_code") and not isinstance(error, CarveoutError):  # typer.Exit, e.g. of --help
            return int(error.exit_code)
        raise
    return code or 0


def typer_command(name: str, module: ModuleType) -> Any:
    """The typer command of a verb: its docstring is the help, its examples stand at the end."""
    import typer

    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    examples = "\b\nExamples:\n" + "\n".join(f"  {line}" for line in module.EXAMPLES)
    app.command(
        name,
        help=(module.__doc__ or "").strip(),
        epilog=examples,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
    )(module.run)
    return typer.main.get_command(app)


def _guarded(terminal: Terminal, work: Callable[[], int]) -> int:
    """The exit code of some work; a user sees a message, never a traceback that was not asked for."""
    try:
        return work()
    except CarveoutError as error:
        terminal.warn(message(error, _root(terminal.folder)))
        return error.exit_code
    except KeyboardInterrupt:
        terminal.warn("interrupted; nothing was left half-written")
        return INTERRUPTED
    except Exception as error:
        if type(error).__name__ == "Abort":
            return INTERRUPTED
        _bug(terminal, error)
        return BUG


def _root(folder: Path | None) -> str:
    """The folder of the project as an editor finds it from here."""
    from ..analyzer.project.config import find_root

    if folder is not None:
        return str(folder)
    try:
        return os.path.relpath(find_root(Path()))
    except (OSError, ValueError):  # the current folder is gone, or on another drive
        return "."


def _bug(terminal: Terminal, error: Exception) -> None:
    from ..generators.reports.plain import clean

    if terminal.verbose:
        import traceback

        terminal.warn("".join(traceback.format_exception(error)).rstrip())
    help = "please report it, with what the same command prints with -v"
    what = clean(f"{type(error).__name__}: {error}")
    terminal.warn(f"bug: this is a fault of carveout, not of your project: {what}\nhelp: {help}")
