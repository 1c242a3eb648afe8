"""Calls that a seam writes down: as they were made, each once, bounded, and without credentials."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

Make = Callable[..., Any]


def rows(file: Path) -> list[Any]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_nothing_is_written_unless_it_was_asked_for(seamed: Make) -> None:
    shop = seamed(serve=False)
    assert shop.seam._recorder is None
    shop.module("shop").show(50)


def test_calls_are_written_with_what_became_of_them(seamed: Make, tmp_path: Path) -> None:
    file = tmp_path / "calls.jsonl"
    shop = seamed(serve=False, PAY_SEAM_RECORD=str(file))
    calls = shop.module("shop")
    assert (calls.buy(101), calls.show(50), calls.hello(SimpleNamespace(name="Ann"))) is not None
    calls.buy(101)
    with pytest.raises(ZeroDivisionError):
        shop.module("pay").charge(-1)
    told = {row["function"].removeprefix(f"{shop.name}.pay."): row for row in rows(file)}
    assert list(told) == ["charge", "fee", "quote", "Gateway.ping", "Gateway.make", "greet"]
    assert told["fee"] == {
        "function": f"{shop.name}.pay.fee", "arguments": {"cents": 50}, "answer": {"result": 5}, "left_out": [],
    }  # fmt: skip
    assert told["charge"]["answer"] == {"error": "ZeroDivisionError"}
    first = rows(file)[0]
    assert first["arguments"] == {"cents": 101, "names": ["a", "b"], "note": "x"}
    assert first["answer"]["exception"]["attributes"] == {"code": 7}
    assert told["Gateway.make"]["arguments"] == {"word": "b"}
    assert len(rows(file)) == 7 and file.stat().st_mode & 0o777 == 0o600


def test_what_does_not_fit_or_fails_is_left_out_and_callers_notice_nothing(
    seamed: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "calls.jsonl"
    shop = seamed(serve=False, PAY_SEAM_RECORD=str(file))
    pay, recording = shop.module("pay"), shop.module("_generated.seams.recording")
    assert pay.Gateway.ping("x" * 70_000) == "X" * 70_000
    assert not file.exists()
    assert pay.fee(10) == 1 and len(rows(file)) == 1
    monkeypatch.setattr(recording, "_LARGEST_FILE", file.stat().st_size)
    assert pay.fee(20) == 2 and len(rows(file)) == 1
    monkeypatch.setattr(recording, "_LARGEST_FILE", 10**6)
    monkeypatch.setattr(recording, "_MOST_CALLS", 3)
    assert pay.fee(30) == 3 and len(rows(file)) == 1
    monkeypatch.setattr(recording, "_MOST_CALLS", 100)
    file.unlink()
    file.symlink_to(tmp_path / "elsewhere")
    assert pay.fee(40) == 4 and not (tmp_path / "elsewhere").exists()


def test_coroutines_are_written_down_once_they_have_ended(seamed: Make, tmp_path: Path) -> None:
    file = tmp_path / "calls.jsonl"
    shop = seamed(serve=False)
    recording = shop.module("_generated.seams.recording")

    async def fee(cents: int, rate: float = 0.1) -> int:
        return int(cents * rate)

    about = shop.seam.functions[f"{shop.name}.pay.fee"]
    watched = recording.Recorder(str(file)).watch(about, fee)
    assert asyncio.run(watched(50)) == 5
    assert rows(file)[0]["answer"] == {"result": 5}


@pytest.mark.parametrize(
    ("told", "kept", "names"),
    [
        ({"password": "s3cret!", "name": "Ann"}, {"password": "a0aaaa!", "name": "Ann"}, ["password"]),
        ({"request": {"attributes": {"META": {"attributes": {}, "items": [["HTTP_COOKIE", {"value": "id=7"}]]}}}},
         {"request": {"attributes": {"META": {"attributes": {}, "items": [["HTTP_COOKIE", {"value": "aa=0"}]]}}}},
         ["HTTP_COOKIE"]),
        ({"api_key": {"$": "bytes", "v": "c2VjcmV0"}}, {"api_key": {"$": "bytes", "v": "a0aaaaa0"}}, ["api_key"]),
        ({"headers": {"x": "Bearer abc.def"}}, {"headers": {"x": "aaaaaa aaa.aaa"}}, ["x"]),
        ({"url": "https://u:pw1@host/a"}, {"url": "aaaaa://a:aa0@aaaa/a"}, ["url"]),
        ({"token": 1234, "is_token": True, "note": "a token"}, {"token": 0, "is_token": True, "note": "a token"},
         ["token"]),
        ({"pairs": [["a", 1], ["b", "c"]]}, {"pairs": [["a", 1], ["b", "c"]]}, []),
    ],
)  # fmt: skip
def test_what_may_be_a_credential_is_replaced_by_something_of_its_form(
    seamed: Make, told: Any, kept: Any, names: list[str]
) -> None:
    recording = seamed(serve=False).module("_generated.seams.recording")
    left_out: list[str] = []
    assert (recording.without_credentials(told, left_out), left_out) == (kept, names)
