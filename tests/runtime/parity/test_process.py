"""The rung process on a small Django project: a second process, on the connection of the test that calls it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from carveout.analyzer.model.errors import CarveoutError, UsageError
from carveout.analyzer.model.parity import Parity
from carveout.generators import scaffold
from carveout.generators.reports import choose
from carveout.runtime import parity

CARVEOUT = Path(sys.executable).with_name("carveout")
MANAGE = [sys.executable, "manage.py", "test"]
PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "shop/tests.py"]


def climbed(root: Path, command: list[str], rung: str = "process") -> Parity:
    at, service = scaffold.seam_of(root, "stock"), scaffold.service_of(root, "stock")
    return parity.climb(rung, root, command, at, service)


def proven(found: Parity) -> None:
    """All but what is no declared exception is as before, and everything was crossed."""
    (difference,) = found.differences
    assert difference.request.endswith("test_undeclared")
    assert (found.tests, found.failed_before, found.crossing_tests) == (13, 0, 13)
    assert found.unproven == ()
    assert found.patched == (("shop.stock.price", 1),)


def test_tests_of_django_pass_although_the_service_is_another_process(shop: Path) -> None:
    found = climbed(shop, MANAGE)
    proven(found)
    text = choose(Parity, "text").render(found).decode()
    assert "rung process" in text and "shop.stock.price by 1 test, and lent" in text
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.full
def test_pytest_and_parallel_workers_likewise(shop: Path) -> None:
    proven(climbed(shop, PYTEST))
    # Without tblib, Django's workers cannot hand on a test that fails: those that pass, then.
    found = climbed(shop, [*MANAGE, "--parallel", "2", "shop.tests.Rows", "shop.tests.Committed"])
    assert (found.differences, found.tests, found.crossing_tests) == ((), 12, 12)


@pytest.mark.full
def test_on_postgresql(shop: Path, postgres: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DB_ENGINE", "postgresql")
    monkeypatch.setenv("DB_PORT", postgres.rpartition(":")[2].partition("/")[0])
    proven(climbed(shop, MANAGE))


def test_a_service_that_does_not_start_is_one_error(shop: Path, tmp_path: Path) -> None:
    root = tmp_path / "shop"
    shutil.copytree(shop, root)
    settings = next((root / "services/stock/src").glob("*/settings.py"))
    settings.write_text(settings.read_text() + "\nimport nothing_like_it\n")
    with pytest.raises(CarveoutError, match="could not be started") as caught:
        climbed(root, [*MANAGE, "shop.tests.Committed"])
    assert "nothing_like_it" in str(caught.value.why)
    shutil.rmtree(root / "services")
    with pytest.raises(UsageError, match="is no service here yet"):
        climbed(root, MANAGE)
    argv = [str(CARVEOUT), "verify", "stock", "--rung", "process", "--path", str(root)]
    assert subprocess.run(argv, capture_output=True, check=False).returncode == 2


def test_what_is_committed_is_seen_by_another_connection(shop: Path) -> None:
    found = climbed(shop, MANAGE, "committed")
    print(choose(Parity, "text").render(found).decode())
    # A statement of another connection is none of the test's; and the test has a transaction no more.
    assert [each.request.rpartition(".")[2] for each in found.differences] == [
        "test_statements_count",
        "test_undeclared",
    ]
    assert (found.tests, found.failed_before, found.crossing_tests) == (13, 0, 13)
    assert found.unproven == ()
