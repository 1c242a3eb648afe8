"""A small HTTP client for the tests. Connections stay open: opening one takes longer than most requests."""

import http.client
import json
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

_connections = threading.local()


def at_once(count: int, send: Callable[[], "Response"]) -> list["Response"]:
    """The answers of so many threads that all send the same; their connections are closed."""

    def run(_: int) -> Response:
        try:
            return send()
        finally:
            for connection in _connections.__dict__.pop("kept", {}).values():
                connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@dataclass(frozen=True)
class Response:
    status: int
    content_type: str
    text: str
    headers: http.client.HTTPMessage

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def error(self) -> dict[str, Any]:
        error: dict[str, Any] = self.json["error"]
        return error


@dataclass
class Client:
    """Somebody who uses the shop: a visitor, or with a token the user it was given to."""

    base_url: str
    token: str = ""
    user: dict[str, Any] = field(default_factory=dict)
    address_id: int = 0

    def get(self, path: str, **query: Any) -> Response:
        return self.send("GET", f"{path}?{urlencode(query)}" if query else path)

    def post(self, path: str, body: Any = None) -> Response:
        return self._send_json("POST", path, body)

    def put(self, path: str, body: Any = None) -> Response:
        return self._send_json("PUT", path, body)

    def patch(self, path: str, body: Any = None) -> Response:
        return self._send_json("PATCH", path, body)

    def delete(self, path: str) -> Response:
        return self.send("DELETE", path)

    def send(
        self, method: str, path: str, data: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Response:
        """Redirects are not followed and cookies not kept: tests look at them."""
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        sent |= headers or {}
        answer = self._exchange(method, path, data, sent)
        text = answer.read().decode(errors="replace")
        return Response(answer.status, answer.headers.get_content_type(), text, answer.headers)

    def _send_json(self, method: str, path: str, body: Any) -> Response:
        data = json.dumps({} if body is None else body).encode()
        return self.send(method, path, data, {"Content-Type": "application/json"})

    def _exchange(
        self, method: str, path: str, data: bytes | None, headers: dict[str, str]
    ) -> http.client.HTTPResponse:
        connection = self._connection()
        was_open = connection.sock is not None
        try:
            connection.request(method, path, data, headers)
            return connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):
            # The server may close a connection that was idle, but it has to answer on a new one.
            connection.close()
            if was_open:
                return self._exchange(method, path, data, headers)
            raise

    def _connection(self) -> http.client.HTTPConnection:
        """The connection of this thread."""
        kept: dict[str, http.client.HTTPConnection] = _connections.__dict__.setdefault("kept", {})
        if self.base_url not in kept:
            address = urlsplit(self.base_url)
            kept[self.base_url] = http.client.HTTPConnection(address.hostname or "", address.port, timeout=20)
        return kept[self.base_url]
