"""What crosses the boundary of one service, and what of it others call."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..graph.cut import Membership, cut
from ..graph.functionality import ENTRY_KINDS
from ..graph.roles import role_of
from ..model.boundary import SHARED, Boundary, CutEdge
from ..model.evidence import Place
from ..model.graph import EDGE_KIND_INDEX, Edge, Graph, Node
from ..model.interface import Interface, Offered, Passed, Use
from ..model.needs import Needs
from . import carrying
from .declarations import Declarations, Signature
from .effects import Effects
from .returned_objects import returned_object
from .returned_rows import returned_row
from .wiring import makers_of_routes

_LIKELY = frozenset({"certain", "likely"})


def interface(graph: Graph, boundary: Boundary, service: str) -> Interface:
    """The edges of the cut that enter and that leave a service, in the order of the graph."""
    edges = cut(graph, boundary)
    return Interface(
        inbound=tuple(edge for edge in edges if edge.owner == service),
        outbound=tuple(edge for edge in edges if edge.origin == service),
    )


def called_functions(
    graph: Graph, membership: Membership, service: str, declarations: Declarations
) -> tuple[Offered, ...]:
    """The functions of a service that others call, and those that only a registry of handlers may."""
    return _Survey(graph, membership, service, declarations).offered(registered=True)


def full_interface(graph: Graph, boundary: Boundary, service: str, texts: Mapping[str, str]) -> Interface:
    """The interface with the functions that others call, and all that goes along; `texts` are the files."""
    edges = cut(graph, boundary)
    return interface_of(graph, Membership(graph, boundary), service, Declarations(graph, texts), edges)


def interface_of(
    graph: Graph,
    membership: Membership,
    service: str,
    declarations: Declarations,
    edges: Sequence[CutEdge],
) -> Interface:
    """As `full_interface`, for a cut and declarations that are already at hand."""
    survey = _Survey(graph, membership, service, declarations)
    return Interface(
        tuple(edge for edge in edges if edge.owner == service),
        tuple(edge for edge in edges if edge.origin == service),
        offered=survey.offered(),
        calls=survey.calls(),
        entry_points=survey.entry_points(),
        settings=survey.settings(),
        templates=survey.templates(),
        tests=survey.tests(),
    )


class _Survey:
    """Asks a graph what belongs to a service and who touches it."""

    def __init__(
        self, graph: Graph, membership: Membership, service: str, declarations: Declarations
    ) -> None:
        self._graph, self._declarations = graph, declarations
        self._of, self._service = membership.of, service
        self._effects = Effects(graph, declarations)
        self._own = [self._of(id) == service for id in graph.columns.ids]

    def _into(self, *kinds: str) -> Iterator[Edge]:
        """The edges of these kinds that end in the service."""
        c, wanted = self._graph.columns, {EDGE_KIND_INDEX[kind] for kind in kinds}
        return self._graph.edges_where(
            row for row, kind in enumerate(c.kind) if kind in wanted and self._own[c.target[row]]
        )

    def _from(self, *kinds: str) -> Iterator[Edge]:
        """The edges of these kinds that start in the service."""
        c, wanted = self._graph.columns, {EDGE_KIND_INDEX[kind] for kind in kinds}
        return self._graph.edges_where(
            row for row, kind in enumerate(c.kind) if kind in wanted and self._own[c.source[row]]
        )

    def _owns(self, id: str) -> bool:
        return self._of(id) == self._service

    def offered(self, *, registered: bool = False) -> tuple[Offered, ...]:
        """The functions of the service that code outside of it calls, sorted.

        `registered`: also those that nobody calls by name, and that such code may call all the same.
        """
        callers: dict[str, list[Edge]] = defaultdict(list)
        possible: dict[str, list[Edge]] = defaultdict(list)
        tests: dict[str, list[Edge]] = defaultdict(list)
        makers = makers_of_routes(self._graph)
        for edge in self._into("calls"):
            if not edge.target.startswith("function:") or not edge.evidence or edge.target in makers:
                continue
            node = self._graph.node(edge.target)
            if node is None or node.path is None or role_of(node.path) == "test":
                continue
            if role_of(edge.evidence[0].place.path) == "test":
                tests[edge.target].append(edge)
            elif not self._owns(edge.source) and edge.confidence in _LIKELY:
                callers[edge.target].append(edge)
            else:
                possible[edge.target].append(edge)
        if registered:
            for id, edges in possible.items():
                if id not in callers and not any(self._owns(edge.source) for edge in edges):
                    callers[id] = edges
        return tuple(
            self._function(node, callers[id], tests[id])
            for id in sorted(callers)
            if (node := self._graph.node(id)) is not None
        )

    def _function(self, node: Node, callers: list[Edge], tests: list[Edge]) -> Offered:
        split = self._declarations.split(node.name) or (node.name.rpartition(".")[0], node.name)
        signature = self._declarations.signature(node.name)
        needs = self._graph.needs(node.id)
        parameters: tuple[Passed, ...] = ()
        result = Passed("return")
        if signature is not None:
            signature = _of_class(signature, node.name.rpartition(".")[0])
            parameters = _parameters(signature, needs, self._declarations)
            returns, plain = signature.returns, signature.plain
            result = carrying.result(returns, signature.generator, plain, self._declarations)
            if carrying.is_loose(result) and (row := returned_row(node.name, self._declarations)):
                result = carrying.row_result(row)
            elif carrying.is_loose(result) and (made := returned_object(node.name, self._declarations)):
                result = carrying.result(made, signature.generator, plain, self._declarations)
        return Offered(
            module=split[0],
            name=split[1],
            place=Place(node.path or "", signature.line if signature else node.line),
            binding=signature.binding if signature else "function",
            parameters=parameters,
            result=result,
            raises=self._raises(node, needs, callers),
            callers=_places(callers),
            tests=_places(tests),
            asynchronous=signature is not None and signature.asynchronous,
            impure=self._effects.of(node.id),
            stays=_stays(node.name, signature),
        )

    def _raises(self, node: Node, needs: Needs, callers: Iterable[Edge]) -> tuple[str, ...]:
        """What comes out of a function, and what its callers are ready to catch."""
        found = {name for name in needs.raises if name != "?"}
        for edge in callers:
            around = self._graph.needs(edge.source)
            for evidence in edge.evidence:
                for guard in around.around(evidence.place.line):
                    found.update(name for name in guard.catches if _is_class(name))
        return tuple(sorted(self._declarations.canonical(name) for name in found))

    def calls(self) -> tuple[Use, ...]:
        """What the service calls of others: functions of the project outside of it and of what is shared."""
        found: dict[str, list[Edge]] = defaultdict(list)
        for edge in self._from("calls"):
            target = self._graph.node(edge.target)
            outside = target is not None and target.path is not None and not self._owns(edge.target)
            outside = outside and edge.target.startswith("function:")
            if (
                outside
                and edge.confidence in _LIKELY
                and self._of(edge.target) != SHARED
                and self._ours(edge)
            ):
                found[edge.target.partition(":")[2]].append(edge)
        return _uses(found)

    def _ours(self, edge: Edge) -> bool:
        """Whether an edge starts in the service's own code, not in a test of it."""
        at = edge.evidence[0].place.path if edge.evidence else ""
        return self._owns(edge.source) and role_of(at) != "test"

    def entry_points(self) -> tuple[Use, ...]:
        """Routes, tasks, commands, jobs and listeners that the service answers."""
        return tuple(
            Use(node.id, (Place(node.path or "", node.line),))
            for node in self._graph.nodes(*ENTRY_KINDS)
            if node.path and self._owns(node.id) and role_of(node.path) != "test"
        )

    def settings(self) -> tuple[Use, ...]:
        """Settings that the service's code reads."""
        found: dict[str, list[Edge]] = defaultdict(list)
        for edge in self._into("configures"):
            node = self._graph.node(edge.target)
            if node is not None and node.path and role_of(node.path) != "test" and self._owns(edge.target):
                found[edge.source.partition(":")[2]].append(edge)
        return _uses(found)

    def templates(self) -> tuple[Use, ...]:
        """Page templates that the service's code renders."""
        found: dict[str, list[Edge]] = defaultdict(list)
        for edge in self._from("renders"):
            if edge.target.startswith("template:") and self._ours(edge):
                found[edge.target.partition(":")[2]].append(edge)
        return _uses(found)

    def tests(self) -> tuple[Use, ...]:
        """Files of tests that call or patch what belongs to the service."""
        found: dict[str, list[Edge]] = defaultdict(list)
        for edge in self._into("calls", "patches", "reads", "writes"):
            at = edge.evidence[0].place.path if edge.evidence else ""
            if at and role_of(at) == "test":
                found[at].append(edge)
        return _uses(found)


