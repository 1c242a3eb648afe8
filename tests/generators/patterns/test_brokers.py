"""Each broker by its address: what is published arrives, as it is, at each subscription."""

import asyncio
import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from faststream.kafka import TestKafkaBroker
from faststream.nats import TestNatsBroker
from faststream.rabbit import TestRabbitBroker
from faststream.redis import TestRedisBroker

from carveout.runtime import processes

from .conftest import Shop

KINDS: dict[str, Any] = {
    "redis://127.0.0.1:1/0": TestRedisBroker,
    "amqp://127.0.0.1:1": TestRabbitBroker,
    "nats://127.0.0.1:1": TestNatsBroker,
    "kafka://127.0.0.1:1": TestKafkaBroker,
}


@pytest.mark.parametrize("url", sorted(KINDS))
def test_a_message_arrives_as_it_was_sent(shop: Shop, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENTS_SECRET", "of this test, and of no other one")
    kind = shop.module("_generated.events.brokers").kind_of(url)
    got: list[bytes] = []

    async def handle(body: Any) -> None:
        got.append(body)

    async def run() -> None:
        broker = kind.make(url)
        kind.subscribe(broker, "events.mail", "mail", handle)
        async with KINDS[url](broker):
            await kind.publish(broker, "events.mail", "order_id=1", b'{"a": "\xc3\xa9"}')

    asyncio.run(run())
    assert set(got) == {b'{"a": "\xc3\xa9"}'}


@contextlib.contextmanager
def _redis(folder: Path, port: int) -> Iterator[None]:
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
    command += ["--save", "", "--appendonly", "yes", "--appendfsync", "always"]
    with processes.running("redis", command, cwd=folder, log=folder / "redis.log", port=port):
        yield


def test_a_broker_that_is_away_is_waited_for(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By real Redis: what was sent while it was away arrives; what a dead consumer took is claimed."""
    port = processes.free_port()
    monkeypatch.setenv("EVENTS_BROKER", f"redis://127.0.0.1:{port}/0")
    monkeypatch.setenv("EVENTS_SECRET", "of this test, and of no other one")
    monkeypatch.setenv("EVENTS_RECLAIM_SECONDS", "0.2")
    brokers = shop.module("_generated.events.brokers")
    shop.orders.place(1)
    with brokers.publisher("/shop") as publish:
        with pytest.raises(brokers.Unreachable):
            shop.relay.step(shop.data, "/shop", publish)
        assert shop.rows("SELECT COUNT(*) FROM event_outbox WHERE published IS NULL") == [1]
        with _redis(tmp_path, port):
            assert shop.relay.step(shop.data, "/shop", publish)
            _take_and_die(port)
            assert _received(brokers, "mail") == 1


def _take_and_die(port: int) -> None:
    import redis

    with redis.Redis(port=port) as client:
        client.xgroup_create("events.mail", "mail", id="0")
        assert client.xreadgroup("mail", "somebody else", {"events.mail": ">"})


def _received(brokers: Any, name: str) -> int:
    import threading

    got: list[bytes] = []
    with brokers.receiver("mail", name, got.append, threading.Event()):
        until = time.monotonic() + 20
        while not got and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(0.3)
    return len(got)


@pytest.mark.parametrize(
    ("url", "secret", "told"),
    [
        ("http://127.0.0.1", "x", "starts with 'http'"),
        ("redis://127.0.0.1:1", "", "EVENTS_SECRET is not set"),
        ("redis://127.0.0.1:1", "x" * 31, "EVENTS_SECRET is shorter than 32"),
    ],
)
def test_settings_that_make_no_sense_are_refused(
    shop: Shop,
    url: str,
    secret: str,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("EVENTS_BROKER", url)
    monkeypatch.setenv("EVENTS_SECRET", secret)
    assert shop.main("relay") == 2
    assert told in capsys.readouterr().err
