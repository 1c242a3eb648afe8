"""A small shop with a seam, as carveout writes it, and its service on loopback in a process of its own."""

import importlib
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from carveout.analyzer import pipeline
from carveout.analyzer.project.config import load_agreed
from carveout.generators import scaffold, write
from carveout.runtime import processes

SHOP = {
    "carveout.toml": """
        [services.pay]
        modules = ["{name}.pay"]
        """,
    "{name}/__init__.py": "",
    "{name}/errors.py": """
        class Declined(Exception):
            def __init__(self, message, code):
                super().__init__(message)
                self.code = code
        """,
    "{name}/ledger.py": """
        import os

        def add(line: str) -> None:
            with open(os.environ["LEDGER"], "a") as file:
                file.write(line + "\\n")
        """,
    "{name}/pay.py": """
        import hashlib
        from .errors import Declined
        from . import ledger

        def fee(cents: int, rate: float = 0.1) -> int:
            return int(cents * rate)

        def quote(cents: int) -> dict[str, int]:
            return {"cents": cents, "fee": fee(cents)}

        def charge(cents: int, *names: str, note: str = "") -> str:
            if cents > 100:
                raise Declined("too much", 7)
            if cents < 0:
                return cents // 0  # nobody expects this
            ledger.add(f"{cents} {names} {note}")
            return hashlib.sha1(str(cents).encode()).hexdigest()

        def greet(user) -> str:
            return f"hello {user.name}"

        class Gateway:
            @staticmethod
            def ping(word: str) -> str:
                return word.upper()

            @classmethod
            def make(cls, word: str) -> str:
                return cls.__name__ + word

        def bill(rows: list[int]) -> None:
            rows.append(1)
        """,
    "{name}/shop.py": """
        from .pay import Gateway, bill, charge, fee, greet, quote
        from .errors import Declined

        def buy(cents: int, user=None):
            try:
                return charge(cents, "a", "b", note="x")
            except Declined as error:
                return error.code

        def show(cents: int):
            return fee(cents), quote(cents), Gateway.ping("a"), Gateway.make("b")

        def hello(user):
            return greet(user)

        def billed():
            rows = []
            bill(rows)
            return rows
        """,
    "serve.py": """
        import json, os, sys, time
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
        from importlib import import_module

        name = sys.argv[2]
        seam = import_module(f"{name}._generated.pay_seam").pay_seam
        serving = import_module(f"{name}._generated.seams.serving")
        codec = import_module(f"{name}._generated.seams.codec")

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self.answer(200, b"{}")

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with open(os.environ["REQUESTS"], "a") as file:
                    file.write(json.dumps([self.path, self.headers["Authorization"], self.headers["traceparent"], json.loads(body)]) + "\\n")
                how = open(os.environ["BEHAVIOUR"]).read().strip()
                function = self.path.rpartition("/")[2]
                if how == "500":
                    return self.answer(500, b"{}")
                if how == "garbage":
                    return self.answer(200, b"<html>")
                if how == "nonsense":
                    return self.answer(200, b'{"other": 1}')
                if how == "wrong":
                    return self.answer(200, b'{"result": {"a": []}}')
                if how == "forged":
                    return self.answer(422, b'{"exception": {"type": "builtins.SystemExit", "arguments": [], "attributes": {}}}')
                if how == "slow":
                    time.sleep(30)
                if how == "drip":
                    self.send_response(200)
                    self.send_header("Content-Length", "1000")
                    self.end_headers()
                    for _ in range(300):
                        self.wfile.write(b" ")
                        time.sleep(0.1)
                    return
                if how == "break":
                    self.close_connection = True
                    return
                about = seam.functions[function]
                status, answer = serving.serve(about, codec.resolve(function), json.loads(body))
                self.answer(status, json.dumps(answer).encode())

            def answer(self, status, body):
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, request, address):
                pass

        Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
        """,
}
_count = 0


@dataclass
class Shop:
    """The shop on disk, its modules in this process, and what its service was asked."""

    root: Path
    name: str
    environment: dict[str, str]
    port: int
    process: processes.Process | None = None
    seen: dict[str, str] = field(default_factory=dict)

    def module(self, name: str) -> ModuleType:
        return importlib.import_module(f"{self.name}.{name}")

    @property
    def seam(self) -> Any:
        return self.module("_generated.pay_seam").pay_seam

    def behave(self, how: str) -> None:
        Path(self.environment["BEHAVIOUR"]).write_text(how)

    def lines(self, variable: str) -> list[str]:
        path = Path(self.environment[variable])
        return path.read_text().splitlines() if path.exists() else []


@pytest.fixture
def seamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Shop]]:
    """Makes a shop with its seam applied; with `serve`, its service runs."""
    with __import__("contextlib").ExitStack() as stack:

        def make(
            serve: bool = True, accept: tuple[str, ...] = ("mutable-argument",), **variables: str
        ) -> Shop:
            global _count
            _count += 1
            name = f"seamshop{os.getpid()}n{_count}"
            write_shop(tmp_path, name)
            apply(tmp_path, accept)
            port = processes.free_port()
            environment = {
                "PAY_URL": f"http://127.0.0.1:{port}",
                "PAY_SECRET": "s3cret",
                "LEDGER": str(tmp_path / "ledger.txt"),
                "REQUESTS": str(tmp_path / "requests.txt"),
                "BEHAVIOUR": str(tmp_path / "behaviour.txt"),
                **variables,
            }
            (tmp_path / "behaviour.txt").write_text("")
            for key, value in environment.items():
                monkeypatch.setenv(key, value)
            monkeypatch.syspath_prepend(str(tmp_path))
            shop = Shop(tmp_path, name, environment, port)
            stack.callback(forget, name)
            if serve:
                argv = [sys.executable, str(tmp_path / "serve.py"), str(port), name]
                env = {**environment, "PAY_SEAM": "", "PAY_SEAM_FILE": "", "PYTHONPATH": str(tmp_path)}
                running = processes.running(
                    "service", argv, log=tmp_path / "log", env=env, port=port, path="/", cwd=tmp_path
                )
                shop.process = stack.enter_context(running)
            return shop

        yield make


def write_shop(root: Path, name: str) -> None:
    from textwrap import dedent

    for path, text in SHOP.items():
        place = root / path.format(name=name)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(dedent(text.replace("{name}", name)))


def apply(root: Path, accept: tuple[str, ...] = ()) -> None:
    graph = pipeline.analyze(root, cache=False, workers=1)
    (step,) = pipeline.plan(graph, load_agreed(root), "pay", root, step="seam", accepted=accept).steps
    scaffold.require_safe(step)
    write.apply(scaffold.changes(step, graph), root, scaffold.subject("pay", "seam"))


def forget(name: str) -> None:
    for module in [module for module in sys.modules if module == name or module.startswith(f"{name}.")]:
        del sys.modules[module]
