"""Values are numbered as they are made, and sets of them are walked by number: nothing may depend on it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from carveout.analyzer.indexing import solutions
from carveout.analyzer.indexing.packed_graph import pack_graph
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.python.flow import solve
from carveout.analyzer.python.flow.values import Pool, Value

NAMES = [f"M{index}" for index in range(11)]
MODELS = """
from django.db import models
from .mixins import Activity, Deep

class Person(models.Model):
    local = models.BooleanField()

""" + "".join(
    f"class {name}({base}):\n"
    f"    user = models.ForeignKey(Person, on_delete=models.CASCADE)\n"
    f"    other = models.ForeignKey('{NAMES[index - 1]}', on_delete=models.CASCADE)\n"
    + ("    def save(self, *args):\n        super().save(*args)\n" if index % 3 == 0 else "")
    + (f"    @property\n    def parent(self):\n        return self.other.user or {NAMES[index - 1]}()\n")
    for index, name in enumerate(NAMES)
    for base in (["Activity, models.Model", "Deep, models.Model", NAMES[index - 1]][index % 3],)
)
MIXINS = """
def each(items, do):
    return [do(item) for item in items]

class Activity:
    def save(self, *args):
        super().save(*args)
        self.tell(self.parent)

    def tell(self, about):
        about.save()
        return type(self).objects.filter(user=self.user)

    def find(self, **kwargs):
        return self.other.find(**kwargs) if self.other else self.model.objects.get(**kwargs)

class Deep(Activity):
    def tell(self, about):
        return each([self.other, self.parent, about], lambda item: item.find())
"""
VIEWS = """
from . import models, mixins

KINDS = {"": models.Person}

class View:
    def get_object(self):
        return self.model.objects.get(pk=1)
    def form_valid(self):
        made = self.get_object()
        made.save()
        return KINDS[self.name].objects.create(user=made.user, other=made.parent)

def run(name):
    rows = mixins.each(KINDS.values(), lambda kind: kind().find())
    for row in rows:
        row.other.user.local = True
        row.tell(row.parent).update(user=row)
    return KINDS[name]()
"""
VIEWS += "".join(
    f"KINDS['{name}'] = models.{name}\nclass {name}View(View):\n    model, name = models.{name}, '{name}'\n"
    for name in NAMES
)
FILES = {"shop/__init__.py": "", "shop/models.py": MODELS, "shop/mixins.py": MIXINS, "shop/views.py": VIEWS}


def _numbered_by(numbers: random.Random, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What is made while the code runs gets numbers in no order; what stands in the files keeps its own."""
    make, run, given = Pool.make, solve._run, list[int]()
    running = False

    def anywhere(pool: Pool, kind: int, name: str, a: Any = None, b: Any = None, of: Any = Value) -> Value:
        if not running:
            return make(pool, kind, name, a, b, of)
        count = pool._count
        pool._count = numbers.randrange(1 << 40, 1 << 60)
        value = make(pool, kind, name, a, b, of)
        pool._count = count
        given.append(value)
        return value

    def noted(*arguments: Any) -> int:
        nonlocal running
        running = True
        try:
            return run(*arguments)
        finally:
            running = False

    monkeypatch.setattr(Pool, "make", anywhere)
    monkeypatch.setattr(solve, "_run", noted)
    return given


@pytest.fixture
def told(
    graph_of: Callable[[dict[str, str]], Graph], monkeypatch: pytest.MonkeyPatch
) -> Callable[[], tuple[bytes, solve.Solution]]:
    """The bytes of the graph, and what it was made of: in the same order, too."""

    def tell() -> tuple[bytes, solve.Solution]:
        found: list[solve.Solution] = []
        solver = vars(solutions)["solve"]

        def kept(*arguments: Any) -> solve.Solution:
            found.append(solver(*arguments))
            return found[0]

        with monkeypatch.context() as patch:
            patch.setattr(solutions, "solve", kept)
            graph = pack_graph(graph_of(FILES))
        return graph, found[0]

    return tell


def test_other_numbers_make_the_same_graph(
    told: Callable[[], tuple[bytes, solve.Solution]], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = told()
    assert len(plain[1].uses["shop/views.py"]) > 50
    for seed in range(2):
        with monkeypatch.context() as patch:
            given = _numbered_by(random.Random(seed), patch)
            assert told() == plain
            assert len(given) > 100


def test_files_in_another_order_make_the_same_graph(
    told: Callable[[], tuple[bytes, solve.Solution]], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = told()

    def backwards(files: Iterable[solve.Lowered], *rest: Any) -> solve.Solution:
        return solve.solve(reversed([*files]), *rest)

    monkeypatch.setattr(solutions, "solve", backwards)
    assert told() == plain
