"""Calls that nobody may make, to real proxies with a real checker: none of them reaches the service."""

from __future__ import annotations

import base64
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from carveout.analyzer.model.routes import Grant, Route, RouteTable
from carveout.runtime.traffic.calls import checker, token
from carveout.runtime.traffic.stubs import stubs
from carveout.runtime.traffic.trial import ALL, envoy, nginx

from .. import signing

SECRETS = {"PAY_SECRET": "p" * 40, "ORDERS_SECRET": "o" * 40, "PARTNER_SECRET": "x" * 40}
CHARGE, REFUND = "shop.pay.charge", "shop.pay.refund"
OPEN = "/pay/1"


def table() -> RouteTable:
    return RouteTable(
        "pay",
        (Route("GET", "/pay/[^/]+", "/pay/<x>", "f"), Route("POST", "/pay/[^/]+", "/pay/<x>", "f")),
        internal="/internal/",
        functions=(CHARGE, REFUND),
        grants=(
            Grant("monolith", (CHARGE, REFUND)),
            Grant("orders", (CHARGE,)),
            Grant("partner", (CHARGE,), outside=True),
            Grant("published", (CHARGE,), outside=True),
        ),
    )


def tokens() -> Iterator[str | None]:
    """What proves nothing for a call of refund from inside."""
    good, now = SECRETS["PAY_SECRET"], int(time.time())
    right = token("monolith", "pay", good)
    head, body, signature = right.split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    yield from (
        None,
        "",
        "x",
        "a.b.c",
        "..",
        f"{head}.{body}.",
        f"{head}.{body}",
        f"{none}.{body}.",
        f"{none}.{body}.{signature}",
    )
    yield f"{head}.{body}.{signature[:-4]}AAAA"
    yield f"{head}.{token('orders', 'pay', good).split('.')[1]}.{signature}"
    yield from (token("monolith", "pay", secret) for secret in ("", "x", "o" * 40, good[:-1], good + "p"))
    yield from (token("monolith", audience, good) for audience in ("", "orders", "PAY", "pay "))
    yield from (
        token(who, "pay", good)
        for who in ("", "Monolith", "nobody", "pay", "monolith ", None, 7, ["monolith"])
    )
    yield token("orders", "pay", SECRETS["ORDERS_SECRET"])  # may charge, not refund
    yield from (
        token("monolith", "pay", good, exp=moment) for moment in (now - 60, 0, -1, "never", None, True)
    )
    yield token("monolith", "pay", good, nbf=now + 600)
    yield from (
        token("monolith", "pay", good, {"alg": alg})
        for alg in ("none", "None", "HS512", "RS256", "", "hs256")
    )
    yield right[:-20] + "." + right[-20:]


def of_other_keys() -> Iterator[str]:
    """What proves nothing for a call of charge by the consumer that publishes its keys: it has no secret."""
    now, public = int(time.time()), signing.published()
    for key in (public, signing.number(signing.N), "", *SECRETS.values()):
        for alg in ("HS256", "RS256", "none"):
            yield token("published", "pay", key, {"alg": alg, "kid": "one"})
    yield from (signing.token(who, "pay") for who in ("partner", "orders", "monolith", "pay", "", None))
    yield from (signing.token("published", audience) for audience in ("orders", "", None))
    yield from (
        signing.token("published", "pay", {"alg": alg})
        for alg in ("none", "HS256", "RS384", "RS512", "PS256", "ES256", "rs256", "")
    )
    yield signing.token("published", "pay", {"kid": "two"})
    yield from (signing.token("published", "pay", exp=moment) for moment in (now - 60, 0, None, "never"))
    yield signing.token("published", "pay", nbf=now + 600)
    right = signing.token("published", "pay")
    head, body, signature = right.split(".")
    other = signing.token("partner", "pay").split(".")[1]
    yield from (f"{head}.{body}.", f"{head}.{other}.{signature}", f"{head}.{body}.{signature[:-4]}AAAA")


SPELT = [  # of /internal/v1/FUNCTION, from outside
    "/internal/v1/{}", "//internal/v1/{}", "///internal//v1//{}", "/internal//v1/{}", "/%69nternal/v1/{}", "/%49nternal/v1/{}",
    "/Internal/v1/{}", "/INTERNAL/V1/{}", "/internal/v1/{}/", "/internal/v1/{}?x=1", "/internal/v1/{};x=1", "/internal;x/v1/{}",
    "/;/internal/v1/{}", "/./internal/v1/{}", "/x/../internal/v1/{}", "/pay/..%2finternal/v1/{}", "/pay/%2e%2e/internal/v1/{}",
    "/%2e/internal/v1/{}", "/pay/1/../../internal/v1/{}", "/internal%2fv1%2f{}", "%2finternal/v1/{}", "/internal/v1/./{}",
    "http://127.0.0.1/internal/v1/{}", "/pay/..;/internal/v1/{}", "/internal%00/v1/{}", "/internal/v1/{}%00", "/internal/v1/{}%0d%0a",
    "/internal/v1/{}#x", "/\\internal/v1/{}", "/pay\\..\\internal/v1/{}", "/internal\t/v1/{}", "/external/v1/{}", "/external/v1/{}/",
    "/EXTERNAL/v1/{}", "//external/v1/{}", "/.carveout/check/pay", "/.carveout/traffic/pay", "/.carveout/mirror/pay",
]  # fmt: skip
FORGED = {"X-Carveout-Side": "inside", "X-Carveout-Function": CHARGE, "X-Carveout-Service": "pay", "X-Carveout-Route": "pay",
          "X-User-ID": "1", "Remote-User": "root", "X-Original-URL": f"/internal/v1/{REFUND}", "X-Rewrite-URL": f"/internal/v1/{REFUND}",
          "X-Carveout-Request": f"POST {OPEN}", "X-HTTP-Method-Override": "GET", "X-Envoy-Original-Path": f"/internal/v1/{REFUND}"}  # fmt: skip


