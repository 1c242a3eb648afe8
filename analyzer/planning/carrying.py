"""How values cross: by their declared type, as plain data, by access paths, or not at all."""

from __future__ import annotations

import ast
import re
from datetime import datetime, timedelta
from typing import NamedTuple

from ..model.interface import Passed
from ..model.needs import Parameter
from ..python.paths import CHANGERS
from .declarations import Declarations, Declared

_PLAIN = frozenset(
    """None bool int float str bytes bytearray complex datetime.datetime datetime.date datetime.time
    datetime.timedelta decimal.Decimal uuid.UUID fractions.Fraction""".split()
)
_ANY = frozenset({"object", "typing.Any", "typing.Hashable"})
_CONTAINERS = frozenset(
    """list tuple set frozenset dict typing.List typing.Tuple typing.Set typing.FrozenSet typing.Dict
    typing.Optional typing.Union typing.Literal typing.Annotated typing.Final typing.Required
    typing.NotRequired collections.abc.Sequence typing.Sequence collections.abc.Mapping typing.Mapping
    collections.abc.Collection typing.Collection collections.abc.Iterable typing.Iterable
    collections.abc.Set typing.AbstractSet collections.abc.MutableMapping collections.abc.MutableSequence
    collections.defaultdict collections.OrderedDict typing.DefaultDict""".split()
)
_PYDANTIC = frozenset(
    """pydantic.UUID1 pydantic.UUID3 pydantic.UUID4 pydantic.UUID5 pydantic.PositiveInt pydantic.NegativeInt
    pydantic.NonNegativeInt pydantic.NonPositiveInt pydantic.PositiveFloat pydantic.NonNegativeFloat
    pydantic.StrictStr pydantic.StrictInt pydantic.StrictBool pydantic.StrictFloat pydantic.AwareDatetime
    pydantic.NaiveDatetime pydantic.PastDate pydantic.FutureDate pydantic.EmailStr""".split()
)
"""Plain values under other names."""
_LAZY = frozenset("Generator Iterator AsyncIterator AsyncGenerator AsyncIterable Awaitable Coroutine".split())
_STREAMS = re.compile(r"(?:typing\.|collections\.abc\.|io\.|_io\.)")
UNKNOWN = "its type is not declared"
"""Why a result may turn out not to cross only when it does."""
_INSIDE = ("[", ".")
_CHANGED = re.compile(rf"(?:\A|[.\]])(?:{'|'.join(sorted(CHANGERS))})\(\)")
_OF_PLAIN_DATA = frozenset(
    name
    for kind in (str, bytes, list, dict, tuple, set, int, float, datetime, timedelta)
    for name in dir(kind)
)
"""Methods of plain data: what they are called on is carried instead."""
_AS_DATA = frozenset({"dict", "model_dump", "asdict", "_asdict", "to_dict", "as_dict", "deepcopy"})
_MAKES = frozenset(dir(str)) | frozenset(dir(bytes)) | _AS_DATA
"""Methods of text, and such as give an object as data: what they give is new, and changing it changes nothing
of the caller's."""


class Verdict(NamedTuple):
    """Whether a type crosses; `why` it does not, and which hazard that is."""

    crosses: bool
    why: str = ""
    hazard: str = ""
    model: bool = False


def verdict(text: str, declarations: Declarations, around: frozenset[str] = frozenset()) -> Verdict:
    """Whether values of a declared type can be sent as they are declared; `around` are classes around it."""
    try:
        node = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        return Verdict(False, f"its type {text} is not understood", "object-crosses")
    for name in _names(node):
        last = name.rpartition(".")[2]
        if name in _PLAIN or name in _ANY or name in _CONTAINERS or name in _PYDANTIC:
            continue
        if last == "Callable":
            return Verdict(False, "it is a function, which runs in this process alone", "callback")
        if last in _LAZY and _STREAMS.match(name):
            return Verdict(False, f"a {last.lower()} is worked through bit by bit", "generator")
        kind = declarations.kind(name)
        if kind == "model":
            return Verdict(False, f"{last} is a row that hangs on a session", "instance-crosses", True)
        if kind == "enum" or name in around:
            continue
        if kind in ("dataclass", "named-tuple", "typed-dict", "pydantic"):
            inner = _fields(name, declarations, around | {name})
            if not inner.crosses:
                return inner
            continue
        return Verdict(False, f"{name} does not survive serialisation", "object-crosses")
    return Verdict(True)


def _fields(name: str, declarations: Declarations, around: frozenset[str]) -> Verdict:
    for field in declarations.fields(name):
        found = verdict(field.type or "typing.Any", declarations, around)
        if not found.crosses:
            return found._replace(why=f"its field {field.name}: {found.why}")
    return Verdict(True)


def _names(node: ast.AST) -> list[str]:
    """The dotted names of a type, those inside of Literal and the notes of Annotated left out."""
    if isinstance(node, ast.Name | ast.Attribute):
        return [ast.unparse(node)]
    if isinstance(node, ast.Subscript):
        outer = ast.unparse(node.value)
        if outer == "typing.Literal":
            return [outer]
        inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        inner = inner[:1] if outer == "typing.Annotated" else inner
        return [outer, *(name for each in inner for name in _names(each))]
    if isinstance(node, ast.Constant) and node.value is None:
        return ["None"]
    return [name for child in ast.iter_child_nodes(node) for name in _names(child)]


