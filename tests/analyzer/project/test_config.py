"""carveout.toml is read strictly: every mistake at once, each with its line and a way out."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
import sqlglot

from carveout.analyzer.model.boundary import Consumer, Loader, Project, Screen, Shared
from carveout.analyzer.model.building import GraphBuilder
from carveout.analyzer.model.errors import ConfigurationError, UsageError
from carveout.analyzer.model.evidence import Place
from carveout.analyzer.model.graph import Edge, Node
from carveout.analyzer.project.config import (
    find_root,
    load_agreed,
    load_boundary,
    load_project,
)
from carveout.analyzer.project.entries import DIALECTS
from carveout.analyzer.project.guess import guess
from carveout.analyzer.project.matching import require_matches

WHOLE = """\
[project]
roots = ["."]
exclude = ["**/tests/**"]
dialect = "oracle"

[services.payments]
modules = ["shop.payments", "shop.billing.*"]
functions = ["shop.legacy.Store.refund"]
tables = ["payment", "refund"]
entry_points = ["POST /payments"]
public = ["shop.payments.api"]
may_use = ["orders"]
exposure = "both"
callers = { orders = ["charge", "refund"] }

[services.orders]
modules = ["shop.orders"]

[consumers.partner_app]
kind = "partner"
auth = "jwt"
may_call = ["payments.charge"]

[screens.home]
routes = ["GET /home"]

[shared]
modules = ["shop.common.*"]
tables = ["country"]

[[loaders]]
call = "shop.loading.get_class"
target = "shop.apps.{0}.{1}"

