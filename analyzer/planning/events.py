"""The step *events*: calls that nobody waits for become rows of an outbox, and a subscriber makes them."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from ..graph.cut import Membership
from ..graph.roles import role_of
from ..graph.transactions import JOINS, transactions
from ..model.boundary import Boundary
from ..model.errors import Refused
from ..model.evidence import Evidence, Place
from ..model.findings import Hazard
from ..model.graph import Graph
from ..model.interface import Interface, Offered
from ..model.plan import Plan, Sent, Step
from .accepted import require_known
from .declarations import Declarations
from .files import ProjectFiles, texts_of
from .interface import called_functions
from .steps import service_of
from .survey import Survey
from .unit_of_work import unit_of_work


def events(
    graph: Graph,
    boundary: Boundary,
    service_name: str,
    files: Mapping[str, str] | Path,
    accepted: Collection[str] = (),
    session: str = "",
) -> Plan:
    """The plan with the one step that sends the calls of a service's functions as events.

    `files` maps paths to texts, or is the project's folder; `session` names what gives the current session of
    SQLAlchemy where that cannot be told. Raises UsageError for an unknown service or hazard, Refused where no
    call can become an event, or the transaction of the callers cannot be found.
    """
    service = service_of(boundary, service_name)
    texts = texts_of(files)
    declarations = Declarations(graph, texts)
    membership = Membership(graph, boundary)
    offered = called_functions(graph, membership, service.name, declarations)
    answers = _answers(graph, declarations, offered)
    kept = {each.dotted: _why_kept(each, answers) for each in offered}
    sent = tuple(Sent(each, _key(each)) for each in offered if not kept[each.dotted])
    if not sent:
        raise Refused(
            f"no call of {service.name} by others can become an event"
            + "".join(f"\n  {name}: {why}" for name, why in list(kept.items())[:8]),
            place=service.place,
            why="an event is told and not answered: its sender goes on at once, and may even be rolled back",
            help=f"carveout scaffold {service.name} --step seam: calls that wait for their answer",
        )
    interface = Interface((), (), offered=tuple(each.function for each in sent))
    survey = Survey(graph, membership, service.name, interface, declarations)
    hazards = tuple(
        sorted(_hazards(survey, offered, kept), key=lambda each: (each.severity, each.id, each.subject))
    )
    require_known(hazards, accepted)
    paths = sorted({each.function.place.path for each in sent})
    step = Step(
        name="events",
        service=service,
        texts={path: texts.exact(path) if isinstance(texts, ProjectFiles) else texts[path] for path in paths},
        interface=interface,
        hazards=hazards,
        accepted=tuple(sorted(accepted)),
        sent=sent,
        unit=unit_of_work(graph, texts, declarations, service, session),
    )
    return Plan(service, (step,))


def _answers(graph: Graph, declarations: Declarations, offered: Iterable[Offered]) -> dict[str, Place]:
    """Functions -> a call whose answer is taken: one that is no statement of its own."""
    statements: dict[str, frozenset[tuple[int, int]]] = {}
    found: dict[str, Place] = {}
    for function in offered:
        for edge in graph.into(f"function:{function.dotted}", "calls"):
            for place, _ in edge.evidence:
                if place.path not in statements:
                    statements[place.path] = _statements(graph, declarations, edge.source)
                if role_of(place.path) != "test" and (place.line, place.column) not in statements[place.path]:
                    found.setdefault(function.dotted, place)
    return found


def _statements(graph: Graph, declarations: Declarations, caller: str) -> frozenset[tuple[int, int]]:
    """Where calls stand alone, in the file of a caller: what they give is not looked at."""
    where = declarations.split(caller.partition(":")[2])
    file = declarations.file(where[0]) if where else None
    if file is None:
        return frozenset()
    lines = (node for node, _ in file.syntax.find(ast.Expr))
    alone = (node.value for node in lines if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call))
    return frozenset((call.lineno, call.col_offset) for call in alone)


def _why_kept(function: Offered, answers: Mapping[str, Place]) -> str:
    """Why calls of a function stay calls; "" where they become events."""
    answer = answers.get(function.dotted)
    stuck = next((each for each in function.parameters if each.how == "never"), None)
    if function.stays:
        return function.stays
    if answer is not None:
        return f"its answer is taken at {answer.path}:{answer.line}"
    if not function.impure:
        return "it changes nothing: who calls it wants an answer"
    if function.asynchronous:
        return "it is asynchronous, and so is the transaction of its caller"
    if function.binding == "instance":
        return "it is called on an object, which would have to cross"
    if any(each.how == "parts" for each in function.parameters):
        return "it takes an object of which only parts would cross, and which may have changed by then"
    return f"{stuck.name} cannot cross: {stuck.why}" if stuck else ""


def _key(function: Offered) -> str:
    """The parameter that says what an event is about: the first that is an id."""
    for each in function.parameters:
        if each.kind not in ("*", "**") and (
            each.name in ("id", "pk", "key") or each.name.endswith(("_id", "_pk"))
        ):
            return each.name
    return ""


def _hazards(survey: Survey, offered: Iterable[Offered], kept: Mapping[str, str]) -> Iterator[Hazard]:
    for each in offered:
        if kept[each.dotted]:
            yield Hazard(
                id="stays-a-call",
                subject=each.dotted,
                title=f"{each.dotted} stays a call: {kept[each.dotted]}",
                severity="note",
                evidence=(Evidence(each.place),),
                consequence="its callers wait for it, and fail with it, as before",
                help=f"carveout scaffold {survey.service} --step seam carries it over the network",
            )
    for each in survey.interface.offered:
        yield from _commits(survey, each)
        if each.raises:
            yield Hazard(
                id="unheard-exception",
                subject=each.dotted,
                title=f"{each.dotted} raises {', '.join(each.raises[:3])}, or its callers catch it",
                severity="warning",
                evidence=(Evidence(each.place),),
                consequence="the caller goes on unaware; the event is tried again, and then kept as dead",
                help="raise it before the event is sent, or undo what was done by an event of your own",
            )


def _commits(survey: Survey, offered: Offered) -> Iterator[Hazard]:
    """Functions behind which a transaction is committed: that an event was taken is committed too early."""
    behind = {node.id for node in survey.behind(offered, inside=False)}
    found = [
        Evidence(Place(each.node.path, each.node.line))
        for each in transactions(survey.graph)
        if each.owner in behind and each.opened not in JOINS and each.node.path
    ]
    if found:
        yield Hazard(
            id="commits-itself",
            subject=offered.dotted,
            title=f"{offered.dotted} commits what it did by itself",
            severity="error",
            evidence=(Evidence(offered.place), *sorted(found)[:3]),
            consequence="a subscriber that dies behind the commit does not do the rest again",
            help="leave the commit to the caller; a subscriber commits once all is done",
        )
