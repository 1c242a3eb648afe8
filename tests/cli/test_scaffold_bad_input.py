"""Odd and bad input of `scaffold` and `verify`: nothing lost, nothing half-written, and an error that helps."""

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from . import running

FILES = {
    "carveout.toml": '[services.pay]\nmodules = ["shop.pay"]\n',
    "shop/__init__.py": "",
    # CRLF, tabs, and no line end at the end.
    "shop/pay.py": '"""Pay."""\r\nLEAST = 3\r\n\r\n\r\n# Charges.\r\ndef charge(cents: int) -> int:\r\n'
    "\tif cents < LEAST:\r\n\t\treturn LEAST  # at least\r\n\treturn cents",
    "shop/web.py": """
        from flask import Flask
        from .pay import charge
        app = Flask(__name__)

        @app.get("/buy")
        def buy(): return str(charge(5))
        """,
    "tests/test_pay.py": """
        import os
        from shop.web import app

        def test_buys(): assert app.test_client().get("/buy").text == os.environ.get("PAID", "5")
        """,
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((text if "\r" in text else dedent(text)).encode())
    return tmp_path


def run(root: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    told = running.run(*words, "--path", root, cwd=root.parent, COLUMNS="80", **variables)
    return running.told(told)


def files(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not {".carveout", "__pycache__", ".pytest_cache"} & set(path.parts)
    }


def refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 2, done.stdout + done.stderr
    assert all(word in done.stderr for word in ("why:", "help:", *words)), done.stderr
    assert "Traceback" not in done.stderr


def test_line_ends_tabs_and_a_missing_last_one_stay(shop: Path) -> None:
    before = files(shop)
    for step in ("seam", "service"):
        assert run(shop, "scaffold", "pay", "--step", step, "--apply").returncode == 0
    put = b"from shop._generated.pay_seam import pay_seam\r\n"
    seam = b'@pay_seam("shop.pay.charge")\r\n'
    after = files(shop)["shop/pay.py"]
    assert after.replace(put, b"").replace(seam, b"") == before["shop/pay.py"] != after
    moved = (shop / "services/pay/src/shop/pay.py").read_text()
    assert "\tif cents < LEAST:\n\t\treturn LEAST  # at least\n\treturn cents\n" in moved
    command = f"{sys.executable} -m pytest -q -p no:cacheprovider tests"
    told = run(shop, "verify", "pay", "--tests", command)
    assert told.returncode == 0 and "1 call by 1 test" in told.stdout, told.stdout + told.stderr
    for step in ("service", "seam"):
        assert run(shop, "scaffold", "pay", "--step", step, "--undo").returncode == 0
    assert files(shop) == before


def test_edits_of_generated_files_are_kept_or_refused_with_their_place(shop: Path) -> None:
    assert run(shop, "scaffold", "pay", "--step", "seam", "--apply").returncode == 0
    contract = shop / "shop/_generated/pay_seam.py"
    contract.write_text(f"{contract.read_text()}# mine\n")
    web = shop / "shop/web.py"
    web.write_text(f"{web.read_text()}\nfrom .pay import refund\nrefund(1)\n")
    pay = shop / "shop/pay.py"
    pay.write_bytes(
        pay.read_bytes() + b"\r\n\r\ndef refund(cents: int) -> int:\r\n\treturn -cents  # mine\r\n"
    )
    told = run(shop, "scaffold", "pay", "--step", "seam", "--apply")
    assert told.returncode == 0, told.stderr
    text = contract.read_text()
    assert '"shop.pay.refund"' in text and text.endswith("# mine\n")
    assert b"\treturn -cents  # mine\r\n" in pay.read_bytes()
    contract.write_text(text.replace('"shop.pay.charge",', '"shop.pay.charge",  # mine'))
    pay.write_bytes(pay.read_bytes().replace(b"charge(cents", b"charged(cents"))
    web.write_text(web.read_text().replace("charge", "charged"))
    before = files(shop)
    line = text.splitlines().index('        "shop.pay.charge",') + 1
    refused(run(shop, "scaffold", "pay", "--step", "seam", "--apply"), f"shop/_generated/pay_seam.py:{line}")
    assert files(shop) == before


@pytest.mark.parametrize("step", ["seam", "service", "routes", "events"])
def test_an_unknown_service(shop: Path, step: str) -> None:
    before = files(shop)
    refused(run(shop, "scaffold", "pai", "--step", step, "--apply"), "there is no service 'pai'", "'pay'")
    assert files(shop) == before


def test_a_table_with_two_owners(shop: Path) -> None:
    (shop / "carveout.toml").write_text(
        FILES["carveout.toml"]
        + 'tables = ["bill"]\n[services.web]\nmodules = ["shop.web"]\ntables = ["bill"]\n'
    )
    before = files(shop)
    refused(
        run(shop, "scaffold", "pay", "--apply"), 'both claim "bill"', "carveout.toml:6", "carveout.toml:3"
    )
    assert files(shop) == before


@pytest.mark.parametrize("name", ["a;reboot", "../pay", "pay\\n", "{{ 7*7 }}"])
def test_names_that_would_mean_something_elsewhere(shop: Path, name: str) -> None:
    (shop / "carveout.toml").write_text(f'[services."{name}"]\nmodules = ["shop.pay"]\n')
    before = files(shop)
    refused(run(shop, "scaffold", "pay", "--step", "seam", "--apply"), "carveout.toml:1")
    assert files(shop) == before


def test_a_name_that_cannot_be_a_host_or_a_variable(shop: Path) -> None:
    (shop / "carveout.toml").write_text('[services."päy"]\nmodules = ["shop.pay"]\n')
    before = files(shop)
    for step in ("seam", "service"):
        refused(run(shop, "scaffold", "päy", "--step", step, "--apply"), "cannot be the name of a service")
    assert files(shop) == before


def test_names_that_are_keywords(shop: Path) -> None:
    """A service may be called so; a module cannot be imported by a statement then, and that is said."""
    (shop / "carveout.toml").write_text(FILES["carveout.toml"].replace("pay]", "class]", 1))
    for step in ("seam", "service"):
        told = run(shop, "scaffold", "class", "--step", step, "--apply")
        assert told.returncode == 0, told.stderr
    command = f"{sys.executable} -m pytest -q -p no:cacheprovider tests"
    assert run(shop, "verify", "class", "--tests", command).returncode == 0
    for step in ("service", "seam"):
        assert run(shop, "scaffold", "class", "--step", step, "--undo").returncode == 0
    (shop / "shop/import.py").write_text("def tell(text: str) -> str:\n    return text\n")
    (shop / "shop/web.py").write_text(
        'from importlib import import_module\nimport_module("shop.import").tell("a")\n'
    )
    (shop / "carveout.toml").write_text('[services.tell]\nmodules = ["shop.import"]\n')
    before = files(shop)
    refused(run(shop, "scaffold", "tell", "--step", "seam", "--apply"), "shop/import.py:1", "keyword")
    assert files(shop) == before


def test_a_monolith_whose_tests_fail_before(shop: Path) -> None:
    assert run(shop, "scaffold", "pay", "--step", "seam", "--apply").returncode == 0
    command = f"{sys.executable} -m pytest -q -p no:cacheprovider tests"
    refused(run(shop, "verify", "pay", "--tests", command, PAID="6"), "none of 1 tests passes")
    (shop / "tests/test_more.py").write_text("def test_no(): assert 0\n")
    told = run(shop, "verify", "pay", "--tests", command)
    assert told.returncode == 0 and "1 of them fail without the service, too" in told.stdout


def test_a_service_starts_with_few_files_unless_more_are_asked_for(shop: Path) -> None:
    for name in "abcdefghijkl":
        (shop / f"tests/test_{name}.py").write_text(
            f"from shop.pay import charge\n\ndef test_{name}(): assert charge(3) == 3\n"
        )
    before = files(shop)
    refused(run(shop, "scaffold", "pay", "--apply"), "more than 20", "12 of them are tests")
    assert files(shop) == before
    done = run(shop, "scaffold", "pay", "--apply", "--most-files", "40")
    assert done.returncode == 0, done.stderr
    assert len([path for path in files(shop) if "services/pay/tests/test_" in path]) == 12


def test_what_is_asked_for_and_is_not_there_is_told_before_anything_is_read(shop: Path) -> None:
    """Names of services, steps and proxies; nothing of the project was read for it."""
    for words, told in (
        (("verify", "nope"), "there is no service 'nope'\nwhy:  the services are pay"),
        (("verify", "pay"), "'pay' has no seam here"),
        (("scaffold", "pay", "--proxy", "haproxy"), "there is no proxy 'haproxy'"),
        (("scaffold", "pay", "--step", "sem"), "there is no step 'sem'"),
    ):
        done = run(shop, *words)
        assert (done.returncode, done.stdout) == (2, "") and told in done.stderr
    assert not (shop / ".carveout").exists()
