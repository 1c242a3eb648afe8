"""A Flask service of functions, for real: a monolith with a seam calls it over loopback, on one database."""

import json
import os
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from fastapi.openapi.models import OpenAPI

from carveout.runtime import processes
from carveout.runtime.traffic import calls

from .. import signing
from .conftest import SECRET, Shop, carried_out

FILES = {
    "carveout.toml": """
        [services.stock-room]
        functions = ["shop.stock.add", "shop.stock.reserve", "shop.stock.report", "shop.stock.SoldOut"]
        tables = ["item"]
        exposure = "both"

        [consumers.partner-app]
        kind = "partner"
        auth = "jwt"
        may_call = ["stock-room.reserve"]
        """,
    "requirements.txt": "Flask>=3\nSQLAlchemy>=2\nPyJWT>=2\n",
    "shop/__init__.py": "",
    "shop/base.py": """
        import os
        from sqlalchemy import create_engine
        from sqlalchemy.orm import DeclarativeBase, scoped_session, sessionmaker

        engine = create_engine(os.environ["SHOP_DATABASE"])
        Session = scoped_session(sessionmaker(bind=engine))

        class Base(DeclarativeBase): ...

        def init_app(app):
            app.extensions["engine"] = engine
            app.teardown_appcontext(lambda error: Session.remove())
        """,
    "shop/models.py": """
        from sqlalchemy import Column, ForeignKey, Table, event
        from sqlalchemy.orm import Mapped, mapped_column, relationship
        from .base import Base

        item_colour = Table(
            "item_colour", Base.metadata,
            Column("item_id", ForeignKey("item.id")), Column("colour_id", ForeignKey("colour.id")),
        )

        class Colour(Base):
            __tablename__ = "colour"
            id: Mapped[int] = mapped_column(primary_key=True)

        class Item(Base):
            __tablename__ = "item"
            id: Mapped[int] = mapped_column(primary_key=True)
            sku: Mapped[str]
            count: Mapped[int]
            # Named by text alone.
            shelf_id = mapped_column(ForeignKey("shelf.id"))
            notes = relationship("Note")
            tags = relationship("Tag", secondary="item_tag")
            colours = relationship("Colour", secondary="item_colour")

        class Shelf(Base):
            __tablename__ = "shelf"
            id: Mapped[int] = mapped_column(primary_key=True)

        class Note(Base):
            __tablename__ = "note"
            id: Mapped[int] = mapped_column(primary_key=True)
            item_id = mapped_column(ForeignKey("item.id"))

        class Tag(Base):
            __tablename__ = "tag"
            id: Mapped[int] = mapped_column(primary_key=True)

        class ItemTag(Base):
            __tablename__ = "item_tag"
            item_id = mapped_column(ForeignKey("item.id"), primary_key=True)
            tag_id = mapped_column(ForeignKey("tag.id"), primary_key=True)

        class Page(Base):
            __tablename__ = "page"
            id: Mapped[int] = mapped_column(primary_key=True)

        @event.listens_for(Item, "before_insert")
        def lower(mapper, connection, item):
            item.sku = item.sku.lower()
        """,
    # A script that maps the same table for itself, in a file that nothing can import.
    "tools/count-items.py": """
        from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

        class Base(DeclarativeBase): ...

        class Item(Base):
            __tablename__ = "item"
            id: Mapped[int] = mapped_column(primary_key=True)
        """,
    "shop/stock.py": '''
        """What is in stock."""
        from __future__ import annotations

        import csv
        from dataclasses import dataclass
        from flask import current_app
        from sqlalchemy import select
        from .base import Session
        from .models import Item

        class SoldOut(Exception):
            def __init__(self, left: int, *, sku: str):
                super().__init__(f"{left} left")
                self.sku = sku

        @dataclass(frozen=True)
        class Report:
            counts: dict[str, int]

        def add(sku: str, count: int) -> int:
            item = Item(sku=sku, count=min(count, current_app.config["STOCK_LIMIT"]))
            Session.add(item)
            Session.commit()
            return item.id

        # Takes some away.
        def reserve(sku: str, count: int = 1) -> int:
            item = Session.scalars(select(Item).where(Item.sku == sku)).one()
            if item.count < count:
                raise SoldOut(item.count, sku=sku)
            item.count -= count
            Session.commit()
            return item.count

        def report() -> Report:
            return Report({item.sku: item.count for item in Session.scalars(select(Item))})

        def orders(): return csv.writer(None)
        ''',
    "shop/app.py": """
        from flask import Flask
        from . import base
        from .stock import SoldOut, add, report, reserve

        def create_app():
            app = Flask(__name__)
            app.config["STOCK_LIMIT"] = 5
            base.init_app(app)
            return app

        def sell(sku):
            try:
                return reserve(sku), reserve(sku, count=2)
            except SoldOut as error:
                return str(error), error.sku, error.args

        def put(sku): return add(sku, 9)
        def told(): return report()
        """,
}
MONOLITH = """
import json, sys
from shop import app as web, base, models
from shop._generated.stock_room_seam import stock_room_seam as seam
application = web.create_app()
base.Base.metadata.create_all(base.engine)
with application.app_context():
    base.Session.query(models.Item).delete()
    base.Session.commit()
    seam.set_mode(sys.argv[1])
    said = [type(web.put("S-7")).__name__, web.sell("s-7"), web.sell("s-7"), web.sell("s-7"), repr(web.told())]
print(json.dumps({"said": said, "crossed": sum(each["remote"] for each in seam.crossings().values())}))
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    made = carried_out(tmp_path_factory.mktemp("flask"), FILES, "stock-room")
    port = processes.free_port()
    made.environment = {
        "SHOP_DATABASE": f"sqlite:///{made.root / 'shop.db'}", "STOCK_ROOM_SECRET": SECRET, "STOCK_LIMIT": "5",
        "PARTNER_APP_JWKS": str(made.root / "partner.json"), "STOCK_ROOM_URL": f"http://127.0.0.1:{port}", "SERVICE_PORT": str(port),
    }  # fmt: skip
    (made.root / "partner.json").write_text(signing.published())
    assert made.python("-c", MONOLITH, "local").returncode == 0
    with made.serving("-m", "stock_room_service", port=port):
        yield made


def test_the_monolith_cannot_tell_the_service_from_itself(shop: Shop) -> None:
    outcomes = {}
    for mode in ("local", "remote"):
        done = shop.python("-c", MONOLITH, mode)
        assert done.returncode == 0, done.stderr
        outcomes[mode] = json.loads(done.stdout)
    assert outcomes["local"]["said"] == outcomes["remote"]["said"]
    assert (outcomes["local"]["crossed"], outcomes["remote"]["crossed"]) == (0, 8)
    assert outcomes["remote"]["said"][1:3] == [[4, 2], ["1 left", "s-7", ["1 left"]]]
    lines = [json.loads(line) for line in (shop.root / "log").read_text().splitlines() if line[:1] == "{"]
    calls = [line for line in lines if "/internal/v1/shop.stock.reserve" in line["message"]]
    assert calls and all(len(line["trace"]) == 32 for line in calls)


def test_its_own_tests_pass_on_the_service_alone(shop: Shop) -> None:
    env = {"PYTHONPATH": "", "STOCK_ROOM_SECRET": ""}
    words = [
        "import os; del os.environ['STOCK_ROOM_SECRET']",
        "import pytest",
        "raise SystemExit(pytest.main())",
    ]
    done = shop.python(
        "-c", "; ".join(words), env={**env, "PYTEST_ADDOPTS": "-p no:cacheprovider"}, cwd=shop.service
    )
    assert done.returncode == 0, done.stdout
    imports = [
        line
        for path in shop.service.rglob("*.py")
        for line in path.read_text().splitlines()
        if "import" in line
    ]
    assert "carveout" not in "".join(imports)


def status(shop: Shop, function: str, token: str) -> int:
    """What the service answers to a call whose body is no JSON: 400 once it is let in."""
    url = f"{shop.environment['STOCK_ROOM_URL']}/internal/v1/shop.stock.{function}"
    request = urllib.request.Request(url, b"{", {"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_consumers_call_what_the_boundary_says_by_either_kind_of_key(shop: Shop) -> None:
    for sign in (signing.token, lambda who, service: calls.token(who, service, SECRET)):
        partner = sign("partner-app", "stock-room")
        assert status(shop, "reserve", partner) == 400
        assert status(shop, "add", partner) == 403
        assert status(shop, "reserve", sign("partner-app", "stock")) == 401
    assert status(shop, "reserve", calls.token("stranger", "stock-room", SECRET)) == 403
    text = (shop.service / "src/stock_room_service/_generated/access.py").read_text()
    assert '"partner-app": frozenset(' in text


def test_no_key_proves_what_another_kind_would(shop: Shop) -> None:
    public = signing.published()
    now = int(time.time())
    for forged in (
        *(calls.token("partner-app", "stock-room", key) for key in (public, signing.number(signing.N), "")),
        *(calls.token("monolith", "stock-room", key) for key in (public, signing.number(signing.N))),
        calls.token("partner-app", "stock-room", SECRET, {"alg": "RS256", "kid": "one"}),
        signing.token("monolith", "stock-room"),
        signing.token("stranger", "stock-room"),
        signing.token("stock-room", "stock-room"),
        *(signing.token("partner-app", "stock-room", {"alg": each}) for each in ("none", "HS256", "RS512")),
        *(signing.token("partner-app", "stock-room", {"kid": each}) for each in ("two", 1, None, ["one"])),
        signing.token("partner-app", "stock-room", {"crit": ["exp"]}),
        *(
            signing.token("partner-app", "stock-room", exp=each)
            for each in (now - 60, None, "x", now + 10**6)
        ),
        signing.token("partner-app", "stock-room", nbf=now + 600),
        signing.token("partner-app", ["stock-room"]),
        signing.token("partner-app", "stock-room")[:-4] + "AAAA",
        signing.token("partner-app", "stock-room") + "=",
        signing.token("partner-app", "stock-room").rpartition(".")[0] + ".",
    ):
        assert status(shop, "reserve", forged) == 401, forged


CLIENT = """
from stock_room_service._generated.client import Client
client = Client()
print(type(client.add("n-1", 3)).__name__, client.reserve("n-1"), client.reserve("n-1", count=2), client.report())
try:
    client.reserve("n-1", 4)
