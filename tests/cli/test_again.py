"""A check that finds nothing changed prints its last answer, and loads next to nothing for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from carveout.analyzer.indexing import kept
from carveout.analyzer.model.results import CheckResult
from carveout.cli import again
from carveout.cli.main import main
from carveout.generators.reports import formats

HEAVY = (
    "typer", "networkx", "sqlglot", "tree_sitter", "msgpack", "sqlite3", "jinja2", "importlib.metadata",
    "carveout.analyzer.pipeline", "carveout.analyzer.plugins", "carveout.analyzer.indexing.link",
    "carveout.analyzer.indexing.store", "carveout.generators.reports",
)  # fmt: skip
BOUNDARY = """\
[project]
[services.orders]
modules = ["shop.orders"]
[services.billing]
modules = ["shop.billing"]
tables = ["invoice"]
[[ignore]]
rule = "table-write"
source = "shop.orders.views"
target = "table:invoice"
reason = "moves next month"
until = 2026-05-01
"""


def write(root: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one violation, in a folder of a repository."""
    for name in ("CI", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / ".git").mkdir()
    root = tmp_path / "project"
    views = "def show(cur):\n    cur.execute('SELECT total FROM invoice')\n"
    store = "def charge(cur):\n    cur.execute('INSERT INTO invoice VALUES (1)')\n"
    write(
        root,
        {
            "shop/__init__.py": "",
            "shop/orders/__init__.py": "",
            "shop/orders/views.py": views,
            "shop/orders/pages/a.html": "<a href='/x'>",
            "shop/orders/loading.py": "from jinja2 import FileSystemLoader\nloader = FileSystemLoader('pages')\n",
            "shop/billing/__init__.py": "",
            "shop/billing/store.py": store,
            "schema.sql": "CREATE TABLE invoice (id INTEGER PRIMARY KEY, total INTEGER);\n",
            "carveout.toml": BOUNDARY,
        },
    )
    monkeypatch.chdir(root)
    return root


Run = Callable[..., tuple[int, bytes]]


