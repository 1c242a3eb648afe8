"""Violations in every format, with hostile names, read back by each language's own parser."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
import xmlschema
from markdown_it import MarkdownIt

from carveout.analyzer.model.boundary import Boundary, Ignore, Service
from carveout.analyzer.model.building import GraphBuilder
from carveout.analyzer.model.evidence import Diagnostic, Evidence, Place
from carveout.analyzer.model.findings import Debt, Violation
from carveout.analyzer.model.graph import Coverage, Graph, Node
from carveout.analyzer.model.results import CheckResult
from carveout.generators.reports import choose, formats

EVIL = (
    "a\x1b[2Jb",
    "x\r\n::error::y",
    "%0A,:|`<b>*_[l](http://e)",
    "]]></failure>&amp;\x00",
    "@team #12 </details>",
    "\ud800\u202e\uffff\u2028",
    "größe \U0001f600",
    '"\\"\'',
    "| a | b |",
    "<!-- ```",
)


def violation(number: int = 0, **changed: Any) -> Violation:
    fields: dict[str, Any] = {
        "id": "CO201", "rule": "table-read", "title": "orders must not read billing's tables",
        "source": f"function:shop.orders.show{number or ''}", "target": "table:invoice",
        "origin": "orders", "owner": "billing",
        "evidence": (Evidence(Place("shop/orders.py", 12, 8), "sql"), Evidence(Place("shop/z.py", 3), "sql")),
        "why": 'table "invoice" belongs to billing', "cost": "this read becomes a network call",
        "pattern": "the owner's API, or a read model", "help": "call billing.api.get_invoice",
        "owner_place": "carveout.toml:14",
    }  # fmt: skip
    return Violation(**{**fields, **changed})


def evil(text: str) -> Violation:
    """A violation with a hostile text wherever a name of the analysed code can stand."""
    place = Evidence(Place(f"shop/{text}.py", 3, 1))
    names: dict[str, Any] = {
        "source": f"function:{text}",
        "target": f"table:{text}",
        "owner_place": text,
        "evidence": (place,),
    }
    words = dict.fromkeys(("title", "origin", "owner", "why", "cost", "pattern", "help"), text)
    return violation(**{**names, **words})


def graph(*problems: Diagnostic) -> Graph:
    builder = GraphBuilder()
    builder.add(Node("module:shop.orders", "shop/orders.py", 1, 90))
    for problem in problems:
        builder.add(problem)
    return builder.build(Coverage(4, 4, 180))


def checked(*violations: Violation, problems: tuple[Diagnostic, ...] = (), **changed: Any) -> CheckResult:
    boundary = Boundary((Service("billing"), Service("orders", ("shop.orders",))))
    return CheckResult("shop", graph(*problems), boundary, violations, **changed)


def show(format: str, result: CheckResult) -> str:
    text: str = choose(CheckResult, format).render(result).decode("utf-8")
    return text


DEBT = Debt("table-read", "orders", "billing", "function:shop.gone", "table:invoice")
NEW, OLD = violation(1), violation(2, baseline=True)
IGNORE = Ignore("table-read", "shop.*", "invoice", "moves in step 2", datetime.date(2027, 1, 1))
FULL = checked(
    NEW, OLD, ignored=((violation(3), IGNORE),), stale=(DEBT,), code_owners={"shop/orders.py": ("@shop/pay",)}
)  # fmt: skip


def test_every_format_is_there() -> None:
    """One file a format, found by its place."""
    assert formats(CheckResult) == ("text", "github", "gitlab", "json", "junit", "markdown", "sarif")


@pytest.mark.parametrize("format", formats(CheckResult))
def test_what_every_format_says(format: str) -> None:
    """Where, what it becomes, the pattern, what to do, and who is asked; the same bytes each time."""
    shown = " ".join(show(format, FULL).split()).replace("&#95;", "_").replace("&#64;&#8203;", "@")
    for part in ("shop/orders.py", "network call", "a read model", "get_invoice", "shop/pay"):
        assert part in shown, part
    assert show(format, FULL) == show(format, FULL)


def sarif(text: str) -> list[str]:
    (run,) = json.loads(text)["runs"]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    return [each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in run["results"]]


def gitlab(text: str) -> list[str]:
    return [issue["location"]["path"] for issue in json.loads(text)]


JENKINS = """
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
 <xs:complexType name="outcome" mixed="true">
  <xs:attribute name="type" type="xs:string"/><xs:attribute name="message" type="xs:string"/>
 </xs:complexType>
 <xs:complexType name="case">
  <xs:sequence>
   <xs:element name="skipped" type="xs:string" minOccurs="0"/>
   <xs:element name="error" type="outcome" minOccurs="0" maxOccurs="unbounded"/>
   <xs:element name="failure" type="outcome" minOccurs="0" maxOccurs="unbounded"/>
   <xs:element name="system-out" type="xs:string" minOccurs="0" maxOccurs="unbounded"/>
  </xs:sequence>
  <xs:attribute name="name" type="xs:string" use="required"/>
  <xs:attribute name="classname" type="xs:string"/>
 </xs:complexType>
 <xs:complexType name="suite">
  <xs:sequence>
   <xs:element name="testcase" type="case" minOccurs="0" maxOccurs="unbounded"/>
  </xs:sequence>
  <xs:attribute name="name" type="xs:string" use="required"/>
  <xs:attribute name="tests" type="xs:string" use="required"/>
  <xs:attribute name="failures" type="xs:string" use="required"/>
  <xs:attribute name="errors" type="xs:string" use="required"/>
  <xs:attribute name="skipped" type="xs:string"/>
 </xs:complexType>
 <xs:element name="testsuites">
  <xs:complexType>
   <xs:sequence><xs:element name="testsuite" type="suite" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
   <xs:attribute name="name" type="xs:string"/>
   <xs:attribute name="tests" type="xs:string"/>
   <xs:attribute name="failures" type="xs:string"/>
   <xs:attribute name="errors" type="xs:string"/>
  </xs:complexType>
 </xs:element>
