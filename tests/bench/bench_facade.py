"""What a call through the facade costs above the function's own time: `local`, and `remote` over loopback.

A small shop of each framework is written and carried out by `scaffold`; its service runs under its own server with what
every generated service has on: tokens checked, a line of JSON logged a call, the trace kept. The handler is an addition.

| column | what |
|---|---|
| local | median of a call through the facade that stays, less that of the bare function |
| wrapper | the same for a wrapper that does nothing: `lambda *args, **kwargs: function(*args, **kwargs)` |
| remote | median of a call that crosses, less that of the bare function |
| floor | median of one POST of the same size over a new connection to a socket that answers at once |

    bench_facade.py [FRAMEWORK ...] [--calls 2000]

Medians are those of the quietest of 20 rounds, as the machine may have other work.

Exits 1 when `local` is more than 5 wrappers, or `remote` more than 12 floors: where a wrapper takes 0.07 microseconds
and the floor 0.13 ms, that is less than 0.5 microseconds and 2 ms. Figures of one run are compared with each other alone.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent
from types import MappingProxyType
from typing import NamedTuple

from carveout.analyzer import pipeline
from carveout.analyzer.project.config import load_agreed
from carveout.generators import scaffold, write
from carveout.runtime import processes

MOST_WRAPPERS, MOST_FLOORS = 5.0, 12.0
SECRET = "only for this bench, but as long as it should be"
SUMS = "def add(one: int, other: int) -> int:\n    return one + other\n"


class Way(NamedTuple):
    """A framework: what uses it, and what runs the service."""

    web: str
    serve: tuple[str, ...]
    environment: Mapping[str, str] = MappingProxyType({})


WAYS = {
    "flask": Way(
        """
        from flask import Flask
        from .sums import add
        app = Flask(__name__)

        @app.get("/")
        def home(): return str(add(1, 2))
        """,
        ("-m", "sums_service"),
    ),
    "fastapi": Way(
        """
        from fastapi import FastAPI
        from .sums import add
        app = FastAPI()

        @app.get("/")
        def home() -> int: return add(1, 2)
        """,
        ("-m", "sums_service"),
    ),
    "django": Way(
        """
        from django.http import HttpResponse
        from .sums import add

        def home(request): return HttpResponse(str(add(1, 2)))
        """,
        ("-c", "import os, waitress; from sums_service.wsgi import application as a;"
         "waitress.serve(a, host='127.0.0.1', port=int(os.environ['SERVICE_PORT']), threads=8)"),
        {"DB_ENGINE": "sqlite3", "DB_NAME": ":memory:", "SECRET_KEY": SECRET},
    ),
}  # fmt: skip
FLOOR = """
import socket, sys
listening = socket.create_server(("127.0.0.1", int(sys.argv[1])))
body = b'{"result": 3}'
answer = b"HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\nConnection: close\\r\\n\\r\\n" % len(body) + body
while True:
    one, _ = listening.accept()
    asked = b""
    while b"\\r\\n\\r\\n" not in asked or not asked.endswith(b"}}"):
        more = one.recv(65536)
        if not more: break
        asked += more
    one.sendall(answer)
    one.close()
"""
CALLER = """
import http.client, json, statistics, sys, time
from shop import sums
from shop._generated.sums_seam import sums_seam as seam
calls, floor = int(sys.argv[1]), int(sys.argv[2])
bare = sums.add.__wrapped__
wrapper = lambda *args, **kwargs: bare(*args, **kwargs)

def median(call, count, inner=1):
    taken = []
    for _ in range(count):
        started = time.perf_counter()
        for _ in range(inner): call(1, 2)
        taken.append((time.perf_counter() - started) / inner)
    return statistics.median(taken)

sent = {}
carry = seam.transport._send
def note(path, body, headers, deadline):
    sent.update(path=path, body=body, headers=headers)
    return carry(path, body, headers, deadline)

def once(one, other):
    connection = http.client.HTTPConnection("127.0.0.1", floor)
    connection.request("POST", sent["path"], sent["body"], sent["headers"])
    assert connection.getresponse().read()
    connection.close()

told = {name: median(call, 400, 500) for name, call in (("bare", bare), ("local", sums.add), ("wrapper", wrapper))}
seam.set_mode("remote")
seam.transport.send = note
assert sums.add(1, 2) == 3
seam.transport.send = carry
rounds = [(median(sums.add, calls // 20), median(once, calls // 20)) for _ in range(20)]
told["remote"], told["floor"] = (min(each) for each in zip(*rounds))
print(json.dumps(told))
"""


def measured(name: str, calls: int, root: Path) -> bool:
    """Whether a framework's facade costs no more than it may; prints its row."""
    way = WAYS[name]
    files = {
        "carveout.toml": '[services.sums]\nmodules = ["shop.sums"]\n',
        "shop/__init__.py": "",
        "shop/sums.py": SUMS,
        "shop/web.py": dedent(way.web),
    }
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    for step in ("seam", "service"):
        graph = pipeline.analyze(root, cache=False, workers=1)
        (planned,) = pipeline.plan(graph, load_agreed(root), "sums", root, step=step).steps
        write.apply(scaffold.changes(planned, graph), root, scaffold.subject("sums", step))
    port, floor = processes.free_port(), processes.free_port()
    environment = {
        **os.environ, **way.environment, "SUMS_SECRET": SECRET, "SERVICE_PORT": str(port),
        "SUMS_URL": f"http://127.0.0.1:{port}",
    }  # fmt: skip
    there = {**environment, "PYTHONPATH": str(root / "services/sums/src")}
    service = [sys.executable, *way.serve]
    with (
        processes.running(
            "service", service, log=root / "log", env=there, port=port, path="/readyz", cwd=root.parent
        ),
        processes.running(
            "floor",
            [sys.executable, "-c", FLOOR, str(floor)],
            log=root / "floor",
            env=there,
            port=floor,
            cwd=root,
        ),
    ):
        argv = [sys.executable, "-c", CALLER, str(calls), str(floor)]
        done = subprocess.run(argv, cwd=root, env=environment, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    logged = (root / "log").read_text().count("/internal/v1/shop.sums.add")
    assert logged >= calls, f"{logged} calls were logged"
    local, wrapper, remote = (told[key] - told["bare"] for key in ("local", "wrapper", "remote"))
    print(
        f"{name:8} local {local * 1e6:5.2f} us = {local / wrapper:4.1f} wrappers of {wrapper * 1e6:.2f} us"
        f"   remote {remote * 1e3:5.2f} ms = {remote / told['floor']:4.1f} floors of {told['floor'] * 1e3:.2f} ms",
        flush=True,
    )
    return local <= MOST_WRAPPERS * wrapper and remote <= MOST_FLOORS * told["floor"]


def main() -> int:
    """Framework by framework."""
    arguments = argparse.ArgumentParser(description="What a call through the facade costs.")
    arguments.add_argument("frameworks", nargs="*", metavar="FRAMEWORK", help=", ".join(WAYS))
    arguments.add_argument("--calls", type=int, default=2_000)
    asked = arguments.parse_args()
    good = []
    for name in asked.frameworks or WAYS:
        with tempfile.TemporaryDirectory(prefix="carveout-bench-") as folder:
            good.append(measured(name, asked.calls, Path(folder)))
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