def raw(port: int, data: bytes) -> bytes:
    """All that is answered to bytes, until the proxy hangs up or says nothing more."""
    found = b""
    with socket.create_connection(("127.0.0.1", port), timeout=2) as sent:
        sent.sendall(data)
        try:
            while piece := sent.recv(65536):
                found += piece
                if found.count(b"\r\n\r\n") and not data.count(b"SMUGGLED"):
                    break
        except (TimeoutError, ConnectionError):
            pass
    return found


def smuggled() -> Iterator[bytes]:
    """Requests that two readers would cut in two different ways; the second half asks for what is closed."""
    inner = f"POST /internal/v1/{REFUND} HTTP/1.1\r\nHost: SMUGGLED\r\nContent-Length: 0\r\n\r\n"
    for headers in (
        "Content-Length: 4\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 4",
        "Transfer-Encoding: xchunked\r\nContent-Length: 0", "Transfer-Encoding : chunked\r\nContent-Length: 0",
        "Transfer-Encoding: chunked, identity", "Transfer-Encoding: identity, chunked\r\nContent-Length: 0",
        "Content-Length: 0\r\nContent-Length: 5", "Content-Length: +0", "Content-Length: 0x0", "Content-Length: 0,0",
        "Transfer-Encoding:\tchunked\r\nContent-Length: 0", "Transfer_Encoding: chunked\r\nContent-Length: 0",
        " Transfer-Encoding: chunked\r\nContent-Length: 0", "X: y\r\n Transfer-Encoding: chunked\r\nContent-Length: 0",
    ):  # fmt: skip
        yield f"POST {OPEN} HTTP/1.1\r\nHost: x\r\n{headers}\r\n\r\n0\r\n\r\n{inner}".encode()
    yield f"GET {OPEN} HTTP/1.0\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{inner}".encode()
    yield f"GET {OPEN}%20HTTP/1.1%0d%0aHost:%20x%0d%0a%0d%0a{inner} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


@pytest.mark.parametrize("kind", ["envoy", "nginx"])
def test_none_of_more_than_300_is_let_through(kind: str, tmp_path: Path) -> None:
    """What reaches the service is counted there: calls of its functions, whoever made them look."""
    (tmp_path / "published.json").write_text(signing.published())
    known = {**SECRETS, "PUBLISHED_JWKS": str(tmp_path / "published.json")}
    start = {"envoy": lambda at, port: envoy(tmp_path, table(), at, ALL, port, secrets=known),
             "nginx": lambda at, port: nginx(tmp_path, table(), at, ALL, port)}[kind]  # fmt: skip
    tried = 0
    with stubs("monolith", "pay") as at, checker(tmp_path, table(), known) as port, start(
        at, f"127.0.0.1:{port}"
    ) as proxy:  # fmt: skip
        granted = token("partner", "pay", SECRETS["PARTNER_SECRET"])  # may charge, from outside
        for held in (*tokens(), granted):
            for inside, path in (
                (True, f"/internal/v1/{REFUND}"),
                (False, f"/external/v1/{REFUND}"),
                (False, f"/external/v1/{CHARGE}"),
            ):
                if held == granted and path.endswith(CHARGE):
                    continue
                headers = FORGED if held is None else {"Authorization": f"Bearer {held}", **FORGED}
                answer = proxy.ask("POST", path, headers, body=b"{}", inside=inside)
                assert answer.owner in ("400", "401", "403", "404", "monolith"), (held, path, answer)
                tried += 1
        for held in of_other_keys():
            answer = proxy.ask(
                "POST", f"/external/v1/{CHARGE}", {"Authorization": f"Bearer {held}"}, body=b"{}"
            )
            assert answer.owner in ("400", "401", "403", "404"), (held, answer)
            tried += 1
        right = f"Bearer {token('monolith', 'pay', SECRETS['PAY_SECRET'])}"
        for spelt in SPELT:
            for function in (CHARGE, REFUND):
                for version in ("1.1", "1.0"):
                    lines = f"POST {spelt.format(function)} HTTP/{version}\r\nHost: x\r\nAuthorization: {right}\r\nContent-Length: 0\r\n\r\n"
                    raw(proxy.port, lines.encode())
                    tried += 1
        for scheme in ("Basic", "", "bearer\t", "Token"):
            held = right.replace("Bearer", scheme)
            for method in ("GET", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "post"):
                raw(
                    proxy.inside,
                    f"{method} /internal/v1/{REFUND} HTTP/1.1\r\nHost: x\r\nAuthorization: {held}\r\n\r\n".encode(),
                )
                tried += 1
        for data in smuggled():
            raw(proxy.port, data)
            tried += 1
        assert [line for line in at["pay"].asked if "/internal/" in line or "/external/" in line] == []
        # What the monolith itself is asked of closed paths: nothing that it could take for one.
        assert [
            line for line in at["monolith"].asked if line.split()[1].startswith(("/internal/", "//internal"))
        ] == []
        assert (
            proxy.ask("POST", f"/internal/v1/{REFUND}", {"Authorization": right}, body=b"", inside=True).owner
            == "pay"
        )
        proven = {"Authorization": f"Bearer {signing.token('published', 'pay')}"}
        assert proxy.ask("POST", f"/external/v1/{CHARGE}", proven, body=b"").owner == "pay"
    assert tried >= 300
    assert json.loads((tmp_path / "proxy/access/pay.json").read_text())["grants"].keys() == {
        "monolith",
        "orders",
        "partner",
        "published",
    }
