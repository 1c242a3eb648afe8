"""What a check costs beside other tools: wall, CPU and peak memory, all in one run on one machine.

Carveout cold (no cache), warm (nothing changed) and with one file changed, beside what any reader pays (`ast` parse
and walk), `lint-imports`, `tach check` and `deply`, each with the same boundary in its own words: the packages of
each application apart from each other. The others see imports alone. On django-oscar, wagtail, mlflow, and a million
lines made of copies of these packages under new names.

Targets: CPU cold over the floor 6, wall cold over the floor 3.5 (two processors), peak memory at a million lines
1.5 GB; warm 0.30 s of wall, 0.6 s at a million lines, and not slower than lint-imports or tach; one file changed at a
million lines 1.5 s. Of several runs the quickest counts; wall means little on a busy machine, and its load is printed.
Arguments choose projects (`oscar wagtail mlflow large`). Exits 1 where a target is missed.

`large` takes long: `--lines 300000` makes it smaller (and its targets are told, not held, below a million lines). It is
made once and kept in `.bench/`, each step says when it begins, and a run that was broken off goes on with the step that
it was at, as long as the code of carveout is the same.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from sdists import KEPT, ROOT, environment, sdist  # type: ignore[import-not-found]  # scripts of one folder

CPU, WALL, MEMORY, CHANGED = 6.0, 3.5, 1500.0, 1.5
WARM, WARM_LARGE = 0.30, 0.6
LARGE = 1_000_000
OTHERS = ("import-linter==2.17", "tach==0.35.3", "deply==1.3.0")
PACKAGES = {
    "oscar": ("django-oscar", "src/oscar"),
    "wagtail": ("wagtail", "wagtail"),
    "mlflow": ("mlflow", "mlflow"),
}
FLOOR = """
import ast, gc, sys, warnings
from pathlib import Path
gc.disable()
warnings.simplefilter("ignore")
for path in sorted(Path(sys.argv[1]).rglob("*.py")):
    try:
        for _ in ast.walk(ast.parse(path.read_bytes())):
            pass
    except (SyntaxError, ValueError, RecursionError):
        pass
"""


class Steps:
    """The figures of a project, told as they come; `file` keeps them, for a run that goes on with another's."""

    def __init__(self, file: Path | None = None) -> None:
        self._file, self._code = file, _code()
        self._known: dict[str, list[float]] = {}
        if file is not None and file.exists():
            kept = json.loads(file.read_text("utf-8"))
            self._known = kept["steps"] if kept["code"] == self._code else {}

    def __call__(self, what: str, work: Callable[[], Cost]) -> Cost:
        """The cost of one step: a new one, or that of the run before."""
        known = self._known.get(what)
        if known is None and self._file is not None:
            print(f"  {what} ...", flush=True)
        wall, cpu, memory, code = known or work()
        cost = Cost(wall, cpu, memory, int(code))
        print(f"  {what:<26}{cost}{'   (of the run before)' if known else ''}", flush=True)
        self._known[what] = list(cost)
        if self._file is not None:
            self._file.write_text(json.dumps({"code": self._code, "steps": self._known}), "utf-8")
        return cost


def _code() -> str:
    """What the code of carveout is: figures of another are not its."""
    told = ["git", "-C", str(ROOT), "rev-parse", "HEAD"]
    return subprocess.run(told, capture_output=True, text=True, check=False).stdout.strip()


class Cost(NamedTuple):
    """Of one command and all processes that it starts; memory is that of the largest of them, in MB."""

    wall: float
    cpu: float
    memory: float
    code: int

    def __str__(self) -> str:
        return f"{self.wall:8.2f} s {self.cpu:8.2f} s CPU {self.memory:7.0f} MB   exit {self.code}"