</xs:schema>
"""
"""What the schemas of Jenkins's JUnit plugin and of its xUnit plugin (junit-10.xsd) both allow, of what we write."""
SCHEMA = xmlschema.XMLSchema(JENKINS)


def junit(text: str) -> list[str]:
    """The first line of each case's text, which is its place, without the line."""
    SCHEMA.validate(text)
    told = [case.findtext("failure") for case in ElementTree.fromstring(text).iter("testcase")]
    return [(text.splitlines()[0]).rpartition(":")[0] for text in told if text and ".py:" in text]


def github(text: str) -> list[str]:
    """As the runner reads commands: one a line, properties up to the first `::`."""
    found = []
    for line in text.splitlines():
        match = re.fullmatch(r"::(error|warning|notice) ([^:]*)::(.*)", line)
        if match:
            found.append(dict(pair.split("=", 1) for pair in match[2].split(","))["file"])
        else:
            assert not line.lstrip().startswith("::") and "##[" not in line
    return found


def markdown(text: str) -> list[str]:
    """The cells of the places; nothing but our own tags, no links, no mention outside of code."""
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    kinds = [token.type for token in tokens]
    assert kinds.count("td_open") == 5 * (kinds.count("tr_open") - kinds.count("thead_open"))
    inline = [token for token in tokens if token.type == "inline"]
    parts = [child for token in inline for child in token.children or ()]
    tags = {part.content for part in parts if part.type == "html_inline"}
    assert tags <= {"<br>", "<code>", "</code>", "<details>", "</details>", "<summary>", "</summary>"}
    assert {part.type for part in parts} <= {
        "text",
        "text_special",
        "html_inline",
        "code_inline",
        "softbreak",
    }
    assert not [token for token in tokens if token.type == "html_block" and "<b>" in token.content]
    return re.findall(r"<code>(shop/.*?):3</code>", text)