except Exception as error:
    print(type(error).__module__, type(error).__name__, error)
"""
TYPED = """
from stock_room_service._generated.client import Client
left: int = Client().reserve("a", count=2)
Client().reserve(3)
Client().add("a")
Client().nothing()
"""


def test_its_client_calls_it(shop: Shop) -> None:
    """On the path of a consumer that has the service's package, and nothing of the monolith."""
    env = {"PYTHONPATH": str(shop.service / "src")}
    done = shop.python("-c", CLIENT, env=env, cwd=shop.root.parent)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].startswith("int 2 0 Report(counts={")
    assert done.stdout.splitlines()[1] == "shop.stock SoldOut 0 left"


@pytest.mark.full
def test_its_client_is_typed(shop: Shop) -> None:
    (shop.service / "consumer.py").write_text(TYPED)
    done = shop.python(
        "-m", "mypy", "--no-incremental", "--cache-dir", os.devnull, "consumer.py", cwd=shop.service
    )
    (shop.service / "consumer.py").unlink()
    lines = [line.partition("error: ")[2] for line in done.stdout.splitlines() if "error:" in line]
    assert [line.partition(";")[0] for line in lines] == [
        'Argument 1 to "reserve" of "Client" has incompatible type "int"',
        'Missing positional argument "count" in call to "add" of "Client"  [call-arg]',
        '"Client" has no attribute "nothing"  [attr-defined]',
    ]


