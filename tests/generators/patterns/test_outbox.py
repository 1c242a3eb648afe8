"""Events as they are generated: what is sent, what is carried out, and what is not."""

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from carveout.analyzer.model.errors import Refused
from carveout.generators import scaffold

from .conftest import SHOP, Shop, apply_events, written

LETTERS = "SELECT order_id, text FROM letters ORDER BY rowid"


def test_an_event_is_written_with_the_change_and_carried_out_once(shop: Shop) -> None:
    shop.orders.place(1)
    assert shop.rows(LETTERS) == []
    shop.pass_on()
    assert shop.work() == 1
    assert shop.rows(LETTERS) == [(1, "thank you")]
    with shop.data.unit():
        shop.outbox.publish_again(shop.data, "mail", 0)
    shop.pass_on()
    assert shop.work() == 0
    assert shop.rows(LETTERS) == [(1, "thank you")]


def test_what_is_rolled_back_is_never_sent(shop: Shop) -> None:
    shop.orders.place(1, keep=False)
    shop.pass_on()
    assert (shop.rows("SELECT id FROM event_outbox"), shop.work(), shop.rows(LETTERS)) == ([], 0, [])


def test_local_calls_as_before_and_shadow_sends_without_doing_it_again(shop: Shop) -> None:
    shop.channel.set_mode("local")
    shop.orders.place(1)
    assert shop.rows("SELECT id FROM event_outbox") == []
    shop.channel.set_mode("shadow")
    shop.orders.place(2)
    shop.pass_on()
    assert shop.work() == 1
    assert shop.rows(LETTERS) == [(1, "thank you"), (2, "thank you")]
    assert shop.rows("SELECT state FROM event_inbox") == ["done"]


def test_what_fails_is_taken_back_tried_again_and_holds_up_its_own_key_alone(shop: Shop) -> None:
    for order, words in ((1, "bad"), (2, "two"), (3, "three")):
        shop.orders.place(order, words)
    shop.data.execute("UPDATE event_outbox SET ordering_key = 'order_id=1' WHERE data LIKE '%three%'")
    shop.db.session.commit()
    shop.pass_on()
    assert shop.work() == 2
    assert shop.rows(LETTERS) == [(2, "two")]
    for _ in range(shop.inbox.ATTEMPTS - 1):
        with shop.data.unit():
            shop.data.execute("UPDATE event_inbox SET due = 0")
        shop.work()
    assert shop.rows(LETTERS) == [(2, "two"), (3, "three")]
    ((subscription, _, type, error),) = _dead(shop)
    assert (subscription, type) == ("mail", "shop_of_events.mail.letter.v1")
    assert error == "ValueError: nobody can write this"


def _dead(shop: Shop) -> list[tuple[str, str, str, str]]:
    with shop.data.unit():
        found: list[tuple[str, str, str, str]] = shop.inbox.dead(shop.data)
    return found


