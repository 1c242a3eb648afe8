"""A proxy tried out: its generated files in a folder, the real program on free ports, stubs behind it."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from ...analyzer.model.changes import Change
from ...analyzer.model.routes import RouteTable, Traffic
from ...generators.proxies.envoy import Envoy
from ...generators.proxies.nginx import Nginx
from ...generators.route_file import share_text
from ...generators.routing import FOLDER
from .. import processes
from .stubs import HEADER, Stub


class Answer(NamedTuple):
    """`owner` is the stub that answered, or the status in digits where the proxy itself did."""

    owner: str
    status: int
    headers: Mapping[str, str]
    body: bytes


class Trial:
    """A running proxy; connections are kept."""

    def __init__(self, folder: Path, port: int, inside: int, process: processes.Process) -> None:
        self.folder, self.port, self.inside, self.process = folder, port, inside, process
        self._kept: dict[int, http.client.HTTPConnection] = {}

    def ask(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str] | None = None,
        *,
        body: bytes | None = None,
        inside: bool = False,
    ) -> Answer:
        """What is answered to a request, sent as it is written here."""
        port = self.inside if inside else self.port
        connection = self._kept.pop(port, None) or http.client.HTTPConnection(
            processes.HOST, port, timeout=10
        )
        connection.putrequest(method, target, skip_accept_encoding=True, skip_host="Host" in (headers or {}))
        for key, value in (headers or {}).items():
            connection.putheader(key, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        told = {key.lower(): value for key, value in answer.getheaders()}
        if answer.status == 101:
            connection.close()
            return Answer(told.get(HEADER.lower(), "101"), 101, told, b"")
        data = answer.read()
        if answer.will_close:
            connection.close()
        else:
            self._kept[port] = connection
        return Answer(told.get(HEADER.lower(), str(answer.status)), answer.status, told, data)

    def close(self) -> None:
        """Closes what is kept."""
        for connection in self._kept.values():
            connection.close()
        self._kept.clear()


def write(folder: Path, changes: Iterable[Change]) -> None:
    """Puts changes below a folder as they are."""
    for change in changes:
        path = folder / change.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(change.new or "", encoding="utf-8")


ALL = Traffic(100)
NO_FILES: Mapping[str, str] = MappingProxyType({})


@contextmanager
def nginx(
    folder: Path,
    table: RouteTable,
    at: Mapping[str, Stub],
    traffic: Traffic = ALL,
    checker: str = "",
    files: Mapping[str, str] = NO_FILES,
) -> Iterator[Trial]:
    """A real nginx with the files of one service, in front of the stubs of monolith and service.

    `files` are the user's own, by their paths below `proxy/`.
    """
    port, inside = processes.free_port(), processes.free_port()
    _prepare(Nginx(*_addresses(port, inside, table, at, checker)), folder, table, traffic, files)
    argv = processes.nginx_argv(folder / FOLDER / "nginx.conf", folder / FOLDER / "run")
    with (
        processes.running("nginx", argv, log=folder / "nginx.log", port=port) as process,
        closing(Trial(folder, port, inside, process)) as trial,
    ):
        yield trial


@contextmanager
def envoy(
    folder: Path,
    table: RouteTable,
    at: Mapping[str, Stub],
    traffic: Traffic = ALL,
    checker: str = "",
    files: Mapping[str, str] = NO_FILES,
    secrets: Mapping[str, str] = NO_FILES,
    configuration: str = "envoy.yaml",
) -> Iterator[Trial]:
    """The same with a real Envoy; `secrets` are those of the consumers."""
    port, inside = processes.free_port(), processes.free_port()
    _prepare(Envoy(*_addresses(port, inside, table, at, checker)), folder, table, traffic, files)
    here = folder / FOLDER
    subprocess.run(
        [sys.executable, "keys.py"], cwd=here, env={**os.environ, **secrets}, check=True, capture_output=True
    )
    argv = [*processes.envoy_argv(configuration), "--concurrency", "2"]
    log = folder / "envoy.log"
    with (
        processes.running("envoy", argv, cwd=here, log=log, port=port, seconds=60) as process,
        closing(Trial(folder, port, inside, process)) as trial,
    ):
        yield trial


def _addresses(
    port: int, inside: int, table: RouteTable, at: Mapping[str, Stub], checker: str
) -> tuple[str, str, str, str, str]:
    return (
        f"{processes.HOST}:{port}",
        at["monolith"].address,
        at[table.service].address,
        f"{processes.HOST}:{inside}",
        checker or f"{processes.HOST}:1",
    )


def _prepare(
    emitter: Nginx | Envoy, folder: Path, table: RouteTable, traffic: Traffic, files: Mapping[str, str]
) -> None:
    write(folder, [*emitter.emit(table), *emitter.steer({table.service: table}, {table.service: traffic})])
    given = {f"traffic/{table.service}.json": share_text(traffic), **files}
    write(folder, [Change(f"{FOLDER}/{path}", text) for path, text in given.items()])