def test_its_snapshot_is_a_valid_document(shop: Shop) -> None:
    """As FastAPI reads OpenAPI 3.1, whose schemas are those of JSON Schema 2020-12."""
    told = json.loads((shop.service / "_generated/openapi.json").read_text())
    OpenAPI.model_validate(told)
    call = told["paths"]["/internal/v1/shop.stock.reserve"]["post"]
    arguments = call["requestBody"]["content"]["application/json"]["schema"]["properties"]["arguments"]
    assert arguments["properties"] == {"sku": {"type": "string"}, "count": {"type": "integer"}}
    assert arguments["required"] == ["sku"]
    exceptions = call["responses"]["422"]["content"]["application/json"]["schema"]["properties"]["exception"]
    assert "shop.stock.SoldOut" in exceptions["properties"]["type"]["enum"]


def test_only_what_is_needed_moves_and_what_mappers_name_by_text(shop: Shop) -> None:
    text = (shop.service / "src/shop/stock.py").read_text()
    assert "# Takes some away.\ndef reserve(" in text
    assert "csv" not in text and "def orders" not in text
    models = (shop.service / "src/shop/models.py").read_text()
    for kept in (
        "class Item(",
        "class Shelf(",
        "class Note(",
        "class ItemTag(",
        "item_colour = Table(",
        "class Colour(",
        '@event.listens_for(Item, "before_insert")',
    ):
        assert kept in models
    assert "class Page(" not in models
    assert not (shop.service / "src/shop/app.py").exists()
    assert not (shop.service / "src/tools").exists()
    needs = tomllib.loads((shop.service / "pyproject.toml").read_text())["project"]["dependencies"]
    assert needs == ["Flask>=3", "PyJWT>=2", "SQLAlchemy>=2", "waitress"]
    assert len(shop.owned()) <= 20


def test_without_its_secret_it_does_not_start(shop: Shop) -> None:
    env = {"PYTHONPATH": str(shop.service / "src"), "STOCK_ROOM_SECRET": ""}
    done = shop.python("-c", "import stock_room_service.wsgi", env=env, cwd=shop.root.parent)
    assert done.returncode != 0 and "STOCK_ROOM_SECRET is not set" in done.stderr


def test_its_code_is_clean(shop: Shop) -> None:
    ruff = ["-m", "ruff", "check", "--no-cache", "--isolated", "--line-length", "110", "--select", "E,F,I"]
    done = shop.python(*ruff, "src/stock_room_service", "tests", cwd=shop.service)
    assert done.returncode == 0, done.stdout
    form = ["-m", "ruff", "format", "--no-cache", "--isolated", "--line-length", "110", "--check"]
    done = shop.python(*form, "src/stock_room_service", "tests", cwd=shop.service)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.full
def test_its_types_are_clean(shop: Shop) -> None:
    done = shop.python("-m", "mypy", "--no-incremental", "src/stock_room_service", cwd=shop.service)
    assert done.returncode == 0, done.stdout
