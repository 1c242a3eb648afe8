"""More that an attacker may try of a real proxy with a real checker: odd heads, bodies, frames of HTTP/2 and tokens."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import posixpath
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import unquote

import pytest

from carveout.runtime.traffic.calls import checker, token
from carveout.runtime.traffic.stubs import stubs
from carveout.runtime.traffic.trial import ALL, envoy, nginx

from .. import signing
from .test_unauthorised import OPEN, REFUND, SECRETS, table

CLOSED = f"/internal/v1/{REFUND}"
_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


def signed(payload: str, secret: str, head: str = '{"alg":"HS256","typ":"JWT"}') -> str:
    """A token of the very text that is given: keys may stand twice in it."""
    parts = [base64.urlsafe_b64encode(part.encode()).rstrip(b"=").decode() for part in (head, payload)]
    proof = hmac.new(secret.encode(), ".".join(parts).encode(), hashlib.sha256).digest()
    return ".".join([*parts, base64.urlsafe_b64encode(proof).rstrip(b"=").decode()])


def tokens() -> Iterator[str]:
    """What proves nothing for a call of refund: orders may call charge alone, and its secret is known here."""
    mine, until = SECRETS["ORDERS_SECRET"], int(time.time()) + 60
    rest = f'"aud":"pay","exp":{until}'
    for first, second in (("orders", "monolith"), ("monolith", "orders")):
        yield signed(f'{{"iss":"{first}","iss":"{second}",{rest}}}', mine)
        yield signed(f'{{"iss":"{first}","\\u0069ss":"{second}",{rest}}}', mine)
    for issuer in (
        '"monolith\\u0000"',
        '["orders","monolith"]',
        '{"orders":"monolith"}',
        '"orders,monolith"',
        "null",
    ):
        yield signed(f'{{"iss":{issuer},{rest}}}', mine)
    yield signed(f'{{"iss":"monolith",{rest}}}', mine)
    yield signed(f'{{"iss":"orders","sub":"monolith","azp":"monolith",{rest}}}', mine)
    yield signed(f'{{"iss":"orders","exp":{until},"aud":"orders","aud":"pay"}}', "n" * 40)
    for key in (
        "../../../../dev/null",
        "/dev/null",
        "' UNION SELECT 'x",
        "http://127.0.0.1/x",
        "one\\u0000",
        "%00",
        "one",
    ):
        for secret in ("", "\0", "x"):
            yield signed(f'{{"iss":"monolith",{rest}}}', secret, f'{{"alg":"HS256","kid":"{key}"}}')
    key = json.loads(signing.published())["keys"][0]
    for more in (
        {"jku": "http://127.0.0.1/keys"},
        {"jwk": key},
        {"x5u": "http://127.0.0.1/x"},
        {"crit": ["exp"]},
        {"b64": False},
    ):
        for alg in ("HS256", "RS256"):
            yield signed(f'{{"iss":"monolith",{rest}}}', mine, json.dumps({"alg": alg, **more}))
    for exp in ("1e400", "-1", '"9999999999"', "true", "[9999999999]", "9999999999999999999999"):
        yield signed(f'{{"iss":"monolith","aud":"pay","exp":{exp}}}', mine)
    yield signed(f'{{"iss":"orders",{rest},"x":"{"y" * 30_000}"}}', mine)


def heads(right: str, inner: int) -> Iterator[str]:
    """Heads of requests to the outer listener, with a token that would do inside."""
    proof = f"Authorization: {right}\r\n"
    for target in (
        "http://internal{}", "http://x@internal{}", "HTTP://INTERNAL{}", "https://pay{}", f"http://127.0.0.1:{inner}{{}}", "//127.0.0.1{}",
        "http:{}", "http:/{}", "http:///{}", "internal://x{}", "pay:80{}", "*", "/pay/1?{}", "/pay/1?/..{}", "/%2569nternal/v1/" + REFUND,
        "/%252e%252e{}", "/%c0%ae%c0%ae{}", "/%e0%80%ae{}", "/%u0069nternal/v1/" + REFUND, "{}.", "{}%2e", "{}%20", "{}/.", "{}/x/..", "{}/%2e",
        "/internal./v1/" + REFUND, "/internal%2e/v1/" + REFUND, "/internal/.%2e{}", "/.%00{}", "/%{}", "/%zz{}", "/\xff{}", "/pay/1%5c..{}",
        "/\xef\xbd\x89nternal/v1/" + REFUND, "/pay/1%0d%0a{}", "/pay/1%0aX:{}",
    ):  # fmt: skip
        yield f"POST {target.replace('{}', CLOSED)} HTTP/1.1\r\nHost: x\r\n{proof}Content-Length: 0\r\n\r\n"
    for hosts in (
        "internal", "x\r\nHost: internal", "internal\r\nHost: x", "x.", "x:99999", f"127.0.0.1:{inner}", "", "x/internal", "x internal",
        "x\r\nhost: y", "internal@x", "[::1]", "x\r\nX-Forwarded-Host: internal", f"x\r\nX-Forwarded-Port: {inner}",
    ):  # fmt: skip
        yield f"POST {CLOSED} HTTP/1.1\r\nHost: {hosts}\r\n{proof}Content-Length: 0\r\n\r\n"
    for header in (
        "X_Carveout_Side: inside", "x-carveout-SIDE: inside", "X-Carveout-Side : inside", "X-Carveout-Side:\tinside\r\nX-Carveout-Side: outside",
        "X-Forwarded-For: 127.0.0.1", "X-Forwarded-For: 127.0.0.1, 10.0.0.1", "Forwarded: for=127.0.0.1;host=internal;proto=https",
        "X-Real-IP: 127.0.0.1", "X-Forwarded-Prefix: /internal", "X-Forwarded-Path: " + CLOSED, "X-Original-Uri: " + CLOSED,
        "X-Envoy-Internal: true", "X-Envoy-Decorator-Operation: x", "X-Accel-Redirect: " + CLOSED, "X-Sendfile: " + CLOSED,
        "X-Accel-Redirect: /.carveout/inside/pay", "Connection: close, Authorization", "Connection: X-Carveout-Side, X-Carveout-Consumer",
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__", "Upgrade: websocket\r\nConnection: upgrade",
        "Expect: 100-continue", "Trailer: Authorization", "Content-Type: x\x00y", "X: " + "y" * 70_000,
    ):  # fmt: skip
        for path in (CLOSED, f"/external/v1/{REFUND}"):
            yield f"POST {path} HTTP/1.1\r\nHost: x\r\n{proof}{header}\r\nContent-Length: 0\r\n\r\n"
    for version in (
        "HTTP/0.9",
        "HTTP/1.2",
        "HTTP/2.0",
        "HTTP/3",
        "http/1.1",
        "HTTP/1.1 ",
        "",
        "HTTP/1.1\r\n\r",
    ):
        yield f"POST {CLOSED} {version}\r\nHost: x\r\n{proof}Content-Length: 0\r\n\r\n"
    yield f"POST {CLOSED} HTTP/1.1\nHost: x\n{proof.strip()}\nContent-Length: 0\n\n"


def bodies(right: str) -> Iterator[str]:
    """Open requests whose bodies hide a closed one from a reader who counts in another way."""
    hidden = f"POST {CLOSED} HTTP/1.1\r\nHost: x\r\nAuthorization: {right}\r\nContent-Length: 0\r\n\r\n"
    for size in (
        "0;\n",
        '0;x="\r\n',
        "0x0",
        "-0",
        "+0",
        "00",
        "0 ",
        "0\t;x",
        "FFFFFFFFFFFFFFFF0",
        "0\r\nAuthorization: x",
        "0\n",
        "",
    ):
        yield f"POST {OPEN} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{size}\r\n\r\n{hidden}"
    for coding in (
        "chunked\x0b",
        "\x0bchunked",
        "chunked,",
        ",chunked",
        "chunked;x",
        "gzip, chunked",
        "chunked, chunked",
        '"chunked"',
        "CHUNKED\x00",
    ):
        yield f"POST {OPEN} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nTransfer-Encoding: {coding}\r\n\r\n{hidden}"
    for length in ("0\r\n\tx", "1e0", "0 0", "0;0", "-1", "18446744073709551616", ""):
        yield f"POST {OPEN} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n{hidden}"


def frame(kind: int, flags: int, stream: int, body: bytes) -> bytes:
    """A frame of HTTP/2."""
    return len(body).to_bytes(3, "big") + bytes((kind, flags)) + stream.to_bytes(4, "big") + body


def frames(right: str) -> Iterator[bytes]:
    """Requests of HTTP/2 without TLS, as a client that knows that it is spoken would send them."""
    usual = [
        (":method", "POST"),
        (":scheme", "http"),
        (":authority", "x"),
        (":path", CLOSED),
        ("authorization", right),
    ]
    odd = [
        [], [(":path", OPEN)], [("host", "internal")], [("transfer-encoding", "chunked")], [("connection", "x-carveout-side")],
        [("X-Carveout-Side", "inside")], [("x-carveout-side", "inside\r\nx: y")], [("te", "trailers"), ("content-length", "5")],
    ]  # fmt: skip
    wanted = [[*usual, *more] for more in odd]
    for name, values in {
        ":path": [f"/{CLOSED}", CLOSED.replace("i", "%69", 1), CLOSED + "\r\nx: y", CLOSED[1:], f"{OPEN} HTTP/1.1\r\n\r\nPOST {CLOSED}",
                  f"http://x{CLOSED}", f"/x/..{CLOSED}", CLOSED + "#", f"/external/v1/{REFUND}", ""],
        ":method": ["POST /internal/v1/x HTTP/1.1\r\n\r\nGET", "CONNECT", "post", "PRI"],
        ":scheme": ["https", "internal", "http\r\n"],
        ":authority": ["internal", "x\r\ny", "", "internal@x"],
    }.items():  # fmt: skip
        wanted += [[(key, value if key == name else old) for key, old in usual] for value in values]
    wanted += [[(":path", OPEN), *usual], usual[3:] + usual[:3]]
    yield from map(_request, wanted)


def _request(headers: list[tuple[str, str]]) -> bytes:
    """A connection that begins with one request."""
    block = b"".join(
        b"\0" + b"".join(_length(text.encode()) + text.encode() for text in pair) for pair in headers
    )
    return _PREFACE + frame(4, 0, 0, b"") + frame(1, 5, 1, block)


def _length(text: bytes) -> bytes:
    """HPACK's length of a text that is not packed."""
    if len(text) < 127:
        return bytes((len(text),))
    left, found = len(text) - 127, [127]
    while left >= 128:
        found.append(left % 128 + 128)
        left //= 128
    return bytes((*found, left))


