"""The command as a user runs it: with an exit code and two streams."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from carveout.cli.main import main, verbs

from .running import BOUNDARY, error, run, run_apart

EVERY = sorted(verbs())


def test_help_is_quick_to_load(tmp_path: Path) -> None:
    """`carveout --help` imports nothing heavy: not even the parser of options."""
    heavy = (
        "typer",
        "networkx",
        "sqlglot",
        "libcst",
        "jinja2",
        "pydot",
        "cookiecutter",
        "tomlkit",
        "msgpack",
        "rich",
    )
    code = (
        "import sys; from carveout.cli.main import main; code = main(['--help']); "
        f"print([name for name in {heavy!r} if name in sys.modules], code, file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, check=True)
    assert result.stderr.decode().strip() == "[] 0"


def test_help_lists_every_verb(tmp_path: Path) -> None:
    """The first screen names all verbs, shows examples and fits 80 by 40."""
    shown = run("--help", cwd=tmp_path).stdout.decode()
    for verb, line in verbs().items():
        assert f"  {verb:<11}{line}\n" in shown
        assert line.endswith(".")
    assert max(map(len, shown.splitlines())) <= 80
    assert run_apart(cwd=tmp_path).stdout.decode() == shown


@pytest.mark.parametrize("verb", EVERY)
def test_help_of_a_verb(
    verb: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every verb's help fits 80 columns and ends with three commands that can be copied."""
    monkeypatch.setenv("COLUMNS", "200")
    assert main([verb, "--help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    examples = [line.strip() for line in lines[[line.strip() for line in lines].index("Examples:") + 1 :]]
    assert len(examples) == 3
    assert all(example.startswith(f"carveout {verb}") for example in examples)


def test_version(tmp_path: Path) -> None:
    """One line with the version."""
    assert re.fullmatch(rb"carveout \S+\n", run("--version", cwd=tmp_path).stdout)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("chek",), ["there is no verb chek", "did you mean carveout check?"]),
        (("why",), ["there is no verb why", "did you mean carveout propose --why"]),
        (("--verbos",), ["there is no option --verbos"]),
        (("analyze", "nowhere"), ["there is no folder nowhere"]),
        (("analyze", "schema.sql"), ["schema.sql is a file, not a folder"]),
        (("analyze", "--fromat", "json"), ["--fromat", "carveout analyze --help"]),
        (("analyze", "--format", "yaml"), ['there is no format "yaml"', "text|blind-spots|json"]),
        (("analyze", "--output", "shop/__init__.py"), ["does not end in .json"]),
        (("analyze", "--color", "pink"), ['--color "pink" is unknown', "auto|always|never"]),
        (("check",), ["there is no carveout.toml", "carveout init"]),
        (("scaffold", "orders"), ["there is no carveout.toml"]),
        (("scaffold",), ["SERVICE"]),
        (("scaffold", "orders", "--apply", "--undo"), ["exclude one another"]),
        (("propose", "--strategy", "magic"), ["magic"]),
        (("propose", "--granularity", "2"), ["granularity"]),
        (("propose", "--accept", "99"), ["there is no proposal 99"]),
        (("graph", "--format", "gif"), ['--format "gif" is unknown']),
        (("graph", "--level", "galaxy"), ['--level "galaxy" is unknown']),
        (("graph", "--format", "svg", "--output", "x.py"), ["does not end in .svg", "--output x.svg"]),
        (("explain", "table-raed"), ["table-raed"]),
    ],
)  # fmt: skip
def test_usage_mistakes(
    arguments: tuple[str, ...],
    expected: list[str],
    shop: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A mistake on the command line: exit code 2, a message on stderr, nothing on stdout."""
    monkeypatch.chdir(shop)
    assert main(arguments) == 2
    out, shown = capsys.readouterr()
    assert out == ""
    assert shown.startswith("error: ")
    for part in expected:
        assert part in " ".join(shown.split())
    assert (shop / "shop/__init__.py").read_bytes() == b""


def test_empty_folder(tmp_path: Path) -> None:
    """A folder without code: exit code 3, and the message says what was looked for."""
    for verb in ("analyze", "init"):
        result = run(verb, cwd=tmp_path)
        assert result.returncode == 3
        assert ".py" in error(result) and ".sql" in error(result)


def test_from_nothing_to_a_checked_boundary(shop: Path) -> None:
    """init, analyze, propose and check follow one another; only what was asked for is written."""
    assert b"[project]" in run_apart("init", cwd=shop).stdout
    assert not (shop / "carveout.toml").exists()
    assert run("init", "--yes", cwd=shop).returncode == 0
    again = run("init", "--yes", cwd=shop)
    assert again.returncode == 2 and "nothing was written" in error(again)
    assert "no services are agreed yet" in error(run("check", cwd=shop))
    summary = run("analyze", cwd=shop).stdout.decode()
    assert summary.startswith("project: ")
    data = json.loads(run_apart("analyze", "--format", "json", cwd=shop).stdout)
    assert data["schema"] == "carveout/graph/1"
    proposals = json.loads(run("propose", "--format", "json", cwd=shop).stdout)
    assert proposals["schema"] == "carveout/proposals/1"


def test_check(shop: Path) -> None:
    """Violations: exit code 1, the agreed shape; with the read removed: 0, and still no bare tick."""
    (shop / "carveout.toml").write_text(BOUNDARY)
    result = run("check", cwd=shop)
    shown = result.stdout.decode()
    assert result.returncode == 1
    assert re.search(
        r"orders must not read billing's tables\n --> shop/orders/views\.py:5:\d+\n      \| cur", shown
    )
    assert "belongs to billing (carveout.toml:5)" in shown
    found = json.loads(run("check", "--format", "json", cwd=shop).stdout)["violations"]
    assert [(each["rule"], each["from"], each["to"]) for each in found] == [
        ("table-read", "orders", "billing")
    ]
    view = shop / "shop/orders/views.py"
    view.write_text("".join(line for line in view.read_text().splitlines(True) if "SELECT" not in line))
    clean = run("check", cwd=shop)
    assert clean.returncode == 0
    assert b"no violations" in clean.stdout and re.search(rb"not seen: \d+ blind spot", clean.stdout)
    (shop / "shop/broken.py").write_text("def (:\n")
    incomplete = run("check", cwd=shop)
    assert incomplete.returncode == 3
    assert b"shop/broken.py:1" in incomplete.stdout
    (shop / "tests").mkdir()
    (shop / "shop/broken.py").rename(shop / "tests/broken.py")
    for verb in ("check", "analyze"):
        aside = run(verb, cwd=shop)
        assert aside.returncode == 0
        assert b"tests/broken.py:1" in aside.stdout


def test_many_violations_and_all(shop: Path) -> None:
    """A big debt is shown in part, the summary last; --all shows the whole."""
    (shop / "carveout.toml").write_text(BOUNDARY)
    body = "".join(
        f'def f{n}(cur):\n    cur.execute("SELECT total FROM invoice WHERE id = {n}")\n' for n in range(30)
    )
    (shop / "shop/orders/more.py").write_text(body)
    shown = run("check", cwd=shop).stdout.decode()
    assert shown.count("\n --> ") == 20 and "11 more violations: carveout check --all" in shown
    assert shown.index("more violations") < shown.index("31 violations") < shown.index("services:")
    assert run("check", "--all", cwd=shop).stdout.decode().count("\n --> ") == 31


def test_places_can_be_opened(shop: Path) -> None:
    """A place in an error is a path from the current folder, whatever the project's folder is."""
    (shop / "carveout.toml").write_text("[project]\ndialect = 3\n")
    outside = error(run("check", "project", cwd=shop.parent))
    assert " --> project/carveout.toml:2\n" in outside and 'write dialect = "postgres"' in outside
    assert " --> ../carveout.toml:2\n" in error(run("check", cwd=shop / "shop"))


def test_what_to_type_when_services_are_agreed(shop: Path) -> None:
    """`init` and `propose` do not send to a command that would be refused."""
    (shop / "carveout.toml").write_text(BOUNDARY)
    assert "carveout propose shows other cuts" in " ".join(error(run("init", cwd=shop)).split())
    shown = run("propose", cwd=shop).stdout
    assert b"writes these services" not in shown
    (shop / "carveout.toml").write_text("[project]\n")
    assert "--accept 1 adds services" in " ".join(error(run("init", cwd=shop)).split())
    (shop / "carveout.toml").write_text("[projec\n")
    assert "carveout check lists its mistakes" in error(run("init", cwd=shop))


def test_mistakes_in_the_boundary_file(shop: Path) -> None:
    """All of them at once, each with its line; names that match nothing count as well."""
    (shop / "carveout.toml").write_text('[services.a]\nmodulez = ["x"]\nmay_use = ["b"]\n')
    result = run("check", cwd=shop)
    assert result.returncode == 2
    assert " --> carveout.toml:2\nhelp: did you mean" in error(result)
    assert " --> carveout.toml:3\n" in error(result) and "3 mistakes" in error(result)
    (shop / "carveout.toml").write_text('[services.a]\nmodules = ["shop.order"]\n')
    assert 'help: did you mean "shop.orders"?' in error(run("check", cwd=shop))


def test_accepting_is_never_silent(shop: Path) -> None:
    """--accept shows the difference; services that were agreed are replaced on --yes alone."""
    mine = "# mine\n[services.all]\nmodules = ['shop']\ntables = ['invoice']\n"
    (shop / "carveout.toml").write_text(mine)
    shown = json.loads(run("propose", "--format", "json", cwd=shop).stdout)["proposals"]
    assert [each["strategy"] for each in shown][:2] == ["agreed", "packages"]
    refused = run("propose", "--accept", "2", cwd=shop)
    assert refused.returncode == 2 and b"+++ b/carveout.toml" in refused.stdout
    assert (shop / "carveout.toml").read_text() == mine
    accepted = run("propose", "--accept", "2", "--yes", cwd=shop)
    assert accepted.returncode == 0
    assert "wrote carveout-baseline.json: 1 violation of today" in accepted.stderr.decode()
    assert (shop / "carveout.toml").read_text().startswith("# mine\n")
    assert run("check", cwd=shop).returncode == 0
    again = run("propose", "--accept", "1", "--yes", cwd=shop)
    assert again.returncode == 0 and b"already says so" in again.stderr


def test_what_was_edited_is_kept(shop: Path) -> None:
    """Proposing again starts from the file: moves, names and comments stay; new packages join."""
    assert run("propose", "--accept", "1", cwd=shop).returncode == 0
    text = (shop / "carveout.toml").read_text()
    (shop / "carveout.toml").write_text(text.replace("[services.orders]", "# ours\n[services.sales]"))
    assert b"already says so" in run("propose", "--accept", "1", "--yes", cwd=shop).stderr
    (shop / "shop/dunning").mkdir()
    (shop / "shop/dunning/__init__.py").write_text("")
    (shop / "shop/dunning/letters.py").write_text("from shop.billing.store import charge\n\n\ncharge(None)\n")
    shown = run("propose", cwd=shop).stdout.decode()
    assert "new: shop.dunning joins billing" in shown
    assert run("propose", "--accept", "1", "--yes", cwd=shop).returncode == 0
    now = (shop / "carveout.toml").read_text()
    assert "# ours\n[services.sales]" in now and '"shop.dunning"' in now


def test_questions_about_proposals(
    shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """--why, --what-if and --show answer with places, and say what a name could have meant."""

    def asked(*arguments: str) -> str:
        assert main(arguments) == 0
        return capsys.readouterr().out

    monkeypatch.chdir(shop)
    why = asked("propose", "--why", "orders", "billing")
    assert why.startswith("what ties shop.orders and shop.billing\n")
    assert "shop.orders.views.show calls shop.billing.store.charge\n      shop/orders/views.py:6\n" in why
    assert "  - invoice: read by shop.orders.views.show" in why
    changed = asked("propose", "--what-if", "move shop.orders to billing")
    assert "shop.orders moves from orders to billing" in changed and "no longer cut: " in changed
    shown = asked("propose", "--show", "1")
    assert "this read becomes a network call" in shown and "shop/orders/views.py:5" in shown
    assert asked("graph", "--proposal", "1").lstrip().startswith("<")
    for arguments in (("--show", "9"), ("--what-if", "shrink it"), ("--why", "orders", "nobody")):
        assert main(("propose", *arguments)) == 2
    (shop / "carveout.toml").write_text("[project]\n[coupling]\nchanges = 1\n")
    assert main(("propose",)) == 0


def test_pictures(shop: Path) -> None:
    """Text and svg go to stdout; a file is written whole and announced on stderr."""
    (shop / "carveout.toml").write_text(BOUNDARY)
    assert run("graph", cwd=shop).stdout.lstrip().startswith(b"<")
    assert run("graph", "--format", "dot", "--level", "module", cwd=shop).stdout.startswith(b"digraph")
    result = run("graph", "-o", "out.mmd", "--format", "mermaid", cwd=shop)
    assert (result.returncode, result.stdout, result.stderr.splitlines()[0]) == (0, b"", b"wrote out.mmd")
    assert b"flowchart" in (shop / "out.mmd").read_bytes()
    for arguments in (("out.mermaid", "--format", "mermaid"), ("out.mermaid",)):
        assert run("graph", "-o", *arguments, cwd=shop).returncode == 0
        assert (shop / "out.mermaid").read_bytes() == (shop / "out.mmd").read_bytes()
    for name in ("shop/__init__.py", "schema.sql", "carveout.toml", "out.svg"):
        assert run("graph", "-o", name, "--format", "mermaid", cwd=shop).returncode == 2


def test_explain(tmp_path: Path) -> None:
    """The rules are listed; one is explained by its name or its code."""
    listing = run("explain", cwd=tmp_path).stdout.decode()
    code, name = listing.split()[:2]
    assert run("explain", name, cwd=tmp_path).stdout == run("explain", code, cwd=tmp_path).stdout
