"""The command in a process of its own, and a small shop to run it on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

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


def run(*arguments: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    env = {**os.environ, "NO_COLOR": "", "TERM": "dumb", "GITHUB_ACTIONS": "", **environment}
    words = [str(argument) for argument in arguments]
    return subprocess.run([*COMMAND, *words], cwd=cwd, env=env, capture_output=True, timeout=60, check=False)


def error(result: subprocess.CompletedProcess[bytes]) -> str:
    """What a failed command says; it prints no result and never a traceback."""
    shown = result.stderr.decode()
    assert "Traceback" not in shown and "bug:" not in shown
    return shown