def test_dead_events_are_listed_and_tried_again_and_done_ones_replayed(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.orders.place(1)
    shop.pass_on()
    with shop.data.unit():
        shop.data.execute("UPDATE event_inbox SET state = 'dead', error = 'full'")
    assert shop.main("dead", "--retry", "all") == 0
    assert "shop_of_events.mail.letter.v1  full" in capsys.readouterr().out
    assert shop.work() == 1
    assert shop.main("replay", "mail", "--key", "order_id=1") == 0
    assert shop.main("status") == 0
    assert capsys.readouterr().out == "1 events wait to be carried out once more\nmail: 1 waiting\n"
    assert shop.work() == 1
    assert shop.rows(LETTERS) == [(1, "thank you")] * 2
    assert shop.main("replay", "nobody") == 2


def test_each_receiver_has_its_own_subscription(shop: Shop) -> None:
    shop.inbox.subscribe(shop.data, "loyalty", "mail")
    shop.orders.place(1)
    shop.pass_on()
    function = "shop_of_events.mail.letter"
    assert shop.work("loyalty", {function: "shop_of_events.stock.points"}) == 1
    assert (shop.rows("SELECT order_id FROM points"), shop.rows(LETTERS)) == ([1], [])
    assert shop.work() == 1
    assert shop.rows(LETTERS) == [(1, "thank you")]


def test_a_value_that_cannot_be_sent_is_called_here_and_told_with_its_place(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        shop.orders.place(1, words="now", extra=object())
        shop.orders.place(2, words="x" * 300_000)
    assert [row[0] for row in shop.rows(LETTERS)] == [1, 2]
    assert shop.rows("SELECT id FROM event_outbox") == []
    assert "orders.py:6, was not sent but called here" in caplog.text
    assert "262144 bytes" in caplog.text


def test_without_its_tables_calls_stay_calls(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    with shop.data.unit():
        shop.data.execute("DELETE FROM event_subscriptions")
    shop.channel._ready = False
    with caplog.at_level(logging.ERROR):
        shop.orders.place(1)
    assert shop.rows(LETTERS) == [(1, "thank you")]
    assert "install" in caplog.text
    assert shop.main("install") == 0


def test_messages_that_are_no_events_of_ours_are_kept_with_the_dead(shop: Shop) -> None:
    envelope = shop.module("_generated.events.envelope")
    row = shop.outbox.Row(
        "a", "mail", "shop_of_events.mail.letter.v1", "", '{"arguments": {"order_id": 7}}', 0, 0, 5, 0
    )
    good = envelope.encode(row, "/shop", b"key")
    event = json.loads(good)
    forged = json.dumps({**event, "data": {"arguments": {"order_id": 8}}}).encode()
    bad = [b"", b"\xff\0", b"[" * 100_000, b"{}", b"[]", b'{"specversion": "1.0"}', forged]
    bad += [json.dumps({**event, "sequence": each}).encode() for each in ("x", "-1", 9**99, None)]
    bad += [envelope.encode(row, "/shop", b"other"), envelope.encode(row, "/shop", b"")]
    for message in (*bad, good, good):
        with shop.data.unit():
            shop.inbox.receive(shop.data, "mail", 0, message, b"key")
    assert shop.rows("SELECT COUNT(*) FROM event_inbox WHERE state = 'dead'") == [len(bad)]
    assert shop.rows("SELECT id FROM event_inbox WHERE state = 'waiting'") == ["a"]


@pytest.mark.parametrize(
    "type", ["shop_of_events.mail.letter.v2", "os.system.v1", "shop_of_events.mail.count.v1"]
)
def test_nothing_is_called_that_was_not_agreed(shop: Shop, type: str) -> None:
    shop.orders.place(1)
    shop.data.execute("UPDATE event_outbox SET type = :type", type=type)
    shop.db.session.commit()
    shop.pass_on()
    assert shop.work() == 1
    assert (shop.rows(LETTERS), len(_dead(shop))) == ([], 1)


def test_what_is_cleaned_away_leaves_what_others_follow(shop: Shop) -> None:
    for _ in range(3):
        shop.data.execute("DELETE FROM orders")
        shop.orders.place(1)
        shop.pass_on()
        shop.work()
    with shop.data.unit():
        shop.data.execute("UPDATE event_outbox SET published = 1")
        shop.data.execute("UPDATE event_inbox SET settled = 1")
    assert shop.main("clean") == 0
    assert shop.rows("SELECT position FROM event_outbox") == shop.rows("SELECT position FROM event_inbox")
    shop.data.execute("DELETE FROM orders")
    shop.channel.set_mode("remote")
    shop.orders.place(1)
    shop.pass_on()
    assert shop.work() == 1


def test_the_file_is_as_it_was_when_the_step_is_taken_back(tmp_path: Path) -> None:
    written(tmp_path, "shop", SHOP)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.py")}
    apply_events(tmp_path)
    assert b"@mail_events(" in (tmp_path / "shop/mail.py").read_bytes()
    scaffold.undo(tmp_path, "mail", "events")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.py")} == before
    assert not (tmp_path / "shop/_generated").exists()


def test_calls_that_cannot_become_events_are_refused(tmp_path: Path) -> None:
    """One whose answer is taken stays a call; one that commits must be accepted; two sessions are a question."""
    files = {
        **SHOP,
        "{name}/other.py": "from sqlalchemy.orm import scoped_session\nsession = scoped_session(None)\n",
    }
    written(tmp_path, "shop", files)
    with pytest.raises(Refused, match=r"2 things give a session .*shop\.db\.session.*shop\.other\.session"):
        apply_events(tmp_path)
    with pytest.raises(Refused, match="commits-itself"):
        apply_events(tmp_path, "stock", session="shop.db.session")
    apply_events(tmp_path, "stock", session="shop.db.session", accepted=["commits-itself"])
    text = (tmp_path / "shop/stock.py").read_text()
    assert '@stock_events("shop.stock.commits", accepted=("commits-itself",))' in text
    apply_events(tmp_path, session="shop.db.session")
    assert 'mail_events("shop.mail.count' not in (tmp_path / "shop/mail.py").read_text()


def test_what_is_generated_is_clean_and_knows_nothing_of_carveout(shop: Shop) -> None:
    folder = shop.root / shop.name
    for path in folder.rglob("*.py"):
        assert "import carveout" not in path.read_text(encoding="utf-8")
    ours = [str(folder / "_generated"), str(folder / "events_settings.py")]
    for command in (["check"], ["format", "--check"]):
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "ruff",
                *command,
                "--isolated",
                "--no-cache",
                "--line-length",
                "110",
                *ours,
            ],
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout


def test_the_document_names_each_event(shop: Shop) -> None:
    from faststream.specification.asyncapi.v3_0_0.schema import ApplicationSchema

    told = json.loads((shop.root / shop.name / "_generated/mail_events.asyncapi.json").read_text())
    ApplicationSchema.model_validate(told)
    message = told["components"]["messages"]["shop_of_events.mail.letter.v1"]
    arguments = message["payload"]["properties"]["data"]["properties"]["arguments"]["properties"]
    assert arguments["order_id"] == {"type": "integer"}