def _of_class(signature: Signature, owner: str) -> Signature:
    """A method's signature with its class in place of `Self`, and as the type of what it is called on."""
    if signature.binding == "function":
        return signature
    spelt = [
        each._replace(type=each.type.replace("typing.Self", owner).replace("typing_extensions.Self", owner))
        for each in signature.parameters
    ]
    if signature.binding == "instance" and spelt and not spelt[0].type:
        spelt[0] = spelt[0]._replace(type=owner)
    returns = signature.returns.replace("typing.Self", owner).replace("typing_extensions.Self", owner)
    return signature._replace(parameters=tuple(spelt), returns=returns)


def _parameters(signature: Signature, needs: Needs, declarations: Declarations) -> tuple[Passed, ...]:
    """All parameters but the class of a class method, which stands for itself on either side."""
    known = {parameter.name: parameter for parameter in needs.parameters}
    declared = signature.parameters[1:] if signature.binding == "class" else signature.parameters
    return tuple(carrying.parameter(each, known.get(each.name), declarations) for each in declared)


def _stays(name: str, signature: Signature | None) -> str:
    """Why a function cannot be called from another process at all."""
    last = name.rpartition(".")[2]
    if signature is None:
        return "it is no function that stands in the source by its name"
    if signature.nested or not last.isidentifier():
        return "it stands inside another function, whose variables it sees"
    if signature.is_property:
        return "it is read like an attribute of an object"
    if last.startswith("__") and last.endswith("__"):
        return f"{last} is called by Python itself, on an object in this process"
    if any(
        each.rpartition(".")[2] in ("overload", "contextmanager", "asynccontextmanager")
        for each in signature.decorators
    ):
        return "it opens a block that is left in this process"
    return ""


def _is_class(name: str) -> bool:
    return name.rpartition(".")[2][:1].isupper() and name not in ("Exception", "BaseException")


def _places(edges: Iterable[Edge]) -> tuple[Place, ...]:
    return tuple(sorted({evidence.place for edge in edges for evidence in edge.evidence}))


def _uses(found: Mapping[str, list[Edge]]) -> tuple[Use, ...]:
    return tuple(Use(name, _places(found[name])) for name in sorted(found))
