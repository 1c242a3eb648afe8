"""How quick the sample monolith is: its own tests on SQLite, and its load script on reads of all screens.

Targets: the tests in 20 s, 300 requests/s with shop and load script on two processors. The load is run five
times for four seconds, and the median of the best three counts: other work on the machine can only slow it down.
Beside it stands what a bare Flask route on the same server answers in the same run. Exits 1 below a target.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from carveout.runtime import processes

ROOT = Path(__file__).parents[2]
SECONDS, REQUESTS = 20.0, 300
BARE = """
import sys, flask, waitress
app = flask.Flask("bare")
app.add_url_rule("/", "index", lambda: {"status": "ok"})
waitress.serve(app, host="127.0.0.1", port=int(sys.argv[1]), threads=4, _quiet=True)
"""


def python(*arguments: str, cwd: Path, **environment: str) -> str:
    """What a Python program prints."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **environment}
    run = subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=env, capture_output=True, text=True, check=False
    )
    return run.stdout + run.stderr


def bare(folder: Path) -> float:
    """Requests/s of a route that does nothing, one connection."""
    import http.client

    port = processes.free_port()
    command = [sys.executable, "-c", BARE, str(port)]
    with processes.running("bare", command, cwd=folder, log=folder / "bare.log", port=port, path="/"):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        start, count = time.perf_counter(), 0
        while time.perf_counter() - start < 2:
            connection.request("GET", "/")
            connection.getresponse().read()
            count += 1
        return count / (time.perf_counter() - start)


def load(folder: Path) -> list[float]:
    """Requests/s of five runs of the load script."""
    port = processes.free_port()
    environment = {"SHOP_PORT": str(port), "SHOP_DATABASE_URL": f"sqlite:///{folder}/shop.db"}
    python("-m", "sample_monolith", "init-db", cwd=folder, **environment)
    command = [sys.executable, "-m", "sample_monolith", "serve"]
    env = {"PYTHONPATH": str(ROOT), **environment}
    found = []
    with processes.running(
        "shop", command, cwd=folder, env=env, log=folder / "shop.log", port=port, path="/health"
    ):
        for _ in range(5):
            script = (
                "-m",
                "sample_monolith.scripts.load",
                "--url",
                f"http://127.0.0.1:{port}",
                "--seconds",
                "4",
            )
            printed = python(*script, cwd=folder)
            match = re.search(r"(\d+) requests/s, 0 errors", printed)
            found.append(float(match[1]) if match else 0.0)
    return found


def main() -> int:
    """Runs the bench."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tests = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull)
        printed = python(*tests, f"--rootdir={ROOT}", str(ROOT / "sample_monolith/tests"), cwd=folder)
        passed = re.search(r"(\d+) passed in ([\d.]+)s", printed)
        seconds = float(passed[2]) if passed else float("inf")
        print(f"own tests on SQLite   {passed[0] if passed else printed[-500:]} (target {SECONDS:.0f} s)")
        floor = bare(folder)
        runs = sorted(load(folder), reverse=True)
    typical = runs[1]
    print(
        f"load                  {typical:.0f} requests/s (target {REQUESTS}), runs "
        + ", ".join(f"{run:.0f}" for run in runs)
    )
    print(f"bare Flask route      {floor:.0f} requests/s: the shop costs {floor / typical:.1f} times as much")
    return int(seconds > SECONDS or typical < REQUESTS)


if __name__ == "__main__":
    sys.exit(main())
