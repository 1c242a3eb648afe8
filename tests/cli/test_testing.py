"""What projects put into their tests and their CI: the helper, the action, the hook, the guide."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from carveout.analyzer.model.errors import CarveoutError
from carveout.cli.main import main, verbs
from carveout.testing import assert_boundaries

HOME = Path(__file__).resolve().parents[2]
READ = 'def show(cur):\n    cur.execute("SELECT total FROM invoice WHERE id = 1")\n'


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for path, text in {
        "shop/orders.py": READ,
        "shop/billing.py": "",
        "schema.sql": "CREATE TABLE invoice (total INTEGER);\n",
        "carveout.toml": '[project]\n[services.orders]\nmodules = ["shop.orders"]\n'
        '[services.billing]\nmodules = ["shop.billing"]\ntables = ["invoice"]\n',
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    monkeypatch.chdir(tmp_path / "shop")
    return tmp_path


def test_assert_boundaries(shop: Path) -> None:
    """From a folder below or with a path: silent when all holds, else what `check` prints."""
    with pytest.raises(AssertionError, match="CO201 orders must not read billing's tables"):
        assert_boundaries()
    with pytest.raises(AssertionError, match=r"shop/orders\.py:2"):
        assert_boundaries(str(shop), cache=False)
    assert main(["baseline", "create", "--force"]) == 0
    assert_boundaries(strict=True)
    (shop / "shop/orders.py").write_text("")
    assert_boundaries(shop)
    with pytest.raises(AssertionError, match="1 entry of the baseline paid off"):
        assert_boundaries(shop, strict=True)
    (shop / "shop/broken.py").write_text("def (:\n")
    with pytest.raises(AssertionError, match=r"shop/broken\.py"):
        assert_boundaries(shop)
    with pytest.raises(CarveoutError, match="not in a git repository"):
        assert_boundaries(shop, since="main")


def test_an_answer_is_asked_for_once(shop: Path) -> None:
    """Where nothing changed, the kept answer is used, that of `carveout check` too: no graph is made."""
    code = (
        "import sys\nfrom carveout.testing import assert_boundaries\n"
        "try:\n    assert_boundaries()\nexcept AssertionError as error:\n    print(error)\n"
        "print(sorted(n for n in ('networkx', 'sqlglot', 'carveout.analyzer.pipeline') if n in sys.modules))"
    )
    assert main(["check"]) == 1
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout
    assert "CO201 orders must not read billing's tables" in shown and shown.endswith("[]\n")
    (shop / "shop/orders.py").write_text("")
    again = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout
    assert "CO201" not in again and "carveout.analyzer.pipeline" in again


def test_no_plugin_is_loaded() -> None:
    """The helper costs nothing until it is called, and pytest knows of no plugin of ours."""
    code = "import sys, carveout.testing; print([n for n in sys.modules if n.startswith('carveout.')])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout
    assert shown.strip() == "['carveout.testing']"
    assert "pytest11" not in (HOME / "pyproject.toml").read_text()


def yaml(path: str) -> Any:
    return import_module("yaml").safe_load((HOME / path).read_text("utf-8"))


def test_action(shop: Path, tmp_path: Path) -> None:
    """Inputs reach the script as variables, never as its text; the script passes them on as they are."""
    action = yaml("action.yml")
    step = action["runs"]["steps"][-1]
    assert "${{" not in step["run"]
    used = set(re.findall(r"inputs\.([\w-]+)", (HOME / "action.yml").read_text()))
    assert used == set(action["inputs"])
    log = tmp_path / "log"
    script = f"""carveout() {{ printf '%s\\n' "$*" >>{shlex.quote(str(log))}; return "$CODE"; }}
        python() {{ :; }}\n""" + re.sub(r'"\$(?:bin/|PYTHON)(\w*)"',
        lambda match: match[1] or "python", step["run"])  # fmt: skip
    variables = {
        "RUNNER_TEMP": str(tmp_path),
        "PROJECT": "a b",
        "SINCE": "x; y",
        "STRICT": "true",
        "SARIF": str(tmp_path / "s"),
        "ACTION": ".",
    }
    for code in ("0", "1", "2"):
        log.write_text("")
        run = ["bash", "-eo", "pipefail", "-c", script]
        done = subprocess.run(run, env={**variables, "CODE": code, "PATH": "/usr/bin:/bin"}, check=False)
        assert done.returncode == int(code)
        assert (tmp_path / "s").exists() == (code != "2")  # nothing is uploaded that is no SARIF
        calls = log.read_text().splitlines()
        assert calls[0] == "check a b --since=x; y --strict --format sarif"
        assert calls[1:] == ([] if code == "2" else ["check a b --since=x; y --strict --format github"])


def test_hook() -> None:
    """pre-commit runs a verb that there is, on the whole project."""
    (hook,) = yaml(".pre-commit-hooks.yaml")
    assert hook["entry"].split()[0] == "carveout" and hook["entry"].split()[1] in verbs()
    assert hook["language"] == "python" and hook["pass_filenames"] is False
    assert hook["always_run"] is True  # without it a commit that only deletes files runs nothing


def commands() -> Iterator[str]:
    text = (HOME / "docs/gate.md").read_text("utf-8")
    for command in re.findall(r"^(?:\s*- )?(carveout [^#\n`]+)", text, re.MULTILINE):
        yield re.split(r" [>|]", command)[0].strip()


def test_the_guide(shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Its commands are commands that there are, its YAML is YAML, its formats are all formats."""
    from carveout.analyzer.model.results import CheckResult
    from carveout.generators.reports import formats

    text = (HOME / "docs/gate.md").read_text("utf-8")
    for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL):
        assert import_module("yaml").safe_load(block)
    assert set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)) == set(formats(CheckResult))
    monkeypatch.delenv("CI", raising=False)
    given = list(commands())
    assert len(given) > 5
    for command in given:
        assert main(shlex.split(command)[1:]) in (0, 1, 2)
        assert "--help" not in capsys.readouterr().err
