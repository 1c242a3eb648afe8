"""Incremental equals cold, and nothing but the input decides what comes out."""

from __future__ import annotations

import shutil
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carveout.analyzer.indexing.packed_graph import pack_graph
from carveout.analyzer.model.boundary import Project
from carveout.analyzer.pipeline import analyze

PATHS = (
    "shop/__init__.py",
    "shop/models.py",
    "shop/views.py",
    "shop/pay.py",
    "other/urls.py",
    "schema.sql",
    "run.py",
    "tests/test_pay.py",
)
BODIES = (
    "",
    "from .models import Order\nfrom . import pay\n\ndef total(order):\n    return pay.charge(Order().total)\n",
    "from django.db import models\n\nclass Order(models.Model):\n    user = models.ForeignKey('auth.User')\n",
    "from django.db import models\n\nclass Order(models.Model):\n    class Meta:\n        db_table = 'o'\n",
    "from shop.models import *\n\nclass Line(Order):\n    def save(self):\n        super().save()\n",
    "from flask import Blueprint\nbp = Blueprint('b', __name__, url_prefix='/x')\n@bp.get('/y')\ndef y():\n    pass\n",
    "SQL = 'SELECT a, b FROM payment JOIN refund ON x = y'\ndef charge(c):\n    c.execute(SQL)\n",
    "import importlib\nmodule = importlib.import_module('shop.pay')\nmodule.charge(1)\n",
    "from django.urls import path, include\nurlpatterns = [path('a/', include('shop.views')), path('b', lambda r: 1)]\n",
    "CREATE TABLE payment (id int, order_id int REFERENCES o (id));\nINSERT INTO refund (id) SELECT id FROM payment;",
    "def broken(:\n",
    "class A(B): pass\nclass B(A): pass\nA().b().c()\n",
    "\ufeffprint('bom')\n",
)

edits = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.sampled_from(PATHS), st.sampled_from(BODIES)),
        st.tuples(st.just("delete"), st.sampled_from(PATHS), st.just("")),
        st.tuples(st.just("rename"), st.sampled_from(PATHS), st.sampled_from(PATHS)),
    ),
    min_size=1,
    max_size=8,
)


def apply(root: Path, edit: tuple[str, str, str]) -> None:
    kind, name, value = edit
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if kind == "write":
        path.write_text(value, encoding="utf-8")
    elif kind == "delete":
        path.unlink(missing_ok=True)
    elif path.exists():
        (root / value).parent.mkdir(parents=True, exist_ok=True)
        path.replace(root / value)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(edits, min_size=1, max_size=3))
def test_incremental_equals_cold(tmp_path: Path, steps: list[list[tuple[str, str, str]]]) -> None:
    """After any edits, a run that re-uses what was cached gives the bytes of a fresh run."""
    root = tmp_path / "project"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    (root / "always.py").write_text("import shop.pay\n", encoding="utf-8")
    for step in steps:
        for edit in step:
            apply(root, edit)
        warm = analyze(root, project=Project(), workers=1)
        again = analyze(root, project=Project(), workers=1)
        cold = analyze(root, project=Project(), workers=1, cache=False)
        assert pack_graph(warm) == pack_graph(cold)
        assert pack_graph(again) == pack_graph(cold)


def test_order_of_files_does_not_matter(tmp_path: Path) -> None:
    """Files created in the opposite order give the same bytes."""
    graphs = []
    for number, order in enumerate((PATHS, PATHS[::-1])):
        root = tmp_path / str(number) / "project"
        for name in order:
            apply(root, ("write", name, BODIES[1 + PATHS.index(name)]))
        graphs.append(pack_graph(analyze(root, project=Project(), cache=False)))
    assert graphs[0] == graphs[1]
