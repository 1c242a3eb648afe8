"""Django's URL configurations in the forms in which they are written."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

VIEWS = """
    from django.views import View
    from django.views.generic import ListView, UpdateView
    from django.views.decorators.http import require_POST, require_http_methods
    def index(request): pass
    @require_POST
    def pay(request): pass
    @require_http_methods(["GET", "PUT"])
    def both(request): pass
    class Detail(View):
        def get(self, r): pass
        def post(self, r): pass
    class Some(Detail):
        http_method_names = ["post", "options"]
    class Items(ListView): pass
    class Edit(UpdateView):
        def post(self, r): pass
    later = Detail.as_view()
"""
HEAD = """
from django.contrib.auth.decorators import login_required
from django.urls import include, path, re_path
from django.conf.urls.i18n import i18n_patterns
import v
"""

FORMS = {
    "added to, also under a condition": (
        "urlpatterns = [path('a', v.index)]\nurlpatterns += [path('b', v.index)]\n"
        "if DEBUG:\n    urlpatterns = urlpatterns + [path('c', v.index)]\n"
        "urlpatterns.append(path('d', v.index))\nurlpatterns.extend([path('e', v.index)])\n",
        {f"ANY /{name} -> v.index" for name in "abcde"},
    ),
    "comprehensions and loops over literals": (
        "urlpatterns = [path(f'{n}/', v.index) for n in ('a', 'b')]\n"
        "for prefix, view in {'x': v.index, 'y': v.later}.items():\n"
        "    urlpatterns += [path('%s/' % prefix, view), path('{}/z'.format(prefix), view)]\n",
        {
            "ANY /a/ -> v.index", "ANY /b/ -> v.index", "ANY /x/ -> v.index", "ANY /x/z -> v.index",
            "GET /y/ -> v.Detail.get", "POST /y/ -> v.Detail.post",
            "GET /y/z -> v.Detail.get", "POST /y/z -> v.Detail.post",
        },
    ),
    "prefixes of languages and of tuples": (
        "more = ([path('m', v.index)], 'app')\n"
        "urlpatterns = i18n_patterns(path('a', v.index), path('b/', include(more, namespace='n')))\n",
        {"ANY /<language>/a -> v.index", "ANY /<language>/b/m -> v.index"},
    ),
    "a project's own i18n_patterns, which takes all patterns that it is given": (
        "from django.urls import URLResolver, LocalePrefixPattern as Theirs\n"
        "class LocalePrefixPattern(Theirs): pass\n"
        "def own_patterns(*urls, prefix_default_language=True):\n"
        "    if not settings.USE_I18N:\n        return list(urls)\n"
        "    return [URLResolver(LocalePrefixPattern(prefix_default_language), list(urls))]\n"
        "def tagged(tag, first, *rest):\n    found = [first]\n    return found + list(rest)\n"
        "urlpatterns = own_patterns(path('a', v.index), path('b', v.index))\n"
        "urlpatterns += tagged('x', path('c', v.index), path('d', v.index), path('e', v.index))\n",
        {
            "ANY /<language>/a -> v.index", "ANY /<language>/b -> v.index",
            "ANY /c -> v.index", "ANY /d -> v.index", "ANY /e -> v.index",
        },
    ),
    "decorated views, kept views, lambdas": (
        "urlpatterns = [path('a', login_required(v.Detail.as_view(x=1))), path('b', v.later),\n"
        "    path('c', login_required(login_url='/')(v.index)), path('d', lambda r: None)]\n",
        {
            "GET /a -> v.Detail.get", "POST /a -> v.Detail.post",
            "GET /b -> v.Detail.get", "POST /b -> v.Detail.post", "ANY /c -> v.index", "ANY /d -> urls.<lambda1>",
        },
    ),
    "classes that a registry may have replaced": (
        "made = registry.get(v.Detail).as_view()\n"
        "urlpatterns = [path('a', made), path('b', login_required('why')(made)),\n"
        "    path('c', registry.get(v.Items).as_view())]\n",
        {
            "GET /a -> v.Detail.get", "POST /a -> v.Detail.post",
            "GET /b -> v.Detail.get", "POST /b -> v.Detail.post", "GET /c -> v.Items",
        },
    ),
    "methods by decorators, by the class, by what it inherits": (
        "urlpatterns = [path('a', v.pay), path('b', v.both), path('c', v.Some.as_view()),\n"
        "    path('d', v.Items.as_view()), path('e', v.Edit.as_view())]\n",
        {
            "POST /a -> v.pay", "GET /b -> v.both", "PUT /b -> v.both", "POST /c -> v.Detail.post",
            "GET /d -> v.Items", "GET /e -> v.Edit", "POST /e -> v.Edit.post", "PUT /e -> v.Edit",
        },
    ),
    "functions that give patterns, and those that hand them on": (
        "def checked(urls):\n    for url in urls:\n        check(url)\n    return urls\n"
        "def get_urls():\n    found = [path('a', v.index)]\n    return found + [path('b', v.index)]\n"
        "urlpatterns = checked(get_urls()) + checked([path('c', v.index)])\n",
        {"ANY /a -> v.index", "ANY /b -> v.index", "ANY /c -> v.index"},
    ),
    "a project's own path()": (
        "def own(regex, view, name=None):\n    made = re_path('^own/' + regex, login_required(view), name=name)\n"
        "    return made\n"
        "urlpatterns = [own('a$', v.index), own(regex='b$', view=v.Detail.as_view(), name='b')]\n",
        {"ANY /own/a -> v.index", "GET /own/b -> v.Detail.get", "POST /own/b -> v.Detail.post"},
    ),
    "views by dotted strings, patterns as a tuple": (
        "from django.conf.urls import patterns, url\n"
        "urlpatterns = patterns('', url(r'^a/$', 'v.index'), url(regex='^b$', view='v.pay'))\n",
        {"ANY /a/ -> v.index", "POST /b -> v.pay"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_forms(form: str, edges_of: Callable[..., set[str]]) -> None:
    """Each form gives exactly its routes."""
    urls, expected = FORMS[form]
    assert edges_of({"v.py": VIEWS, "urls.py": HEAD + urls}, "handles") == expected


APPS = {
    "core.py": """
        class Mixin:
            def get_urls(self): return []
            def post_process_urls(self, urls): return urls
            @property
            def urls(self): return self.get_urls(), self.label, self.namespace
        """,
    "shop/apps.py": """
        from django.apps import AppConfig, apps
        from django.urls import include, path
        from core import Mixin
        class ShopConfig(Mixin, AppConfig):
            name = "shop"
            def ready(self):
                self.catalogue_app = apps.get_app_config("catalogue_app")
            def get_urls(self):
                return [path("catalogue/", self.catalogue_app.urls), path("again/", include(self.catalogue_app.urls[0]))]
        """,
    "shop/catalogue/apps.py": """
        from django.apps import AppConfig
        from django.urls import path
        from core import Mixin
        import v
        class OnlyConfig(Mixin, AppConfig):
            name = "shop.catalogue"
            label = "catalogue_app"
            def ready(self):
                self.index_view = v.Detail
            def get_urls(self):
                urls = super().get_urls() + [path("", self.index_view.as_view())]
                return self.post_process_urls(urls)
        class ReviewsConfig(Mixin, AppConfig):
            label = "catalogue_app"
            def get_urls(self):
                urls = super().get_urls()
                urls += [path("reviews/", v.index)]
                return self.post_process_urls(urls)
        class CatalogueConfig(OnlyConfig, ReviewsConfig):
            label = "catalogue_app"
        """,
    "urls.py": """
        from django.apps import apps
        from django.urls import include, path
        urlpatterns = [path("s/", include(apps.get_app_config("shop").urls[0]))]
        """,
    "v.py": VIEWS,
}


def test_a_function_of_the_project_that_takes_any_number_of_patterns(
    edges_of: Callable[..., set[str]],
) -> None:
    """A project's own `i18n_patterns`: all that it is given goes below what it makes."""
    files = {
        "v.py": "def index(request): pass\n",
        "own.py": """
            import django.urls
            def patterns(*urls, prefix=True):
                if not prefix:
                    return list(urls)
                return [django.urls.URLResolver(Prefix(prefix), list(urls))]
        """,
        "urls.py": HEAD
        + "from own import patterns\nmore = [path('c', v.index)]\n"
        + "urlpatterns = patterns(path('a', v.index), path('b/', include(more)))\n",
    }
    assert edges_of(files, "handles") == {"ANY /a -> v.index", "ANY /b/c -> v.index"}


