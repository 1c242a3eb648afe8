"""The same graph, byte for byte, whatever the hash seed and the number of workers."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from carveout.analyzer.indexing.packed_graph import pack_graph
from carveout.analyzer.model.boundary import Project
from carveout.analyzer.pipeline import analyze

SAMPLE = Path(__file__).parents[2] / "sample_monolith"

SCRIPT = """
import sys, hashlib
from pathlib import Path
from carveout.analyzer.indexing.packed_graph import pack_graph
from carveout.analyzer.model.boundary import Project
from carveout.analyzer.pipeline import analyze
if __name__ == "__main__":
    graph = analyze(Path(sys.argv[1]), project=Project(), workers=int(sys.argv[2]), cache=False)
    print(hashlib.sha256(pack_graph(graph)).hexdigest())
"""


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two renamed copies of the sample, enough files for worker processes to be started."""
    root = tmp_path_factory.mktemp("copies")
    for name in "ab":
        shutil.copytree(SAMPLE, root / f"shop_{name}", ignore=shutil.ignore_patterns("__pycache__"))
    return root


@pytest.fixture(scope="module")
def digest(copies: Path) -> str:
    """That of their graph, made in this process."""
    here = analyze(copies, project=Project(), workers=1, cache=False)
    return hashlib.sha256(pack_graph(here)).hexdigest()


@pytest.mark.parametrize(("seed", "workers"), [("0", 1), ("1", 1), ("4711", 2), ("random", 3)])
def test_same_bytes_for_any_hash_seed_and_workers(
    copies: Path, digest: str, tmp_path: Path, seed: str, workers: int
) -> None:
    """Neither PYTHONHASHSEED nor the number of workers changes a byte of the graph."""
    script = tmp_path / "digest.py"
    script.write_text(SCRIPT, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, str(script), str(copies), str(workers)],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert run.stdout.strip() == digest
