"""What libraries hand to functions and keep on their objects, as frameworks tell it: what calls come out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

MODEL = "from django.db import models\nclass Basket(models.Model):\n    def lines(self): pass\n"

CASES = {
    "what a middleware puts on the request is what a view finds there": (
        "from a import Basket\nfrom django.views.generic import View\nfrom django.urls import path\n"
        "class Middleware:\n    def __call__(self, request):\n        request.basket = Basket()\n"
        "class Cart(View):\n    def get(self, request): request.basket.lines()\n"
        "    def more(self): self.request.basket.lines()\n"
        "def cart(req): req.basket.lines()\nurls = [path('cart', cart)]\n",
        {"Cart.get", "Cart.more", "cart"},
    ),
    "a form view gets its form, a detail view its object": (
        "from a import Basket\nfrom django.views.generic import FormView, UpdateView\n"
        "class Form(Basket): pass\n"
        "class Make(FormView):\n    form_class = Form\n    def form_valid(self, form): form.lines()\n"
        "class Change(UpdateView):\n    model = Basket\n    def show(self): self.get_object().lines()\n"
        "    def again(self): self.object.lines()\n",
        {"Make.form_valid", "Change.show", "Change.again"},
    ),
    "a receiver gets an instance of the sender that it asks for": (
        "from a import Basket\nfrom django.db.models.signals import post_save\nfrom django.dispatch import receiver\n"
        "class Other:\n    def lines(self): pass\n"
        "@receiver(post_save, sender=Basket)\ndef saved(sender, instance, **rest): instance.lines()\n"
        "def made(sender, instance, **rest): instance.lines()\npost_save.connect(made, sender=Basket)\n",
        {"saved", "made"},
    ),
    "the parser of a command is no class of the project": (
        "from django.core.management.base import BaseCommand\n"
        "class Parser:\n    def add_argument(self): pass\n"
        "class Command(BaseCommand):\n    def add_arguments(self, parser): parser.add_argument()\n",
        set(),
    ),
    "a migration's models have none of today's methods": (
        "from django.db import migrations\n"
        "def forward(apps, schema_editor):\n    for b in apps.get_model('a', 'Basket').objects.all(): b.lines()\n"
        "class Migration(migrations.Migration):\n    operations = [migrations.RunPython(forward)]\n",
        set(),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_edges(name: str, graph_of: Callable[..., Graph]) -> None:
    """Exactly these functions call the project's own, and no call is left unresolved."""
    text, expected = CASES[name]
    graph = graph_of({"a.py": MODEL, "b.py": text})
    own = {"function:a.Basket.lines", "function:b.Parser.add_argument"}
    found = {e.source.removeprefix("function:b.") for e in graph.edges("calls") if e.target in own}
    assert found == expected
    assert not [spot for spot in graph.blind_spots if spot.kind == "unresolved-call"]


def test_a_standard_module_is_not_replaced(graph_of: Callable[..., Graph]) -> None:
    """`sys.stdout = Tee()` somewhere does not make every print of the project a call of it."""
    files = {
        "a.py": "import sys\nclass Tee:\n    def write(self, text): pass\nsys.stdout = Tee()\n",
        "b.py": "import sys\ndef f(): sys.stdout.write('x')\n",
    }
    assert "function:a.Tee.write" not in {edge.target for edge in graph_of(files).edges("calls")}
