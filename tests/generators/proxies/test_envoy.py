"""Envoy's own: its files read by a real Envoy, hostile names, several services, certificates, open circuits."""

from __future__ import annotations

import http.client
import json
import ssl
import subprocess
import time
from pathlib import Path

import pytest

from carveout.analyzer.model.errors import UsageError
from carveout.analyzer.model.routes import Grant, Route, RouteTable, Traffic
from carveout.generators.byte_patterns import byte_pattern
from carveout.generators.proxies.envoy import Envoy
from carveout.runtime import processes
from carveout.runtime.traffic import steering
from carveout.runtime.traffic.stubs import stubs
from carveout.runtime.traffic.trial import envoy, write

SECRETS = {"PAY_SECRET": "p" * 40, "ORDERS_SECRET": "o" * 40}


def table(service: str = "pay", pattern: str = "/pay/[^/]+") -> RouteTable:
    grants = (Grant("monolith", (f"shop.{service}.f",)), Grant("orders", (f"shop.{service}.f",)))
    routes = (Route("GET", pattern, pattern, "f"), Route("POST", pattern, pattern, "f"))
    return RouteTable(service, routes, internal="/internal/", functions=(f"shop.{service}.f",), grants=grants)


@pytest.mark.parametrize("configuration", ["envoy.yaml", "envoy-mtls.yaml"])
def test_envoy_accepts_what_is_written(tmp_path: Path, configuration: str) -> None:
    """With and without certificates, before anything runs."""
    write(tmp_path, Envoy().emit(table()))
    (tmp_path / "proxy/run/keys").mkdir()
    certificates(tmp_path / "proxy/run/tls")
    argv = [str(processes.find_envoy()), "--mode", "validate", "-c", configuration, "--log-level", "error"]
    run = subprocess.run(argv, cwd=tmp_path / "proxy", capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("service", ["a b", 'x"', "a;b", "../x", "$target", "a\nb"])
def test_hostile_names_of_services_are_refused(service: str) -> None:
    """A name that could be read as more than a name never reaches a file."""
    with pytest.raises(UsageError):
        list(Envoy().emit(RouteTable(service, (Route("GET", "/pay", "/pay", "f"),))))


def test_characters_are_written_as_their_bytes() -> None:
    """Exactly these, whatever the set."""
    import re

    for pattern in (
        r"\w",
        r"\d",
        r"\s",
        r"[^\w]",
        r"[^/]",
        "[à-ö漢]",
        r"[\S]",
        r"[^\d/]",
        "[\U00010000-\U0010ffff]",
        ".",
    ):
        mine = re.compile(byte_pattern(pattern).encode("ascii"))
        for code in [*range(0xD800), *range(0xE000, 0x110000, 7)]:
            character = chr(code)
            assert bool(mine.fullmatch(character.encode())) == bool(re.fullmatch(pattern, character)), (
                pattern,
                code,
            )


def test_two_services_share_one_envoy(tmp_path: Path) -> None:
    """The second one's files are put together with the first one's when its share is set; nothing restarts."""
    pay, orders = table(), table("orders", "/orders/[^/]+")
    with stubs("monolith", "pay", "orders") as at, envoy(tmp_path, pay, at, secrets=SECRETS) as proxy:
        kept = {path for path in (tmp_path / "proxy").rglob("*") if path.is_file()}
        emitter = Envoy(monolith=at["monolith"].address, service=at["orders"].address)
        write(tmp_path, [each for each in emitter.emit(orders) if tmp_path / each.path not in kept])
        subprocess.run(["python3", "keys.py"], cwd=tmp_path / "proxy", check=True, capture_output=True)
        assert proxy.ask("GET", "/orders/1").owner == "monolith"
        steering.change(tmp_path, "orders", Traffic(100), "a test")
        found = [proxy.ask("GET", path).owner for path in ("/pay/1", "/orders/1", "/")]
    assert found == ["pay", "orders", "monolith"]


def test_who_has_no_certificate_is_not_even_heard(tmp_path: Path) -> None:
    """mTLS on the internal listener: a certificate of our own authority, or no connection."""
    write(tmp_path, [])
    files = certificates(tmp_path / "proxy/run/tls")
    with stubs("monolith", "pay") as at, envoy(
        tmp_path, table(), at, secrets=SECRETS, configuration="envoy-mtls.yaml"
    ) as proxy:  # fmt: skip
        context = ssl.create_default_context(cafile=str(files / "ca.pem"))
        context.check_hostname = False
        path = "/.carveout/traffic/pay"
        refused = http.client.HTTPSConnection("127.0.0.1", proxy.inside, timeout=5, context=context)
        with pytest.raises((ssl.SSLError, ConnectionError, http.client.HTTPException)):
            refused.request("GET", path)
            refused.getresponse().read()
        refused.close()
        context.load_cert_chain(files / "cert.pem", files / "key.pem")
        let_in = http.client.HTTPSConnection("127.0.0.1", proxy.inside, timeout=5, context=context)
        let_in.request("GET", path)
        assert let_in.getresponse().read() == b"100"
        let_in.close()


def test_a_service_that_fails_time_and_again_is_left_alone_for_a_while(tmp_path: Path) -> None:
    """After five failures in a row nothing is sent to it; then it is asked again."""
    with stubs("monolith", "pay") as at, envoy(tmp_path, table(), at, secrets=SECRETS) as proxy:
        at["pay"].behaviour = "503"
        deadline, left_alone = time.monotonic() + 20, False
        while (
            not left_alone
        ):  # Envoy puts it out from a thread of its own, which may take a request or two more
            before = len(at["pay"].asked)
            assert proxy.ask("POST", "/pay/1", body=b"x").status == 503
            left_alone = len(at["pay"].asked) == before
            assert time.monotonic() < deadline
        assert len(at["pay"].asked) >= 5
        at["pay"].behaviour = "answer"
        deadline = time.monotonic() + 20
        while proxy.ask("POST", "/pay/1", body=b"x").owner != "pay":
            assert time.monotonic() < deadline
            time.sleep(0.2)


def test_files_are_valid_json_in_ascii(tmp_path: Path) -> None:
    """Whatever the routes say."""
    routes = (Route("GET", '/"\\}\\{é\\ ', '/"}{é ', "f"),)
    for change in Envoy().emit(RouteTable("pay", routes)):
        if change.path.endswith(".json"):
            assert (change.new or "").isascii()
            json.loads(change.new or "")


def certificates(folder: Path) -> Path:
    """An authority and a certificate of it, made by openssl."""
    folder.mkdir(parents=True)

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    key = ("-newkey", "rsa:2048", "-nodes")
    openssl(
        "req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=authority", "-days", "2"
    )
    openssl("req", *key, "-keyout", "key.pem", "-out", "one.csr", "-subj", "/CN=inside")
    openssl("x509", "-req", "-in", "one.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "cert.pem", "-days", "2")  # fmt: skip
    return folder
