"""From groups of units to a boundary: patterns, names, owners of tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carveout.analyzer.graph.cut import Patterns
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.proposals.assemble import assemble, compress, service_names
from carveout.analyzer.proposals.naming import Namer
from carveout.analyzer.proposals.structure import candidates
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


def test_an_undeclared_table_that_all_use_is_shared(make: Make) -> None:
    """legacy_user has no place in the project and no writer: three services use it, nobody owns it."""
    edges = [(f"function:{name}.f", "table:legacy_user", "reads") for name in "ab"] + [
        ("class:c.Profile", "table:c_profile", "maps"),
        ("table:c_profile", "table:legacy_user", "references"),
    ]
    known = survey(make({"a": 9, "b": 9, "c": 9}, edges))
    boundary = assemble(known, {"a": ["a"], "b": ["b"], "c": ["c"]}, {})
    assert boundary.shared.tables == ("legacy_user",)
    assert boundary.shared.reasons == {"legacy_user": "a library's table that 3 services use"}
    written = survey(
        make({"a": 9, "b": 9, "c": 9}, [*edges, ("function:b.f", "table:legacy_user", "writes")])
    )
    boundary = assemble(written, {"a": ["a"], "b": ["b"], "c": ["c"]}, {})
    assert boundary.services[1].tables == ("legacy_user",)


def test_a_well_known_librarys_table_is_shared_whoever_writes_it(make: Make) -> None:
    """django_migrations and auth_user are nobody's, unless the project declares them itself."""
    edges = [
        ("function:b.f", "table:auth_user", "writes"),
        ("function:a.f", "table:django_migrations", "reads"),
        ("function:a.f", "table:main.sqlite_master", "reads"),
        ("function:a.f", "table:b_two", "reads"),
    ]
    boundary = assemble(survey(make({"a": 9, "b": 9}, edges)), {"a": ["a"], "b": ["b"]}, {})
    assert boundary.shared.tables == ("auth_user", "django_migrations", "main.sqlite_master")
    assert set(boundary.shared.reasons.values()) == {"a library's table; the project does not declare it"}
    own = make({"a": 9, "b": 9}, [*edges, ("class:b.User", "table:auth_user", "maps")])
    assert assemble(survey(own), {"a": ["a"], "b": ["b"]}, {}).services[1].tables == ("auth_user",)


def test_what_only_tests_and_scripts_touch_is_no_table_of_the_project(make: Make) -> None:
    """A table out of a test's SQL is neither owned nor shared; one that the code uses, too, is owned."""
    edges = [
        ("function:tests.f", "table:fake", "reads"),
        ("function:scripts.f", "table:scratch", "writes"),
        ("function:tests.f", "table:orders", "reads"),
        ("function:a.f", "table:orders", "reads"),
    ]
    known = survey(make({"a": 9, "b": 9, "tests": 9, "tests.x": 9, "scripts": 9, "scripts.x": 9}, edges))
    assert known.tables == ("table:orders",)
    boundary = assemble(known, {"a": ["a"], "b": ["b"]}, {})
    assert boundary.services[0].tables == ("orders",)
    assert boundary.shared.tables == ()


def test_models_are_no_public_interface(make: Make) -> None:
    """A module of models, the package above it and its base classes stay out; a note says what is left."""
    modules = {
        "a": 1,
        "a.models": 9,
        "a.models.base": 9,
        "a.models.one": 9,
        "a.api": 9,
        "b": 9,
        "c": 9,
        "d": 9,
    }
    maps = [("class:a.models.one.One", "table:one", "maps"), ("class:c.Two", "table:two", "maps")]
    used = ("a", "a.models", "a.models.base", "a.models.one")
    edges = [*maps, *(("module:b", f"module:{name}", "imports") for name in (*used, "c", "d"))]
    groups = {"a": [name for name in modules if name.startswith("a")], "b": ["b"], "c": ["c"], "d": ["d"]}
    boundary = assemble(survey(make(modules, edges)), groups, {})
    assert [service.public for service in boundary.services] == [(), (), (), ("d",)]
    assert boundary.notes == (
        "a has no interface yet: others use its models",
        "c has no interface yet: others use its models",
    )
    through = make(modules, [*edges, ("module:b", "module:a.api", "imports")])
    assert assemble(survey(through), groups, {}).services[0].public == ("a.api",)


def test_a_wide_open_service_gets_an_empty_public(make: Make) -> None:
    """When others enter it all over the place there is no interface to write down, and a note says so."""
    modules = {"a": 1, "b": 9} | {f"a.p{i}": 9 for i in range(30)}
    edges = [("module:b", f"module:a.p{i}", "imports") for i in range(30)]
    known = survey(make(modules, edges))
    boundary = assemble(known, {"a": [m for m in modules if m != "b"], "b": ["b"]}, {})
    assert [service.public for service in boundary.services] == [(), ()]
    assert boundary.notes == (
        "no tables and no routes were found: these are parts of a library, no services yet",
        "a has no interface yet: others enter it at 30 modules",
    )


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


@pytest.mark.parametrize("word", ["self", "cls", "class", "import", "None", "true"])
def test_reserved_words_are_no_names(word: str) -> None:
    """A service becomes a package, so what Python keeps for itself gets a tail."""
    assert slug(word) == f"{word.lower()}_service"


def test_a_private_package_beside_its_public_namesake() -> None:
    """`_plugins` and `plugins` differ in a sign that names of services do not have; no number is needed."""
    assert service_names({"a": "reader._plugins", "b": "reader.plugins"}) == {
        "a": "plugins_internal",
        "b": "plugins",
    }
    assert service_names({"a": "reader._storage"}) == {"a": "storage"}


def test_a_part_of_many_pieces_is_named_after_their_package(make: Make) -> None:
    """`slack` is one of twenty integrations; a second such part gets the package in front."""
    modules = {"hc": 1, "hc.integrations": 1, "hc.front": 1, "hc.front.views": 9000, "hc.front.extras": 9}
    for name in ("slack", *(f"i{i}x" for i in range(20))):
        modules |= {f"hc.integrations.{name}": 1, f"hc.integrations.{name}.views": 90}
    modules["hc.integrations.slack.views"] = 2000
    edges = [("route:GET /", "function:hc.front.views.index", "handles")]
    edges.append(("function:hc.integrations.slack.views.f", "table:slack", "writes"))
    known = survey(make(modules, edges))
    found = candidates(known)
    inside = sorted(name for name in known.units if name.startswith("hc.integrations."))
    half = [name for name in inside if ".slack" not in name and name < "hc.integrations.i15"]
    first = ["hc.front.extras", *(name for name in inside if name not in half)]
    one, two = Namer(known, found, found.groups).names([first, half])
    assert one == "integrations"
    assert two.startswith("integrations_") and not two.endswith("_2")


def test_words_come_back_as_the_code_spells_them() -> None:
    """The most frequent spelling wins."""
    assert spoken("category", ["a.categories", "b.categories", "c.category"]) == "categories"
    assert spoken("stock", ["a.b"]) == "stock"
    assert spoken("data", ["v.data_sources", "m.DataSource", "m.DataSourceGroup"]) == "data_sources"
    assert spoken("result", ["v.query_results", "m.QueryResult"]) == "query_results"
    assert spoken("order", ["v.order_views", "m.OrderView"]) == "order"
    assert [singular(word) for word in ("bus", "status", "boxes", "news")] == ["bus", "status", "box", "new"]
    assert [slug(text) for text in ("A b", "", "9x", "__")] == ["a_b", "service", "service_9x", "service"]