def test_urls_of_application_configurations(edges_of: Callable[..., set[str]]) -> None:
    """`get_urls` of the class that is meant, `super()` along its ancestors, views bound in `ready`."""
    prefixes = ("/s/catalogue/", "/s/again/")
    assert edges_of(APPS, "handles") == {
        edge
        for prefix in prefixes
        for edge in (
            f"GET {prefix} -> v.Detail.get",
            f"POST {prefix} -> v.Detail.post",
            f"ANY {prefix}reviews/ -> v.index",
        )
    }


def test_the_root_of_the_settings(graph_of: Callable[..., Graph]) -> None:
    """What a root leads to is certain; what nothing leads to is merely possible, and has no prefix."""
    urls = "from django.urls import include, path\nimport v\n"
    files = {
        "conf/settings.py": "ROOT_URLCONF = 'conf.urls'\n",
        "conf/urls.py": urls + "urlpatterns = [path('a/', include('shop.urls'))]\n",
        "shop/urls.py": urls + "urlpatterns = [path('b', v.index)]\n",
        "loose/urls.py": urls + "urlpatterns = [path('c', v.index)]\n",
        "tests/urls.py": urls + "urlpatterns = [path('t/', include('shop.urls')), path('own', v.index)]\n",
        "v.py": VIEWS,
    }
    edges = {(edge.source, edge.confidence) for edge in graph_of(files).edges("handles")}
    assert edges == {
        ("route:ANY /a/b", "certain"), ("route:ANY /c", "possible"), ("route:ANY /own", "possible"),
    }  # fmt: skip


