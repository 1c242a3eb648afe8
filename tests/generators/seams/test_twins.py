"""Models that become twins: the table as it is, nobody migrates it, all else of the class stays."""

import ast

from carveout.generators.seams.twins import twins

MODELS = {"Payment": ("shop_payment", "shop")}


def twinned(text: str) -> str:
    once = twins(text, "shop/models.py", MODELS)
    assert twins(once, "shop/models.py", MODELS) == once
    ast.parse(once)
    return once


def test_a_class_without_meta_gets_one() -> None:
    text = "from django.db import models\n\n\nclass Payment(models.Model):\n    # what it costs\n    cents = models.IntegerField()\n\n\nclass Other: ...\n"
    assert twinned(text) == text.replace(
        "    cents = models.IntegerField()\n",
        "    cents = models.IntegerField()\n\n    class Meta:\n        managed = False\n"
        '        app_label = "shop"\n        db_table = "shop_payment"\n',
    )


def test_what_meta_says_otherwise_stays() -> None:
    text = (
        "class Payment(Model):\n\tclass Meta(Base.Meta):\n\t\tordering = ['id']  # newest last\n"
        "\t\tmanaged = True\n\t\tdb_table = 'old'\n\tcents = 1\n"
    )
    after = twinned(text)
    assert "class Meta(Base.Meta):\n\t\tmanaged = False\n" in after
    assert "\t\tordering = ['id']  # newest last\n" in after
    assert "'old'" not in after and after.count("managed") == 1
    assert twinned("class Payment(Model):\n    class Meta: pass\n    x = 1\n").count("class Meta") == 1
    assert "managed = False" in twinned("class Payment(Model): pass\n")


def test_classes_inside_of_others_and_of_other_names_are_left_alone() -> None:
    text = "class A:\n    class Payment: ...\n\nclass Paymen(Model): ...\n"
    assert twins(text, "m.py", MODELS) == text
