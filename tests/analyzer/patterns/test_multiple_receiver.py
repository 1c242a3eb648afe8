"""Multiple receiver and CQRS: what counts as one occurrence, and what is a service's own list."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.boundary import Boundary, Service
from carveout.analyzer.model.findings import Recommendation

Detect = Callable[..., list[Recommendation]]

SIGNALS = """
    from blinker import signal
    paid = signal("paid")
"""
HEARD = """
    from shop.signals import paid

    @paid.connect
    def mail(sender):
        pass

    @paid.connect
    def count(sender):
        pass
"""


def _shop(send: str, heard: str = HEARD) -> dict[str, str]:
    return {
        "shop/__init__.py": "",
        "shop/signals.py": SIGNALS,
        "shop/heard.py": heard,
        "shop/pay.py": f"""
            from shop.signals import paid

            def pay(order):
                {send}
        """,
    }


def test_two_that_hear_the_same(detect: Detect) -> None:
    """With the places where both subscribe."""
    (found,) = detect("multiple_receiver", _shop("paid.send(order)"))
    assert found.title == "paid has 2 receivers"
    assert [str(each.place) for each in found.evidence] == ["shop/heard.py:4", "shop/heard.py:8"]


@pytest.mark.parametrize(
    "send", ["return [answer for _, answer in paid.send(order)]", "shown = list(paid.send(order))", "pass"]
)
def test_answers_that_are_used_and_signals_that_nobody_sends(detect: Detect, send: str) -> None:
    """All answers are needed at once; without a sender nothing ever happens."""
    assert detect("multiple_receiver", _shop(send)) == []


def test_receivers_of_different_senders_hear_different_things(detect: Detect) -> None:
    """Two for two senders; a third one that hears all makes two for each."""
    each = HEARD.replace("@paid.connect\n    def mail", "@paid.connect_via('a')\n    def mail")
    apart = each.replace("@paid.connect\n    def count", "@paid.connect_via('b')\n    def count")
    assert detect("multiple_receiver", _shop("paid.send(order)", apart)) == []
    assert len(detect("multiple_receiver", _shop("paid.send(order)", each))) == 1


def test_what_wires_the_application_is_no_event(detect: Detect) -> None:
    """Sent once, when it is made."""
    shop = _shop("paid.send(order)")
    shop["shop/pay.py"] = shop["shop/pay.py"].replace("def pay(", "def make_app(")
    assert detect("multiple_receiver", shop) == []


MODELS = {
    "shop/models.py": """
        from django.db import models

        class Order(models.Model):
            paid = models.BooleanField()
    """,
}
HEARS = """
    from django.db.models.signals import post_delete, post_save, pre_save
    from django.dispatch import receiver
    from shop.models import Order

    @receiver(SIGNAL, sender=Order)
    def count(sender, **kwargs):
        pass

    @receiver(SIGNAL)
    def log(sender, **kwargs):
        pass
"""


def test_signals_of_models_name_their_sender_and_who_hears_all_hears_this_one(detect: Detect) -> None:
    """One receiver of Order, and one of whatever is saved."""
    files = MODELS | {"shop/hears.py": HEARS.replace("SIGNAL", "post_save")}
    (found,) = detect("multiple_receiver", files)
    assert found.title == "django.db.models.signals.post_save of Order has 2 receivers"
    assert [each.place.line for each in found.evidence] == [6, 10]


def test_who_hears_before_something_is_saved_has_a_hand_in_it(detect: Detect) -> None:
    """Receivers of pre_save change what is saved: no event."""
    files = MODELS | {"shop/hears.py": HEARS.replace("SIGNAL", "pre_save")}
    assert detect("multiple_receiver", files) == []


BOUNDARY = Boundary(
    tuple(
        Service(name, modules=(f"shop.{name}",), tables=tables)
        for name, tables in (
            ("a", ("a1", "a2", "a3", "a4")),
            ("b", ("b1", "b2")),
            ("c", ("c1",)),
        )
    )
)


@pytest.mark.parametrize(
    ("tables", "is_found"),
    [
        (["a1", "a2", "b1", "b2", "c1"], True),
        (["a1", "a2", "a3", "a4", "b1", "c1"], False),
        (["a1", "a2", "b1", "b2"], False),
        (["a1", "b1", "c1"], False),
    ],
)
def test_a_report_over_several_services(detect: Detect, tables: list[str], is_found: bool) -> None:
    """Five tables of three services; where most are one service's it is its own list."""
    joined = " JOIN ".join(tables)
    code = f"def report(cursor):\n    cursor.execute('SELECT 1 FROM {joined}')\n"
    found = detect("cqrs", {"shop/__init__.py": "", "shop/r.py": code}, BOUNDARY)
    assert bool(found) == is_found


def test_parts_of_a_statement_count_and_who_writes_does_not_report(detect: Detect) -> None:
    """Private helpers of the module make parts; a command is no query."""
    code = (
        "def _more(cursor):\n    cursor.execute('SELECT 1 FROM b1 JOIN c1')\n"
        "def report(cursor):\n    cursor.execute('SELECT 1 FROM a1 JOIN a2 JOIN b2')\n    _more(cursor)\n"
    )
    assert len(detect("cqrs", {"shop/__init__.py": "", "shop/r.py": code}, BOUNDARY)) == 1
    writes = code.replace("    _more(cursor)\n", "    _more(cursor)\n    cursor.execute('DELETE FROM a3')\n")
    assert detect("cqrs", {"shop/__init__.py": "", "shop/r.py": writes}, BOUNDARY) == []


def test_what_leads_to_a_change_is_a_command(detect: Detect) -> None:
    """A function that reads of all and calls one that writes."""
    code = (
        "def note(cursor):\n    cursor.execute('INSERT INTO a3 (x) VALUES (1)')\n"
        "def report(cursor):\n    cursor.execute('SELECT 1 FROM a1 JOIN a2 JOIN b1 JOIN b2 JOIN c1')\n"
    )
    assert len(detect("cqrs", {"shop/__init__.py": "", "shop/r.py": code}, BOUNDARY)) == 1
    files = {"shop/__init__.py": "", "shop/r.py": code + "    note(cursor)\n"}
    assert detect("cqrs", files, BOUNDARY) == []


def test_figures_of_three_services_are_a_report_however_few_tables(detect: Detect) -> None:
    """Counted rows of one table of each."""
    code = "def figures(cursor):\n" + "".join(
        f"    cursor.execute('SELECT COUNT(*) FROM {table}')\n" for table in ("a1", "b1", "c1")
    )
    assert len(detect("cqrs", {"shop/__init__.py": "", "shop/r.py": code}, BOUNDARY)) == 1
