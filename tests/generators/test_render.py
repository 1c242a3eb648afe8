"""Templates are rendered strictly: nothing undefined, nothing unquoted, no data taken for templates."""

from pathlib import Path

import pytest
from jinja2 import UndefinedError

from carveout.generators import render
from carveout.generators.quoting import name

SLUG = name("pay")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of templates of the test's own."""
    monkeypatch.setattr(render, "_TEMPLATES", tmp_path)
    (tmp_path / "tree/{{cookiecutter.slug}}/sub").mkdir(parents=True)
    return tmp_path


def test_a_tree_is_rendered_in_memory(folder: Path) -> None:
    """Names are rendered, the suffix goes, lists and mappings arrive as they are."""
    (folder / "tree/{{cookiecutter.slug}}/sub/{{cookiecutter.slug}}.py.jinja").write_text(
        "{% for row in cookiecutter.rows %}\n{{ row.text|python }}\n{% endfor %}\n"
    )
    context = {"slug": SLUG, "rows": [{"text": "{{ 7*7 }}"}, {"text": "b"}]}
    assert render.render_tree("tree", context) == {"sub/pay.py": '"{{ 7*7 }}"\n"b"\n'}
    assert sorted(path.name for path in folder.iterdir()) == ["tree"]


def test_text_without_a_filter_is_an_error(folder: Path) -> None:
    """A forgotten filter fails on the first run, in trees and in single files."""
    (folder / "tree/{{cookiecutter.slug}}/x.jinja").write_text("{{ cookiecutter.text }}")
    (folder / "one.jinja").write_text("{{ text }}")
    with pytest.raises(TypeError, match="without quoting it"):
        render.render_tree("tree", {"slug": SLUG, "text": "x"})
    with pytest.raises(TypeError, match="without quoting it"):
        render.render_file("one.jinja", {"text": "x"})


def test_an_undefined_name_is_an_error(folder: Path) -> None:
    """A misspelt name does not become an empty string."""
    (folder / "one.jinja").write_text("{{ textt|python }}")
    with pytest.raises((UndefinedError, TypeError)):
        render.render_file("one.jinja", {"text": "x"})


def test_all_templates_have_the_suffix() -> None:
    """Installers compile `.py` files of a wheel, and would try these, too."""
    root = Path(render.__file__).parent.parent / "templates"
    files = [path for path in root.rglob("*") if path.is_file()]
    assert len(files) > 15
    assert [path for path in files if path.suffix not in (".jinja", ".js", ".css")] == []