[[ignore]]
rule = "table-access"
source = "shop.reports.*"
target = "table:payment"
reason = "monthly report, moves in step 4"
until = 2027-03-01
"""


def written(root: Path, text: str, folder: str = "") -> Path:
    (root / folder).mkdir(parents=True, exist_ok=True)
    (root / folder / "carveout.toml").write_text(text, "utf-8")
    return root


def mistakes(root: Path, rules: tuple[str, ...] = ()) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        load_boundary(root, rules=rules)
    return [f"{mistake.place}: {mistake.what} | {mistake.help}" for mistake in caught.value.mistakes]


def test_everything_of_the_format_is_read(tmp_path: Path) -> None:
    """The file of the design document becomes the records that it means."""
    root = written(tmp_path, WHOLE)
    boundary = load_boundary(root, rules=("table-access",))
    orders, payments = boundary.services
    assert (orders.name, payments.name) == ("orders", "payments")
    assert payments.modules == ("shop.payments", "shop.billing.*")
    assert payments.functions == ("shop.legacy.Store.refund",)
    assert payments.tables == ("payment", "refund")
    assert payments.entry_points == ("POST /payments",)
    assert payments.public == ("shop.payments.api",)
    assert payments.may_use == ("orders",)
    assert payments.exposure == "both"
    assert payments.callers == {"orders": ("charge", "refund")}
    assert payments.place == Place("carveout.toml", 6)
    assert boundary.consumers == (Consumer("partner_app", "partner", "jwt", ("payments.charge",)),)
    assert boundary.screens == (Screen("home", ("GET /home",)),)
    assert boundary.shared == Shared(("shop.common.*",), ("country",))
    (ignore,) = boundary.ignores
    assert (ignore.until, ignore.place) == (datetime.date(2027, 3, 1), Place("carveout.toml", 35))
    loader = Loader("shop.loading.get_class", "shop.apps.{0}.{1}")
    assert load_project(root) == Project((".",), ("**/tests/**",), "oracle", (loader,))


CASES = {
    "unknown keys": (
        '[projct]\n[services.a]\nmodulez = ["x"]\n',
        ['carveout.toml:1: unknown key "projct" | did you mean "project"?',
         'carveout.toml:3: unknown key "modulez" in [services.a] | did you mean "modules"?'],
    ),
    "unknown services": (
        '[services.orders]\nmay_use = [\n  "payment",\n]\ncallers = { ordrs = ["f"] }\n[services.payments]\n'
        '[consumers.app]\nmay_call = ["paymnts.charge"]\n',
        ['carveout.toml:3: may_use in [services.orders] names "payment", which is no service | did you mean "payments"?',
         'carveout.toml:5: callers in [services.orders] names "ordrs", which is no service | known are payments',
         'carveout.toml:8: may_call in [consumers.app] names "paymnts", which is no service | did you mean "payments"?'],
    ),
    "wrong types": (
        'services.a.modules = "x"\nservices.a.tables = ["t", 3, ""]\nservices.b = 1\nscreens = []\n',
        ['carveout.toml:1: modules in [services.a] is a string | write modules = ["...", "..."]',
         'carveout.toml:2: element 2 of tables in [services.a] is a number | write tables = ["...", "..."]',
         "carveout.toml:2: tables in [services.a] has an empty name | remove it",
         "carveout.toml:3: b in [services] is a number | write [services.b]",
         "carveout.toml:4: screens is a list | write [screens]"],
    ),
    "levels": (
        '[rules]\ntable-reed = "off"\ntable-read = "warn"\nTABLE-READ = 1\n',
        ['carveout.toml:2: [rules] names "table-reed", which is no rule | did you mean "table-read"?',
         'carveout.toml:3: table-read = "warn" in [rules] is unknown | did you mean "warning"?',
         'carveout.toml:4: TABLE-READ in [rules] is a number | write TABLE-READ = "error"'],
    ),
    "choices": (
        '[project]\ndialect = "orcale"\n[services.a]\nexposure = "extern"\n[consumers.c]\nkind = "partnr"\n',
        ['carveout.toml:2: dialect = "orcale" in [project] is unknown | did you mean "oracle"?',
         'carveout.toml:4: exposure = "extern" in [services.a] is unknown | did you mean "external"?',
         'carveout.toml:6: kind = "partnr" in [consumers.c] is unknown | did you mean "partner"?'],
    ),
    "ignores": (
        '[[ignore]]\nrule = "tabel-read"\nsource = "a"\ntarget = "b"\n\n[[ignore]]\nrule = "table-read"\nsource = "a"\n'
        'target = "b"\nreason = " "\nuntil = "2027-03-01"\n\n[[ignore]]\nrule = "table-*"\nsource = "a"\ntarget = "b"\n'
        'reason = "r"\nuntil = 2027-03-01T10:00:00\n',
        ['carveout.toml:1: [[ignore]] has no reason | every exception says why: add reason = "..."',
         'carveout.toml:2: rule = "tabel-read" in [[ignore]] is unknown | did you mean "table-read"?',
         'carveout.toml:10: [[ignore]] has no reason | every exception says why: add reason = "..."',
         "carveout.toml:11: until in [[ignore]] is a string, not a date | write until = 2027-03-01 (a day, without quotes)",
         "carveout.toml:18: until in [[ignore]] is a date with a time, not a date"
         " | write until = 2027-03-01 (a day, without quotes)"],
    ),
    "claimed twice": (
        '[services.a]\nmodules = ["x"]\ntables = ["t"]\n[services.b]\nmodules = ["x"]\ntables = ["T"]\n'
        '[shared]\nmodules = [\n"y",\n"x"]\n',
        ['carveout.toml:5: [services.b] and [services.a] both claim "x" | remove one of the two',
         'carveout.toml:6: [services.b] and [services.a] both claim "T" | remove one of the two',
         'carveout.toml:10: [shared] and [services.a] both claim "x" | remove one of the two'],
    ),
    "names": (
        '[services.shared]\n[services."a/b"]\n["services".c]\nmay_use = ["c"]\n',
        ["carveout.toml:1: [services.shared]: this name means the shared kernel"
         " | write [shared], or take another name",
         "carveout.toml:2: [services.a/b]: not a name for a service | take letters, digits, - and _, at most 63",
         "carveout.toml:4: [services.c] may use itself anyway | remove it"],
    ),
    "variables": (
        '[services.a-b]\n[services.monolith]\n[consumers.A_b]\nmay_call = []\n',
        ["carveout.toml:2: [services.monolith] and the monolith itself have the same variable MONOLITH_SECRET | take another name",
         "carveout.toml:3: [consumers.A_b] and [services.a-b] have the same variable A_B_SECRET | take another name"],
    ),
    "consumers": (
        '[services.a]\n[services.b]\nexposure = "external"\n[consumers.x]\nkind = "public"\nmay_call = ["b.f", "a.f", "c.f"]\n'
        '[consumers.y]\nmay_call = ["a.f"]\n',
        ['carveout.toml:6: may_call in [consumers.x] names "a.f", but a is for the inside only'
         ' | write exposure = "both" in [services.a], or take the name out',
         'carveout.toml:6: may_call in [consumers.x] names "c", which is no service | known are a, b'],
    ),
    "roots": (
        '[project]\nroots = ["../x", "/x", "nowhere", "."]\n',
        ['carveout.toml:2: the root "../x" lies outside the project | name a folder below it',
         'carveout.toml:2: the root "/x" lies outside the project | name a folder below it',
         'carveout.toml:2: the root "nowhere" is no folder | name a folder that holds packages'],
    ),
    "syntax": ('[project]\nroots = ["."\n\n[services.a]\n', ["carveout.toml:4: not valid TOML: Unclosed array | "]),
    "syntax at the end": ("[project]\nroots = [\n", ["carveout.toml:2: not valid TOML: Invalid value | "]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_mistakes(name: str, tmp_path: Path) -> None:
    """Each text yields exactly these mistakes, in the order of their lines."""
    text, expected = CASES[name]
    assert mistakes(written(tmp_path, text), ("table-read",)) == expected


def test_a_file_that_is_nested_too_deeply(tmp_path: Path) -> None:
    (tmp_path / "carveout.toml").write_text(f"[services.a]\nmodules = {'[' * 9000}{']' * 9000}\n")
    assert find_root(tmp_path) == tmp_path
    with pytest.raises(ConfigurationError) as raised:
        load_boundary(tmp_path)
    assert "nested too deeply" in str(raised.value.mistakes[0])


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    """A file in Latin-1 is refused with the line of the first odd byte; one with a BOM is read."""
    (tmp_path / "carveout.toml").write_bytes("[services.a]\n# é\n".encode("latin-1"))
    assert mistakes(tmp_path) == ["carveout.toml:2: this is not UTF-8 | save the file as UTF-8"]
    (tmp_path / "carveout.toml").write_bytes(b'\xef\xbb\xbf[services.a]\r\nmodules = ["x"]\r\n')
    assert load_boundary(tmp_path).services[0].modules == ("x",)


def test_a_file_per_team(tmp_path: Path) -> None:
    """Files below the root add services; a conflict names both places; other projects are passed over."""
    written(tmp_path, '[project]\n[services.orders]\nmay_use = ["payments"]\n')
    written(tmp_path, '[services.payments]\nmodules = ["shop.pay"]\n[shared]\nmodules = ["m"]\n', "shop/pay")
    written(tmp_path, "[project]\n[services.other]\n", "sample")
    written(tmp_path, "[services.hidden]\n", ".venv/lib")
    boundary = load_boundary(tmp_path)
    assert [service.name for service in boundary.services] == ["orders", "payments"]
    assert boundary.services[1].place == Place("shop/pay/carveout.toml", 1)
    assert boundary.shared.modules == ("m",)
    written(tmp_path, "[services.orders]\n", "shop/orders")
    found = mistakes(tmp_path)
    assert found == ["shop/orders/carveout.toml:1: [services.orders] is already agreed in carveout.toml:2"
                     " | keep one of the two"]  # fmt: skip


def test_rules_are_set_at_the_root_alone(tmp_path: Path) -> None:
    """A level holds for all teams; names of rules are compared in lower case."""
    written(
        tmp_path, '[project]\n[rules]\nTable-Read = "warning"\n[services.a]\nmay_use = []\n[services.b]\n'
    )
    boundary = load_boundary(tmp_path, rules=("table-read",))
    assert boundary.levels == {"table-read": "warning"}
    assert [service.may_use for service in boundary.services] == [(), None]
    written(tmp_path, '[rules]\ntable-read = "off"\n', "shop")
    assert mistakes(tmp_path) == [
        "shop/carveout.toml:1: [rules] stands in a team's file | move it to the carveout.toml at the root"
    ]


def test_every_name_has_a_place(tmp_path: Path) -> None:
    """Of lists over several lines and of inline tables, and what is named twice counts where it is first."""
    text = (
        '[services.a]\nmodules = [\n  "x",\n  "x.y",\n  "x",\n]\ncallers = { b = ["charge"] }\n[services.b]\n'
    )
    (service, _) = load_boundary(written(tmp_path, text)).services
    lines = {key: place.line for key, place in service.places.items()}
    assert lines == {("modules", "x"): 3, ("modules", "x.y"): 4, ("callers", "charge"): 7}


def test_root_of_a_project(tmp_path: Path) -> None:
    """The root is the nearest folder with a [project]; a team's file alone does not make one."""
    written(tmp_path, "[project]\n")
    written(tmp_path, "[services.pay]\n", "shop/pay")
    assert find_root(tmp_path / "shop" / "pay") == tmp_path
    written(tmp_path, "[project]\n", "sample")
    assert find_root(tmp_path / "sample") == tmp_path / "sample"
    assert find_root(tmp_path / "shop") == tmp_path


