"""`carveout check --watch`, as a process that a user leaves open while editing."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

READ = 'def show(cur):\n    cur.execute("SELECT total FROM invoice WHERE id = 1")\n'
READY = "watching for changes; Ctrl-C ends\n"
BOUNDARY = (
    '[project]\n[services.orders]\nmodules = ["shop.orders"]\n'
    '[services.billing]\nmodules = ["shop.billing"]\ntables = ["invoice"]\n'
)


class Watch:
    """The process and the lines that it printed."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "carveout", "check", "--watch"], cwd=folder, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, "GITHUB_ACTIONS": ""},
        )  # fmt: skip
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)

    def end(self) -> None:
        self.process.kill()
        self._reader.join()
        with self.process:  # closes its pipe
            pass

    def round(self) -> list[str]:
        """What is printed until the next wait for changes."""
        lines = [self._lines.get(timeout=60)]
        while lines[-1] != READY:
            lines.append(self._lines.get(timeout=60))
        return lines


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[tuple[Path, Watch]]:
    for path, text in {
        "shop/orders.py": READ,
        "shop/billing.py": "",
        "schema.sql": "CREATE TABLE invoice (total INTEGER);\n",
        "carveout.toml": BOUNDARY,
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    started = Watch(tmp_path)
    yield tmp_path, started
    started.end()


def test_watch(watch: tuple[Path, Watch]) -> None:
    """Each change is checked, mistakes in the boundary are waited out, Ctrl-C ends with the last answer."""
    folder, started = watch
    assert "CO201 orders must not read billing's tables\n" in started.round()
    (folder / "shop/orders.py").write_text("")
    shown = started.round()
    assert shown[0] == "changed: shop/orders.py\n" and "no violations\n" in shown
    (folder / "carveout.toml").write_text("[services.orders\n")
    shown = started.round()
    assert shown[0] == "changed: carveout.toml\n" and any(line.startswith("error: ") for line in shown)
    assert " --> carveout.toml:1\n" in shown  # as seen from here, like those of a check
    (folder / "carveout.toml").write_text(BOUNDARY)
    (folder / "notes.log").write_text("says nothing of the project")
    assert started.round()[0] == "changed: carveout.toml\n"
    (folder / "shop/orders.py").write_text(READ)
    assert "CO201 orders must not read billing's tables\n" in started.round()
    started.process.send_signal(signal.SIGINT)
    assert started.process.wait(timeout=60) == 1
