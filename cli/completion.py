"""Print what lets a shell complete verbs, options and services.

SHELL is bash, zsh or fish. All words stand in what is printed: a Tab starts
nothing, so print it again after an update. Names of services are read from
the carveout.toml of the current folder.
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import Annotated, Any

import typer

EXAMPLES = (
    "carveout completion bash > ~/.carveout.bash    (source it in ~/.bashrc)",
    "carveout completion zsh > ~/.zfunc/_carveout    (fpath+=~/.zfunc; compinit)",
    "carveout completion fish > ~/.config/fish/completions/carveout.fish",
)
_FILES = ("FILE", "FOLDER", "PATH", "BASE", "HEAD")
_CHOICES = re.compile(r"([\w-]+(?:, [\w-]+)*) or ([\w-]+)\.?(?: \[default.*)?")
_FORMATS = re.compile(r"^Formats: (.*?)(?:\n\n|\Z)", re.MULTILINE | re.DOTALL)


def run(
    context: typer.Context,
    shell: Annotated[str, typer.Argument(metavar="SHELL", help="bash, zsh or fish.")],
) -> int:
    """Parse, call, print."""
    from ..analyzer.model.errors import UsageError
    from ..generators.completion import SHELLS, script
    from .main import typer_command, verbs

    if shell not in SHELLS:
        raise UsageError(f'no completion is known for "{shell}"', help=f"one of {', '.join(SHELLS)}")
    known = []
    for name, line in verbs().items():
        module = import_module(f".{name}", __package__)
        known.append(_verb(name, line, typer_command(name, module), module.__doc__ or ""))
    context.obj.text(script(shell, known))
    return 0


def _verb(name: str, line: str, command: Any, page: str) -> Any:
    """A verb as the scripts need it, from its command and its page of help."""
    from ..analyzer.pages import pages
    from ..generators.completion import Verb, Word

    words: dict[str, list[Word]] = {"option": [], "argument": []}
    for each in command.params:
        choices = _choices(each, page)
        if name == "explain":
            choices = tuple(sorted({key for one in pages() for key in (one.name, one.code) if key}))
        names = tuple(each.opts) if each.param_type_name == "option" else ()
        takes = "" if getattr(each, "is_flag", False) else "text"
        if takes and (each.metavar or "") in _FILES:
            takes = "files"
        elif takes and (each.metavar == "SERVICE" or "--service" in names):
            takes = "services"
        words[each.param_type_name].append(Word(names, (each.help or "").strip(), takes, choices))
    return Verb(name, line, tuple(words["option"]), tuple(words["argument"]))


def _choices(parameter: Any, page: str) -> tuple[str, ...]:
    """The words that a parameter takes, where its help lists them."""
    metavar, help = parameter.metavar or "", (parameter.help or "").strip()
    if re.fullmatch(r"[a-z]+(\|[a-z]+)+", metavar):
        return tuple(metavar.split("|"))
    listed = _CHOICES.fullmatch(help)
    if listed:
        return (*listed[1].split(", "), listed[2])
    formats = _FORMATS.search(page) if "--format" in parameter.opts else None
    listing = re.sub(r"\s*\(.*?\)", "", formats[1], flags=re.DOTALL) if formats else ""
    return tuple(part.strip() for part in re.split(r"\.(?:\s|$)", listing)[0].split(";") if part.strip())