def run(command: Sequence[str | Path], folder: Path) -> Cost:
    """One run of a command."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(list(map(str, command)), cwd=folder, stdout=output, stderr=output)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        code = process.returncode = os.waitstatus_to_exitcode(status)
        if code not in (0, 1):
            output.seek(0)
            print(output.read().decode("utf-8", "replace")[-2000:], file=sys.stderr)
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, code)


def best(command: Sequence[str | Path], folder: Path, times: int) -> Cost:
    """The least of several runs, of each figure."""
    runs = [run(command, folder) for _ in range(times)]
    return Cost(
        min(r.wall for r in runs), min(r.cpu for r in runs), min(r.memory for r in runs), runs[-1].code
    )


def copy(source: Path, target: Path, old: str, new: str) -> int:
    """Copies a package under a new name, which it calls itself everywhere; gives the lines of Python."""
    name, lines = re.compile(rb"\b%s\b" % old.encode()), 0
    for path in sorted(source.rglob("*")):
        if path.is_file() and path.suffix in (".py", ".html", ".sql"):
            place = target / new / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            data = path.read_bytes() if old == new else name.sub(new.encode(), path.read_bytes())
            place.write_bytes(data)
            lines += data.count(b"\n") if path.suffix == ".py" else 0
    return lines


def made(wanted: str, folder: Path, size: int) -> tuple[int, list[str]]:
    """Puts a project together (the large one of so many lines): its lines, the packages that are to stand apart."""
    if wanted != "large":
        name, place = PACKAGES[wanted]
        lines = copy(sdist(name) / place, folder, wanted, wanted)
        inner = sorted(path.parent.name for path in (folder / wanted).glob("*/__init__.py"))
        deeper = sorted(path.parent.name for path in (folder / wanted / "apps").glob("*/__init__.py"))
        return lines, [f"{wanted}.apps.{each}" for each in deeper] or [f"{wanted}.{each}" for each in inner]
    lines, number = 0, 0
    apart: list[str] = []
    while lines < size:
        number += 1
        for package, (name, place) in PACKAGES.items():
            if lines < size:
                apart.append(f"{package}{number}")
                lines += copy(sdist(name) / place, folder, package, apart[-1])
    return lines, apart


def configure(folder: Path, apart: Sequence[str]) -> None:
    """The same boundary for each tool: none of these packages may import another."""
    roots = sorted({name.partition(".")[0] for name in apart})
    services = (
        f'[services.{name.replace(".", "_")}]\nmodules = ["{name}"]\npublic = ["{name}"]\n' for name in apart
    )
    (folder / "carveout.toml").write_text("[project]\n" + "".join(services))
    modules = (f'[[modules]]\npath = "{name}"\ndepends_on = []\n' for name in apart)
    (folder / "tach.toml").write_text('source_roots = ["."]\n' + "".join(modules))
    names = "".join(f"    {name}\n" for name in apart)
    contract = f"[importlinter:contract:apart]\nname = apart\ntype = independence\nmodules =\n{names}"
    listed = "".join(f"    {name}\n" for name in roots)
    (folder / ".importlinter").write_text(f"[importlinter]\nroot_packages =\n{listed}{contract}")
    layers = "".join(
        f"    - name: {name}\n      collectors:\n        - type: directory\n          directories: [{name.replace('.', '/')}]\n"
        for name in apart
    )
    rules = "".join(
        f"    {name}:\n      disallow_layer_dependencies: [{', '.join(each for each in apart if each != name)}]\n"
        for name in apart
    )
    paths = "".join(f"    - {root}\n" for root in roots)
    (folder / "deply.yaml").write_text(f"deply:\n  paths:\n{paths}  layers:\n{layers}  ruleset:\n{rules}")


def kept(size: int) -> tuple[Path, int, list[str]]:
    """The large project, made once: its folder, lines, and packages."""
    folder = KEPT / f"large-{size}"
    about = KEPT / f"large-{size}.json"
    if not about.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        print(f"making {folder.name} ...", flush=True)
        lines, apart = made("large", folder, size)
        about.write_text(json.dumps([lines, apart]), "utf-8")
    lines, apart = json.loads(about.read_text("utf-8"))
    return folder, int(lines), list(apart)


def measure(wanted: str, others: Path, size: int) -> list[str]:
    """Measures one project, prints its figures, and gives the targets that it misses."""
    if wanted == "large":
        folder, lines, apart = kept(size)
        return _measured(wanted, folder, lines, apart, others, Steps(KEPT / f"speed-{size}.json"), size)
    with tempfile.TemporaryDirectory(prefix="carveout-speed-") as temporary:
        lines, apart = made(wanted, Path(temporary), size)
        return _measured(wanted, Path(temporary), lines, apart, others, Steps(), size)


def _measured(
    wanted: str, folder: Path, lines: int, apart: list[str], others: Path, show: Steps, size: int
) -> list[str]:
    large = wanted == "large"
    few = 1 if large else 3
    configure(folder, apart)
    files = sum(1 for _ in folder.rglob("*.py"))
    load = os.getloadavg()[0]
    print(f"\n{wanted}: {files:,} files, {lines:,} lines, {len(apart)} packages apart; load {load:.1f}")
    check: list[str | Path] = [Path(sys.executable).parent / "carveout", "check"]
    floor = show("ast parse and walk", lambda: best([sys.executable, "-c", FLOOR, folder], folder, few))
    cold = show("carveout cold", lambda: best([*check, "--no-cache"], folder, few))
    first = show("carveout first, kept", lambda: run(check, folder))
    warm = show("carveout warm", lambda: best(check, folder, 5))
    changed = show("carveout one file changed", lambda: edited(check, folder, apart[0], few))
    if not large:
        shutil.rmtree(folder / ".carveout", ignore_errors=True)
    found = {name: ours(others / name, arguments, folder, show, few) for name, arguments in COMMANDS.items()}
    missing = _missing(floor, cold, warm, found, large)
    missing += [
        (cold.code != first.code or warm.code != first.code, "cold and warm end differently"),
        (large and changed.wall > CHANGED, f"one file changed {changed.wall:.1f} s, target {CHANGED}"),
    ]
    short = large and size < LARGE
    for text in (text for is_missed, text in missing if is_missed):
        print(f"  {'of a million lines' if short else 'MISSED'}: {text}")
    return [] if short else [f"{wanted}: {text}" for is_missed, text in missing if is_missed]


def _missing(
    floor: Cost, cold: Cost, warm: Cost, found: dict[str, Cost], large: bool
) -> list[tuple[bool, str]]:
    """(whether it is missed, words) of what compares the runs."""
    most = WARM_LARGE if large else WARM
    return [
        (cold.cpu > CPU * floor.cpu, f"cold CPU over the floor {cold.cpu / floor.cpu:.1f}, target {CPU}"),
        (
            cold.wall > WALL * floor.wall,
            f"cold wall over the floor {cold.wall / floor.wall:.1f}, target {WALL}",
        ),
        (large and cold.memory > MEMORY, f"memory {cold.memory:.0f} MB, target {MEMORY:.0f}"),
        (warm.wall > most, f"warm {warm.wall:.2f} s of wall, target {most}"),
        *(
            (warm.wall > found[name].wall, f"warm {warm.wall:.2f} s, {name} {found[name].wall:.2f} s")
            for name in ("lint-imports", "tach")
        ),
    ]


COMMANDS: dict[str, tuple[str, ...]] = {
    "lint-imports": (),
    "tach": ("check",),
    "deply": ("analyze", "--config=deply.yaml"),
}


def ours(binary: Path, arguments: Sequence[str], folder: Path, show: Steps, times: int) -> Cost:
    """What another tool costs, once it has a cache if it keeps one."""
    once = show(f"{binary.name} first", lambda: run([binary, *arguments], folder))
    if times == 1 and binary.name == "deply":
        return once
    return show(f"{binary.name} again", lambda: best([binary, *arguments], folder, times))


def edited(command: Sequence[str | Path], folder: Path, package: str, times: int) -> Cost:
    """A check after a function was added to a file in the middle of a package."""
    files = sorted((folder / package.replace(".", "/")).rglob("*.py"))
    runs = []
    for number in range(times):
        with files[len(files) // 2].open("a") as file:
            now = f"{time.time_ns()}_{number}"  # of a project that is kept, the file has grown before
            file.write(f"\n\ndef added_{now}():\n    return {number}\n")
        runs.append(run(command, folder))
    return min(runs, key=lambda cost: cost.wall)


def main() -> int:
    """Measures what is asked for, or everything."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("projects", nargs="*", help="oscar, wagtail, mlflow, large [default: all]")
    parser.add_argument("--lines", type=int, default=LARGE, help="of the large project [default: a million]")
    chosen = parser.parse_args()
    for wanted in chosen.projects:
        if wanted not in (*PACKAGES, "large"):
            parser.error(f"there is no project {wanted}: {', '.join(PACKAGES)}, large")
    try:
        others = environment("speed", OTHERS).parent
    except subprocess.CalledProcessError as error:
        print(f"skipped: the other tools cannot be installed here: {error.__notes__[-1][-300:]}")
        return 0
    wanted_all = chosen.projects or (*PACKAGES, "large")
    missed = [text for wanted in wanted_all for text in measure(wanted, others, chosen.lines)]
    print("\n" + ("\n".join(f"MISSED {text}" for text in missed) or "no target is missed"))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
