"""Services of the sample monolith, each alone and together: its own tests with their calls crossing."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from carveout.analyzer import pipeline
from carveout.analyzer.project.config import load_agreed
from carveout.generators import scaffold, write
from carveout.runtime import parity

SAMPLE = Path(__file__).parents[2] / "sample_monolith"
TABLES = {
    "payments": ["payments", "refunds"],
    "catalogue": ["categories", "products", "product_images", "reviews"],
    "notifications": ["notifications", "notification_settings", "devices"],
}
ACCEPTED = {
    "payments": ["instance-crosses", "stays-in-process"],
    "catalogue": ["instance-crosses", "mutable-argument"],
    "notifications": ["commit-left-to-caller", "transaction-spans"],
}
SHARED = "cache clock db errors events paging settings tasks validation".split()
COMMAND = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "sample_monolith/tests"]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample with a seam for each of the services, and the services."""
    root = tmp_path_factory.mktemp("shop")
    ignored = shutil.ignore_patterns("__pycache__", "*.db*", "uploads", ".carveout", "carveout.toml")
    shutil.copytree(SAMPLE, root / "sample_monolith", ignore=ignored)
    services = "".join(
        f'[services.{name}]\nmodules = ["sample_monolith.{name}"]\ntables = {json.dumps(tables)}\n'
        for name, tables in TABLES.items()
    )
    shared = json.dumps([f"sample_monolith.{name}" for name in SHARED])
    (root / "carveout.toml").write_text(f"{services}[shared]\nmodules = {shared}\n")
    steps = [("seam", name, accepted) for name, accepted in ACCEPTED.items()]
    steps += [("service", name, ["cut-not-ready"]) for name in TABLES]
    for step, name, accepted in steps:
        graph = pipeline.analyze(root, cache=False)
        plan = pipeline.plan(graph, load_agreed(root), name, root, step=step, accepted=accepted)
        for each in plan.steps:
            scaffold.require_safe(each)
            write.apply(scaffold.changes(each, graph), root, scaffold.subject(name, step))
    return root


@pytest.mark.full
@pytest.mark.parametrize("names", [*([name] for name in TABLES), list(TABLES)], ids=",".join)
def test_all_calls_cross_as_bytes(shop: Path, names: list[str]) -> None:
    first, *others = (scaffold.seam_of(shop, name) for name in names)
    found = parity.climb("wire", shop, COMMAND, first, None, beside=[(each, None) for each in others])
    assert (found.failed_before, found.differences, found.unproven) == (0, (), ())
    assert found.tests > 150 and found.requests > 80 * len(names)


@pytest.mark.full
def test_three_services_answer_in_processes_of_their_own(shop: Path) -> None:
    """`notifications` leaves its commit to its callers, which was accepted: the service commits."""
    first, *others = ((scaffold.seam_of(shop, name), scaffold.service_of(shop, name)) for name in TABLES)
    found = parity.climb("process", shop, COMMAND, *first, beside=others)
    assert (found.failed_before, found.differences, found.unproven) == (0, (), ())
    assert found.requests > 600
