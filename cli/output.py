"""What the verbs print: results to stdout, everything else to stderr; files whole or not at all."""

from __future__ import annotations

import errno
import os
import re
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, TextIO

from ..analyzer.model.errors import CarveoutError, ConfigurationError, OutputError

if TYPE_CHECKING:
    from .again import Asked

WIDTH = 80
"""Characters of a line that a person reads."""
_CODES = {"red": "31;1", "bold": "1", "cyan": "36", "dim": "2"}
_LABELS = "why|cost|help|who|also|next|services|checked|unowned|not seen"
_PAINT = (
    (re.compile(r"^(?:CO\d+|error:|bug:)(?= )|^\S+(?= [^\n]*(?:\n[^\n]+)?\n -->)", re.MULTILINE), "red"),
    (re.compile(r"^ -->.*$", re.MULTILINE), "cyan"),
    (re.compile(r"^      \|.*$", re.MULTILINE), "dim"),
    (
        re.compile(r"^(?:why|cost|help|who|also|next|services|checked|unowned|not seen):", re.MULTILINE),
        "bold",
    ),
    (re.compile(r"^\+(?!\+\+ ).*$", re.MULTILINE), "cyan"),
    (re.compile(r"^\d+ \w+$|^# .*$", re.MULTILINE), "bold"),
)


@dataclass(slots=True)
class Terminal:
    """Where a verb prints, and how much the user wants to hear. `folder`: the given project; `asked`: what
    `again` found out of it, which need not be found out twice."""

    quiet: bool = False
    verbose: bool = False
    progress: bool = True
    color: str = "auto"
    folder: Path | None = None
    asked: dict[Asked, str | None] = field(default_factory=dict)
    _shown: str = field(default="", init=False)

    def result(self, data: bytes) -> None:
        """Bytes to stdout as they are. A reader that went away is no error: it had enough."""
        out = self._stdout()
        self._clear()
        try:
            out.flush()
            raw = getattr(out, "buffer", None)
            if raw is None:
                out.write(data.decode("utf-8"))
            else:
                raw.write(data)
                raw.flush()
            out.flush()
        except BrokenPipeError:
            self._hush(out)
        except OSError as error:
            self._hush(out)
            raise OutputError(f"stdout cannot be written: {error.strerror}") from error

    def text(self, data: bytes | str) -> None:
        """Text to stdout, in its encoding and, for a terminal, in colours."""
        text = data if isinstance(data, str) else data.decode("utf-8")
        out = self._stdout()
        if self._colours(out):
            text = paint(text)
        encoding = out.encoding or "utf-8"
        self.result(text.encode(encoding, "backslashreplace"))

    def say(self, message: str) -> None:
        """A message to stderr, unless the user wants none."""
        if not self.quiet:
            self.warn(message)

    def next(self, command: str, does: str = "") -> None:
        """What to type next, and what that does: below it where a line has no room for both."""
        line = f"next: {command}    {does}" if does else f"next: {command}"
        if len(line) <= WIDTH:
            self.say(line)
        else:
            said = wrap(does, WIDTH, initial_indent="      ", subsequent_indent="      ")
            self.say("\n".join([*broken(f"next: {command}"), *said]))

    def warn(self, message: str) -> None:
        """A message to stderr that is always shown."""
        if sys.stderr is None:
            return
        self._clear()
        text = paint(message) if self._colours(sys.stderr) else message
        with suppress(OSError):
            encoding = sys.stderr.encoding or "utf-8"
            sys.stderr.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
            sys.stderr.flush()

    def tick(self, stage: str, done: int, total: int) -> None:
        """Progress on one line of stderr, when that is a terminal."""
        if not self.progress or self.quiet or sys.stderr is None or not sys.stderr.isatty():
            return
        share = f" {100 * done // total} %" if total > 1 else ""
        line = f"{stage}{share} ..."
        if line != self._shown:
            sys.stderr.write(f"\r\x1b[K{line}")
            sys.stderr.flush()
            self._shown = line

    @property
    def interactive(self) -> bool:
        """Whether stdout is a terminal."""
        return sys.stdout is not None and sys.stdout.isatty()

    def _clear(self) -> None:
        if self._shown and sys.stderr is not None:
            with suppress(OSError):
                sys.stderr.write("\r\x1b[K")
                sys.stderr.flush()
        self._shown = ""

    def _colours(self, stream: TextIO) -> bool:
        if self.color != "auto":
            return self.color == "always"
        return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    def _stdout(self) -> TextIO:
        if sys.stdout is None:
            raise OutputError(
                "stdout is closed, so the result has nowhere to go", help="--output FILE, or open it"
            )
        return sys.stdout

    def _hush(self, out: TextIO) -> None:
        """Let what the interpreter still flushes at its end go nowhere."""
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, out.fileno())
            os.close(nowhere)


def paint(text: str) -> str:
    """`text` with the colours of a terminal."""
    for pattern, color in _PAINT:
        text = pattern.sub(f"\x1b[{_CODES[color]}m\\g<0>\x1b[0m", text)
    return text


def message(error: CarveoutError, root: str = ".") -> str:
    """An error as a user reads it. What it says of the analysed code cannot steer the terminal.

    Places are relative to the project; `root` is its folder as seen from the current one.
    """
    from ..generators.reports.plain import clean, count, wrap

    mistakes = error.mistakes if isinstance(error, ConfigurationError) else (error,)
    blocks = []
    for mistake in mistakes:
        first, *rest = mistake.what.split("\n")
        lines = wrap("error:", first, 7)
        for line in rest:
            lines += _item(line.rstrip())
        if mistake.place is not None:
            place = mistake.place._replace(path=Path(root, mistake.place.path).as_posix())
            lines.append(f" --> {clean(str(place))}")
        for label, text in (("why:", mistake.why), ("help:", mistake.help)):
            if text:
                first, *rest = text.split("\n")
                lines += wrap(label, first, 6)
                lines += ["      " + clean(line.rstrip()) for line in rest]
        blocks.append("\n".join(lines))
    if len(mistakes) > 1:
        blocks.append(f"{count(len(mistakes), 'mistake')}; nothing was done")
    return "\n\n".join(blocks)


def _item(line: str) -> list[str]:
    """A further line of what is wrong: as it is, or in lines that hang below the first."""
    from ..generators.reports.plain import WIDTH, clean, wrap

    if len(line) <= WIDTH - 7:
        return ["       " + clean(line)]
    first, *more = wrap("", line.strip(), 11)
    return [first[2:], *more]


def save(path: Path, data: bytes) -> None:
    """Write a file whole or not at all. Raises OutputError when the disk refuses."""
    if path.is_dir():
        raise OutputError(f"{path} is a folder", help="--output takes the name of a file")
    temporary = path.with_name(f".{path.name}.carveout-new")
    try:
        try:
            # A device or a pipe (/dev/stdout) is written, never replaced.
            if path.exists() and not path.is_file():
                path.write_bytes(data)
                return
            temporary.write_bytes(data)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise OutputError(
            f"{path} cannot be written: {error.strerror or error}",
            help=f"choose another place, or {'free some room' if full else 'make the folder writable'}",
        ) from error


def broken(line: str) -> list[str]:
    """A line in pieces, without a word or an option broken."""
    return wrap(line, WIDTH, subsequent_indent="      ", break_long_words=False, break_on_hyphens=False)
