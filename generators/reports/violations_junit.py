"""Violations as JUnit's XML, which every CI server shows: a suite a rule, a case a relationship.

Nothing is in it that Jenkins's schemas (of its JUnit and xUnit plugins) do not know: no attributes for
places, which are the first lines of each text, and no count of what is skipped for all suites together.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ...analyzer.model.findings import Violation
from ...analyzer.model.results import CheckResult
from .plain import clean, count
from .relationships import arrow, at, between, owners, places, sentences
from .rule_pages import known_rules
from .unseen import unread


class ViolationsJunit:
    """New violations fail, debt and what is ignored is skipped; a rule that holds is a case that passes."""

    name = "junit"
    accepts = CheckResult

    def render(self, result: CheckResult) -> bytes:
        """UTF-8 with a declaration; control characters and lone surrogates are escaped."""
        suites = Element("testsuites", name="carveout")
        names = {(rule.code, rule.id) for rule in known_rules()} | {(v.id, v.rule) for v in result.violations}
        for code, rule in sorted(names):
            suite = SubElement(suites, "testsuite", name=clean(f"{code} {rule}"))
            for violation in (v for v in result.violations if (v.id, v.rule) == (code, rule)):
                _violation(suite, violation, result)
            for violation, ignore in result.ignored:
                if (violation.id, violation.rule) == (code, rule):
                    _skipped(suite, violation, result, clean(f"ignored: {ignore.reason}"))
            if not len(suite):
                SubElement(suite, "testcase", classname=clean(rule), name="holds")
        _unread(suites, result)
        if result.strict and result.stale:
            _stale(suites, result)
        for suite in suites:
            _count(suite, ("failure", "failures"), ("error", "errors"), ("skipped", "skipped"))
        _count(suites, ("failure", "failures"), ("error", "errors"))
        indent(suites, " ")
        text: bytes = tostring(suites, "utf-8", xml_declaration=True)
        return text + b"\n"


def _violation(suite: Element, violation: Violation, result: CheckResult) -> None:
    if violation.baseline:
        _skipped(suite, violation, result, "accepted as debt")
        return
    case, title, lines = _case(suite, violation), clean(violation.title), _lines(violation, result)
    if violation.severity != "error":
        SubElement(case, "system-out").text = "\n".join((f"{violation.severity}: {title}", *lines))
        return
    SubElement(case, "failure", message=title, type=clean(violation.rule)).text = "\n".join(lines)


def _skipped(suite: Element, violation: Violation, result: CheckResult, why: str) -> None:
    case = _case(suite, violation)
    SubElement(case, "skipped").text = why
    SubElement(case, "system-out").text = "\n".join((clean(violation.title), *_lines(violation, result)))


def _case(suite: Element, violation: Violation) -> Element:
    """The rule is part of its name: of two cases of one name GitLab shows the first."""
    classname = f"{between(violation).replace(' -> ', '.')}.{clean(violation.rule)}"
    return SubElement(suite, "testcase", classname=classname, name=arrow(violation))


def _lines(violation: Violation, result: CheckResult) -> list[str]:
    lines = [*(at(result, place) for place in places(violation)), *sentences(violation)]
    who = owners(result, violation)
    return [*lines, "who: " + ", ".join(who)] if who else lines


def _unread(suites: Element, result: CheckResult) -> None:
    """A file of the application that was not read is an error: what it holds was not checked."""
    problems = unread(result.graph)
    if problems:
        suite = SubElement(suites, "testsuite", name="files that were not read")
    for problem in problems:
        case = SubElement(suite, "testcase", classname=clean(problem.kind), name=at(result, problem.place))
        SubElement(case, "error", message=clean(problem.message), type=clean(problem.kind))


def _stale(suites: Element, result: CheckResult) -> None:
    suite = SubElement(suites, "testsuite", name="baseline")
    case = SubElement(suite, "testcase", classname="baseline", name="is pruned")
    number = count(len(result.stale), "entry is", "entries are")
    failure = SubElement(case, "failure", message=f"{number} paid off", type="stale")
    failure.text = "carveout baseline prune takes them out"


def _count(element: Element, *outcomes: tuple[str, str]) -> None:
    for outcome, name in (("testcase", "tests"), *outcomes):
        element.set(name, str(len(list(element.iter(outcome)))))


report = ViolationsJunit()
