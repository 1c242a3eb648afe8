"""Names of routes that loops, keywords and translated paths tell."""

from __future__ import annotations

from collections.abc import Callable

URLS = """
    from django.shortcuts import resolve_url
    from django.urls import path, reverse
    from django.utils.translation import pgettext_lazy, gettext_lazy as _t
    from django.views.generic import RedirectView
    from rest_framework import serializers

    MENU = [{"label": "One", "url_name": "one"}, {"label": "Two", "url_name": "two"}]
    PAIRS = (("One", "one"), ("Three", "three"))
    KINDS = {"a": "one", "b": "two"}

    def page(request): pass
    def of_rows(): return [reverse(entry["url_name"]) for entry in MENU]
    def of_pairs():
        for label, name in PAIRS:
            yield reverse(name)
    def of_values(): return [reverse(name) for name in KINDS.values()]
    def of_texts(): return [reverse(f"{name}") for name in ("two", "three")]
    def unknown(entries): return [reverse(entry["url_name"]) for entry in entries]
    class Row(serializers.Serializer):
        link = serializers.HyperlinkedIdentityField(view_name="three")

    urlpatterns = [
        path(pgettext_lazy("part of a path", "one/"), page, name="one"),
        path(_t("two/"), page, name="two"),
        path(pgettext_lazy("part of a path", "three/"), page, name="three"),
        path("old/", RedirectView.as_view(pattern_name="two")),
    ]
"""


def test_names_of_routes(edges_of: Callable[..., set[str]]) -> None:
    files = {
        "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
        "shop/__init__.py": "", "shop/settings.py": "ROOT_URLCONF = 'shop.urls'\n", "shop/urls.py": URLS,
    }  # fmt: skip
    found = {edge.removeprefix("shop.urls.").replace("ANY ", "") for edge in edges_of(files, "links")}
    assert found == {
        "of_rows -> /one/", "of_rows -> /two/", "of_pairs -> /one/", "of_pairs -> /three/", "of_values -> /one/",
        "of_values -> /two/", "of_texts -> /two/", "of_texts -> /three/", "Row -> /three/", "shop.urls -> /two/",
    }  # fmt: skip
