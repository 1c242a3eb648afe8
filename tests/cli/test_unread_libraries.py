"""A web framework that is not read: each summary says first what it cannot know."""

from __future__ import annotations

from pathlib import Path

import pytest

from carveout.cli.main import main

VIEWS = """\
from falcon import App
from shop.{other}.store import load

def show(request, cursor):
    load(cursor)
"""
STORE = """\
def load(cursor):
    cursor.execute("SELECT a FROM {name}")
def keep(cursor):
    cursor.execute("INSERT INTO {name} (a) VALUES (1)")
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    for name, other in (("orders", "billing"), ("billing", "orders")):
        folder = tmp_path / "shop" / name
        folder.mkdir(parents=True)
        (folder / "__init__.py").touch()
        (folder / "views.py").write_text(VIEWS.format(name=name, other=other))
        (folder / "store.py").write_text(STORE.format(name=name))
    (tmp_path / "shop" / "__init__.py").touch()
    (tmp_path / "carveout.toml").write_text(
        "".join(
            f'[services.{name}]\nmodules = ["shop.{name}"]\ntables = ["{name}"]\n'
            for name in ("orders", "billing")
        )
    )
    return tmp_path


@pytest.mark.parametrize("verb", ["analyze", "propose", "assess"])
def test_says_first_that_its_routes_are_not_read(
    shop: Path, verb: str, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    main([verb, str(shop), "--no-progress"])
    head = capsysbinary.readouterr().out.decode().splitlines()[:5]
    assert any(line.strip().startswith("missing: falcon: 2 files import it") for line in head), head


def test_a_service_that_answers_nothing_is_not_praised_for_it(
    shop: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    main(["assess", str(shop), "--no-progress"])
    said = " ".join(capsysbinary.readouterr().out.decode().split())
    assert "the most of all for its days" not in said
    assert "that were seen is answered by a service that can go first" in said
