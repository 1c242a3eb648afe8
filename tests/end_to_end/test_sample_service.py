"""The payments of the sample monolith, carried out for real: analysed, written, started, used, taken back."""

import http.client
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from carveout.analyzer import pipeline
from carveout.analyzer.model.building import GraphBuilder
from carveout.analyzer.model.changes import Change
from carveout.analyzer.model.plan import Step
from carveout.analyzer.planning.steps import plan
from carveout.analyzer.project.config import load_boundary
from carveout.generators import scaffold, write
from carveout.runtime import processes
from carveout.runtime.rehearsal import load_script, rehearsal

SAMPLE = Path(__file__).parents[2] / "sample_monolith"
TABLES = {
    "payments": ["payments", "refunds"],
    "orders": ["orders", "order_lines", "order_events"],
    "catalogue": ["categories", "products", "product_images", "reviews"],
    "users": ["users", "addresses", "api_tokens"],
    "notifications": ["notifications", "notification_settings", "devices"],
}
SHARED = "cache clock db errors events paging settings tasks validation".split()
BOUNDARY = (
    "[project]\n"
    + "".join(
        f"""
[services.{name}]
modules = ["sample_monolith.{name}"]
tables = {json.dumps(tables)}
public = ["sample_monolith.{name}.service"]
"""
        for name, tables in TABLES.items()
    )
    + f"""
[shared]
modules = {json.dumps([f"sample_monolith.{name}" for name in SHARED])}
"""
)


@dataclass
class Shop:
    """The running shop: the monolith, the service and nginx before both."""

    root: Path
    proxy: int
    service: int
    monolith: int
    service_process: processes.Process
    environment: dict[str, str]


def snapshot(root: Path) -> dict[str, bytes | None]:
    """All files with their bytes, and all folders."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(root.rglob("*"))
    }


def step_of(root: Path, service: str = "payments") -> Step:
    (step,) = plan(pipeline.analyze(root, cache=False), load_boundary(root), service, root).steps
    return step


def changes_for(root: Path, service: str) -> tuple[Change, ...]:
    return scaffold.changes(step_of(root, service), GraphBuilder().build())


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sample with an agreed boundary."""
    root = tmp_path_factory.mktemp("shop")
    shutil.copytree(
        SAMPLE, root / "sample_monolith", ignore=shutil.ignore_patterns("__pycache__", "*.db*", "uploads")
    )
    (root / "carveout.toml").write_text(BOUNDARY)
    return root


@pytest.fixture(scope="module")
def shop(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The shop with its payments carried out, monolith, service and nginx on free ports."""
    write.apply(changes_for(project, "payments"), project, "payments")
    folder = tmp_path_factory.mktemp("run")
    script = load_script(SAMPLE / "demo.toml")
    with rehearsal(project, step_of(project).routes, script, folder) as at:
        for name in ("nginx.conf", "routes/payments.conf"):
            # Addresses apart, nginx runs on what was written for the user.
            assert (folder / "proxy" / name).read_text() == (project / "proxy" / name).read_text()
        proxy, service, monolith = (
            int(url.rpartition(":")[2]) for url in (at.proxy, at.service, at.monolith)
        )
        yield Shop(project, proxy, service, monolith, at.process, dict(at.environment))


def ask(
    port: int, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
) -> tuple[int, str | None, str]:
    """(status, who answered, text)."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        data = None if body is None else json.dumps(body)
        connection.request(method, path, data, {"Content-Type": "application/json", **(headers or {})})
        answer = connection.getresponse()
        return answer.status, answer.headers.get("X-Served-By"), answer.read().decode()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def staff(shop: Shop) -> dict[str, str]:
    """The headers of somebody who may see everything."""
    about = {"email": "staff@mobia.example", "password": "staff-password"}
    status, _, text = ask(shop.monolith, "POST", "/users/token", about)
    assert status == 201, text
    return {"Authorization": f"Bearer {json.loads(text)['token']}"}


def test_a_dry_run_shows_tree_and_diff_and_writes_nothing(project: Path) -> None:
    """The preview names each file, shows what is new and leaves the disk alone."""
    before = snapshot(project)
    text = write.preview(changes_for(project, "users"), project, "users")
    assert "service.py  (copy of sample_monolith/users/service.py)" in text
    assert "+++ b/proxy/routes/users.conf" in text
    assert '+    "~^(?:GET|HEAD|OPTIONS|websocket) /+users/[0-9]+\\\\z" "users";' in text
    assert snapshot(project) == before


def test_the_service_is_alive_and_ready(shop: Shop) -> None:
    """Health answers, and readiness really asked the database."""
    assert ask(shop.service, "GET", "/livez") == (200, "payments", '{"status":"ok"}\n')
    status, _, text = ask(shop.service, "GET", "/readyz")
    assert (status, json.loads(text)) == (200, {"status": "ready", "checks": {"database": "ok"}})


@pytest.mark.parametrize(
    ("method", "path", "owner"),
    [
        ("GET", "/payments", "payments"),
        ("HEAD", "/payments", "payments"),
        ("OPTIONS", "/payments", "payments"),
        ("GET", "/payments?status=captured", "payments"),
        ("GET", "/payments/1", "payments"),
        ("GET", "/payments/%31", "payments"),
        ("POST", "/payments/1/refund", "payments"),
        ("DELETE", "/payments", None),
        ("GET", "/payments/", None),
        ("GET", "/payments/1x", None),
        ("GET", "/payments/1/refund", None),
        ("GET", "/paymentsx", None),
        ("GET", "/orders/payments/1", None),
        ("GET", "/catalogue/products", None),
        ("GET", "/", None),
    ],
)
def test_each_request_reaches_its_owner(shop: Shop, method: str, path: str, owner: str | None) -> None:
    """Requests of moved routes are answered by the service, all others by the monolith."""
    assert ask(shop.proxy, method, path)[1] == owner


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/payments/1"), ("GET", "/payments/999"), ("POST", "/payments"), ("GET", "/nothing")],
)
@pytest.mark.parametrize("signed_in", [True, False])
def test_service_and_monolith_answer_alike(
    shop: Shop, staff: dict[str, str], method: str, path: str, signed_in: bool
) -> None:
    """The same request gets the same answer through the proxy and from the monolith itself."""
    headers = staff if signed_in else {}
    through, direct = (ask(port, method, path, {}, headers) for port in (shop.proxy, shop.monolith))
    assert through[0] == direct[0]
    assert json.loads(through[2]) == json.loads(direct[2])