def test_nothing_agreed(tmp_path: Path) -> None:
    """Without a file, or without services in it, a check says what to type; an analysis needs neither."""
    assert load_project(tmp_path) == Project()
    with pytest.raises(UsageError) as caught:
        load_boundary(tmp_path)
    assert "carveout init" in caught.value.help
    written(tmp_path, "[project]\n")
    with pytest.raises(UsageError) as caught:
        load_agreed(tmp_path)
    assert "carveout propose --accept 1" in caught.value.help


def test_dialects_are_those_of_the_parser() -> None:
    """Every dialect that may be named is one that the parser knows."""
    assert set(DIALECTS) <= {dialect.value for dialect in sqlglot.Dialects} | {"auto"}


def test_names_that_match_nothing(tmp_path: Path) -> None:
    """A service of a module that does not exist is a mistake with the nearest name, not a promise kept."""
    builder = GraphBuilder()
    builder.add(Node("module:shop.payments", "shop/payments.py", 1))
    builder.add(Node("table:public.payment"))
    graph = builder.build()
    good = '[services.a]\nmodules = ["shop.payments", "shop.*"]\ntables = ["Payment"]\n'
    require_matches(load_boundary(written(tmp_path, good)), graph)
    bad = '[services.a]\nmodules = ["shop.paymnets"]\ntables = ["Refund"]\n[shared]\nmodules = ["x.*"]\n'
    with pytest.raises(ConfigurationError) as caught:
        require_matches(load_boundary(written(tmp_path, bad)), graph)
    found = [f"{mistake.place}: {mistake.what}" for mistake in caught.value.mistakes]
    assert found == [
        'carveout.toml:2: modules of [services.a]: nothing is called "shop.paymnets"',
        'carveout.toml:3: tables of [services.a]: nothing is called "Refund"',
        'carveout.toml:5: modules of [shared]: nothing is called "x.*"',
    ]
    assert caught.value.mistakes[0].help == 'did you mean "shop.payments"?'


