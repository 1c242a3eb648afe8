"""An assessment for a terminal: which service first and why, the order, what stands against it, patterns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from ...analyzer.model.assessment import AssessmentResult, Candidate, Statement
from ...analyzer.model.findings import Finding
from .assessment_plan import MODEL, plan_lines
from .plain import clean, columns, count, encode, ending, fitted, shorten, wrap
from .unseen import blind_spots, missing_libraries

_SERVICES, _WALKS, _EACH = 12, 5, 3
_CALLED = ("function or class", "functions and classes")


class AssessmentText:
    """The first screen says which service to carve out first."""

    name = "text"
    accepts = AssessmentResult

    def render(self, result: AssessmentResult) -> bytes:
        """Lines of at most 80 columns, but for long paths."""
        if result.shown:
            return encode(plan_lines(result.plans[0], len(result.order) - 1, full=True))
        by = ", agreed" if result.strategy == "agreed" else f", proposed by {result.strategy}"
        known = count(len(result.order), "service") + by if result.order else "no services are known"
        lines = wrap("", f"{clean(result.project)}: {known}", 0)
        lines += missing_libraries(result.graph)
        for said in result.missing:
            lines += wrap("missing:", said, 9)
        for each in result.contradictions:
            place = f" ({each.evidence[0].place})" if each.evidence else ""
            lines += wrap("contradicts:", f"{each.said}{place}", 13)
        lines += ["", *_first(result), ""]
        lines += [*_order(result), ""] if len(result.order) > 1 else []
        lines += [*_walks(result), ""] if result.walks else []
        for plan in result.plans:
            lines += [*plan_lines(plan, len(result.order) - 1), ""]
        lines += [*_findings("what stands against scaling", result.weaknesses, "capability")]
        lines += [*_findings("patterns that apply", result.recommendations, "pattern")]
        lines += [*_journey(result), ""]
        lines += wrap("not seen:", blind_spots(result.graph, 6), 10)
        return encode([*lines, *_next(result)])


def why_first(first: Candidate) -> tuple[str, ...]:
    """The reasons for a candidate, in sentences."""
    low, high = first.effort
    data = f"{count(first.shared_tables, 'table')} touched across its border"
    keeps = f"keeps {count(first.tables, 'table')}" if first.tables else "keeps no table of its own"
    spans = f"{count(first.transactions, 'transaction')} must be taken apart"
    called = "no function is called across its border"
    if first.calls_in or first.calls_out:
        called = f"others call {count(first.calls_in, *_CALLED)} of it, "
        called += f"it calls {count(first.calls_out, *_CALLED)} of others"
    answers = (
        f"it answers {first.entries:,} of {first.all_entries:,} routes, tasks, jobs and commands for {low} "
        f"to {high} days of one person: the most of all for its days (root of its entry points, less with "
        "risk and without data)"
    )
    if not first.entries:
        answers = f"none of the {first.all_entries:,} routes, tasks, jobs and commands that were seen is "
        answers += "answered by a service that can go first: this one takes the fewest days of one person"
        answers += f"{', and keeps data' if first.tables else ''} ({low} to {high})"
    return (
        answers,
        f"{called}{_bases(first)}",
        f"it {keeps}; {data if first.shared_tables else 'no table is touched across its border'}; "
        f"{spans if first.transactions else 'no transaction spans its border'} (risk: {first.risk})",
    )


def _bases(first: Candidate) -> str:
    number = first.bases_in + first.bases_out
    told = f"{number:,} classes have" if number > 1 else "1 class has"
    return f"; {told} derived classes on the other side" if number else ""


def _first(result: AssessmentResult) -> Iterator[str]:
    if len(result.order) < 2:
        yield from wrap("", "nothing to carve out: fewer than two services are known", 0)
        return
    first = result.order[0]
    answering = [each for each in result.order if each.entries]
    if len(answering) == 1:
        one = answering[0]
        kinds = "routes, tasks, jobs and commands"
        rest = first.all_entries - one.entries
        some = f"all {one.entries:,} {kinds} that belong to a service ({rest:,} belong to none)"
        all_of = some if rest else f"all {first.all_entries:,} {kinds}"
        all_of = "the only entry point there is" if first.all_entries == 1 else all_of
        said = f"nothing to carve out first: {one.name} answers {all_of}, the others are layers below it"
        yield from wrap("", said, 0)
        return
    yield f"carve out first: {shorten(first.name, 60)}"
    for reason in why_first(first):
        yield from wrap("  -", reason, 4)
    if first.depends_on:
        yield from wrap("  -", f"it goes on using {', '.join(first.depends_on[:6])}", 4)
    for place in first.evidence:
        yield f"    {clean(str(place.place))}"


def _order(result: AssessmentResult) -> Iterator[str]:
    rows = [["order of extraction", "entries", "calls", "tables", "trans.", "days", "risk"]]
    for number, each in enumerate(result.order[:_SERVICES], 1):
        stays = number == len(result.order)
        days = "stays" if stays else f"{each.effort[0]}-{each.effort[1]}"
        calls = str(each.calls_in + each.calls_out)
        tables, spans = str(each.shared_tables), str(each.transactions)
        risk = "" if stays else each.risk
        rows.append([f"{number:>2} {each.name}", str(each.entries), calls, tables, spans, days, risk])
    yield from columns(rows, (24, -7, -6, -7, -7, -8, 7))
    if len(result.order) > _SERVICES:
        yield f"   and {count(len(result.order) - _SERVICES, 'more service')}: --format json"
    yield from wrap("", MODEL, 0)


def _walks(result: AssessmentResult) -> Iterator[str]:
    told = f"entry points that would cross the network most (of {len(result.walks)} that do; none does today)"
    rows = [[told, "calls", "in a row", "transactions"]]
    for walk in result.walks[:_WALKS]:
        entry = f"  {walk.entry.partition(':')[2]}"
        changed = f"{walk.before} -> {walk.after}" if walk.before else "none"
        rows.append([entry, str(walk.calls), str(walk.hops), changed])
    yield from wrap("", told, 0)
    yield from columns([["", *rows[0][1:]], *rows[1:]], (46, -6, -8, -13))


def _findings(title: str, findings: Iterable[Finding], group: str) -> Iterator[str]:
    grouped: dict[str, list[Finding]] = defaultdict(list)
    for each in findings:
        grouped[getattr(each, group)].append(each)
    if not grouped:
        return
    yield title
    for name, found in sorted(grouped.items()):
        yield f"  {name.replace('_', ' ')}: {len(found)}"
        for finding in found[:_EACH]:
            yield from wrap("    -", fitted(finding.title, 6), 6)
            if finding.evidence:
                yield f"      {clean(str(finding.evidence[0].place))}"
    yield "  carveout explain NAME tells what each means"
    yield ""


def _journey(result: AssessmentResult) -> Iterator[str]:
    journey = result.journey
    said = f"{journey.phase} ({journey.place})" if journey.phase else "not known from code"
    yield from wrap("phase of the journey:", said, 22)
    yield from _by_phase("  seen of", journey.signals)
    yield from _by_phase("  to reach", journey.needs)
    if not journey.phase:
        yield '  declare it: [journey] phase = "pivot" in carveout.toml (or growth,'
        yield "  optimisation, integration)"


def _by_phase(label: str, statements: Iterable[Statement]) -> Iterator[str]:
    phase = ""
    for each in statements:
        if each.kind != phase:
            yield f"{label} {each.kind}"
        phase = each.kind
        place = f" ({each.evidence[0].place})" if each.evidence else ""
        yield from wrap("    -", f"{each.said}{place}", 6)


def _next(result: AssessmentResult) -> list[str]:
    if not result.order:
        return ["next: carveout propose    says why nothing is worth cutting"]
    if result.strategy != "agreed":
        return ["next: carveout propose --accept 1    agrees on these services"]
    if len(result.order) < 2:
        return []
    plan = result.plans[0] if result.plans else None
    commands = {each.name: each.command for each in plan.steps if each.command} if plan else {}
    refused = {each.said.split()[1].rstrip(":") for each in plan.refusals} if plan else set()
    step = next((name for name in commands if name not in refused), next(iter(commands), "seam"))
    service = plan.service if plan else result.order[0].name
    return [f"next: carveout scaffold {ending(service, 30)} --step {step} --dry-run"]


report = AssessmentText()
