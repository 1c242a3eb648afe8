"""SARIF before its own judge: Microsoft's validator, with the rules of the format and those of GitHub."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from carveout.cli.main import main

pytestmark = pytest.mark.full
TOOL = "@microsoft/sarif-multitool@5.7.0"
VIEWS = """\
import shop.billing.store
def show(cur):
    cur.execute("SELECT total FROM invoice")
    shop.billing.store.charge(cur)
def old(cur):
    cur.execute("DELETE FROM invoice")
"""
BOUNDARY = """\
[project]
[services.orders]
modules = ["shop.orders"]
[services.billing]
modules = ["shop.billing"]
tables = ["invoice"]
public = ["shop.billing.api"]
[[ignore]]
rule = "table-write"
source = "shop.orders.views é %"
target = "table:invoice"
reason = "goes <soon> & \\"quietly\\""
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Violations that are new, accepted and ignored, in a file whose name needs quoting, beside one unread."""
    for path, text in {
        "shop/__init__.py": "",
        "shop/orders/__init__.py": "",
        "shop/orders/views é %.py": VIEWS,
        "shop/orders/broken.py": "def f(:\n",
        "shop/billing/__init__.py": "",
        "shop/billing/api.py": "",
        "shop/billing/store.py": "def charge(cur):\n    cur.execute('INSERT INTO invoice VALUES (1)')\n",
        "schema.sql": "CREATE TABLE invoice (id INTEGER PRIMARY KEY, total INTEGER);\n",
        "carveout.toml": BOUNDARY,
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


def test_the_validator_finds_nothing(shop: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """No error, warning or note of the rules Sarif and Ghas, whatever kinds of violations there are."""
    npx = shutil.which("npx")
    if npx is None:
        assert not os.environ.get("CI"), "CI must have npm: the validator of SARIF comes from there"
        pytest.skip("npm is not installed")
    assert main(["baseline", "create", "--force", str(shop)]) in (0, 3)
    with (shop / "shop/orders/views é %.py").open("a") as file:
        file.write("def more(cur):\n    cur.execute('SELECT id FROM invoice')\n")
    capsysbinary.readouterr()
    assert main(["check", str(shop), "--format", "sarif"]) == 1
    sarif, said = shop / "found.sarif", shop / "said.sarif"
    sarif.write_bytes(capsysbinary.readouterr().out)
    results = json.loads(sarif.read_bytes())["runs"][0]["results"]
    assert sorted(len(each["suppressions"]) for each in results) == [0, 1, 1, 1, 1]
    kinds = '"Sarif;Ghas"'  # the tool hands its arguments on to a shell
    done = subprocess.run(
        [
            npx,
            "--yes",
            TOOL,
            "validate",
            sarif,
            "--rule-kind",
            kinds,
            "--output",
            said,
            "--log",
            "ForceOverwrite",
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=shop,
        timeout=600,
        env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(said.read_text("utf-8-sig"))["runs"][0]
    assert report["invocations"][0]["executionSuccessful"]
    assert [(each["ruleId"], each["message"]) for each in report.get("results", [])] == []