def test_names_of_what_may_be_called(tmp_path: Path) -> None:
    """A whole name, its end, a glob, and what a module imports from another one; nothing else."""
    builder = GraphBuilder()
    for id in ("module:shop.pay.api", "module:shop.pay.core", "function:shop.pay.core.charge"):
        builder.add(Node(id, "shop/pay.py", 1))
    builder.add(Node("topic:pay.events"))
    builder.add(Edge("module:shop.pay.api", "module:shop.pay.core", "imports"))
    graph = builder.build()
    text = """
[services.pay]
modules = ["shop.pay"]
public = ["shop.pay.api.charge", "pay.events"]
exposure = "both"
callers = { web = ["charge", "api.charge", "core.charge", "shop.pay.core.charge", "ch*", "*"] }
[services.web]
[consumers.app]
kind = "partner"
may_call = ["pay", "pay.charge"]
"""
    require_matches(load_boundary(written(tmp_path, text)), graph)
    text = text.replace('"core.charge"', '"core.chrage"').replace('"pay.charge"', '"pay.refund"')
    with pytest.raises(ConfigurationError) as caught:
        require_matches(load_boundary(written(tmp_path, text)), graph)
    assert [f"{mistake.place}: {mistake.what}" for mistake in caught.value.mistakes] == [
        'carveout.toml:6: callers of [services.pay]: nothing is called "core.chrage"',
        'carveout.toml:10: may_call of [consumers.app]: nothing is called "pay.refund"',
    ]


def test_guess(tmp_path: Path) -> None:
    """The dialect is that of the one driver that the project asks for; two drivers decide nothing."""
    (tmp_path / "a.py").write_text("x = 1\n")
    (tmp_path / "requirements.txt").write_text("Django==5\npsycopg2-binary>=2\n")
    assert guess(tmp_path).dialect == "postgres"
    (tmp_path / "requirements.txt").write_text("psycopg\noracledb\n")
    assert guess(tmp_path).dialect == "auto"


