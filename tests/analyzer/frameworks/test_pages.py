"""Pages: which code and templates render which templates, and which routes they lead to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent
from time import process_time

import pytest

from carveout.analyzer.frameworks.pages.templates import read_template
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.pipeline import analyze

Write = Callable[[Mapping[str, str]], Graph]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def make(files: Mapping[str, str]) -> Graph:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text))
        return analyze(tmp_path, workers=1, cache=False)

    return make


def edges(graph: Graph, *kinds: str) -> set[str]:
    return {
        f"{e.source} {e.kind} {e.target}" + ("" if e.confidence == "certain" else f" {e.confidence}")
        for e in graph.edges(*kinds)
    }


def spots(graph: Graph) -> set[str]:
    return {f"{s.place} {s.kind} {s.text}" for s in graph.blind_spots if s.kind.startswith("unknown-")}


def test_flask(write: Write) -> None:
    graph = write(
        {
            "shop/__init__.py": "",
            "shop/views.py": """
                from flask import Blueprint, redirect, render_template, url_for
                bp = Blueprint("shop", __name__, url_prefix="/shop")
                @bp.route("/")
                def index():
                    return render_template("shop/index.html")
                @bp.route("/item/<int:id>", endpoint="one", methods=["GET", "POST"])
                def item(id):
                    if id > 3: return redirect(url_for(".index"))
                    if id > 2: return redirect(f"/shop/item/{id}")
                    name = "shop/none.html" if id else "shop/index.html"
                    return render_template(name)
                def page(kind, endpoint):
                    url_for(endpoint)
                    return render_template(f"shop/{kind}_page.html"), render_template(kind)
            """,
            "shop/templates/shop/index.html": """
                {% extends "base.html" %}
                {% from 'shop/macros.html' import one, two %}
                <a href="{{ url_for('shop.one', id=1) }}">x</a> {# {{ url_for('no') }} #}
                <img src="{{ url_for('static', filename='logo.png') }}">
                <form action="/shop/item/{{ item["id"] }}" method="post"></form>
                {% raw %}{{ url_for("not") }}{% endraw %}
                {% include layout %}
                <a href="/nowhere">y</a>
            """,
            "shop/templates/shop/macros.html": "",
            "shop/templates/shop/big_page.html": "",
            "templates/base.html": "{{ url_for('lost') }}",
        }
    )
    index = "template:shop/templates/shop/index.html"
    assert edges(graph, "renders") == {
        f"function:shop.views.index renders {index}",
        f"function:shop.views.item renders {index}",
        "function:shop.views.item renders template:shop/none.html",
        "function:shop.views.page renders template:shop/templates/shop/big_page.html possible",
        f"{index} renders template:templates/base.html",
        f"{index} renders template:shop/templates/shop/macros.html",
    }
    assert edges(graph, "links") == {
        "function:shop.views.item links route:GET /shop/ likely",
        "function:shop.views.item links route:GET /shop/item/<int:id> likely",
        "function:shop.views.item links route:POST /shop/item/<int:id> likely",
        f"{index} links route:GET /shop/item/<int:id>",
        f"{index} links route:POST /shop/item/<int:id>",
        f"{index} links static:logo.png",
    }
    assert spots(graph) == {
        "shop/views.py:12 unknown-template shop/none.html: no such template was found",
        "shop/views.py:14 unknown-link url_for(endpoint)",
        "shop/views.py:15 unknown-template render_template(kind)",
        "shop/templates/shop/index.html:8 unknown-template include layout",
        "shop/templates/shop/index.html:9 unknown-link /nowhere: no such route",
        "templates/base.html:1 unknown-link lost: no such name of a route",
    }
    assert graph.coverage.files == 2


def test_templates_are_read_in_linear_time() -> None:
    hostile = ["{%" * 200_000, "{{ '" * 100_000, "{# " * 100_000, "{% raw %}" * 50_000, "href=" * 100_000]
    for text in hostile:
        start = process_time()
        list(read_template(text))
        assert process_time() - start < 2
