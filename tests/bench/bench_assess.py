"""What `assess` takes after a warm `analyze`: CPU seconds of the whole command, and against a bare `ast` parse.

The applications are source distributions, or the folders that are given as arguments. For each: lines, the command's
CPU seconds (start of Python included; the median of three), the same for 150,000 lines of it where it is larger, and
how often the files could have been parsed in that time. Target: 5 seconds for 150,000 lines. Exits 1 where one with
at least 100,000 lines takes more (smaller ones tell little: the start alone is most of it).
"""

from __future__ import annotations

import ast
import resource
import statistics
import subprocess
import sys
import time
import warnings
from pathlib import Path

from sdists import sdist  # type: ignore[import-not-found]  # scripts of one folder

from carveout.analyzer.project.sources import read_sources

APPLICATIONS = ("django-oscar", "wagtail", "apache-superset")
TARGET, LINES, LEAST, RUNS = 5.0, 150_000, 100_000, 3


def command(root: Path, *arguments: str) -> float:
    """CPU seconds of one run of the command and all its processes. Raises CalledProcessError."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", "carveout", *arguments, str(root), "--no-progress"],
        check=True,
        capture_output=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def parsed(root: Path) -> tuple[int, float]:
    """Lines of Python of a project, and the CPU seconds that `ast` takes to parse them."""
    sources, data = read_sources(root, ())
    texts = [data[each.path] for each in sources.files if each.suffix == ".py"]
    start = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for text in texts:
            try:
                ast.parse(text)
            except (SyntaxError, ValueError):
                continue
    return sum(text.count(b"\n") for text in texts), time.process_time() - start


def main(folders: list[str]) -> int:
    """The bench."""
    failed = False
    roots = [Path(folder) for folder in folders] or [sdist(name) for name in APPLICATIONS]
    for root in roots:
        lines, floor = parsed(root)
        command(root, "analyze")
        taken = statistics.median(command(root, "assess") for _ in range(RUNS))
        scaled = taken * min(1.0, LINES / lines)
        missed = lines >= LEAST and scaled > TARGET
        failed |= missed
        print(
            f"{root.name:24} {lines:9,} lines  assess {taken:5.1f} s CPU  {taken / floor:4.1f} times a parse"
            f"  {scaled:4.1f} s for at most {LINES:,} lines{'  MISSED' if missed else ''}"
        )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
