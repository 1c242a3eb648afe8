"""The command, in this process or in one of its own, and a small shop to run it on."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

from carveout.cli.main import main

COMMAND = (sys.executable, "-m", "carveout")
SHOP = {
    "shop/__init__.py": "",
    "shop/orders/__init__.py": "",
    "shop/orders/views.py": "from shop.billing.store import charge\n\n\ndef show(cur):\n"
    '    cur.execute("SELECT total FROM invoice WHERE id = 1")\n    return charge(cur)\n',
    "shop/billing/__init__.py": "",
    "shop/billing/store.py": "def charge(cur):\n"
    '    cur.execute("INSERT INTO invoice (total) VALUES (1)")\n    return missing.call()\n',
    "schema.sql": "CREATE TABLE invoice (id INTEGER PRIMARY KEY, total INTEGER);\n",
}
BOUNDARY = """\
[project]
[services.orders]
modules = ["shop.orders"]
may_use = ["billing"]
[services.billing]
modules = ["shop.billing"]
tables = ["invoice"]
public = ["shop.billing.store"]
"""


Done = subprocess.CompletedProcess[bytes]
_TERMINAL = {"NO_COLOR": "", "TERM": "dumb", "GITHUB_ACTIONS": ""}


def run_apart(*arguments: object, cwd: Path, **environment: str) -> Done:
    """The command in a process of its own, as a user runs it."""
    env = {**os.environ, **_TERMINAL, **environment}
    words = [str(argument) for argument in arguments]
    return subprocess.run([*COMMAND, *words], cwd=cwd, env=env, capture_output=True, timeout=60, check=False)


def run(*arguments: object, cwd: Path, **environment: str) -> Done:
    """The same in this process, which has all loaded: each start of another takes most of a second."""
    words = [str(argument) for argument in arguments]
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    with (
        patch.dict(os.environ, {**_TERMINAL, **environment}),
        patch.object(sys, "stdin", io.StringIO()),
        contextlib.chdir(cwd),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = main(words)
    shown = [stream.detach() for stream in (out, err)]
    return subprocess.CompletedProcess(words, code, *(stream.getvalue() for stream in shown))


def told(done: Done) -> subprocess.CompletedProcess[str]:
    """What was run, with its output as text."""
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def error(result: subprocess.CompletedProcess[bytes]) -> str:
    """What a failed command says; it prints no result and never a traceback."""
    shown = result.stderr.decode()
    assert "Traceback" not in shown and "bug:" not in shown
    return shown