def test_what_cannot_be_read_is_said(graph_of: Callable[..., Graph]) -> None:
    """Patterns of libraries, texts that are computed, calls that nothing is known of; `static` is quiet."""
    urls = HEAD + (
        "from django.conf.urls.static import static\n"
        "from lib import tools\n"
        "urlpatterns = [path('a/', include('lib.urls')), path(compute(), v.index), path('m/', v.missing)]\n"
        "urlpatterns += tools.more() + static('/media/')\n"
    )
    spots = graph_of({"v.py": VIEWS, "urls.py": urls}).blind_spots
    assert [(s.kind, s.place.line, s.text) for s in spots if s.kind in ("dynamic-route", "unknown-view")] == [
        ("dynamic-route", 8, "include('lib.urls')"),
        ("dynamic-route", 8, "compute()"),
        ("dynamic-route", 9, "tools.more()"),
        ("unknown-view", 8, "v.missing"),
    ]


ADMIN = {
    "urls.py": "from django.contrib import admin\nfrom django.urls import path\n"
    "urlpatterns = [path('admin/', admin.site.urls)]\n",
    "shop/models.py": "from django.db import models\nclass Order(models.Model): pass\nclass Line(models.Model): pass\n",
    "shop/admin.py": """
        from django.contrib import admin
        from django.urls import path
        from shop.models import Line, Order
        @admin.register(Order)
        class OrderAdmin(admin.ModelAdmin):
            def get_urls(self):
                return [path("pay/", self.admin_site.admin_view(self.pay), name="pay")] + super().get_urls()
            def pay(self, request): pass
            def changelist_view(self, request): pass
        admin.site.register(Line)
        """,
}


