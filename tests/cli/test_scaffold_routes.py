"""`scaffold --step routes`, as a user types it: written, changed, taken back."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from carveout.cli.main import main

FILES = {
    "carveout.toml": """
        [services.pay]
        modules = ["shop.pay"]
        exposure = "both"

        [consumers.partner]
        kind = "partner"
        auth = "jwt"
        may_call = ["pay.charge"]
    """,
    "shop/__init__.py": "",
    "shop/pay.py": """
        from flask import Blueprint

        bp = Blueprint("pay", __name__)

        @bp.get("/pay/<int:id>")
        def show(id: int) -> str:
            return str(id)

        def charge(amount: int) -> int:
            return amount
    """,
    "shop/app.py": """
        from flask import Flask
        from shop.pay import bp, charge

        def create() -> Flask:
            app = Flask(__name__)
            app.register_blueprint(bp)
            return app

        def buy() -> int:
            return charge(3)
    """,
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(dedent(text))
    return tmp_path


def carveout(project: Path, *arguments: str) -> int:
    return main(["--no-progress", *arguments, "--path", str(project)])


@pytest.mark.parametrize("proxy", ["nginx", "envoy"])
def test_what_is_written_is_taken_back(project: Path, proxy: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Routes, functions and who may call them; then nothing of it."""
    before = {path for path in project.rglob("*") if ".carveout" not in path.parts}
    chosen = ("scaffold", "pay", "--step", "routes", "--proxy", proxy)
    assert carveout(project, *chosen, "--apply") == 0
    access = (project / "proxy/access/pay.json").read_text()
    assert '"partner": {"functions": ["shop.pay.charge"], "outside": true}' in access
    assert carveout(project, "route", "pay", "--simulate", "GET", "/pay/3") == 0
    assert "/pay/<int:id> (shop/pay.py:6) of pay\n  goes   to the monolith" in capsys.readouterr().out
    assert carveout(project, *chosen, "--apply") == 0
    assert "written" not in capsys.readouterr().out
    assert carveout(project, *chosen, "--undo") == 0
    assert {path for path in project.rglob("*") if ".carveout" not in path.parts} == before


def test_an_unknown_proxy_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With those that there are."""
    assert carveout(project, "scaffold", "pay", "--step", "routes", "--proxy", "caddy") == 2
    assert "the proxies are envoy, nginx" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({'exposure = "both"': 'exposure = "internal"'}, "pay is for the"),
        (
            {'exposure = "both"': 'exposure = "external"', 'kind = "partner"': 'kind = "internal"'},
            "'partner' (internal) may call 'pay', whose exposure is 'external'",
        ),
        ({'auth = "jwt"': 'auth = "basic"'}, "'partner' proves who it is by 'basic', which the proxy cannot"),
    ],
)
def test_grants_that_cannot_be_held_are_refused(
    project: Path, capsys: pytest.CaptureFixture[str], changes: dict[str, str], what: str
) -> None:
    """With the line of the boundary file."""
    file = project / "carveout.toml"
    text = file.read_text()
    for old, new in changes.items():
        text = text.replace(old, new)
    file.write_text(text)
    assert carveout(project, "scaffold", "pay", "--step", "routes") == 2
    told = capsys.readouterr().err
    assert what in told and "carveout.toml:" in told and "help:" in told
