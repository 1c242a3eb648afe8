"""A FastAPI service, for real: models of pydantic and coroutines cross, on one database."""

import json

import pytest

from carveout.runtime import processes

from .conftest import SECRET, Shop, carried_out

FILES = {
    "carveout.toml": """
        [services.desk]
        modules = ["app.desk"]
        tables = ["ticket"]
        """,
    "requirements.txt": "fastapi>=0.100\nSQLAlchemy>=2\n",
    "app/__init__.py": "",
    "app/db.py": """
        import os
        from sqlalchemy import create_engine
        from sqlalchemy.orm import DeclarativeBase, sessionmaker

        engine = create_engine(os.environ["APP_DATABASE"])
        SessionLocal = sessionmaker(bind=engine)

        class Base(DeclarativeBase): ...
        """,
    "app/models.py": """
        from sqlalchemy.orm import Mapped, mapped_column
        from .db import Base

        class Ticket(Base):
            __tablename__ = "ticket"
            id: Mapped[int] = mapped_column(primary_key=True)
            title: Mapped[str]
            open: Mapped[bool] = mapped_column(default=True)
        """,
    "app/schema.py": """
        from pydantic import BaseModel, field_validator

        class TicketIn(BaseModel):
            title: str

            @field_validator("title")
            @classmethod
            def tidy(cls, value):
                return value.strip() + "."

        class TicketOut(TicketIn):
            id: int
            open: bool = True
        """,
    "app/desk.py": """
        from fastapi import APIRouter
        from sqlalchemy import select
        from .db import SessionLocal
        from .models import Ticket
        from .schema import TicketIn, TicketOut

        router = APIRouter()

        class Closed(Exception): ...

        def opened(ticket: TicketIn) -> TicketOut:
            with SessionLocal() as session:
                row = Ticket(title=ticket.title)
                session.add(row)
                session.commit()
                return TicketOut.model_construct(id=row.id, title=row.title)

        async def close(id: int) -> None:
            with SessionLocal() as session:
                row = session.get_one(Ticket, id)
                if not row.open:
                    raise Closed(f"{id} is closed")
                row.open = False
                session.commit()

        def tickets() -> list[TicketOut]:
            with SessionLocal() as session:
                rows = session.scalars(select(Ticket).order_by(Ticket.id))
                return [TicketOut.model_construct(id=row.id, title=row.title, open=row.open) for row in rows]

        @router.get("/tickets")
        def listed() -> list[TicketOut]:
            return tickets()
        """,
    "app/main.py": """
        from fastapi import FastAPI
        from . import desk
        from .schema import TicketIn

        app = FastAPI()
        app.include_router(desk.router)

        @app.post("/tickets")
        async def post(ticket: TicketIn):
            made = desk.opened(ticket)
            return made.model_dump(exclude_unset=True)

        @app.post("/tickets/{id}/close")
        async def close(id: int):
            try:
                await desk.close(id)
            except desk.Closed as error:
                return {"said": str(error)}
            return {"said": "done", "all": [each.model_dump() for each in desk.tickets()]}
        """,
}
MONOLITH = """
import json, sys
from fastapi.testclient import TestClient
from app import db, main, models
from app._generated.desk_seam import desk_seam as seam
models.Base.metadata.drop_all(db.engine)
models.Base.metadata.create_all(db.engine)
seam.set_mode(sys.argv[1])
client = TestClient(main.app)
said = [client.post("/tickets", json={"title": " a "}).json()]
said += [client.post("/tickets/1/close").json() for _ in range(2)]
print(json.dumps({"said": said, "crossed": sum(each["remote"] for each in seam.crossings().values())}))
"""
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    made = carried_out(tmp_path_factory.mktemp("fastapi"), FILES, "desk")
    port = processes.free_port()
    made.environment = {
        "APP_DATABASE": f"sqlite:///{made.root / 'app.db'}", "DESK_SECRET": SECRET,
        "DESK_URL": f"http://127.0.0.1:{port}", "SERVICE_PORT": str(port),
    }  # fmt: skip
    return made


def test_the_monolith_cannot_tell_the_service_from_itself(desk: Shop) -> None:
    local = desk.python("-c", MONOLITH, "local")
    assert local.returncode == 0, local.stderr
    with desk.serving("-m", "desk_service", port=int(desk.environment["SERVICE_PORT"])):
        remote = desk.python("-c", MONOLITH, "remote")
    assert remote.returncode == 0, remote.stderr
    here, there = json.loads(local.stdout), json.loads(remote.stdout)
    assert here["said"] == there["said"]
    assert here["said"][0] == {"title": "a.", "id": 1} and here["said"][2] == {"said": "1 is closed"}
    assert (here["crossed"], there["crossed"]) == (0, 4)
    lines = [json.loads(line) for line in (desk.root / "log").read_text().splitlines() if line[:1] == "{"]
    assert any("POST /internal/v1/app.desk.close 422" in line["message"] and line["trace"] for line in lines)


def test_its_own_tests_pass_and_its_code_is_clean(desk: Shop) -> None:
    folder = desk.service
    done = desk.python("-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore", cwd=folder)
    assert done.returncode == 0 and "12 passed" in done.stdout, done.stdout
    options = ["--no-cache", "--isolated", "--line-length", "110", "src/desk_service", "tests"]
    for command in (["check", "--select", "E,F,I"], ["format", "--check"]):
        done = desk.python("-m", "ruff", *command, *options, cwd=folder)
        assert done.returncode == 0, done.stdout + done.stderr
    done = desk.python(
        "-m", "ruff", "check", "--no-cache", "src/desk_service", "tests/_generated", cwd=folder
    )
    assert done.returncode == 0, done.stdout + done.stderr  # by the service's own settings, as its CI does
    assert not (folder / "src/app/main.py").exists()
    assert "from app.db import engine" in (folder / "src/desk_service/checks.py").read_text()


@pytest.mark.full
def test_its_types_are_clean(desk: Shop) -> None:
    done = desk.python("-m", "mypy", "--no-incremental", "src/desk_service", cwd=desk.service)
    assert done.returncode == 0, done.stdout
