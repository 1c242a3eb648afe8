"""From groups of units to a boundary: patterns, names, owners of tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carveout.analyzer.graph.cut import Patterns
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.proposals.assemble import assemble, compress, service_names
from carveout.analyzer.proposals.survey import survey
from carveout.analyzer.proposals.words import domain_words, singular, slug, spoken

Make = Callable[..., Graph]

NAMES = st.lists(st.sampled_from("abc"), min_size=1, max_size=4).map(".".join)


def test_patterns_are_packages_where_all_below_agree() -> None:
    """One name for a whole package, one more for an exception below it."""
    assigned = {"s.a": "a", "s.a.x": "a", "s.a.y": "a", "s.b": "b", "s.b.x": "b", "s.b.y": "a"}
    assert compress(assigned) == {"a": ["s.a", "s.b.y"], "b": ["s.b"]}


@given(st.dictionaries(NAMES, st.sampled_from(["one", "two", "three"])))
def test_compressed_patterns_give_each_module_its_owner(assigned: Mapping[str, str]) -> None:
    """However modules are spread, the patterns say the same as the assignment."""
    found = compress(assigned)
    patterns = Patterns((pattern, owner) for owner, names in found.items() for pattern in names)
    assert {name: patterns.owner(name) for name in assigned} == dict(assigned)
    assert sum(map(len, found.values())) <= len(assigned)


def test_names_of_services_grow_until_they_differ() -> None:
    """Parents come in front on a clash; equal labels are numbered; `shared` is never taken."""
    labels = {"k1": "a.b.orders", "k2": "a.c.orders", "k3": "x", "k4": "x", "k5": "shared"}
    assert service_names(labels) == {
        "k1": "b_orders", "k2": "c_orders", "k3": "x", "k4": "x_2", "k5": "shared_service",
    }  # fmt: skip


def test_a_table_belongs_to_its_definer_then_its_writer_then_its_reader(make: Make) -> None:
    """Each rank decides only where the one before is silent; keys come last."""
    edges = [
        ("class:a.models.One", "table:one", "maps"),
        ("function:b.f", "table:one", "writes"),
        ("function:b.f", "table:two", "writes"),
        ("function:a.f", "table:two", "reads"),
        ("function:a.g", "table:two", "reads"),
        ("function:a.f", "table:three", "joins"),
        ("function:k.f", "table:four", "writes"),
        ("table:two_link", "table:two", "references"),
    ]
    known = survey(make({"a": 1, "a.models": 9, "b": 9, "k": 9}, edges))
    boundary = assemble(known, {"a": ["a", "a.models"], "b": ["b"]}, {"k": "utility"})
    assert {service.name: service.tables for service in boundary.services} == {
        "a": ("one", "three"),
        "b": ("two", "two_link"),
    }
    assert boundary.shared.tables == ("four",)
    assert boundary.shared.reasons == {"k": "utility", "four": "only the shared kernel uses it"}


def test_a_librarys_table_that_all_use_is_shared(make: Make) -> None:
    """auth_user has no place in the project and no writer: three services use it, nobody owns it."""
    edges = [(f"function:{name}.f", "table:auth_user", "reads") for name in "ab"] + [
        ("class:c.Profile", "table:c_profile", "maps"),
        ("table:c_profile", "table:auth_user", "references"),
    ]
    known = survey(make({"a": 9, "b": 9, "c": 9}, edges))
    boundary = assemble(known, {"a": ["a"], "b": ["b"], "c": ["c"]}, {})
    assert boundary.shared.tables == ("auth_user",)
    assert boundary.shared.reasons == {"auth_user": "a library's table that 3 services use"}
    written = survey(make({"a": 9, "b": 9, "c": 9}, [*edges, ("function:b.f", "table:auth_user", "writes")]))
    boundary = assemble(written, {"a": ["a"], "b": ["b"], "c": ["c"]}, {})
    assert boundary.services[1].tables == ("auth_user",)


def test_a_wide_open_service_gets_an_empty_public(make: Make) -> None:
    """When others enter it all over the place there is no interface to write down, and a note says so."""
    modules = {"a": 1, "b": 9} | {f"a.p{i}": 9 for i in range(30)}
    edges = [("module:b", f"module:a.p{i}", "imports") for i in range(30)]
    known = survey(make(modules, edges))
    boundary = assemble(known, {"a": [m for m in modules if m != "b"], "b": ["b"]}, {})
    assert [service.public for service in boundary.services] == [(), ()]
    assert boundary.notes == ("a has no interface yet: others enter it at 30 modules",)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("OrderLine", ("order", "line")),
        ("order_lines", ("order", "line")),
        ("abstract_models", ()),
        ("HTTPStatus", ("status",)),
        ("categories", ("category",)),
        ("address", ("address",)),
        ("v2", ()),
    ],
)
def test_domain_words(name: str, found: tuple[str, ...]) -> None:
    """Camel case and underscores alike, singular, without words of layers and utilities."""
    assert domain_words(name) == found


def test_words_come_back_as_the_code_spells_them() -> None:
    """The most frequent spelling wins."""
    assert spoken("category", ["a.categories", "b.categories", "c.category"]) == "categories"
    assert spoken("stock", ["a.b"]) == "stock"
    assert [singular(word) for word in ("bus", "status", "boxes", "news")] == ["bus", "status", "box", "new"]
    assert [slug(text) for text in ("A b", "", "9x", "__")] == ["a_b", "service", "service_9x", "service"]
