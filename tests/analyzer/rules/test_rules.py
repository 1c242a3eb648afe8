"""The rules: what is a violation, what it says, what excuses it."""

from __future__ import annotations

import datetime
from pathlib import Path

from carveout.analyzer.model.boundary import Boundary, Ignore, Level, Service, Shared
from carveout.analyzer.model.building import GraphBuilder
from carveout.analyzer.model.evidence import Evidence, Place, Via
from carveout.analyzer.model.findings import Violation
from carveout.analyzer.model.graph import Edge, Graph, Node
from carveout.analyzer.plugins import page
from carveout.analyzer.project.baseline import accepted
from carveout.analyzer.rules import matches
from carveout.analyzer.rules.judge import judge, rules

VIEW = "function:shop.orders.views.pay"
BILLING = Service(
    "billing",
    modules=("shop.billing",),
    tables=("invoice",),
    public=("shop.billing.api",),
    place=Place("carveout.toml", 14),
)
ORDERS = Service("orders", modules=("shop.orders",), tables=("order",))


def graph_of(*edges: tuple[str, str, str]) -> Graph:
    """A graph with a module node per prefix that the shop has, and an edge per line 1, 2, 3 ..."""
    builder = GraphBuilder()
    for module in (
        "orders",
        "orders.views",
        "billing",
        "billing.api",
        "billing.models",
        "billing.service",
        "util",
    ):
        builder.add(Node(f"module:shop.{module}", f"shop/{module.replace('.', '/')}.py", 1, 20))
    for line, (source, target, kind) in enumerate(edges, 1):
        evidence = (Evidence(Place("shop/orders/views.py", line)),)
        for end in (source, target):
            builder.add(Node(end, "shop/orders/views.py", line))
        builder.add(Edge(source, target, kind, evidence=evidence))
    return builder.build()


def violations(graph: Graph, *services: Service, shared: Shared = Shared()) -> list[Violation]:  # noqa: B008
    """The violations with the shop's two services, or the given ones."""
    return list(judge(graph, Boundary(services or (ORDERS, BILLING), shared)).violations)


def test_a_read_of_anothers_table_says_what_where_why_and_what_next() -> None:
    """Reads and joins of one table from one function are one violation with all their places."""
    graph = graph_of((VIEW, "table:invoice", "reads"), (VIEW, "table:invoice", "joins"))
    (found,) = violations(graph)
    assert found.rule == "table-read"
    assert found.title == "orders must not read billing's tables"
    assert [place.line for place, _ in found.evidence] == [1, 2]
    assert found.why == 'table "invoice" belongs to billing'
    assert found.cost == "this read becomes a network call or a read model"
    assert found.owner_place == "carveout.toml:14"
    assert found.help == "add a function for it to billing's public interface (shop.billing.api)"


def test_help_names_the_public_function_that_already_reads_the_table() -> None:
    """The nearest public function wins, and a private one is never proposed."""
    graph = graph_of(
        (VIEW, "table:invoice", "reads"),
        ("function:shop.billing.api.get_invoice", "function:shop.billing.models.load", "calls"),
        ("function:shop.billing.api._peek", "table:invoice", "reads"),
        ("function:shop.billing.models.load", "table:invoice", "reads"),
    )
    assert [found.help for found in violations(graph)] == ["call shop.billing.api.get_invoice"]


def test_a_function_of_another_name_is_never_advice() -> None:
    """A report that happens to read the table says nothing of it, and neither does what charges."""
    graph = graph_of(
        (VIEW, "table:invoice", "reads"),
        (VIEW, "table:invoice", "writes"),
        ("function:shop.billing.api.monthly_report", "table:invoice", "joins"),
        ("function:shop.billing.api.charge", "table:invoice", "writes"),
        ("function:shop.billing.api.Invoice.save", "table:invoice", "writes"),
    )
    assert [found.help for found in violations(graph)] == [
        "add a function for it to billing's public interface (shop.billing.api)",
        "add a function for it to billing's public interface (shop.billing.api)",
    ]