PARSERS: dict[str, Callable[[str], list[str]]] = {
    "sarif": sarif, "gitlab": gitlab, "junit": junit, "github": github, "markdown": markdown
}  # fmt: skip


@pytest.mark.parametrize("format", PARSERS)
@pytest.mark.parametrize("text", EVIL)
def test_hostile_names(text: str, format: str) -> None:
    """One finding stays one finding, whatever its names are."""
    problem = Diagnostic("syntax-error", Place(f"{text}.py", 3), text)
    shown = show(format, checked(evil(text), code_owners={f"shop/{text}.py": (text,)}, since=text))
    assert len(PARSERS[format](shown)) == 1
    assert not re.search("[\x00-\x08\x0b-\x1f\u202e\u2028\uffff]", shown)
    with_problem = show(format, checked(evil(text), problems=(problem,), stale=(DEBT._replace(source=text),)))
    assert PARSERS[format](with_problem)


def test_paths_are_those_of_the_repository() -> None:
    """A project in a folder of its repository: forges are told the paths that they know."""
    for format, parse in PARSERS.items():
        if format != "markdown":
            shown = show(format, checked(NEW, folder="services/shop"))
            assert [unquote(path) for path in parse(shown)] == ["services/shop/shop/orders.py"], format
    assert "services/shop/shop/orders.py:12" in show("markdown", checked(NEW, folder="services/shop"))


