"""Advice: what a function must be before others are sent to it."""

from __future__ import annotations

import pytest

from carveout.analyzer.graph.interfaces import Advisor, speaks_of
from carveout.analyzer.model.boundary import Boundary, Service
from carveout.analyzer.model.building import GraphBuilder
from carveout.analyzer.model.graph import Edge, Graph, Node

READER = "function:shop.orders.service.pay"
TABLE = "table:billing_invoice"
ADD = "add a function for it to billing's public interface (shop.billing.api)"
GIVE = "give billing a function for it and declare it public (public = [...] in carveout.toml)"


def graph_of(*edges: tuple[str, str, str]) -> Graph:
    """A shop of two packages and these edges; every function lies in a file."""
    builder = GraphBuilder()
    for name in ("orders.service", "billing", "billing.api", "billing.models", "billing.views"):
        builder.add(Node(f"module:shop.{name}", f"shop/{name.replace('.', '/')}.py", 1, 20))
    for source, target, kind in edges:
        for end in (source, target):
            builder.add(Node(end, "shop/x.py", 1))
        builder.add(Edge(source, target, kind))
    return builder.build()


def advice(
    graph: Graph, *kinds: str, public: tuple[str, ...] = ("shop.billing.api",), source: str = READER
) -> str:
    """What is said to `source` about billing's table."""
    billing = Service("billing", ("shop.billing",), tables=("billing_invoice",), public=public)
    orders = Service("orders", ("shop.orders",))
    advisor = Advisor(graph, Boundary((billing, orders)))
    return advisor.instead("billing", source, TABLE, *(kinds or ("reads", "joins")))


def api(name: str) -> str:
    """The id of a function of billing's interface."""
    return f"function:shop.billing.api.{name}"


def test_a_public_reader_of_that_name_is_proposed() -> None:
    """The table's application is no part of its subject: `billing_invoice` is an invoice."""
    assert advice(graph_of((api("find_invoice"), TABLE, "reads"))) == "call shop.billing.api.find_invoice"


@pytest.mark.parametrize("kind", ["route", "task", "command", "job"])
def test_what_handles_an_entry_point_is_never_proposed(kind: str) -> None:
    """A page or a task is not called by other services, whatever it is called."""
    edges = [(api("get_invoice"), TABLE, "reads"), (f"{kind}:invoice", api("get_invoice"), "handles")]
    public = ("shop.billing.api", "shop.billing")
    assert advice(graph_of(*edges), public=public) == ADD.replace(".api", "")


def test_a_reader_is_not_sent_to_what_writes_further_down() -> None:
    """A write behind a call inside the owner counts, also to another table; one outside does not."""
    inner = "function:shop.billing.models.touch"
    reads = (api("get_invoice"), TABLE, "reads")
    assert (
        advice(graph_of(reads, (api("get_invoice"), inner, "calls"), (inner, "table:log", "writes"))) == ADD
    )
    outer = "function:shop.orders.service.log"
    edges = [reads, (api("get_invoice"), outer, "calls"), (outer, "table:log", "writes")]
    assert advice(graph_of(*edges)) == "call shop.billing.api.get_invoice"


def test_a_verb_that_changes_things_is_no_reader() -> None:
    """The graph may not see what `remove_old_invoices` deletes; its name says enough."""
    for name in ("remove_old_invoices", "bulk_update_invoices", "send_invoice"):
        assert advice(graph_of((api(name), TABLE, "reads"))) == ADD


def test_a_writer_is_only_sent_to_what_deletes_when_it_deletes() -> None:
    """Nobody who wants to insert is told to call `delete_invoice`."""
    graph = graph_of((api("delete_invoice"), TABLE, "writes"))
    assert advice(graph, "writes") == ADD
    deleting = "function:shop.orders.service.delete_order"
    said = "call shop.billing.api.delete_invoice, if it does what is meant"
    assert advice(graph, "writes", source=deleting) == said


def test_the_caller_and_what_others_own_are_never_proposed() -> None:
    """`public` may cover modules of another service; they are no interface of the owner."""
    own = "function:shop.orders.service.get_invoice"
    graph = graph_of((own, TABLE, "reads"))
    assert advice(graph, public=("shop",), source=own).startswith("add a function for it to billing's")
    assert advice(graph, public=("shop.orders.service",), source=own) == GIVE
    assert advice(graph, public=("shop.orders.service",)) == GIVE


def test_a_private_module_is_no_interface() -> None:
    """A function outside of `public` is not proposed, however well it fits."""
    assert advice(graph_of(("function:shop.billing.get_invoice", TABLE, "reads"))) == ADD


def test_models_and_views_are_no_place_to_go_through() -> None:
    """Whoever declared only these has no interface yet; what maps a table holds models under any name."""
    graph = graph_of(("class:shop.billing.api.Invoice", TABLE, "maps"))
    assert advice(graph) == GIVE
    plain = graph_of((READER, TABLE, "reads"))
    assert advice(plain, public=("shop.billing.models", "shop.billing.views")) == GIVE
    assert advice(plain, public=("shop.billing.models", "shop.billing.api")) == ADD


@pytest.mark.parametrize(
    ("function", "subject", "does"),
    [
        ("get_user", ("user",), True),
        ("get_user_by_email", ("user",), True),
        ("get_posts_by_user", ("user",), False),
        ("get_user_timezone", ("user",), False),
        ("list_categories", ("category",), True),
        ("count_open_tickets", ("ticket",), True),
        ("ticket_count", ("ticket",), True),
        ("getInvoice", ("invoice",), True),
        ("plugins", ("plugin", "store"), False),
        ("usage_data", ("user",), False),
        ("f", (), False),
    ],
)
def test_what_a_name_is_about(function: str, subject: tuple[str, ...], does: bool) -> None:
    """The last noun before a preposition is what a function gives back."""
    assert speaks_of(function, subject) is does