def test_help_for_a_write_needs_a_function_that_writes() -> None:
    """A public function that only reads is no help to somebody who writes."""
    graph = graph_of(
        (VIEW, "table:invoice", "writes"), ("function:shop.billing.api.get_invoice", "table:invoice", "reads")
    )
    (found,) = violations(graph)
    assert (found.rule, found.title) == ("table-write", "orders must not write billing's tables")
    assert found.help == "add a function for it to billing's public interface (shop.billing.api)"


def test_a_service_without_public_is_told_to_declare_it() -> None:
    """Advice never names an interface that does not exist."""
    bare = Service("billing", ("shop.billing",), tables=("invoice",))
    (found,) = violations(graph_of((VIEW, "table:invoice", "reads")), ORDERS, bare)
    assert found.help == (
        "give billing a function for it and declare it public (public = [...] in carveout.toml)"
    )
    assert found.owner_place == ""


def test_a_plural_owner_gets_a_plain_apostrophe() -> None:
    """The title is an English sentence."""
    (found,) = violations(graph_of(("function:shop.billing.service.f", "table:order", "reads")))
    assert found.title == "billing must not read orders' tables"


def test_a_join_alone_is_called_a_join() -> None:
    """The title uses the verb of what was seen."""
    (found,) = violations(graph_of((VIEW, "table:invoice", "joins")))
    assert found.title == "orders must not join billing's tables"
    assert found.cost == "this join cannot cross two databases"


def test_a_foreign_key_across_names_its_column() -> None:
    """The violation is about two tables and says which column points over."""
    builder = GraphBuilder()
    at = (Evidence(Place("shop/orders/models.py", 7)),)
    builder.add(Edge("table:order", "table:invoice", "references", evidence=at, columns=("invoice_id",)))
    (found,) = violations(builder.build())
    assert (found.rule, found.source, found.target) == ("foreign-key", "table:order", "table:invoice")
    assert "order.invoice_id points to it" in found.why
    assert found.help.startswith("keep the id without the constraint and look it up: ")


def test_a_foreign_key_of_a_table_that_no_list_claims_is_its_declarer_s() -> None:
    """The module that declares the column holds the key, though nobody has listed the new table."""
    graph = graph_of(("table:parcel", "table:invoice", "references"))
    (found,) = violations(graph, ORDERS, BILLING)
    assert (found.rule, found.origin, found.source) == ("foreign-key", "orders", "table:parcel")


def test_own_and_shared_tables_are_free() -> None:
    """A service reads its own tables, and all may use what is shared."""
    graph = graph_of((VIEW, "table:order", "writes"), (VIEW, "table:country", "reads"))
    assert violations(graph, ORDERS, BILLING, shared=Shared(tables=("country",))) == []


def test_the_kernel_may_not_read_a_services_table() -> None:
    """The shared kernel is outside of every service."""
    graph = graph_of(("function:shop.util.total", "table:invoice", "reads"))
    (found,) = violations(graph, ORDERS, BILLING, shared=Shared(("shop.util",)))
    assert found.title == "the shared kernel must not read billing's tables"


def test_calls_and_imports_past_public_are_violations() -> None:
    """What lies under `public` is open, all else is not; the package itself neither."""
    graph = graph_of(
        ("module:shop.orders.views", "module:shop.billing.models", "imports"),
        ("module:shop.orders.views", "module:shop.billing.api", "imports"),
        ("module:shop.orders.views", "module:shop.billing", "imports"),
        (VIEW, "function:shop.billing.models.Invoice.pay", "calls"),
        (VIEW, "function:shop.billing.api.charge", "calls"),
    )
    found = violations(graph)
    assert [(v.source, v.target) for v in found] == [
        (VIEW, "function:shop.billing.models.Invoice.pay"),
        ("module:shop.orders.views", "module:shop.billing"),
        ("module:shop.orders.views", "module:shop.billing.models"),
    ]
    assert {v.title for v in found} == {"orders must not use billing past its public interface"}
    assert found[0].why == (
        "shop.orders.views.pay calls shop.billing.models.Invoice.pay, which billing keeps to itself"
    )