def test_internal_paths_are_closed(shop: Shop) -> None:
    """What is for services alone is not answered from outside."""
    status, owner, text = ask(shop.proxy, "GET", "/internal/anything")
    assert (status, owner) == (404, None)
    assert "nginx" in text


def test_errors_do_not_leak(shop: Shop, staff: dict[str, str]) -> None:
    """A request that breaks inside the service shows no traceback."""
    status, _, text = ask(shop.service, "POST", "/payments", [1], staff)
    assert status == 400
    assert "Traceback" not in text


def test_the_monoliths_own_tests_pass_through_the_proxy(shop: Shop) -> None:
    """Nobody outside can tell the difference: all tests of the sample pass against nginx."""
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "sample_monolith/tests"],
        cwd=shop.root,
        env={**os.environ, **shop.environment, "SHOP_BASE_URL": f"http://127.0.0.1:{shop.proxy}"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "passed" in result.stdout


def test_the_services_own_tests_pass(shop: Shop) -> None:
    """The generated tests of the service run without carveout."""
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=shop.root / "services/payments",
        env={**os.environ, **shop.environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "12 passed" in result.stdout


def test_without_the_service_only_its_writes_fail(shop: Shop, staff: dict[str, str]) -> None:
    """A dead service's reads fall back to the monolith, its writes fail, all else goes on; this test comes last."""
    shop.service_process.stop()
    assert ask(shop.proxy, "GET", "/payments", headers=staff)[:2] == (200, None)
    assert ask(shop.proxy, "POST", "/payments/1/refund", {})[0] == 502
    assert ask(shop.proxy, "GET", "/orders", headers=staff)[0] == 200
    assert ask(shop.proxy, "GET", "/catalogue/products")[0] == 200


def test_undo_leaves_the_project_as_it_was(project: Path, tmp_path: Path) -> None:
    """Writing and taking back leaves no trace; writing twice changes nothing."""
    root = tmp_path / "shop"
    shutil.copytree(
        project, root, ignore=shutil.ignore_patterns("__pycache__", "services", "proxy", ".carveout")
    )
    before = snapshot(root)
    changes = changes_for(root, "payments")
    written = write.apply(changes, root, "payments")
    assert set(written.written) == {change.path for change in changes}
    after = snapshot(root)
    again = write.apply(changes_for(root, "payments"), root, "payments")
    assert (again.written, snapshot(root)) == ((), after)
    write.undo(root, "payments")
    assert snapshot(root) == before