def test_sarif() -> None:
    """Stable ids, relative paths, fingerprints without lines; debt and what is ignored is suppressed."""
    document = json.loads(show("sarif", FULL))
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    new, old, ignored = run["results"]
    assert new["ruleId"] == "CO201" and new["level"] == "error" and new["suppressions"] == []
    assert new["partialFingerprints"]["primaryLocationLineHash"] == f"{NEW.fingerprint}:1"
    region = new["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 12, "startColumn": 9} and len(new["relatedLocations"]) == 1
    assert new["properties"]["codeOwners"] == ["@shop/pay"]
    assert "accepted as debt" in old["suppressions"][0]["justification"]
    assert ignored["suppressions"][0]["justification"] == "moves in step 2"
    for rule in run["tool"]["driver"]["rules"]:
        assert rule["help"]["text"].startswith(rule["shortDescription"]["text"])


def test_sarif_ends_at_what_github_takes() -> None:
    """Of more than 25,000 results the first are given, and the others counted."""
    many = tuple(violation(1, evidence=violation().evidence[:1]) for _ in range(25_001))
    (run,) = json.loads(show("sarif", checked(*many)))["runs"]
    assert len(run["results"]) == 25_000 and run["properties"]["notShown"] == 1


def test_github() -> None:
    """At most ten of a kind, new ones only, the rest counted; stale entries and unread files are said."""
    many = [violation(number, severity="warning" if number % 2 else "error") for number in range(30)]
    lines = show("github", checked(*many, OLD)).splitlines()
    assert [line.partition(" ")[0] for line in lines[:20]] == ["::error", "::warning"] * 10
    assert lines[20].startswith("10 more findings: ")
    assert lines[21:] == ["15 new violations, 15 warnings, 1 accepted as debt"]
    first = lines[0]
    assert first.startswith("::error file=shop/orders.py,line=12,col=9,title=CO201 orders must not read")
    assert "%0Acost: this read becomes a network call (pattern: the owner's API" in first
    problem = Diagnostic("syntax-error", Place("shop/orders.py", 3), "bad token")
    strict = show("github", checked(stale=(DEBT,), strict=True, problems=(problem,)))
    assert strict.startswith("::error file=carveout-baseline.json,line=1,title=1 entry of the baseline paid")
    assert "::error file=shop/orders.py,line=3,title=not read%3A syntax-error::bad token\n" in strict
    assert show("github", checked(stale=(DEBT,))).startswith("::notice ")


def test_gitlab() -> None:
    """What GitLab's widget reads, a fingerprint each; debt is of no weight but stays comparable."""
    new, old = json.loads(show("gitlab", FULL))
    assert new["severity"] == "major" and old["severity"] == "info"
    assert new["check_name"] == "CO201 table-read" and new["fingerprint"] == NEW.fingerprint
    assert new["location"] == {"path": "shop/orders.py", "lines": {"begin": 12}}
    whole = violation(evidence=(Evidence(Place("a.sql")),))
    assert json.loads(show("gitlab", checked(whole)))[0]["location"]["lines"]["begin"] == 1
    assert json.loads(show("gitlab", checked())) == []


def test_junit() -> None:
    """New ones fail, debt and ignored ones are skipped, rules that hold pass; the counts are right."""
    root = ElementTree.fromstring(show("junit", FULL))
    assert (root.attrib["failures"], root.attrib["errors"]) == ("1", "0")
    assert sum(int(suite.attrib["skipped"]) for suite in root) == 2
    assert [case.text for case in root.iter("skipped")] == ["accepted as debt", "ignored: moves in step 2"]
    names = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert len(names) == len(set(names)) and names[0][0]
    assert int(root.attrib["tests"]) == sum(int(suite.attrib["tests"]) for suite in root) >= 5
    (failure,) = root.iter("failure")
    assert (failure.text or "").startswith("shop/orders.py:12\nshop/z.py:3\n")
    problem = Diagnostic("syntax-error", Place("shop/orders.py", 3), "bad token")
    broken = ElementTree.fromstring(show("junit", checked(problems=(problem,), strict=True, stale=(DEBT,))))
    assert (broken.attrib["failures"], broken.attrib["errors"]) == ("1", "1")


def test_markdown() -> None:
    """New ones first, debt folded, a table a service; long ones end in time and say what is left."""
    shown = show("markdown", FULL)
    assert shown.startswith("## carveout: 1 new violation, 1 accepted as debt, 1 ignored with a reason, 1 of")
    assert shown.index("show1") < shown.index("1 violation accepted as debt</summary>") < shown.index("show2")
    assert "<details><summary>1 more</summary><code>shop/z.py:3</code></details>" in shown
    assert "Not seen: no blind spots." in shown and "`carveout baseline prune`" in shown
    many = show("markdown", checked(*(violation(n, origin=f"s{n % 7}") for n in range(3_000))))
    assert len(many) <= 60_000
    left = re.search(r"([\d,]+) more violations: `carveout check --all`", many)
    assert left and many.count("&#10060;") + int(left[1].replace(",", "")) == 3_000
    assert show("markdown", checked()).startswith("## carveout: no violations\n")


def test_since() -> None:
    """A check of what came since a revision says so in its verdict."""
    assert show("github", checked(since="main")) == "no new violations since main\n"


def test_errors_come_first_and_what_belongs_to_no_service_last() -> None:
    """However many warnings there are of one kind, and whatever the boundary file itself has wrong."""
    links = [
        violation(
            number, id="CO301", rule="link-across", severity="warning", source=f"function:shop.l{number}"
        )
        for number in range(24)
    ]
    stale = violation(
        id="CO903", rule="stale-ignore", title="the ignore of CO201 covers nothing", severity="warning",
        source="ignore:CO201", target="shop.old -> table:invoice", origin="", owner="",
    )  # fmt: skip
    result = checked(NEW, *links, stale)
    text = show("text", result)
    assert text.index("# CO201 table-read") < text.index("# CO301 link-across")
    assert "# CO903 stale-ignore, no service: 1" in text
    page = show("markdown", result)
    assert page.index("### orders: 25 violations") < page.index("### no service: 1 violation")
    assert "ignore:CO201" not in show("github", result)