def said(port: int, data: bytes) -> None:
    """Bytes to a listener, which may answer or hang up; what it does is told by who was asked behind it."""
    with socket.create_connection(("127.0.0.1", port), timeout=0.25) as sent:
        try:
            sent.sendall(data)
            while sent.recv(65536):
                pass
        except (TimeoutError, ConnectionError):
            pass


def closed(line: str) -> bool:
    """Whether a framework would read a request as one of a closed path: decoded once, without what ends a path."""
    path = unquote(line.split(" ")[1]).partition("?")[0]
    return posixpath.normpath(path.lstrip("/").join(("/", ""))).startswith("/internal/")


@pytest.mark.full
@pytest.mark.parametrize("kind", ["envoy", "nginx"])
def test_what_an_attacker_may_try(kind: str, tmp_path: Path) -> None:
    """None of more than 200 reaches a function of the service, nor a closed path of the monolith."""
    (tmp_path / "published.json").write_text(signing.published())
    known = {**SECRETS, "PUBLISHED_JWKS": str(tmp_path / "published.json")}
    start = {"envoy": lambda at, port: envoy(tmp_path, table(), at, ALL, port, secrets=known),
             "nginx": lambda at, port: nginx(tmp_path, table(), at, ALL, port)}[kind]  # fmt: skip
    right = f"Bearer {token('monolith', 'pay', SECRETS['PAY_SECRET'])}"
    tried = 0
    with stubs("monolith", "pay") as at, checker(tmp_path, table(), known) as port, start(
        at, f"127.0.0.1:{port}"
    ) as proxy:  # fmt: skip
        for held in tokens():
            answer = proxy.ask("POST", CLOSED, {"Authorization": f"Bearer {held}"}, body=b"{}", inside=True)
            assert answer.owner in ("400", "401", "403", "404", "431", "494"), (held, answer)
            tried += 1
        sent = [text.encode("latin-1", "replace") for text in (*heads(right, proxy.inside), *bodies(right))]
        sent += frames(right)
        # An answered connection is kept, so that each waits for nothing at its end: many at a time.
        with ThreadPoolExecutor(16) as pool:
            list(pool.map(lambda data: said(proxy.port, data), sent))
        tried += len(sent)
        assert [line for line in at["pay"].asked if "ternal/" in line.partition("?")[0]] == []
        if kind == "envoy":  # which speaks HTTP/2 there: such frames are read, and open ones answered
            before = len(at["pay"].asked)
            usual = [(":method", "GET"), (":scheme", "http"), (":authority", "x"), (":path", OPEN)]
            said(proxy.port, _request(usual))
            assert len(at["pay"].asked) == before + 1
        # What the monolith itself is asked: nothing that it could take for a closed path.
        assert [line for line in at["monolith"].asked if closed(line)] == []
        assert proxy.ask("POST", CLOSED, {"Authorization": right}, body=b"", inside=True).owner == "pay"
    assert tried >= 200, tried