def parameter(declared: Declared, needs: Parameter | None, declarations: Declarations) -> Passed:
    """How a parameter crosses, by its declared type and by what the function and its callees do with it."""
    base = Passed(declared.name, declared.kind, declared.type, optional=declared.optional)
    writes = _writes(needs) if needs is not None else []
    if writes:
        written = ", ".join(writes[:3])
        return _never(
            base, "mutable-argument", f"the callee changes it ({written}), which the caller would not see"
        )
    if declared.type:
        found = verdict(declared.type, declarations)
        if found.crosses:
            return base._replace(how="declared")
    elif needs is None or not _attributes(needs):
        if needs is not None and any(path == "()" or path.startswith("().") for path in needs.reads):
            return _never(base, "callback", "it is called, and runs in this process alone")
        return base
    else:
        found = Verdict(False, "it is an object of a type that is not declared", "object-crosses")
    if needs is None or found.hazard in ("callback", "generator") or declared.kind in ("*", "**"):
        return _never(base, found.hazard, found.why)
    return _parts(base, needs, found)


def _writes(needs: Parameter) -> list[str]:
    """What is changed of an argument: what is assigned, and what methods of lists and dictionaries change."""
    paths = [*needs.reads, *(path for path, _ in needs.escapes)]
    changed = {
        path for path in paths if (found := _CHANGED.search(path)) and not _is_new(path[: found.start()])
    }
    return [*(path for path in needs.writes if not _is_new(path)), *sorted(changed)]


def _is_new(path: str) -> bool:
    """Whether a path leads through a method that makes something new: `split().pop()`, `dict()['a']`."""
    return any(name in _MAKES for name in re.findall(r"(\w+)\(\)", path))


def _attributes(needs: Parameter) -> bool:
    """Whether attributes are read, or methods called, that plain data does not have."""
    paths = [*needs.reads, *(path for path, _ in needs.escapes)]
    steps = [match for path in paths if (match := re.match(r"([^\W\d]\w*)(\(\))?", path))]
    return any(not match[2] or match[1] not in _OF_PLAIN_DATA for match in steps)


def _parts(base: Passed, needs: Parameter, found: Verdict) -> Passed:
    """By access paths, where these tell all that is done with an object."""
    for path, how in needs.escapes:
        if path == "." or path.startswith(("()", "*")):
            return _never(base, found.hazard, f"{found.why}, and is {how}")
    carried = set()
    for path in [*needs.reads, *(path for path, _ in needs.escapes)]:
        cut = _plain_part(path)
        if not cut:
            return _never(base, found.hazard, f"{found.why}, and {_what(path)}")
        carried.add(cut)
    paths = tuple(sorted(path for path in carried if not _has_longer(path, carried)))
    return base._replace(how="parts", paths=paths)


def _what(path: str) -> str:
    if path in (".", "*"):
        return "more is done with it than reading attributes"
    return f"its method {path.partition('(')[0]} is called"


def _plain_part(path: str) -> str:
    """The part of a path up to the first call: attributes and constant keys; "" when there is none.

    `META['HOST'].split()[]` -> `META['HOST']`: strings have methods; what is carried is the string.
    """
    if path in (".", "*"):
        return ""
    called = path.find("()")
    if called >= 0:
        # The name before the parentheses is the method: it belongs to what comes before.
        start = max(path.rfind(".", 0, called), path.rfind("]", 0, called)) + 1
        if path[start:called].lstrip(".") not in _OF_PLAIN_DATA:
            return ""
        path = path[:start].removesuffix(".")
    path = path.removesuffix(".*").removesuffix("[]").removesuffix("[*]")
    return "" if "[]" in path or "*" in path else path


def _has_longer(path: str, paths: set[str]) -> bool:
    """Whether another path goes through this one: then this one is an object on the way."""
    return any(other != path and other.startswith(path) and other[len(path)] in _INSIDE for other in paths)


def _never(base: Passed, hazard: str, why: str) -> Passed:
    return base._replace(how="never", why=why, hazard=hazard)


def result(returns: str, generator: bool, plain: bool, declarations: Declarations) -> Passed:
    """How a function's result crosses; `plain`: without a declared type, it is plainly plain data."""
    base = Passed("return", "", returns, why="" if returns or plain else UNKNOWN)
    if generator:
        return _never(base, "generator", "it yields bit by bit, while the caller goes on")
    if not returns:
        return base
    found = verdict(returns, declarations)
    return base._replace(how="declared") if found.crosses else _never(base, found.hazard, found.why)


def is_loose(result: Passed) -> bool:
    """Whether nothing says of what kind a result is, or what a container holds: `list`, `dict`, `object`."""
    if result.why == UNKNOWN:
        return True
    words = re.findall(r"[\w.]+\b(?!\[|[\w.])", result.type) if result.how == "declared" else ()
    return any(word in _ANY or word in _CONTAINERS for word in words)


def row_result(model: str) -> Passed:
    """A result without a declared type that is plainly a row of a mapped class, or several."""
    last = model.rpartition(".")[2]
    return _never(Passed("return"), "instance-crosses", f"{last} is a row that hangs on a session")
