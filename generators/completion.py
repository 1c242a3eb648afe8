"""Scripts that let a shell complete the command line: all words stand in them, a Tab starts nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .render import render_file

SHELLS = ("bash", "zsh", "fish")


@dataclass(frozen=True, slots=True)
class Word:
    """An option (`names`) or argument (no names) of a verb.

    What it takes: one of `choices`, else `takes`: files, services (those of `carveout.toml`), text, or "" for
    nothing.
    """

    names: tuple[str, ...] = ()
    help: str = ""
    takes: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb with what may follow it: `options` in any order, `arguments` in this one."""

    name: str
    help: str
    options: tuple[Word, ...] = ()
    arguments: tuple[Word, ...] = ()


def script(shell: str, verbs: Sequence[Verb]) -> str:
    """The script of one of `SHELLS`."""
    return render_file(f"completion/{shell}.jinja", {"verbs": verbs})
