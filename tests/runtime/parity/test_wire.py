"""The rung wire on small projects with tests of their own, run for real in processes of their own."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from carveout.analyzer import pipeline
from carveout.analyzer.model.errors import CarveoutError, UsageError
from carveout.analyzer.model.parity import Parity
from carveout.analyzer.project.config import load_agreed
from carveout.generators import scaffold, write
from carveout.generators.reports import choose
from carveout.runtime.parity.wire import wire

CARVEOUT = Path(sys.executable).with_name("carveout")
PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
UNITTEST = [sys.executable, "-m", "unittest", "discover", "-q", "-s", "tests", "-t", "."]
FILES = {
    "carveout.toml": '[services.pay]\nmodules = ["shop.pay"]\n',
    "shop/__init__.py": "",
    "shop/pay.py": """
        class Declined(Exception): ...

        class Loud(str):
            def __str__(self): return "loud"

        def charge(cents: int) -> int:
            if cents < 0:
                raise Declined("no")
            return cents + double(1)

        def double(cents: int) -> int: return cents * 2
        def name(code: str) -> str: return Loud(code)
        def unused(a: int) -> int: return a
        def note(text: str) -> None: ...
        class Box:
            @classmethod
            def make(cls, n: int) -> str: return cls.__name__ * n
        """,
    "shop/web.py": """
        from .pay import Box, charge, double, name, note, unused
        def buy(cents): return charge(cents), double(cents)
        def named(code): return name(code)
        def noted(): note("x")
        def boxed(): return Box.make(2)
        def never(): return unused(1)
        """,
    "tests/__init__.py": "",
    "tests/test_shop.py": """
        import unittest
        from shop import pay, web

        class Shop(unittest.TestCase):
            def test_buys(self): self.assertEqual(web.buy(3), (5, 6))
            def test_declines(self):
                with self.assertRaises(pay.Declined) as caught: web.buy(-1)
                self.assertEqual(caught.exception.args, ("no",))
            def test_notes(self): web.noted()
            def test_boxes(self): self.assertEqual(web.boxed(), "BoxBox")
            def test_fails_anyway(self): self.fail()
            @unittest.skip("later")
            def test_later(self): ...
            def test_parts(self):
                for cents in (1, 2):
                    with self.subTest(cents=cents): self.assertEqual(web.buy(cents)[1], 2 * cents)
        """,
}
Project = Callable[..., Path]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    def make(changes: dict[str, str] | None = None) -> Path:
        for name, text in {**FILES, **(changes or {})}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text))
        graph = pipeline.analyze(tmp_path, cache=False, workers=1)
        (step,) = pipeline.plan(graph, load_agreed(tmp_path), "pay", tmp_path, step="seam").steps
        scaffold.require_safe(step)
        write.apply(scaffold.changes(step, graph), tmp_path, "pay.seam")
        return tmp_path

    return make


def verified(root: Path, command: list[str], sabotage: bool = False) -> Parity:
    at = scaffold.seam_of(root, "pay")
    return wire(root, command, at, sabotage=sabotage)


@pytest.mark.parametrize("command", [PYTEST, UNITTEST], ids=["pytest", "unittest"])
def test_tests_that_pass_before_pass_over_the_wire(project: Project, command: list[str]) -> None:
    parity = verified(project(), command)
    assert parity.differences == ()
    assert (parity.tests, parity.failed_before) == (7, 1)
    # double() is called by others and by the service itself, which does not cross
    counts = {name.rpartition("pay.")[2]: count for name, count in parity.crossings}
    assert counts == {"charge": 4, "double": 3, "note": 1, "Box.make": 1, "name": 0, "unused": 0}
    assert parity.unproven == ("shop.pay.name", "shop.pay.unused")
    assert parity.crossing_tests == 5
    text = choose(Parity, "text").render(parity).decode()
    assert "unproven" in text and "not seen:" in text
    assert max(map(len, text.splitlines())) <= 80


def test_a_value_that_does_not_survive_is_a_difference(project: Project) -> None:
    changes = {
        "tests/test_more.py": "from shop import web\ndef test_loud(): assert str(web.named('x')) == 'loud'\ndef test_type(): assert type(web.named('x')).__name__ == 'Loud'\n"
    }
    parity = verified(project(changes), PYTEST)
    (difference,) = parity.differences
    assert difference.request.endswith("test_type")
    assert (difference.expected, difference.actual) == ("passed", "failed")


def test_sabotage_tells_what_tests_would_notice(project: Project) -> None:
    parity = verified(project(), UNITTEST, sabotage=True)
    assert set(parity.noticed) == {f"shop.pay.{name}" for name in ("charge", "double", "note", "Box.make")}
    assert parity.unnoticed == ()
    blind = {"tests/test_shop.py": "from shop import web\ndef test_it(): web.buy(1)\n"}
    parity = verified(project(blind), PYTEST, sabotage=True)
    assert parity.unnoticed == ("shop.pay.charge", "shop.pay.double")


def test_processes_that_tests_start_cross_too(project: Project) -> None:
    changes = {"tests/test_shop.py": """
        import os, subprocess, sys
        def test_it():
            env = {**os.environ, "PYTHONPATH": os.getcwd()}
            code = "from shop import web; print(web.buy(1))"
            done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
            assert done.stdout == "(3, 2)\\n", done.stderr
        """}  # fmt: skip
    parity = verified(project(changes), PYTEST)
    assert (parity.differences, parity.requests, parity.crossing_tests) == ((), 2, 0)


def test_a_sitecustomize_of_the_environment_still_runs(
    project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text("import sys\nsys.modules['theirs'] = sys\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    changes = {
        "tests/test_shop.py": "import theirs\nfrom shop import web\ndef test_it(): assert web.buy(1) == (3, 2)\n"
    }
    parity = verified(project(changes), PYTEST)
    assert (parity.differences, parity.requests) == ((), 2)


def test_mistakes_are_told(project: Project, tmp_path: Path) -> None:
    root = project()
    with pytest.raises(UsageError, match="could not be started"):
        verified(root, ["/nowhere/python"])
    with pytest.raises(CarveoutError, match="no test was seen"):
        verified(root, [sys.executable, "-c", "print('hello')"])
    with pytest.raises(UsageError, match="has no seam here"):
        scaffold.seam_of(root, "other")

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        argv = [str(CARVEOUT), "verify", *words, "--path", str(root)]
        return subprocess.run(argv, capture_output=True, text=True, check=False)

    done = run("pay", "--tests", " ".join(UNITTEST))
    assert (done.returncode, "differs:   no test" in done.stdout) == (0, True)
    assert run("pay", "--rung", "moon").returncode == 2
    assert run("pay", "--tests", "'").returncode == 2
    assert run("nobody").returncode == 2