def test_coupling(tmp_path: Path) -> None:
    """Weights by kind of tie; what is no kind, no number or out of bounds is told with its line."""
    written(tmp_path, "[coupling]\ncalls = 2\nchanges = 0.5\n")
    assert load_project(tmp_path).coupling == {"calls": 2.0, "changes": 0.5}
    written(tmp_path, "[coupling]\ncals = 1\nreads = 'much'\nwrites = -1\njoins = nan\n")
    with pytest.raises(ConfigurationError) as caught:
        load_project(tmp_path)
    assert [mistake.place.line for mistake in caught.value.mistakes if mistake.place] == [2, 3, 4, 5]
    assert "did you mean" in caught.value.mistakes[0].help


def test_a_service_that_owns_nothing(tmp_path: Path) -> None:
    """It is a mistake once services are asked for: nothing could ever cross into it."""
    written(tmp_path, '[services.a]\nmodules = ["x"]\n[services.b]\nmay_use = ["a"]\n')
    with pytest.raises(ConfigurationError) as caught:
        load_agreed(tmp_path)
    assert [f"{mistake.place}: {mistake.what}" for mistake in caught.value.mistakes] == [
        "carveout.toml:3: [services.b] owns nothing"
    ]
    written(tmp_path, '[services.a]\nmodules = "x"\n[services.b]\nmodules = []\n[projekt]\n')
    with pytest.raises(ConfigurationError) as caught:  # with all others; what is written wrong is said once
        load_agreed(tmp_path)
    assert [mistake.place.line for mistake in caught.value.mistakes if mistake.place] == [2, 3, 5]


def test_packages_from_outside_are_none_of_the_project(tmp_path: Path) -> None:
    """may_not_import is about others' packages; may_use is about services."""
    builder = GraphBuilder()
    builder.add(Node("module:shop.pay", "shop/pay.py", 1))
    text = '[services.a]\nmodules = ["shop.pay"]\nmay_not_import = [\n"stripe",\n"shop.pay"]\n'
    with pytest.raises(ConfigurationError) as caught:
        require_matches(load_boundary(written(tmp_path, text)), builder.build())
    assert [f"{mistake.place}: {mistake.what}" for mistake in caught.value.mistakes] == [
        'carveout.toml:5: may_not_import of [services.a]: "shop.pay" is a module of this project'
    ]


def test_the_page_about_the_boundary_file(tmp_path: Path) -> None:
    """Its example is one that is accepted."""
    page = (Path(__file__).parents[3] / "docs" / "boundary.md").read_text("utf-8")
    example = page.partition("```toml\n")[2].partition("```")[0]
    boundary = load_agreed(written(tmp_path, example + '\n[services.orders]\nmodules = ["shop.orders"]\n'))
    assert boundary.levels == {"table-read": "warning"}
    assert [consumer.name for consumer in boundary.consumers] == ["partner_app"]


def test_files_in_what_is_excluded_are_none_of_the_project(tmp_path: Path) -> None:
    """A boundary file among excluded examples adds no services, and its mistakes are nobody's."""
    (tmp_path / "carveout.toml").write_text(
        '[project]\nexclude = ["examples"]\n[services.a]\nmodules = ["a"]\n'
    )
    (tmp_path / "examples/x").mkdir(parents=True)
    (tmp_path / "examples/x/carveout.toml").write_text("[services.b]\nmodules = 7\n")
    assert [service.name for service in load_boundary(tmp_path).services] == ["a"]


def test_what_only_a_run_tells(tmp_path: Path) -> None:
    """Texts by names, and conditions by their text; anything else is told with its line."""
    written(
        tmp_path, '[values]\n"shop.urls.prefix" = ""\n[conditions]\n"settings.X" = false\n"import x" = true\n'
    )
    project = load_project(tmp_path)
    assert project.values == {"shop.urls.prefix": ""}
    assert project.conditions == {"settings.X": False, "import x": True}
    written(tmp_path, '[values]\n"shop.urls.prefix" = 1\n[conditions]\n"settings.X" = "no"\n')
    with pytest.raises(ConfigurationError) as caught:
        load_project(tmp_path)
    assert [mistake.place.line for mistake in caught.value.mistakes if mistake.place] == [2, 4]
    assert caught.value.mistakes[1].help == 'write "settings.X" = true'
