"""Keys that consumers publish: where they are taken from, for how long, and which of them."""

import importlib.util
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from carveout.generators.checker import jwks as rendered

from .. import signing


class Answers(BaseHTTPRequestHandler):
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/keys")
            self.end_headers()
            return
        body = signing.published().encode() if self.path == "/keys" else b"x" * 300_000
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None: ...


@pytest.fixture
def url() -> Iterator[str]:
    Answers.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def jwks(tmp_path: Path) -> Any:
    path = tmp_path / "jwks.py"
    path.write_text(rendered("proxy").new or "")
    spec = importlib.util.spec_from_file_location("published_keys", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_keys_come_from_where_they_were_said_to_be(
    jwks: Any, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "keys.json").write_text(signing.published())
    for source in (f"{url}/keys", str(tmp_path / "keys.json")):
        assert jwks.Publisher(source).key("one") == (signing.N, signing.E)
    for source, why in (
        (f"{url}/moved", "302"),
        (f"{url}/large", "more than"),
        ("http://keys.example/keys", "https alone"),
        (str(tmp_path / "none.json"), "No such file"),
        (str(tmp_path / "jwks.py"), "Extra data"),
        ("http://127.0.0.1:1/keys", "refused"),
    ):
        assert jwks.Publisher(source).key("one") is None
        assert why in capsys.readouterr().err


def test_an_unknown_key_asks_its_publisher_now_and_then_only(jwks: Any, url: str) -> None:
    known = jwks.Publisher(f"{url}/keys")
    assert [known.key(kid) is not None for kid in ("one", "two", "three", "one")] == [
        True,
        False,
        False,
        True,
    ]
    assert Answers.asked == ["/keys"]
    jwks.AGAIN_SECONDS = -1.0
    assert known.key("two") is None and Answers.asked == ["/keys"] * 2


def test_keys_that_cannot_be_renewed_serve_for_a_while(jwks: Any, tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text(signing.published())
    known = jwks.Publisher(str(path))
    assert known.key("one") is not None
    path.unlink()
    jwks.FRESH_SECONDS = jwks.AGAIN_SECONDS = -1.0
    assert known.key("one") is not None
    jwks.STALE_SECONDS = -1.0
    assert known.key("one") is None
    path.write_text(signing.published(kid="next"))
    jwks.STALE_SECONDS = 60.0
    assert known.key("one") is None and known.key("next") is not None


@pytest.mark.parametrize(
    "changed",
    [
        {"kty": "oct", "k": "c2VjcmV0"}, {"kty": "EC"}, {"use": "enc"}, {"alg": "RS512"}, {"alg": "HS256"}, {"kid": 1},
        {"n": signing.number(signing.N >> 1100)}, {"n": signing.number(signing.N - 1)}, {"n": ""}, {"n": None},
        {"n": "*"}, {"e": signing.number(1)}, {"e": signing.number(3)}, {"e": signing.number(65536)},
    ],
)  # fmt: skip
def test_weak_and_foreign_keys_are_left_out(jwks: Any, changed: dict[str, object]) -> None:
    assert jwks.usable(json.loads(signing.published(**changed))) == {}


def test_what_is_no_jwks_is_refused(jwks: Any) -> None:
    for text in ("[]", "{}", "1", '{"keys": 1}'):
        with pytest.raises(ValueError, match="no JWKS"):
            jwks.usable(json.loads(text))
    assert jwks.usable({"keys": [1, None, {}]}) == {}


def test_a_signature_is_compared_whole(jwks: Any) -> None:
    key, data = (signing.N, signing.E), b"head.body"
    right = signing.signature(data)
    assert jwks.holds(key, data, right)
    number = int.from_bytes(right, "big")
    for wrong in (
        b"", right[1:], right + b"\0", b"\0" + right, bytes(256), bytes(255) + b"\1",
        (signing.N - number).to_bytes(256, "big"), (signing.N - 1).to_bytes(256, "big"),
    ):  # fmt: skip
        assert not jwks.holds(key, data, wrong)
    assert not jwks.holds(key, b"another", right)
