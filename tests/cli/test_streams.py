"""What the command does with its streams, its files and its end: terminals, full disks, Ctrl-C, bugs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from carveout.analyzer.model.errors import CarveoutError
from carveout.cli.output import message

from .running import COMMAND, error
from .running import run_apart as run


def test_quiet_and_streams(shop: Path) -> None:
    """-q before or after the verb silences messages; results and errors stay."""
    assert run("-q", "init", cwd=shop).stderr == b""
    assert run("init", "--quiet", cwd=shop).stderr == b""
    assert run("init", cwd=shop).stderr != b""
    assert b"error:" in run("-q", "analyze", "nowhere", cwd=shop).stderr


def test_errors_that_list_things_fit_the_screen() -> None:
    """A line that is too long goes on below itself; short ones stay as they are."""
    long = "shop.pay.charge: " + "its answer is taken " * 6
    lines = message(CarveoutError(f"no call can become an event\n  {long}\n  short")).splitlines()
    assert max(map(len, lines)) <= 80
    assert (
        lines[1].startswith("         shop.pay")
        and lines[2].startswith("           ")
        and lines[-1].strip() == "short"
    )


def test_what_init_shows_fits_the_screen(shop: Path) -> None:
    """It is read at a terminal first."""
    assert max(map(len, run("init", cwd=shop).stdout.decode().splitlines())) <= 80


def test_colours(shop: Path) -> None:
    """Colours come when they are asked for, and never into JSON."""
    assert b"\x1b[" not in run("analyze", cwd=shop).stdout
    assert b"\x1b[" in run("analyze", "--color", "always", cwd=shop).stdout
    assert b"\x1b[" not in run("analyze", "--color=always", "--format", "json", cwd=shop).stdout


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_read_only_output(shop: Path) -> None:
    """A folder that cannot be written: one message, exit code 2, nothing half-written."""
    locked = shop / "locked"
    locked.mkdir()
    locked.chmod(0o555)
    result = run("analyze", "--output", "locked/graph.json", cwd=shop)
    assert result.returncode == 2 and "cannot be written" in error(result)
    assert list(locked.iterdir()) == []


@pytest.mark.parametrize("target", ["nowhere/graph.json", "schema.sql/graph.json", "folder.json"])
def test_output_that_cannot_be(target: str, shop: Path) -> None:
    """A missing folder, a file as a folder, a folder as a file: one message, exit code 2."""
    (shop / "folder.json").mkdir()
    result = run("analyze", "--output", target, cwd=shop)
    assert result.returncode == 2 and target in error(result)
    assert not list(shop.glob("**/*carveout-new*"))


def test_a_full_disk_behind_stdout(shop: Path) -> None:
    """A result that cannot be printed is an error, not a traceback."""
    for redirect in (">/dev/full", ">&-"):
        command = f"exec {sys.executable} -m carveout analyze {redirect}"
        result = subprocess.run(["sh", "-c", command], cwd=shop, capture_output=True, check=False)
        assert result.returncode == 2
        assert "error: stdout" in error(result)
        assert b"Exception ignored" not in result.stderr


def test_a_reader_that_goes_away(shop: Path) -> None:
    """`carveout ... | head` is quiet, and the exit code stays that of the answer."""
    command = f"({sys.executable} -m carveout analyze --format json; echo $? >&2) | true"
    result = subprocess.run(["sh", "-c", command], cwd=shop, capture_output=True, check=False)
    assert result.stderr.strip() == b"0"


def test_ascii_only(shop: Path) -> None:
    """Where the terminal knows ASCII alone, other characters come as escapes."""
    (shop / "shop/größe.py").write_text("x = 1\n", "utf-8")
    (shop / "carveout.toml").write_text('[project]\n[services."größe"]\nmodules = ["shop.größe"]\n', "utf-8")
    result = run("check", cwd=shop, LC_ALL="C", PYTHONIOENCODING="ascii")
    assert result.returncode == 0, result.stderr
    assert b"gr\\xf6\\xdfe" in result.stdout


@pytest.mark.parametrize("wait", [0.0, 0.2, 0.5])
def test_interrupted(wait: float, shop: Path) -> None:
    """Ctrl-C: exit code 130 and one line, wherever it strikes once the work has begun."""
    for number in range(300):
        body = "\n".join(f"def f{n}(x):\n    return f{n - 1}(x) + x.y.z({n})\n" for n in range(200))
        (shop / f"shop/m{number}.py").write_text(body)
    process = subprocess.Popen(
        [*COMMAND, "analyze", "--workers", "1"], cwd=shop, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip
    while not (shop / ".carveout").exists():  # however long Python takes to start on a busy machine
        assert process.poll() is None
        time.sleep(0.01)
    time.sleep(wait)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    out, shown = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, b"")
    assert shown.decode().splitlines() == ["interrupted; nothing was left half-written"]


@pytest.mark.parametrize("strike", ["raise KeyboardInterrupt", 'exec("raise KeyboardInterrupt")'])
def test_interrupted_while_it_is_loaded(strike: str, tmp_path: Path) -> None:
    """So does a Ctrl-C that strikes before there is a command line to speak of, or in a string that is executed."""
    (tmp_path / "struck.py").write_text(
        "import sys\nclass Struck:\n    def find_spec(self, name, *_):\n"
        f"        if name == 'carveout.cli.main': {strike}\n"
        "sys.meta_path.insert(0, Struck())\nfrom carveout.__main__ import run\nsys.exit(run())"
    )
    done = subprocess.run(
        [sys.executable, "-m", "struck"], cwd=tmp_path, capture_output=True, check=False, text=True
    )
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr == "interrupted; nothing was left half-written\n"


def test_a_bug_is_no_traceback(shop: Path) -> None:
    """What nobody foresaw: exit code 70 and a sentence; the traceback only with -v."""
    code = (
        "import sys; from carveout.analyzer import pipeline; from carveout.cli.main import main\n"
        "def broken(*_, **__): raise KeyError('x\\x1b[2J')\n"
        "pipeline.analyze = broken; sys.exit(main(sys.argv[1:]))"
    )
    for flags in ([], ["-v"]):
        words = [sys.executable, "-c", code, "analyze", *flags]
        result = subprocess.run(words, cwd=shop, capture_output=True, check=False)
        assert result.returncode == 70
        assert b"fault of carveout" in result.stderr and b"\x1b" not in result.stderr
        assert (b"Traceback" in result.stderr) == bool(flags)


def test_last_words_of_another_program_keep_their_lines() -> None:
    """What a failing command printed is read line by line; it cannot steer the terminal."""
    error = CarveoutError(
        "it did not start", why="its last words:\nTraceback\n  \x1b[31mName\nError", help="look"
    )
    assert message(error).splitlines() == [
        "error: it did not start",
        "why:  its last words:",
        "      Traceback",
        "        \\x1b[31mName",
        "      Error",
        "help: look",
    ]
