"""A generated service that dies, dawdles, fails or babbles: one declared error in time, nothing done twice.

Monolith and service are processes of their own on one database. What goes wrong does so in the service's own
process, behind the commit and before the answer.
"""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from carveout.runtime import processes

from .conftest import SECRET, Shop, carried_out

FILES = {
    "carveout.toml": '[services.ledger]\nmodules = ["shop.ledger"]\ntables = ["entry"]\n',
    "requirements.txt": "Flask>=3\nSQLAlchemy>=2\nPyJWT>=2\n",
    "shop/__init__.py": "",
    "shop/ledger.py": """
        import os
        from sqlalchemy import create_engine, func, select
        from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

        engine = create_engine(os.environ["SHOP_DATABASE"])

        class Base(DeclarativeBase): ...

        class Entry(Base):
            __tablename__ = "entry"
            id: Mapped[int] = mapped_column(primary_key=True)
            cents: Mapped[int]

        def book(cents: int) -> int:
            with Session(engine) as session:
                entry = Entry(cents=cents)
                session.add(entry)
                session.commit()
                return entry.id

        def booked(cents: int) -> int:
            with Session(engine) as session:
                return session.scalar(select(func.count(Entry.id)).where(Entry.cents == cents)) or 0
        """,
    "shop/app.py": """
        from flask import Flask
        from . import ledger
        from .ledger import book, booked

        app = Flask(__name__)

        @app.post("/book/<int:cents>")
        def post(cents): return str(book(cents))

        @app.get("/booked/<int:cents>")
        def get(cents): return str(booked(cents))
        """,
}
CALLER = """
import json, sys, time
from shop import ledger
from shop._generated.ledger_seam import ledger_seam as seam
ledger.Base.metadata.create_all(ledger.engine)
said = []
for mode, name, cents in json.loads(sys.argv[1]):
    seam.set_mode(mode, f"shop.ledger.{name}")
    started = time.monotonic()
    try:
        outcome = getattr(ledger, name)(cents)
    except Exception as error:
        outcome = [type(error).__name__, getattr(error, "reason", str(error))]
    said.append([outcome, time.monotonic() - started])
if any(call[0] == "shadow" for call in json.loads(sys.argv[1])): seam.shadow.wait()
print(json.dumps({"said": said, "shadow": seam.shadow.counts}))
"""
MISCHIEF = """
    import signal, time
    from flask import Response, request

    @app.after_request
    def strike(response: Response) -> Response:
        if not request.path.startswith("/internal/"):
            return response
        with open(os.environ["MISCHIEF"]) as file:
            what = file.read()
        if what == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if what == "slow":
            time.sleep(10)
        if what == "500":
            raise RuntimeError("a bug behind the work")
        if what == "garbage":
            response.set_data(b'{"result": [[[')
        return response
"""
"""Goes to the end of `configure` in the service's own settings: behind the commit, before the answer is sent."""
SECONDS = 1.0


class Ledger(Shop):
    """The shop, with a file that says what goes wrong in its service."""

    def behave(self, what: str) -> None:
        Path(self.environment["MISCHIEF"]).write_text(what)

    def calls(self, *calls: tuple[str, str, int]) -> dict[str, Any]:
        """What the monolith's calls come to, with the seconds that each takes."""
        done = self.python("-c", CALLER, json.dumps(calls))
        assert done.returncode == 0, done.stderr
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    def entries(self, cents: int) -> int:
        """How many entries the table holds."""
        ((count, _),) = self.calls(("local", "booked", cents))["said"]
        return int(count)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    shop = carried_out(tmp_path_factory.mktemp("faults"), FILES, "ledger")
    settings = shop.service / "src/ledger_service/settings.py"
    settings.write_text(settings.read_text() + MISCHIEF)
    port = processes.free_port()
    environment = {
        "SHOP_DATABASE": f"sqlite:///{shop.root / 'shop.db'}", "DATABASE_URL": f"sqlite:///{shop.root / 'shop.db'}",
        "LEDGER_SECRET": SECRET, "LEDGER_URL": f"http://127.0.0.1:{port}", "LEDGER_TIMEOUT": str(SECONDS),
        "SERVICE_PORT": str(port), "MISCHIEF": str(shop.root / "mischief"),
    }  # fmt: skip
    return Ledger(shop.root, shop.name, environment)


