"""Servers that answer with their name and what they were asked: what stands behind a proxy that is tried out.

One thread serves all of them; they keep connections, and take WebSockets' handshakes without speaking it.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import NamedTuple

from ..processes import HOST

HEADER = "X-Stub"
"""Names the stub that answered."""
_MOST_HEAD = 65536


class Stub:
    """A server on loopback. `behaviour` is "answer", a status such as "503", "hang" or "break"."""

    def __init__(self, name: str) -> None:
        self.name, self.port = name, 0
        self.behaviour = "answer"
        self.asked: list[str] = []
        """The request lines, in the order in which they came."""

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        try:
            # Cancelled: the stubs end while this one hangs.
            with suppress(
                ConnectionError,
                asyncio.IncompleteReadError,
                asyncio.LimitOverrunError,
                asyncio.CancelledError,
            ):
                while await self._answer(reader, writer):
                    await writer.drain()
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        request = await _read(reader)
        if request is None:
            return False
        self.asked.append(request.line)
        if self.behaviour == "hang":
            await asyncio.sleep(3600)
        if self.behaviour == "break":
            return False
        if request.headers.get("upgrade", "").lower() == "websocket":
            writer.write(
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"
                + f"{HEADER}: {self.name}\r\n\r\n".encode()
            )
            return False
        body = json.dumps(
            {"line": request.line, "headers": request.headers, "body": len(request.body)}
        ).encode()
        status = "200 OK" if self.behaviour == "answer" else f"{self.behaviour} Told"
        last = request.headers.get("connection", "").lower() == "close"
        head = f"HTTP/1.1 {status}\r\n{HEADER}: {self.name}\r\nContent-Length: {len(body)}\r\n"
        head += "Connection: close\r\n\r\n" if last else "\r\n"
        writer.write(head.encode() + (b"" if request.line.startswith("HEAD ") else body))
        return not last


class _Request(NamedTuple):
    line: str
    headers: Mapping[str, str]
    body: bytes


async def _read(reader: asyncio.StreamReader) -> _Request | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    line, *fields = head.decode("latin-1").split("\r\n")[:-2]
    headers: dict[str, str] = {}
    for field in fields:
        key, _, value = field.partition(":")
        headers[key.lower()] = value.strip()
    body = b""
    if headers.get("transfer-encoding", "").lower() == "chunked":
        while size := int((await reader.readline()).split(b";")[0], 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readline()
    elif "content-length" in headers:
        body = await reader.readexactly(int(headers["content-length"]))
    return _Request(line, headers, body)


@contextmanager
def stubs(*names: str) -> Iterator[dict[str, Stub]]:
    """Stubs by their names, on free ports, until the block ends."""
    found = {name: Stub(name) for name in names}
    loop = asyncio.new_event_loop()
    ready = threading.Event()
    stop = asyncio.Event()

    async def run() -> None:
        servers = []
        for stub in found.values():
            server = await asyncio.start_server(stub.serve, HOST, 0, limit=_MOST_HEAD, backlog=1024)
            stub.port = server.sockets[0].getsockname()[1]
            servers.append(server)
        ready.set()
        await stop.wait()
        for server in servers:
            server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.sleep(0.01)  # sockets are closed in the next rounds of the loop

    thread = threading.Thread(target=lambda: loop.run_until_complete(run()), name="stubs", daemon=True)
    thread.start()
    ready.wait()
    try:
        yield found
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()
