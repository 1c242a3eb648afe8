"""Work beside this process: the same answers, whatever becomes of the other one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from multiprocessing import get_context
from pathlib import Path

import pytest

from carveout.analyzer.indexing import link, solutions
from carveout.analyzer.indexing.executors import Beside, beside
from carveout.analyzer.indexing.packed_graph import pack_graph
from carveout.analyzer.model.boundary import Project
from carveout.analyzer.pipeline import analyze

ProjectOf = Callable[[Mapping[str, str | bytes]], Path]
FILES = {
    "shop/__init__.py": "",
    "shop/models.py": """
        from django.db import models

        class Order(models.Model):
            total = models.IntegerField()
    """,
    "shop/views.py": """
        from shop.models import Order

        HANDLERS = {"pay": lambda order: order.save()}

        def pay(number):
            HANDLERS["pay"](Order.objects.get(pk=number))
    """,
}


def failing() -> bytes:
    raise ValueError("no")


def killed() -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b"never"


def test_gives_what_the_work_gives() -> None:
    large = b"x" * 3_000_000
    assert Beside(lambda: large).result() == large


@pytest.mark.skipif(sys.platform != "linux", reason="work beside is forked, on Linux alone")
def test_begins_a_process_unless_threads_run() -> None:
    """In a Python of its own: a thread of pytest, or one that another test left, would decide it here."""
    code = """
import threading
from carveout.analyzer.indexing.executors import beside

print(beside(lambda: b"other", 2).result().decode())
threading.Thread(target=threading.Event().wait, daemon=True).start()
print(beside(lambda: b"other", 2))
"""
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert said.stdout.split() == ["other", "None"]


@pytest.mark.parametrize("work", [failing, killed])
def test_nothing_comes_of_a_process_that_ends_early(work: Callable[[], bytes]) -> None:
    assert Beside(work).result() is None


def test_one_worker_is_alone() -> None:
    assert beside(lambda: b"", 1) is None


def _begin() -> bytes:
    return str(beside(lambda: b"", 2)).encode()


def test_a_worker_that_may_have_no_children_starts_none() -> None:
    with get_context("fork").Pool(1) as pool:
        assert pool.apply(_begin) == b"None"


@pytest.mark.parametrize("cache", [True, False])
def test_values_that_flow_in_another_process_are_the_same(
    project_of: ProjectOf, monkeypatch: pytest.MonkeyPatch, cache: bool
) -> None:
    root = project_of(FILES)
    alone = pack_graph(analyze(root, project=Project(), workers=1, cache=False))
    monkeypatch.setattr(solutions, "_WORTH_A_PROCESS", 0)
    monkeypatch.setattr(link, "_WORTH_A_PROCESS", 0)
    assert pack_graph(analyze(root, project=Project(), workers=2, cache=cache)) == alone
    if cache:
        (root / "shop/more.py").write_text("")
        (root / "tests.py").write_text("")
        added = pack_graph(analyze(root, project=Project(), workers=2))
        assert added == pack_graph(analyze(root, project=Project(), workers=1, cache=False))


def test_where_the_other_process_fails_this_one_does_the_work(
    project_of: ProjectOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = project_of(FILES)
    alone = pack_graph(analyze(root, project=Project(), workers=1, cache=False))
    monkeypatch.setattr(solutions, "_WORTH_A_PROCESS", 0)
    monkeypatch.setattr(link, "_WORTH_A_PROCESS", 0)
    for module in (solutions, link):
        monkeypatch.setattr(module, "beside", lambda work, workers: Beside(killed))
    assert pack_graph(analyze(root, project=Project(), workers=2)) == alone
