"""Pages: which code and templates render which templates, and which routes they lead to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent
from time import process_time

import pytest

from carveout.analyzer.frameworks.pages.routes import Routes
from carveout.analyzer.frameworks.pages.templates import read_template
from carveout.analyzer.model.graph import Graph, Node
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
        f"{index} links route:GET /shop/item/<int:id>",
        f"{index} links route:POST /shop/item/<int:id> likely",
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


def test_django(write: Write) -> None:
    graph = write(
        {
            "project/settings.py": "ROOT_URLCONF = 'project.urls'\nLOGIN_URL = 'shop:list'",
            "project/urls.py": """
                from django.urls import include, path
                from shop import views as v
                from shop.apps import Admin, Stock
                more = ([path("c/", v.many, name="many")], "tupled")
                urlpatterns = [
                    path("shop/", include("shop.urls")),
                    path("two/", include("shop.urls", namespace="second")),
                    path("b/", include(("shop.bare", "bare"))),
                    path("m/", include(more)),
                    path("n/", include(more, namespace="other")),
                    path("admin/", Admin().urls),
                    path("stock/", Stock().urls[0]),
                ]
            """,
            "shop/__init__.py": "",
            "shop/apps.py": """
                from django.apps import AppConfig
                from django.urls import path
                from shop import views as v
                class Base(AppConfig):
                    namespace = None
                    def get_urls(self): return [path("x/", v.index, name="x")]
                    @property
                    def urls(self): return self.get_urls(), self.label, self.namespace
                class Admin(Base):
                    namespace = "manage"
                class Stock(Base):
                    namespace = "stock"
                    def get_urls(self): return [path("y/", v.index, name="y")]
            """,
            "shop/bare.py": "from shop import views as v\nurlpatterns = [path('', v.index, name='one')]"
            "\nfrom django.urls import path",
            "shop/urls.py": """
                from django.urls import path
                from shop import views as v
                app_name = "shop"
                urlpatterns = [path("", v.index, name="list"), path("<int:pk>/", v.One.as_view(), name="one")]
            """,
            "shop/views.py": """
                from django.shortcuts import redirect, render
                from django.urls import reverse, reverse_lazy
                from django.views.generic import FormView
                def index(request):
                    reverse("admin:index"), reverse("bare:one"), reverse(request.GET["x"])
                    redirect("%s:index" % request.space), redirect(request.path + "?a=1")
                    return render(request, "shop/list.html")
                def many(request):
                    reverse("manage:x"), reverse("y"), reverse("tupled:many"), reverse("other:many")
                    return redirect("second:one", pk=1) if request else redirect("/shop/3/")
                class One(FormView):
                    template_name = "shop/one.html"
                    success_url = reverse_lazy("shop:list")
                class Two(One): pass
                MAILS = {"welcome": "mail/%s.txt"}
                def render_mail(template): return render(None, template)
                def send(): render_mail("mail/a.txt")
            """,
            "shop/templates/shop/list.html": """
                {% extends "admin/base.html" %}{% load static %}
                {% url 'shop:one' pk=1 as x %}{% url name %}{% static "a.css" %}
                {% comment %}{% url 'lost' %}{% endcomment %}
                {% include "shop/"|add:kind %}
            """,
            "shop/templates/shop/one.html": "",
            "templates/shop/one.html": "",
            "templates/mail/a.txt": "",
        }
    )
    page = "template:shop/templates/shop/list.html"
    assert edges(graph, "renders") == {
        f"function:shop.views.index renders {page}",
        "class:shop.views.One renders template:shop/templates/shop/one.html likely",
        "class:shop.views.One renders template:templates/shop/one.html possible",
        "class:shop.views.Two renders template:shop/templates/shop/one.html likely",
        "class:shop.views.Two renders template:templates/shop/one.html possible",
        "module:shop.views renders template:templates/mail/a.txt possible",
        "function:shop.views.send renders template:templates/mail/a.txt likely",
        f"{page} renders template:admin/base.html",
        f"{page} renders template:shop/templates/shop/one.html possible",
        f"{page} renders template:templates/shop/one.html possible",
    }
    many, one = "function:shop.views.many links route:", "links route:ANY "
    assert edges(graph, "links") == {
        "module:project.settings links route:ANY /shop/",
        f"function:shop.views.index {one}/b/",
        f"{many}ANY /admin/x/",
        f"{many}ANY /stock/y/",
        f"{many}ANY /m/c/",
        f"{many}ANY /n/c/",
        f"{many}GET /two/<int:pk>/",
        f"{many}GET /shop/<int:pk>/ likely",
        f"class:shop.views.One {one}/shop/",
        *(f"{page} links route:{verb} /shop/<int:pk>/" for verb in ("GET", "POST", "PUT")),
        f"{page} links static:a.css",
    }
    assert spots(graph) == {
        "shop/views.py:6 unknown-link admin:index: no such name of a route",
        "shop/views.py:6 unknown-link reverse(request.GET['x'])",
        "shop/views.py:7 unknown-link redirect('%s:index' % request.space)",
        "shop/templates/shop/list.html:3 unknown-link url name",
    }


def test_fastapi(write: Write) -> None:
    """Names of functions and of routes; both orders of arguments; prefixes of loaders; lines within tags."""
    graph = write(
        {
            "app.py": """
                from fastapi import FastAPI, Request
                from fastapi.responses import RedirectResponse
                from fastapi.templating import Jinja2Templates
                app = FastAPI()
                templates = Jinja2Templates(directory="templates")
                @app.get("/items/{id}")
                def item(request: Request, id: int):
                    return templates.TemplateResponse(request=request, name="item.html", context={})
                @app.get("/", name="home")
                def index(request: Request):
                    return templates.TemplateResponse("item.html", {"request": request})
                def other(request: Request, id: int):
                    templates.TemplateResponse(request, "admin/page.html")
                    return RedirectResponse(request.url_for("item", id=id)), RedirectResponse(url="/items/1?x=2")
            """,
            "templates/item.html": """
                {{ table(
                     one=url_for('home'),
                     two=request.url_for("static", path="/a.css"),
                   ) }}
            """,
            "themes/admin/templates/page.html": "",
        }
    )
    assert edges(graph, "renders") == {
        "function:app.item renders template:templates/item.html",
        "function:app.index renders template:templates/item.html",
        "function:app.other renders template:themes/admin/templates/page.html likely",
    }
    assert edges(graph, "links") == {
        "function:app.other links route:GET /items/{id}",
        "template:templates/item.html links route:GET /",
        "template:templates/item.html links static:a.css",
    }
    (home,) = graph.into("route:GET /", "links")
    assert home.evidence[0].place.line == 3
    assert spots(graph) == set()


def test_endpoints_of_view_classes(write: Write) -> None:
    """A view's own name, the name that a wrapper's caller gives it, a name that is given beside."""
    graph = write(
        {
            "app.py": """
                from flask import Blueprint, Flask, url_for
                from flask.views import MethodView
                app = Flask(__name__)
                bp = Blueprint("forum", __name__)
                app.register_blueprint(bp)
                class One(MethodView):
                    def get(self): return url_for("forum.one") + url_for("two") + url_for("forum.three")
                def add(holder, routes, view_func, **more):
                    for route in routes: holder.add_url_rule(route, view_func=view_func, **more)
                add(bp, routes=["/one", "/uno"], view_func=One.as_view("one"))
                app.add_url_rule("/two", view_func=One.as_view("two"))
                bp.add_url_rule("/three", "three", One.as_view("other"))
            """,
        }
    )
    names = ("one", "uno", "two", "three")
    assert edges(graph, "links") == {f"function:app.One.get links route:GET /{name}" for name in names}
    assert spots(graph) == set()


def test_where_templates_lie(write: Write) -> None:
    """Relative names; folders that the code names; what lies beside hides what lies elsewhere."""
    graph = write(
        {
            "app.py": """
                app = Flask(__name__, template_folder="pages")
                def one(): return render_template("x/one.html")
            """,
            "pages/x/one.html": "{% include './two.html' %}{% extends '../base.html' %}",
            "pages/x/two.html": "",
            "pages/base.html": "",
            "a/templates/base.html": "{% include 'icon.svg' %}",
            "a/templates/icon.svg": "",
            "b/templates/icon.svg": "",
        }
    )
    one = "template:pages/x/one.html"
    assert edges(graph, "renders") == {
        f"function:app.one renders {one}",
        f"{one} renders template:pages/x/two.html",
        f"{one} renders template:pages/base.html",
        "template:a/templates/base.html renders template:a/templates/icon.svg",
    }
    assert spots(graph) == set()


def test_templates_are_read_in_linear_time() -> None:
    hostile = ["{%" * 200_000, "{{ '" * 100_000, "{# " * 100_000, "{% raw %}" * 50_000, "href=" * 100_000]
    for text in hostile:
        start = process_time()
        list(read_template(text))
        assert process_time() - start < 2


def test_a_path_that_several_routes_have() -> None:
    """One for any method leaves nothing to the others, and which comes first is not told."""
    home, blog, add = (Node(f"route:{name}", "urls.py", 1) for name in ("GET /", "ANY /", "POST /"))
    assert Routes([home, blog]).at("/") == (["route:GET /", "route:ANY /"], "possible")
    assert Routes([home, add]).at("/") == (["route:GET /", "route:POST /"], "certain")


LINKS = {
    "endpoint = f'{SHOP}.show'\n    url_for(endpoint)": {"GET /show"},
    "url_for(PAGES[kind])": {"GET /show", "GET /edit"},
    "url_for(PAGES['a'])": {"GET /show"},
    "target = PAGES.get(kind, 'shop.home')\n    url_for(target)": {"GET /show", "GET /edit", "GET /home"},
    "[url_for(each) for each in ('shop.show', 'shop.edit')]": {"GET /show", "GET /edit"},
    "for _, each in PAGES.items():\n        url_for(each)": {"GET /show", "GET /edit"},
}


@pytest.mark.parametrize("code", LINKS)
def test_names_of_routes_in_tables(code: str, write: Write) -> None:
    views = """
        from flask import Blueprint, Flask, url_for
        SHOP = "shop"
        PAGES = {"a": "shop.show", "b": "shop.edit"}
        bp = Blueprint("shop", __name__)
        @bp.route("/show")
        def show(): pass
        @bp.route("/edit")
        def edit(): pass
        @bp.route("/home")
        def home(): pass
        app = Flask(__name__)
        app.register_blueprint(bp)
    """
    graph = write({"views.py": f"{dedent(views)}\ndef link(kind):\n    {code}\n"})
    found = {e.target.removeprefix("route:") for e in graph.edges("links")}
    assert found == LINKS[code]


def test_either_name_in_a_template() -> None:
    found = list(read_template("""{{ url_for('a.x' if u.z else 'a.y', id=1) }}"""))
    assert sorted(str(fact.data["parts"]) for fact in found) == ["['a.x']", "['a.y']"]
