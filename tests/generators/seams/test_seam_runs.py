"""The generated seam, for real: a service on loopback that works, fails, dawdles, lies and dies."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

Make = Callable[..., Any]


def test_local_is_as_before_and_asks_nobody(seamed: Make) -> None:
    shop = seamed()
    calls = shop.module("shop")
    assert (calls.buy(5), calls.buy(101)) == (hashlib.sha1(b"5").hexdigest(), 7)
    assert calls.show(50) == (5, {"cents": 50, "fee": 5}, "A", "Gatewayb")
    assert calls.billed() == [1]
    assert shop.lines("REQUESTS") == []
    assert shop.module("pay").charge.__name__ == "charge"
    assert "nobody expects" not in (shop.module("pay").charge.__doc__ or "")


def test_remote_gives_the_same_results_and_exceptions(seamed: Make) -> None:
    shop = seamed()
    calls = shop.module("shop")
    shop.seam.set_mode("remote")
    assert (calls.buy(5), calls.buy(101)) == (hashlib.sha1(b"5").hexdigest(), 7)
    assert calls.show(50) == (5, {"cents": 50, "fee": 5}, "A", "Gatewayb")
    assert calls.hello(SimpleNamespace(name="Ann", session=object())) == "hello Ann"
    assert calls.billed() == [1]  # what cannot cross stays local
    assert len(shop.lines("LEDGER")) == 1
    asked = [json.loads(line) for line in shop.lines("REQUESTS")]
    assert asked[0][3] == {"arguments": {"cents": 5, "names": ["a", "b"], "note": "x"}}
    assert {path.rpartition(".")[2] for path, *_ in asked} == {
        "charge",
        "fee",
        "quote",
        "ping",
        "make",
        "greet",
    }
    assert all(trace.startswith("00-") for _, _, trace, _ in asked)
    with pytest.raises(TypeError):
        shop.module("pay").fee()
    with pytest.raises(
        shop.module("_generated.seams").SeamTypeError, match="parameter cents: int was declared"
    ):
        shop.module("pay").fee("5")
    crossings = shop.seam.crossings()
    assert crossings[f"{shop.name}.pay.charge"]["remote"] == 2


def test_the_token_is_signed_and_short_lived(seamed: Make) -> None:
    shop = seamed(PAY_CONSUMER="web")
    shop.seam.set_mode("remote", f"{shop.name}.pay.fee")
    shop.module("pay").fee(10)
    bearer = json.loads(shop.lines("REQUESTS")[0])[1].removeprefix("Bearer ")
    text, _, signature = bearer.rpartition(".")
    digest = hmac.new(b"s3cret", text.encode(), hashlib.sha256).digest()
    assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == signature
    claims = json.loads(base64.urlsafe_b64decode(text.partition(".")[2] + "=="))
    assert (claims["iss"], claims["aud"]) == ("web", "pay")
    assert 0 < claims["exp"] - claims["iat"] <= 60


def test_an_exception_that_was_not_declared_is_a_service_error(seamed: Make) -> None:
    shop = seamed()
    shop.seam.set_mode("remote")
    with pytest.raises(shop.module("_generated.seams").ServiceError) as caught:
        shop.module("pay").charge(-1)
    assert caught.value.reason in ("broken", "status")


@pytest.mark.parametrize(("how", "reason", "limit"), [
    ("500", "status", 3), ("garbage", "garbage", 3), ("nonsense", "garbage", 3), ("wrong", "garbage", 3),
    ("forged", "garbage", 3), ("break", "broken", 3), ("slow", "timeout", 6), ("drip", "timeout", 6),
])  # fmt: skip
def test_failures_are_one_typed_error_in_bounded_time_and_nothing_is_done_twice(
    seamed: Make, how: str, reason: str, limit: float
) -> None:
    shop = seamed(PAY_TIMEOUT="0.7")
    shop.seam.set_mode("remote")
    shop.behave(how)
    started = time.monotonic()
    with pytest.raises(shop.module("_generated.seams").ServiceError) as caught:
        shop.module("shop").buy(5)
    assert time.monotonic() - started < limit
    assert (caught.value.reason, caught.value.service) == (reason, "pay")
    assert len(shop.lines("REQUESTS")) == 1  # what changes something is asked once, whatever became of it


def test_what_changes_nothing_is_tried_again(seamed: Make) -> None:
    shop = seamed()
    shop.seam.set_mode("remote")
    shop.behave("break")
    with pytest.raises(shop.module("_generated.seams").ServiceError, match="broken"):
        shop.module("pay").fee(10)
    assert len(shop.lines("REQUESTS")) == 2


def test_a_service_that_is_gone_and_comes_back(seamed: Make) -> None:
    shop = seamed()
    errors = shop.module("_generated.seams")
    shop.seam.set_mode("remote")
    shop.seam.transport.breaker.__init__(failures=3, seconds=0.2)
    assert shop.process is not None
    shop.behave("500")
    for _ in range(3):
        with pytest.raises(errors.ServiceError, match="status"):
            shop.module("shop").buy(5)
    with pytest.raises(errors.ServiceError, match="open"):
        shop.module("shop").buy(5)
    assert len(shop.lines("REQUESTS")) == 3
    shop.behave("")
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            assert shop.module("shop").buy(5) == hashlib.sha1(b"5").hexdigest()
            break
        except errors.ServiceError:
            time.sleep(0.05)
    assert len(shop.lines("LEDGER")) == 1
    shop.process.stop()
    with pytest.raises(errors.ServiceError, match="refused"):
        shop.module("shop").buy(5)


def test_half_open_lets_one_call_through(seamed: Make) -> None:
    shop = seamed(serve=False)
    breaker = shop.module("_generated.seams.transport").Breaker(failures=1, seconds=0.1)
    breaker.record(False)
    assert not breaker.allows()
    time.sleep(0.15)
    allowed: list[bool] = []
    threads = [threading.Thread(target=lambda: allowed.append(breaker.allows())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert allowed.count(True) == 1
    breaker.record(True)
    assert breaker.allows()


def test_shadow_compares_and_its_callers_notice_nothing(seamed: Make) -> None:
    shop = seamed(PAY_TIMEOUT="0.5", PAY_SEAM="shadow")
    pay, shadow = shop.module("pay"), shop.seam.shadow
    assert shop.seam.modes()[f"{shop.name}.pay.charge"] == "local"  # it writes: never done twice
    assert shop.seam.modes()[f"{shop.name}.pay.fee"] == "shadow"
    with pytest.raises(shop.module("_generated.seams").SeamError, match="must not be done twice"):
        shop.seam.set_mode("shadow", f"{shop.name}.pay.charge")
    assert (pay.fee(50), pay.quote(50)) == (5, {"cents": 50, "fee": 5})
    shadow.wait()
    assert shadow.counts["equal"] >= 2
    shop.behave("wrong")
    assert pay.fee(50) == 5
    shadow.wait()
    assert shadow.counts["different"] == 1
    shop.behave("slow")
    started = time.monotonic()
    assert [pay.fee(cents) for cents in range(300)] == [int(cents * 0.1) for cents in range(300)]
    assert time.monotonic() - started < 10  # one answer alone would take 30 s
    assert shadow.counts["left out"] > 0
    assert pay.fee("aaaaaaaaaa" and 10.0) == 1  # what cannot be sent is computed all the same


def test_modes_follow_their_file_and_nonsense_changes_nothing(seamed: Make, tmp_path: Path) -> None:
    file = tmp_path / "modes.json"
    file.write_text('{"default": "local"}')
    shop = seamed(PAY_SEAM_FILE=str(file))
    name = f"{shop.name}.pay.fee"

    def modes_after(text: str) -> dict[str, str]:
        file.write_text(text)
        shop.seam._next_look = 0.0
        shop.module("pay").fee(1)
        modes: dict[str, str] = shop.seam.modes()
        return modes

    assert modes_after("{}")[name] == "local"
    after = modes_after(json.dumps({"functions": {name: "remote", f"{shop.name}.pay.bill": "remote"}}))
    assert (after[name], after[f"{shop.name}.pay.bill"], after[f"{shop.name}.pay.quote"]) == (
        "remote",
        "local",
        "local",
    )
    for nonsense in ("{", "[]", '{"functions": 3}', ""):
        assert modes_after(nonsense)[name] == "remote"
    file.unlink()
    shop.seam._next_look = 0.0
    assert shop.module("pay").fee(10) == 1
    assert shop.seam.modes()[name] == "remote"


def test_a_missing_secret_is_said_and_never_guessed(seamed: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = seamed(serve=False)
    monkeypatch.delenv("PAY_SECRET")
    shop.seam.set_mode("remote")
    with pytest.raises(shop.module("_generated.seams").SeamError, match="PAY_SECRET is not set"):
        shop.module("pay").fee(1)


def test_a_subclass_does_not_cross_as_its_base(seamed: Make) -> None:
    shop = seamed()
    shop.seam.set_mode("remote")
    gateway = type("Other", (shop.module("pay").Gateway,), {})
    with pytest.raises(shop.module("_generated.seams").SeamTypeError, match="was called on Other"):
        gateway.make("x")  # type: ignore[attr-defined]
