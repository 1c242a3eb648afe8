"""Reports on a small graph made by hand: what they say, how wide they are, that they cannot be steered."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from carveout.analyzer.graph.access import own_tables
from carveout.analyzer.graph.cut import cut
from carveout.analyzer.model.boundary import Boundary, Proposal, Service, Shared
from carveout.analyzer.model.building import GraphBuilder
from carveout.analyzer.model.errors import UsageError
from carveout.analyzer.model.evidence import BlindSpot, Diagnostic, Place
from carveout.analyzer.model.findings import Hazard
from carveout.analyzer.model.graph import Coverage, Edge, Graph, Node
from carveout.analyzer.model.plan import Plan, Step
from carveout.analyzer.model.results import AnalysisResult, CheckResult, ProposalsResult
from carveout.generators.diagrams.draw import draw
from carveout.generators.reports import choose, formats
from carveout.generators.reports.plain import cells, clean, crop, percent, shorten
from carveout.generators.reports.unseen import unread

from .made import BOUNDARY, EVIL, checked, graph, proposals, seen, text, violation


def test_proposals_tell_why_code_is_shared_or_in_no_service() -> None:
    """The largest three, with their reasons; how many more there are, and how to see them."""
    builder = GraphBuilder()
    names = ["shop.orders", "shop.billing", *(f"lib{n}.m{m}" for n in range(5) for m in range(n + 1))]
    for name in names:
        builder.add(Node(f"module:{name}", f"{name.replace('.', '/')}.py", 1, 9))
    reasons = {f"lib{n}": f"used by {n} parts" for n in range(5)}
    boundary = replace(BOUNDARY, shared=Shared(tuple(reasons), reasons=reasons))
    one = Proposal(boundary, "packages", {}, (), (), {"shop.free": "free"})
    result = ProposalsResult("shop", builder.build(), (one,))
    shown = text(result)
    assert (
        "  shared kernel\n"
        "    - lib4 (5 modules): used by 4 parts\n"
        "    - lib3 (4 modules): used by 3 parts\n"
        "    - lib2 (3 modules): used by 2 parts\n"
        "    and 3 more modules, each with its reason: --show 1\n"
    ) in shown
    told = json.loads(choose(ProposalsResult, "json").render(result))
    assert told["proposals"][0]["shared"]["reasons"] == reasons


def test_analysis_text() -> None:
    """The summary says what was read and understood, fits a screen, and counts what was not seen."""
    shown = text(AnalysisResult("shop", graph()))
    assert shown.splitlines()[:5] == [
        "shop: 3 of 4 files read (1 test file), 180 lines",
        "  3 modules, 2 functions, 1 table, 1 route",
        "",
        "calls resolved                        7 of 8    87 %",
        "SQL statements parsed                 2 of 2   100 %",
    ]
    assert "1 blind spot: unresolved-call 1" in shown
    assert "1 problem while reading, 1 file not read" in shown
    assert re.search(r"shop\.billing +1 +invoice +1 +1", shown)
    assert len(shown.splitlines()) <= 23


def test_blind_spots() -> None:
    """Every blind spot and problem has a line that editors and grep understand."""
    lines = (
        choose(AnalysisResult, "blind-spots").render(AnalysisResult("shop", graph())).decode().splitlines()
    )
    assert lines == [
        "# syntax-error: 1",
        "shop\\x1b[2J\\n\\u202eevil.py:3: syntax-error: bad\\x07 token",
        "# unresolved-call: 1",
        "shop/orders.py:14: unresolved-call: x.y()",
    ]


def made(*items: Node | Edge | BlindSpot | Diagnostic, files: int = 2, read: int = 2) -> Graph:
    builder = GraphBuilder()
    for item in items:
        builder.add(item)
    return builder.build(Coverage(files, read))


def test_blind_spots_are_ordered_by_what_they_can_hide() -> None:
    """A lost route comes before a lost call, in the list and in the summary; code before tests."""
    kinds = ("unresolved-call", "dynamic-import", "dynamic-schema-name", "sql-not-parsed", "dynamic-route",
             "dynamic-table-name")  # fmt: skip
    spots = [BlindSpot(kind, Place(f"shop/{name}.py", 1), "x") for kind in kinds for name in ("z", "test_a")]
    result = AnalysisResult("shop", made(*spots))
    lines = choose(AnalysisResult, "blind-spots").render(result).decode().splitlines()
    assert [line for line in lines if line.startswith("#")] == [
        "# dynamic-route: 2", "# dynamic-table-name: 2", "# dynamic-schema-name: 2", "# sql-not-parsed: 2",
        "# dynamic-import: 2", "# unresolved-call: 2",
    ]  # fmt: skip
    assert lines[1:3] == ["shop/z.py:1: dynamic-route: x", "shop/test_a.py:1: dynamic-route: x"]
    shown = " ".join(text(result).split())
    assert "12 blind spots: dynamic-route 2, dynamic-table-name 2, dynamic-schema-name 2," in shown
    assert "dynamic-import 2, unresolved-call 2" in shown


def test_no_routes_and_no_tables_are_said() -> None:
    """The counts of tables and routes are there when they are 0; a web framework without routes gives a hint."""
    module = Node("module:shop", "shop/__init__.py", 1)
    plain = text(AnalysisResult("shop", made(module)))
    assert "  1 module, 0 tables, 0 routes\n" in plain and "hint" not in plain
    web = made(module, Node("module:flask"), Edge("module:shop", "module:flask", "imports"))
    shown = text(AnalysisResult("shop", web))
    assert "hint: 1 file of it import flask, but no route was recognised" in " ".join(shown.split())
    tests = made(module, Node("module:test_a", "test_a.py", 1), Node("module:flask"),
                 Edge("module:test_a", "module:flask", "imports"))  # fmt: skip
    assert "hint" not in text(AnalysisResult("shop", tests))


def test_tables_of_tests_do_not_count() -> None:
    """A table that only a test uses and nothing declares is neither counted nor unowned."""
    known = made(
        Node("function:shop.f", "shop/a.py", 1), Node("function:tests.f", "tests/test_a.py", 1),
        Node("table:foobar"), Node("table:used"), Node("table:ours", "schema.sql", 1),
        Edge("function:tests.f", "table:foobar", "reads"), Edge("function:shop.f", "table:used", "reads"),
    )  # fmt: skip
    assert [node.name for node in own_tables(known)] == ["ours", "used"]
    assert "2 tables" in text(AnalysisResult("shop", known))
    assert "2 of 2 tables (ours, used)" in text(CheckResult("shop", known, BOUNDARY, ()))
    assert {box.title for box in draw(known, None, "table").boxes} == {"ours", "used"}


def test_a_file_of_another_python_is_one_problem() -> None:
    """What this Python refuses and tree-sitter reads is told once, with what was refused."""
    newer = [
        Diagnostic("syntax-error", Place("shop/a.py", 7), "f-string: unmatched '['"),
        Diagnostic("rewritten", Place("shop/a.py", 7), "read through tree-sitter: 9 statements"),
        Diagnostic("syntax-error", Place("shop/b.py", 1), "bad"),
    ]
    shown = text(AnalysisResult("shop", made(Node("module:shop", "shop/a.py", 1), *newer, files=2, read=1)))
    assert "1 file is in another Python's syntax, and read in full; the first:\n" in shown
    assert "  shop/a.py:7  here: f-string: unmatched '['\n" in shown
    assert "1 problem while reading, 1 file not read" in shown
    assert "tree-sitter" not in shown


def test_the_most_used_tables_are_those_that_are_surely_used() -> None:
    """A read that may never happen ranks no table: `analyze --tables` does not count it, either."""
    known = made(
        Node("function:shop.f", "shop/a.py", 1), Node("function:shop.g", "shop/a.py", 3),
        Node("table:used"), Node("table:perhaps"), Edge("function:shop.f", "table:used", "reads"),
        Edge("function:shop.f", "table:perhaps", "reads", "possible"),
        Edge("function:shop.g", "table:perhaps", "reads", "possible"),
    )  # fmt: skip
    shown = text(AnalysisResult("shop", known))
    assert re.search(r"used +1 +0\n", shown)
    assert re.search(r"perhaps +0 +0\n", shown)


def test_what_could_not_be_read() -> None:
    """Only files of the application make an answer incomplete; which ones is said."""
    broken = [Diagnostic("syntax-error", Place(path, 1), "bad") for path in ("tests/a.py", "shop/a.py")]
    encoding = Diagnostic("encoding", Place("shop/b.py"), "odd bytes")
    aside = made(broken[0], encoding, files=9, read=8)
    assert unread(aside) == ()
    assert "1 file not read, none of the application itself" in text(AnalysisResult("shop", aside))
    both = made(*broken, files=9, read=7)
    assert unread(both) == (broken[1],)
    shown = text(AnalysisResult("shop", both))
    assert "2 files not read, 1 of the application: exit code 3\n  shop/a.py:1" in shown


def test_graph_json() -> None:
    """Every node, edge, blind spot and diagnostic is there, in the shape of the design document."""
    data = json.loads(choose(AnalysisResult, "json").render(AnalysisResult("shop", graph())))
    assert data["schema"] == "carveout/graph/1"
    assert {"id": "table:invoice", "kind": "table", "name": "invoice", "path": "schema.sql", "line": 3,
            "end_line": 0, "attributes": {"type": "base"}} in data["nodes"]  # fmt: skip
    assert {"source": "function:shop.orders.show", "target": "table:invoice", "kind": "reads", "confidence": "certain",
            "order": 2, "count": 3, "columns": ["total"], "seen": ["static", "observed"],
            "evidence": [{"path": "shop/orders.py", "line": 12, "column": 8, "via": "sql"}]} in data["edges"]  # fmt: skip
    assert len(data["edges"]) == 7
    assert data["blind_spots"] == [
        {"kind": "unresolved-call", "path": "shop/orders.py", "line": 14, "text": "x.y()"}
    ]
    assert data["diagnostics"] == [
        {"kind": "syntax-error", "path": EVIL, "line": 3, "message": "bad\x07 token"}
    ]
    assert data["coverage"]["calls_resolved"] == 7


def test_an_empty_graph() -> None:
    """Nothing found is said, in valid JSON as well."""
    result = AnalysisResult("shop", GraphBuilder().build())
    assert json.loads(choose(AnalysisResult, "json").render(result))["edges"] == []
    assert "nothing was found" in text(result)


def test_formats() -> None:
    """Reports are found by their place; an unknown format says which there are."""
    assert formats(CheckResult)[0] == "text" and "json" in formats(CheckResult)
    with pytest.raises(UsageError) as caught:
        choose(CheckResult, "yaml")
    assert "--format text|github|gitlab|json|" in caught.value.help


def hostile() -> list[object]:
    """Every type of result, full of names that would steer a terminal."""
    builder = GraphBuilder()
    builder.add(Node(f"module:{EVIL}", EVIL, 1))
    builder.add(Node(f"table:{EVIL}" + "x" * 200))
    builder.add(Edge(f"module:{EVIL}", f"table:{EVIL}" + "x" * 200, "reads"))
    builder.add(BlindSpot(EVIL, Place(EVIL), EVIL))
    builder.add(Diagnostic(EVIL, Place(EVIL * 9), EVIL * 20))
    known = builder.build(Coverage(1, 0))
    services = (Service(EVIL, (EVIL,)), Service("\ud800" + "宽" * 60, tables=(EVIL,)))
    boundary = Boundary(services)
    found = violation(
        id=EVIL, title=EVIL, evidence=seen(EVIL, 1), why=EVIL, help=EVIL, cost=EVIL, owner_place=EVIL
    )
    proposal = Proposal(boundary, EVIL, {EVIL: 1.0}, cut(known, boundary), (EVIL,))
    hazard = Hazard(id=EVIL, title=EVIL, evidence=seen(EVIL, 1), why=EVIL, help=EVIL, consequence=EVIL)
    return [
        AnalysisResult(EVIL, known),
        CheckResult(EVIL, known, boundary, (found,), checked={EVIL: 1}, sources={(EVIL, 1): EVIL * 9}),
        ProposalsResult(EVIL, known, (proposal,) * 5),
        ProposalsResult(EVIL, known, (), EVIL),
        Plan(services[0], (Step(EVIL, services[0], distributions=(EVIL,), hazards=(hazard,)),)),
    ]


@pytest.mark.parametrize("result", hostile(), ids=lambda result: type(result).__name__)
def test_hostile_names_cannot_steer_the_terminal(result: object) -> None:
    """No control or direction character of the analysed code reaches the terminal; JSON stays JSON."""
    shown = text(result)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", shown)
    for format in formats(type(result)):
        if format == "json":
            json.loads(choose(type(result), "json").render(result))


@pytest.mark.parametrize("result", [AnalysisResult("shop", graph()), checked(violation()), proposals()],
                         ids=lambda result: type(result).__name__)  # fmt: skip
def test_eighty_columns(result: object) -> None:
    """No line is wider than a terminal of 80 columns."""
    assert [line for line in text(result).splitlines() if cells(line) > 80] == []


def test_plain() -> None:
    """Small helpers keep their promises at their edges."""
    assert clean("a\tb\u202e\ud800é") == r"a\tb\u202e\ud800é"
    assert shorten("abcdefghij", 10) == "abcdefghij"
    assert shorten("abcdefghijk", 8) == "ab..hijk"
    assert cells(shorten("宽" * 30, 11)) <= 11
    assert crop("abcdef", 5) == "abc.."
    assert [percent(*pair) for pair in ((0, 0), (0, 9), (1, 900), (899, 900), (9, 9))] == [
        "-", "0 %", "<1 %", "99 %", "100 %",
    ]  # fmt: skip
