"""Django: URL patterns that a loop over all installed applications collects."""

from __future__ import annotations

from collections.abc import Callable

from carveout.analyzer.model.graph import Graph

VIEWS = "def index(request): pass\n"
HEAD = "from django.urls import include, path\nimport v\n"

PLUGINS = {
    "manage.py": "",
    "settings.py": "ROOT_URLCONF = 'site_urls'\n",
    "v.py": VIEWS,
    "site_urls.py": """
        import importlib
        from django.apps import apps
        from django.urls import include, path
        import v
        collected = []
        for app in apps.get_app_configs():
            if hasattr(app, "PluginMeta"):
                urlmod = importlib.import_module(app.name + ".urls")
                mine = []
                if hasattr(urlmod, "urlpatterns"):
                    mine += urlmod.urlpatterns
                if hasattr(urlmod, "event_patterns"):
                    below = urlmod.event_patterns
                    mine.append(path("<event>/", include(below)))
                if hasattr(urlmod, "more_patterns"):
                    below = urlmod.more_patterns
                    mine.append(path("more/", include(below)))
                collected.append(path("plugins/", include((mine, app.label))))
        urlpatterns = [path("home", v.index)] + collected
    """,
    "badges/__init__.py": "",
    "badges/apps.py": """
        from django.apps import AppConfig
        class Badges(AppConfig):
            name = "badges"
            class PluginMeta:
                version = 1
    """,
    "badges/urls.py": """
        from django.urls import path
        import v
        urlpatterns = [path("badges", v.index)]
        event_patterns = [path("print", v.index)]
    """,
    "plain/__init__.py": "",
    "plain/apps.py": "from django.apps import AppConfig\nclass Plain(AppConfig):\n    name = 'plain'\n",
    "plain/urls.py": "from django.urls import path\nimport v\nurlpatterns = [path('never', v.index)]\n",
}


def test_patterns_of_all_applications(graph_of: Callable[..., Graph]) -> None:
    """A loop over applications takes in the modules of those that have what it asks for; others are not known."""
    graph = graph_of(PLUGINS)
    sure = {edge.source for edge in graph.edges("handles") if edge.confidence != "possible"}
    assert sure == {"route:ANY /home", "route:ANY /plugins/badges", "route:ANY /plugins/<event>/print"}
    assert [spot.text for spot in graph.blind_spots if spot.kind == "dynamic-route"] == [
        "patterns of applications of libraries"
    ]


def test_loops_over_applications_end(graph_of: Callable[..., Graph]) -> None:
    """Lists that double in each line of such a loop."""
    body = "".join("    u = u + u\n" for _ in range(60))
    urls = HEAD + (
        "from django.apps import apps\nfrom importlib import import_module\nurlpatterns = [path('x', v.index)]\n"
        f"for app in apps.get_app_configs():\n    m = import_module(f'{{app.name}}.urls')\n"
        f"    u = [m.urlpatterns, path('b', v.index)]\n{body}    urlpatterns += u\n"
    )
    graph = graph_of({"v.py": VIEWS, "urls.py": urls})
    assert "ANY /x" in {node.name for node in graph.nodes("route")}
