"""Django: queries of models that only a run tells, of libraries, and links whose name stands elsewhere."""

from __future__ import annotations

from collections.abc import Callable

from carveout.analyzer.model.graph import Graph

FILES = {
    "shop/models.py": """
        from django.db import models
        class Order(models.Model): pass
        """,
    "shop/jobs.py": """
        from django.apps import apps
        from django.shortcuts import render
        from django.urls import reverse
        from rest_framework.authtoken.models import Token
        from shop.where import where
        def drop(name, pk): apps.get_model(name).objects.filter(pk=pk).delete()
        def known(): return apps.get_model("shop", "Order").objects.count()
        def leave(user): Token.objects.filter(user=user).delete()
        def page(): return reverse(**where(viewname="x"))
        def plain(): return reverse()
        def shown(request, name): return render(request=request, template_name=name)
        """,
    "shop/migrations/0002_fill.py": """
        def fill(apps, name): apps.get_model(name).objects.update()
        """,
}


def test_what_a_run_tells_is_said(graph_of: Callable[[dict[str, str]], Graph]) -> None:
    """A blind spot for a query of an unknown model in code that still runs, and for `reverse(**...)`."""
    graph = graph_of(FILES)
    spots = {(spot.kind, spot.text) for spot in graph.blind_spots if spot.place.path == "shop/jobs.py"}
    assert ("unknown-link", "reverse(**where(viewname='x'))") in spots
    assert ("unknown-template", "render(request=request, template_name=name)") in spots
    assert [spot for spot in spots if spot[0] == "dynamic-table-name"] == [
        ("dynamic-table-name", "apps.get_model().objects.filter(): its model is told at run time")
    ]
    assert not [
        s for s in graph.blind_spots if s.kind == "dynamic-table-name" and "migrations" in s.place.path
    ]


def test_tokens_of_rest_framework(graph_of: Callable[[dict[str, str]], Graph]) -> None:
    """The table of a library's model that is asked for rows."""
    graph = graph_of(FILES)
    written = {(e.source, e.target) for e in graph.edges("writes")}
    assert ("function:shop.jobs.leave", "table:authtoken_token") in written