def test_an_empty_public_restricts_nothing() -> None:
    """A service that declares no interface can be entered anywhere."""
    graph = graph_of(("module:shop.orders.views", "module:shop.billing.models", "imports"))
    assert violations(graph, ORDERS, Service("billing", ("shop.billing",))) == []


def test_what_a_public_module_hands_on_is_public() -> None:
    """`from shop.billing.api import charge` is fine although `charge` is defined in the service module."""
    edges = [
        ("module:shop.orders.views", "module:shop.billing.api", "imports"),
        ("module:shop.billing.api", "module:shop.billing.service", "imports"),
        (VIEW, "function:shop.billing.service.charge", "calls"),
    ]
    assert violations(graph_of(*edges)) == []
    direct = ("module:shop.orders.views", "module:shop.billing.service", "imports")
    assert [v.target for v in violations(graph_of(*edges, direct))] == [
        "function:shop.billing.service.charge",
        "module:shop.billing.service",
    ]


def test_a_public_name_may_be_one_that_the_package_imports() -> None:
    """public = ["shop.billing.charge"] opens the function and the package, and nothing beside it."""
    graph = graph_of(
        ("module:shop.billing", "module:shop.billing.service", "imports"),
        ("module:shop.orders.views", "module:shop.billing", "imports"),
        (VIEW, "function:shop.billing.service.charge", "calls"),
        (VIEW, "function:shop.billing.service.audit", "calls"),
        ("module:shop.orders.views", "module:shop.billing.service", "imports"),
    )
    billing = Service("billing", ("shop.billing",), public=("shop.billing.charge",))
    assert [v.target for v in violations(graph, ORDERS, billing)] == [
        "function:shop.billing.service.audit",
        "module:shop.billing.service",
    ]


def test_ignores_match_by_id_code_group_and_glob() -> None:
    """Each way to name a rule works, and the entry that covers a violation is returned with it."""
    graph = graph_of((VIEW, "table:invoice", "reads"))
    for named in ("table-read", "co201", "table-access", "table-*", "*"):
        ignore = Ignore(named, "shop.orders", "table:INVOICE", "moves in step 4")
        result = judge(graph, Boundary((ORDERS, BILLING), ignores=(ignore,)))
        assert result.violations == ()
        assert [entry for _, entry in result.ignored] == [ignore]
        assert result.checked == {"reads": 1}
    other = Ignore("table-write", "shop.orders", "invoice", "another rule")
    rest = judge(graph, Boundary((ORDERS, BILLING), ignores=(other,))).violations
    assert [v.rule for v in rest] == ["table-read", "stale-ignore"]


def test_levels() -> None:
    """A rule's id or code goes before its group; warnings do not fail, and what is off is not asked."""
    graph = graph_of((VIEW, "table:invoice", "reads"), (VIEW, "table:invoice", "writes"))

    def counted(**levels: Level) -> tuple[list[tuple[str, str]], bool]:
        named = {name.replace("_", "-"): level for name, level in levels.items()}
        result = judge(graph, Boundary((ORDERS, BILLING), levels=named))
        return [(v.rule, v.severity) for v in result.violations], result.failed

    assert counted() == ([("table-read", "error"), ("table-write", "error")], True)
    assert counted(table_access="warning") == ([("table-read", "warning"), ("table-write", "warning")], False)
    assert counted(table_access="off", co202="error") == ([("table-write", "error")], True)
    assert counted(table_access="off") == ([], False)


def test_debt_of_a_rule_that_is_off_is_not_paid_off() -> None:
    """Else a prune would throw it away, and switching the rule on again would fail."""
    graph = graph_of((VIEW, "table:invoice", "reads"))
    debts = accepted(judge(graph, Boundary((ORDERS, BILLING))).violations)
    off = judge(graph, Boundary((ORDERS, BILLING), levels={"table-read": "off"}), baseline=debts)
    assert (off.violations, off.stale) == ((), ())