def test_the_admin(graph_of: Callable[..., Graph]) -> None:
    """Pages of the site, of each model, and those that a `ModelAdmin` adds, with the project's own methods."""
    graph = graph_of(ADMIN)
    handled = {edge.source.removeprefix("route:ANY "): edge.target for edge in graph.edges("handles")}
    assert handled["/admin/shop/order/"] == "function:shop.admin.OrderAdmin.changelist_view"
    assert handled["/admin/shop/order/pay/"] == "function:shop.admin.OrderAdmin.pay"
    assert handled["/admin/shop/line/add/"] == "function:django.contrib.admin.options.ModelAdmin.add_view"
    assert handled["/admin/login/"] == "function:django.contrib.admin.sites.AdminSite.login"
    assert len(handled) == 7 + 5 + 5 + 1
    assert not [spot for spot in graph.blind_spots if spot.kind == "dynamic-route"]


def test_a_view_of_an_object(edges_of: Callable[..., set[str]]) -> None:
    """`Page().as_view()` is the class's method all the same."""
    urls = HEAD + "urlpatterns = [path('page', v.Page().as_view(x=1))]\n"
    files = {
        "v.py": "from django.views import View\nclass Page(View):\n    def get(self, r): pass\n",
        "urls.py": urls,
    }
    assert edges_of(files, "handles") == {"GET /page -> v.Page.get"}


def test_hostile_configurations_end(graph_of: Callable[..., Graph]) -> None:
    """Lists that double, wrappers without end, loops in loops and long sums take no time and crash nothing."""
    long = " + ".join(["'x'"] * 300)
    urls = HEAD + (
        "u = [path('a', v.index)]\n" + "u = u + u\n" * 60 + "u = wrap(u)\n" * 600
        + "urlpatterns = u\n" + "if x:\n    urlpatterns = urlpatterns + [path('b', v.index)]\n" * 60
        + f"urlpatterns += [path({long}, v.index)]\n"
        + "for a in range(9):\n  for b in 'x', 'y':\n    for c in ('x', 'y'):\n      u = [path(a + b + c, v.index)]\n"
        + "class C(C): urlpatterns = urlpatterns\n" + "def urls(): return urls() + other()\ndef other(): return urls()\n"
    )  # fmt: skip
    urls += "".join(
        f"def u{n}(a, b): return u{n + 1}('x', b) + u{n + 1}('y', b) + urls()\n" for n in range(40)
    )
    graph = graph_of({"v.py": VIEWS, "urls.py": urls})
    assert {node.name for node in graph.nodes("route")} >= {"ANY /a", "ANY /b"}
    assert [diagnostic.kind for diagnostic in graph.diagnostics] == ["circular-inheritance"]


def test_a_view_that_is_loaded_by_a_setting(graph_of: Callable[[dict[str, str]], Graph]) -> None:
    """A blind spot, and no function of the loader answers."""
    urls = HEAD + (
        "from django.conf import settings\nfrom django.utils.module_loading import import_string\n"
        "def made():\n    return import_string(settings.VIEW).as_view()\nurlpatterns = [path('a', made())]\n"
    )
    graph = graph_of({"v.py": VIEWS, "urls.py": urls})
    assert [spot.text for spot in graph.blind_spots if spot.kind == "unknown-view"] == ["made()"]
    assert not list(graph.edges("handles"))


def test_a_setting_speaks_against(graph_of: Callable[[dict[str, str]], Graph]) -> None:
    """What stands under the opposite of what settings plainly say is possible; DEBUG says nothing."""
    graph = graph_of(
        {
            "v.py": VIEWS,
            "site/settings.py": "ROOT_URLCONF = 'urls'\nUSE_I18N = True\nDEBUG = False\nNEW = OLD = False\n",
            "urls.py": HEAD + "from django.conf import settings\nurlpatterns = []\n"
            "if settings.USE_I18N:\n    urlpatterns += [path('a', v.index)]\n"
            "else:\n    urlpatterns += [path('b', v.index)]\n"
            "if settings.DEBUG:\n    urlpatterns += [path('c', v.index)]\n"
            "if not settings.NEW:\n    urlpatterns += [path('d', v.index)]\n"
            "if settings.NEW:\n    urlpatterns += [path('e', v.index)]\n",
        }
    )
    sure = {e.source.rpartition("/")[2]: e.confidence for e in graph.edges() if e.kind == "handles"}
    assert sure == dict.fromkeys("acd", "certain") | dict.fromkeys("be", "possible")
