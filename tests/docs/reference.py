"""The reference pages of the documentation, made from the code: `make docs` writes them, a test compares them."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent
from typing import Any

import click
import pytest

from carveout.analyzer.plugins import page, plugins
from carveout.analyzer.project.config import load_boundary
from carveout.analyzer.project.tables import Table
from carveout.analyzer.rules.judge import rules
from carveout.cli import main as command

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDER = REPOSITORY / "docs" / "reference"
_MADE = "<!-- Made from the code by `make docs`: change the code, not this page. -->\n\n"
_HEADING = re.compile(r"^(?=\S)", re.MULTILINE)


def pages() -> dict[str, str]:
    """Name of each reference page -> its text."""
    makers: dict[str, Callable[[], str]] = {
        "verbs.md": _verbs, "rules.md": _rules, "patterns.md": _patterns, "formats.md": _formats,
        "plugins.md": _plugins, "config.md": _config,
    }  # fmt: skip
    return {name: _MADE + make().strip() + "\n" for name, make in makers.items()}


def _verbs() -> str:
    """Every verb: its help as a terminal of 80 columns shows it, options and examples included."""
    known = command.verbs()
    rows = [f"| [`{name}`](#{name}) | {_prose(line)} |" for name, line in known.items()]
    parts = ["# Verbs", "`carveout VERB --help` prints the same.", _table("| verb | does |", rows)]
    for name in known:
        verb = command.typer_command(name, import_module(f"carveout.cli.{name}"))
        context = click.Context(
            verb, info_name=f"carveout {name}", terminal_width=80, color=False, **verb.context_settings
        )
        parts += [f"## {name}", _fenced(click.unstyle(verb.get_help(context)))]
    options = command._USAGE.partition("Options of every verb:\n")[2].partition("\n\nExamples")[0]
    return "\n\n".join([*parts, "## Options of every verb", _fenced(dedent(options)), _EXIT_CODES])


_EXIT_CODES = """## Exit codes

| code | means |
|---|---|
| 0 | clean |
| 1 | violations or differences |
| 2 | a mistake in the command line or in a file of carveout's |
| 3 | a file of the application could not be read, so the answer is incomplete |
| 130 | interrupted |"""


def _rules() -> str:
    """Every rule: code, name, group, level, and the page that `carveout explain` prints."""
    rows, bodies = [], []
    for rule in rules():
        title, body = _split(page(rule))
        anchor = rule.code.lower()
        rows.append(f"| [{rule.code}](#{anchor}) | `{rule.id}` | `{rule.group}` | {rule.level} | {title} |")
        bodies += [f'<a id="{anchor}"></a>', f"## {rule.code} {rule.id}", title, body]
    about = "`carveout explain CO201` prints one. `[rules]` in `carveout.toml` names rules by name, code or group."
    table = _table("| code | name | group | usually | holds |", rows)
    return "\n\n".join(["# Rules", about, table, *bodies])


def _patterns() -> str:
    """Every pattern that `carveout assess` looks for."""
    rows, bodies = [], []
    for detector in sorted(plugins("analyzer.patterns", "detector"), key=lambda each: str(each.name)):
        title, body = _split(page(detector))
        made = f"`{detector.scaffold}`" if detector.scaffold else "advice only"
        short = title.partition(":")[2].strip() or title
        rows.append(f"| [{detector.name}](#{detector.name}) | {short} | {detector.effort} | {made} |")
        bodies += [f"## {detector.name}", title, body]
    about = "`carveout assess` finds where they apply and says so with places."
    table = _table("| pattern | is | effort | scaffold |", rows)
    return "\n\n".join(["# Patterns", about, table, *bodies])


def _formats() -> str:
    """What can be printed of each result, and how pictures can be drawn."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for report in plugins("generators.reports", "report"):
        groups[report.accepts.__name__].append(f"| `{report.name}` | {_first(report)} |")
    parts = ["# Formats", "What `--format` takes, by what is printed, and what `carveout graph` draws."]
    for accepts in sorted(groups):
        parts += [f"## {_WORDS[accepts]}", _table("| format | holds |", sorted(groups[accepts]))]
    for title, folder, noun in (
        ("Pictures: `--level`", "levels", "level"), ("Pictures: `--format`", "formats", "format"),
    ):  # fmt: skip
        found = plugins(f"generators.diagrams.{folder}", noun)
        parts += [f"## {title}", _table("| name | draws |", [f"| `{p.name}` | {_first(p)} |" for p in found])]
    parts.append("The schema of the exported graph, proposals and violations: [graph.md](../graph.md).")
    return "\n\n".join(parts)


_WORDS = {
    "AnalysisResult": "analyze",
    "AssessmentResult": "assess",
    "BaselineResult": "baseline show",
    "CheckResult": "check",
    "Difference": "diff",
    "FunctionalityResult": "analyze --functionality",
    "Parity": "verify",
    "Plan": "scaffold",
    "ProposalResult": "propose --show",
    "ProposalsResult": "propose",
    "ReviewResult": "report",
    "TablesResult": "analyze --tables",
    "WhatIfResult": "propose --what-if",
    "WhyResult": "propose --why",
}