@pytest.fixture
def run(shop: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    """run("--all"): the exit code and the output of `carveout check`."""

    def check(*arguments: str) -> tuple[int, bytes]:
        code = main(["check", *arguments])
        return code, capsysbinary.readouterr().out

    return check


def answers(root: Path) -> list[Path]:
    return sorted((root / ".carveout" / "answers").iterdir())


@pytest.mark.parametrize("format", formats(CheckResult))
def test_every_format_comes_again_as_it_was(shop: Path, run: Run, format: str) -> None:
    """The kept answer has the bytes and the exit code of a fresh one."""
    fresh = run("--no-cache", "--format", format)
    assert not (shop / ".carveout").exists()
    assert run("--format", format) == fresh
    assert len(answers(shop)) == 1
    assert run("--format", format) == fresh == run(f"--format={format}")
    assert fresh[0] == 1
    assert b"invoice" in fresh[1]


def test_hardly_anything_is_loaded(shop: Path, run: Run) -> None:
    """Neither the facts nor the graph, nor typer, networkx, sqlglot or the reports."""
    fresh = run()
    script = (
        "import sys; from carveout.cli.main import main; code = main(['check']);"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, cwd=shop, check=False)
    assert done.stderr.decode() == "[]\n"
    assert (done.returncode, done.stdout) == fresh


def keeping_size_and_time(path: Path, old: str, new: str) -> None:
    """An edit that no size, time or number of the file shows."""
    before = path.stat()
    assert len(old) == len(new)
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


CHANGES: dict[str, Callable[[Path], object]] = {
    "a source": lambda root: keeping_size_and_time(root / "shop/orders/views.py", "SELECT total", "SELECT  null"[:12]),
    "a new source": lambda root: write(root, {"shop/orders/more.py": "def f(c): c.execute('SELECT id FROM invoice')"}),
    "one less": lambda root: (root / "shop/orders/views.py").unlink(),
    "a name": lambda root: (root / "shop/orders/views.py").rename(root / "shop/orders/pages.py"),
    "SQL": lambda root: (root / "schema.sql").unlink(),
    "the boundary": lambda root: write(root, {"carveout.toml": BOUNDARY.replace("orders]", "sales]")}),
    "a team's boundary": lambda root: write(
        root, {"shop/carveout.toml": BOUNDARY[BOUNDARY.index("[[") :].replace("write", "read").replace("2026", "9999")}
    ),
    "the baseline": lambda root: main(["baseline", "create", "--force"]),
    "CODEOWNERS": lambda root: write(root.parent, {"CODEOWNERS": "* @everybody\n"}),
    "the repository": lambda root: (root / ".git").mkdir(),
    "a package around": lambda root: write(root, {"__init__.py": ""}),
    "what is excluded": lambda root: write(
        root, {"carveout.toml": BOUNDARY.replace("[project]", '[project]\nexclude = ["shop/orders/views.py"]')}
    ),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_what_matters_is_asked_again(shop: Path, run: Run, change: str) -> None:
    """After any change, the answer is that of a check without a cache."""
    first = run("--format", "json"), run("--format", "sarif"), run()
    CHANGES[change](shop)
    again = run("--format", "json"), run("--format", "sarif"), run()
    assert again == (
        run("--format", "json", "--no-cache"),
        run("--format", "sarif", "--no-cache"),
        run("--no-cache"),
    )
    assert again != first


def test_options_have_answers_of_their_own(shop: Path, run: Run) -> None:
    """--strict and --all are part of the question; where the cache is, and how many processes, are not."""
    main(["baseline", "create", "--force"])
    (shop / "shop/orders/views.py").unlink()
    run()
    assert [run()[0], run("--strict")[0], run("--strict")[0], run()[0], run("--workers", "1")[0]] == [
        0,
        1,
        1,
        0,
        0,
    ]
    assert len(answers(shop)) == 2


def test_exceptions_end_on_their_day(shop: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kept answer does not outlive the last day of an exception."""
    write(shop, {"shop/orders/views.py": "def pay(cur):\n    cur.execute('DELETE FROM invoice')\n"})

    class Calendar(date):
        now = date(2026, 5, 1)

        @classmethod
        def today(cls) -> date:  # type: ignore[override]
            return cls.now

    monkeypatch.setattr(again, "date", Calendar)
    monkeypatch.setattr("carveout.cli.answering.date", Calendar)
    assert [run()[0], run()[0]] == [0, 0]
    Calendar.now = date(2026, 5, 2)
    assert [run()[0], run()[0]] == [1, 1]


def test_a_file_changed_meanwhile_keeps_nothing(
    shop: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer is kept only where all files are the same at its end as at its beginning."""
    from carveout.analyzer import pipeline

    gate = pipeline.gate

    def edited(root: Path, **options: object) -> CheckResult:
        result = gate(root, **options)  # type: ignore[arg-type]
        write(shop, {"shop/orders/views.py": ""})
        return result

    monkeypatch.setattr(pipeline, "gate", edited)
    assert run()[0] == 1
    assert not (shop / ".carveout" / "answers").exists()
    assert run()[0] == 0


def test_all_files_that_a_check_opens_are_part_of_the_question(shop: Path) -> None:
    """Whatever a check reads of the repository, a change of it must be seen: watched by an audit hook."""
    write(shop.parent, {".github/CODEOWNERS": "* @a"})
    write(shop, {"shop/orders/carveout.toml": "", "setup.py": "", "nested/carveout.toml": "[project]\n"})
    assert main(["baseline", "create", "--force"]) == 0
    script = f"""
import json, os, sys
top, seen = {str(shop.parent)!r}, set()
def watch(event, arguments):
    if event == "open" and isinstance(arguments[0], str):
        path = os.path.abspath(arguments[0])
        if path.startswith(top) and "/.carveout/" not in path:
            seen.add(path)
sys.addaudithook(watch)
from carveout.cli.again import Asked
from carveout.cli.main import main
from pathlib import Path
Asked(Path("."), "text", False, False, None).question()
asked, seen = seen, set()
main(["check", "--no-cache", "--workers", "1"])
print(json.dumps([sorted(asked), sorted(seen)]))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=shop, check=True
    )
    asked, opened = json.loads(done.stdout.splitlines()[-1])
    assert len(opened) >= 12
    assert set(opened) <= set(asked)


def in_place(answer: Path, make: Callable[[Path], object]) -> None:
    answer.unlink()
    make(answer)


def damaged(answer: Path) -> list[Callable[[], object]]:
    data = answer.read_bytes()
    body = b"7 4 0\nevil"
    return [
        lambda: answer.write_bytes(data[: len(data) // 2]),
        lambda: answer.write_bytes(b""),
        lambda: answer.write_bytes(data.replace(b"invoice", b"INVOICE", 1)),
        lambda: answer.write_bytes(data.replace(b"answer 1", b"answer 2", 1)),
        lambda: answer.write_bytes(kept._HEAD + kept._sum(body) + body),
        *(
            lambda body=body: answer.write_bytes(kept._HEAD + kept._sum(body) + body)
            for body in (b"", b"\n", b"0 99999999999999999999 0\n", b"0 -1 1\n", b"0 x 0\n", b"\xff" * 99)
        ),
        *(
            partial(in_place, answer, make)
            for make in (os.mkfifo, partial(os.symlink, "/dev/zero"), os.mkdir)
        ),
    ]


@pytest.mark.parametrize("number", range(14))
def test_a_damaged_answer_is_not_believed(shop: Path, run: Run, number: int) -> None:
    """Cut off, forged without care, of another version, a pipe, a link or a folder: it is worked out anew."""
    fresh = run()
    (answer,) = answers(shop)
    damaged(answer)[number]()
    assert run() == fresh == run()


CROWD = """
import contextlib, io, os, random, signal, sys, time
from pathlib import Path
from carveout.analyzer import pipeline
from carveout.cli.main import main

def check(number):  # forks with all loaded, so that they meet in the cache, and not while they load
    child = os.fork()
    if not child:
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            code = main(["check", "--workers", "1"])
        Path(f"../answer-{number}").write_text(f"{code}\\n{out.getvalue()}")
        os._exit(0)
    return child

with contextlib.redirect_stdout(io.StringIO()):
    main(["check", "--workers", "1", "--no-cache"])
chance = random.Random(11)
for number in range(6):
    child = check(100 + number)
    time.sleep(chance.random() * 0.15)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    Path(f"../answer-{100 + number}").unlink(missing_ok=True)
for child in [check(number) for number in range(20)]:
    os.waitpid(child, 0)
"""


def test_twenty_checks_on_one_cache_agree(shop: Path, run: Run) -> None:
    """Also where others were killed before, wherever they were: no answer is half of one."""
    code, shown = run("--no-cache")
    subprocess.run([sys.executable, "-c", CROWD], check=True, timeout=300, stderr=subprocess.DEVNULL)
    found = [path.read_bytes() for path in shop.parent.glob("answer-*")]
    assert found == [b"%d\n" % code + shown] * 20
    assert run() == (code, shown)


def test_of_many_answers_the_oldest_go(tmp_path: Path) -> None:
    """So does what killed runs left; a cache that leads elsewhere is not written to."""
    folder = tmp_path / ".carveout" / "answers"
    for number in range(kept._KEPT + 5):
        kept.keep(tmp_path, f"{number:03}", kept.Answer(0, b"x"))
        os.utime(folder / f"{number:03}", (number, number))
    (folder / "left.new").write_bytes(b"")
    os.utime(folder / "left.new", (0, 0))
    (folder / "busy.new").write_bytes(b"")
    kept.keep(tmp_path, "last", kept.Answer(3, b"out", b"sum"))
    names = [path.name for path in answers(tmp_path)]
    assert len(names) == kept._KEPT + 1
    assert {"busy.new", "last", "028"} <= set(names)
    assert kept.find(tmp_path, "last") == (3, b"out", b"sum")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    project = tmp_path / "project"
    project.mkdir()
    (project / ".carveout").symlink_to(elsewhere)
    kept.keep(project, "q", kept.Answer(0, b""))
    assert not list(elsewhere.iterdir())


def test_plain_lines_alone_are_understood(shop: Path) -> None:
    """What has options that are not known here, or mistakes, is left to the verb."""
    for arguments in (
        ["--help"],
        ["--no-cache"],
        ["--format"],
        ["a", "b"],
        ["--workers", "2"],
        ["nowhere"],
        ["--", "."],
    ):
        assert again._asked(arguments) is None, arguments
    found = again._asked(["--all", "--strict", "--since=HEAD", "--format", "json", "."])
    assert found == again.Asked(Path(), "json", True, True, "HEAD")