@pytest.fixture
def serving(ledger: Ledger) -> Iterator[processes.Process]:
    """The service, which behaves until it is told otherwise."""
    ledger.behave("")
    with ledger.serving("-m", "ledger_service", port=int(ledger.environment["SERVICE_PORT"])) as process:
        yield process


def test_killed_between_write_and_answer(ledger: Ledger, serving: processes.Process) -> None:
    """The caller cannot know whether it was done: it gets an error, and nobody tries a second time."""
    assert ledger.calls(("remote", "book", 1))["said"][0][0] == 1
    ledger.behave("kill")
    first, second, read = ledger.calls(("remote", "book", 2), ("remote", "book", 2), ("remote", "booked", 2))[
        "said"
    ]
    assert first[0] == ["ServiceError", "broken"] and first[1] < SECONDS + 1
    for outcome in (
        second[0],
        read[0],
    ):  # there is no service any more; its last connections may still be open
        assert outcome in (["ServiceError", "refused"], ["ServiceError", "broken"])
    assert not serving.running
    assert ledger.entries(2) == 1
    ledger.behave("")
    with ledger.serving("-m", "ledger_service", port=int(ledger.environment["SERVICE_PORT"])):
        assert ledger.calls(("remote", "booked", 2))["said"][0][0] == 1


@pytest.mark.full
@pytest.mark.usefixtures("serving")
def test_ten_seconds_slow(ledger: Ledger) -> None:
    """Its time is over long before the service's; what was done is done once, however often nobody waited."""
    ledger.behave("slow")
    started = time.monotonic()
    told = ledger.calls(
        *[("remote", "book", 3)] * 2, ("remote", "booked", 3), *[("shadow", "booked", 3)] * 40
    )
    assert [outcome for outcome, _ in told["said"][:3]] == [["ServiceError", "timeout"]] * 3
    assert all(seconds < SECONDS + 0.5 for _, seconds in told["said"][:3])
    assert [outcome for outcome, _ in told["said"][3:]] == [2] * 40
    assert sorted(seconds for _, seconds in told["said"][3:])[20] < 0.2
    ledger.behave("")
    time.sleep(max(0.0, 10.5 - (time.monotonic() - started)))
    assert ledger.entries(3) == 2


@pytest.mark.usefixtures("serving")
@pytest.mark.parametrize(("what", "reason", "cents"), [("500", "status", 4), ("garbage", "garbage", 5)])
def test_answers_that_mean_nothing(ledger: Ledger, what: str, reason: str, cents: int) -> None:
    """The work was done, and is not done again; after five failures nobody is asked for a while."""
    ledger.behave(what)
    told = ledger.calls(*[("shadow", "booked", cents)] * 3, *[("remote", "book", cents)] * 6)
    assert [outcome for outcome, _ in told["said"][:3]] == [0] * 3
    assert told["shadow"]["failed"] == 3
    outcomes = [outcome for outcome, _ in told["said"][3:]]
    asked = ledger.entries(cents)
    assert 1 <= asked <= 5
    assert outcomes == [["ServiceError", reason]] * asked + [["ServiceError", "open"]] * (6 - asked)
    ledger.behave("")
    assert ledger.calls(("remote", "booked", cents))["said"][0][0] == asked


def test_shadow_callers_notice_no_service_at_all(ledger: Ledger) -> None:
    """Nothing listens: the answer is that of the caller's own process, as fast as without."""
    told = ledger.calls(("local", "booked", 1), *[("shadow", "booked", 1)] * 20)
    assert {outcome for outcome, _ in told["said"]} == {1}
    assert sorted(seconds for _, seconds in told["said"])[10] < 0.2
    assert told["shadow"]["failed"] == 20