def _plugins() -> str:
    """What is there of each kind of plug-in that has no page of its own."""
    parts = ["# Frameworks, strategies, capabilities", "What this version has; packages of others add to it."]
    for title, folder, noun in (
        ("Frameworks", "analyzer.frameworks", "framework"),
        ("Strategies of `propose`", "analyzer.proposals", "strategy"),
        ("Capabilities that `assess` judges", "analyzer.capabilities", "capability"),
    ):
        rows = [f"| `{p.name}` | {_prose(_summary(page(p)))} |" for p in plugins(folder, noun)]
        parts += [f"## {title}", _table("| name | reads or does |", sorted(rows))]
    return "\n\n".join(parts)


def _config() -> str:
    """The keys of the boundary file: those that the reader asks for while it reads the example of boundary.md."""
    example = "\n".join(_TOML.findall((REPOSITORY / "docs" / "boundary.md").read_text("utf-8")))
    said = dict(re.findall(r"^(\w+) = [^#\n]*#\s*(.+)$", example, re.MULTILINE))
    asked: dict[str, dict[str, str]] = {}
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        for method, words in _KINDS.items():
            patch.setattr(Table, method, _noting(asked, method, words))
        Path(folder, "carveout.toml").write_text(example + _OTHER, encoding="utf-8")
        load_boundary(Path(folder))
    parts = [
        "# Keys of carveout.toml",
        "What each table may hold; [boundary.md](../boundary.md) shows it in use. Any other key is an error.",
    ]
    for title in sorted(asked):
        rows = [
            f"| `{key}` | {kind} | {_prose(said.get(key, ''))} |"
            for key, kind in sorted(asked[title].items())
        ]
        parts += [f"## `{title}`", _table("| key | is | means |", rows)]
    return "\n\n".join(parts)


_OTHER = '\n[services.orders]\nmodules = ["shop.orders"]\n'
_TOML = re.compile(r"^```toml\n(.*?)^```", re.MULTILINE | re.DOTALL)
_KINDS = {
    "text": "a string", "texts": "a list of strings", "number": "a number", "date": "a day",
    "flag": "`true` or `false`",
}  # fmt: skip
_NAMED = re.compile(r"\[(services|consumers|screens)\.\w+")
_FREE = {
    "[values]": (
        "NAME",
        "the dotted name of a variable, `settings.NAME`, or a library's module of URL patterns",
    ),
    "[conditions]": ("CONDITION", "whether it holds, as it is written; of a `try` its first line"),
    "[rules]": ("RULE", "the id, code or group of a rule"),
    "[services.NAME.callers]": (
        "SERVICE",
        "which functions that service may call; `*` is all that is public",
    ),
}


def _noting(asked: dict[str, dict[str, str]], method: str, words: str) -> Any:
    """A reader of one kind of value, which also notes who asked for what."""
    read = getattr(Table, method)

    def noting(table: Table, key: str, **options: Any) -> Any:
        title = _NAMED.sub(r"[\1.NAME", table.title)
        choices = options.get("choices")
        kind = ", ".join(f"`{choice}`" for choice in choices) if choices else words
        shown, about = _FREE.get(title, (key, ""))
        kind = f"{kind}: {about}" if about else kind
        asked.setdefault(title, {})[shown] = kind + (" (must be there)" if options.get("required") else "")
        return read(table, key, **options)

    return noting


def _split(text: str) -> tuple[str, str]:
    """The first sentence of a plug-in's page, and its sections as Markdown."""
    title, _, rest = text.partition("\n\n")
    sections = []
    for section in _HEADING.split(rest.strip()):
        heading, _, body = section.partition("\n")
        if heading:
            text = dedent(body).strip()
            shown = _fenced(text, "toml") if heading == "Options" else _blocks(text)
            sections.append(f"**{heading}**\n\n{shown}")
    return _prose(" ".join(title.split())), "\n\n".join(sections)


def _blocks(text: str) -> str:
    """Prose with its indented code."""
    found = []
    for block in re.split(r"\n\n(?=\S)", text):
        prose, code = re.match(r"((?:\S.*\n?)*)((?:.*\n?)*)", block).groups()  # type: ignore[union-attr]
        if prose:
            found.append(_prose(prose.strip()))
        if code.strip():
            found.append(_fenced(dedent(code.strip("\n"))))
    return "\n\n".join(found)


def _prose(text: str) -> str:
    """Text that Markdown is to show as it stands, but for code in backquotes."""
    parts = text.split("`")
    parts[::2] = [re.sub(r"([*_<>\[\]|])", r"\\\1", part).replace("\\<", "&lt;") for part in parts[::2]]
    return "`".join(parts)


def _fenced(text: str, language: str = "text") -> str:
    return f"```{language}\n{text.strip(chr(10))}\n```"


def _table(head: str, rows: Iterable[str]) -> str:
    return "\n".join([head, "|" + "---|" * (head.count("|") - 1), *rows])


def _first(plugin: object) -> str:
    """The first sentence of a plug-in's class."""
    return _prose(_summary(type(plugin).__doc__ or ""))


def _summary(text: str) -> str:
    """The first paragraph as one line."""
    return " ".join(text.strip().partition("\n\n")[0].split())


def write() -> None:
    """Write the pages, and take away what is none of them any more."""
    FOLDER.mkdir(exist_ok=True)
    made = pages()
    for old in FOLDER.glob("*.md"):
        if old.name not in made:
            old.unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    sys.stdout.write(f"wrote {len(made)} pages to {FOLDER.relative_to(REPOSITORY)}\n")


if __name__ == "__main__":
    write()