def test_an_ignore_ends_after_its_day() -> None:
    """`until` is the last day; without a date at hand nothing ends."""
    graph = graph_of((VIEW, "table:invoice", "reads"))
    until = Ignore("table-read", "*", "*", "until march", datetime.date(2027, 3, 1))
    boundary = Boundary((ORDERS, BILLING), ignores=(until,))
    assert judge(graph, boundary).violations == ()
    assert judge(graph, boundary, today=datetime.date(2027, 3, 1)).violations == ()
    again = judge(graph, boundary, today=datetime.date(2027, 3, 2)).violations
    assert [v.rule for v in again] == ["table-read", "stale-ignore"]


def test_ignore_patterns() -> None:
    """A plain name covers all below it, a glob whole names; neither covers its neighbours."""
    assert matches("shop.orders", VIEW)
    assert matches("shop.*.pay", VIEW)
    assert matches("function:shop.orders.*", VIEW)
    assert not matches("shop.order", VIEW)
    assert not matches("shop.orders.views", "module:shop.orders")
    assert not matches("invoice", "table:invoice_line")


def test_source_lines_are_read_below_the_root(tmp_path: Path) -> None:
    """Lines come without their end; a file that is gone or too short is passed over."""
    (tmp_path / "shop" / "orders").mkdir(parents=True)
    (tmp_path / "shop/orders/views.py").write_text("cur.execute('SELECT')  \nx = 'ä'\n", "utf-8")
    graph = graph_of((VIEW, "table:invoice", "reads"), (VIEW, "table:invoice", "joins"))
    boundary = Boundary((ORDERS, BILLING))
    result = judge(graph, boundary, tmp_path)
    assert result.sources == {
        ("shop/orders/views.py", 1): "cur.execute('SELECT')",
        ("shop/orders/views.py", 2): "x = 'ä'",
    }
    assert result.project == tmp_path.name
    assert judge(graph, boundary, tmp_path / "gone").sources == {}


def test_the_kernel_does_nothing_to_what_it_is_handed() -> None:
    """Rows that only values lead to, of a service that the kernel's module does not import."""
    base = "function:shop.util.Base.rows"

    def found(via: Via, *imported: str) -> list[str]:
        builder = GraphBuilder()
        for name in ("util", "billing.models"):
            builder.add(Node(f"module:shop.{name}", f"shop/{name.replace('.', '/')}.py", 1, 20))
        builder.add(Node(base, "shop/util.py", 3))
        builder.add(Node("table:invoice", "shop/billing/models.py", 3))
        seen = (Evidence(Place("shop/util.py", 3), via),)
        builder.add(Edge(base, "table:invoice", "reads", evidence=seen))
        for module in imported:
            builder.add(Edge("module:shop.util", module, "imports", evidence=seen))
        kernel = Shared(("shop.util",))
        return [each.rule for each in violations(builder.build(), ORDERS, BILLING, shared=kernel)]

    assert found("value-flow") == []
    assert found("syntax") == ["table-read"]
    assert found("value-flow", "module:shop.billing.models") == ["shared-kernel", "table-read"]


def test_the_fingerprint_does_not_depend_on_lines() -> None:
    """Moving the code keeps a violation's identity."""
    one = violations(graph_of((VIEW, "table:invoice", "reads")))
    two = violations(graph_of((VIEW, "table:order", "reads"), (VIEW, "table:invoice", "reads")))
    assert one[0].evidence != two[0].evidence
    assert one[0].fingerprint == two[0].fingerprint


def test_rules_have_their_own_codes_and_a_page() -> None:
    """Ids and codes are unique, and each page has the parts that `explain` promises."""
    assert [rule.code for rule in rules()] == sorted({rule.code for rule in rules()})
    assert len({rule.id for rule in rules()}) == len(rules()) > 10
    for rule in rules():
        text = page(rule)
        for part in ("What it does", "Why it matters", "Example", "How to fix it", "Options"):
            assert part in text, (rule.id, part)
        assert rule.code in text
