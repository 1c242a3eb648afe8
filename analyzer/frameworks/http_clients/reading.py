"""Facts about outbound requests, read from one file: calls that may send one, and how clients are made."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache

from ...model.facts import Fact, Json
from ...model.world import Syntax
from ...python.assigned import Assigned
from ...python.nodes import last_name
from ...python.patterns import parts_of

VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
_SENDS = VERBS | {"request", "stream", "urlopen", "urlretrieve", "Request", "ws_connect", "build_request"}
_LIBRARIES = re.compile(
    r"\b(?:requests|httpx|aiohttp|urllib[23]?|http\.client|pycurl|\w+_oauthlib|OAuth[12]Session)\b"
)
_OF_LIBRARIES = ("requests", "httpx", "aiohttp", "urllib", "http.client", "pycurl", "_oauthlib", "OAuth")
_OF_TESTS = ("pytest", "TestCase", "unittest")
_TESTED = re.compile(r"\b(?:pytest|TestCase|unittest)\b")
_HANDS_ON = re.compile(
    r"request|fetch|api|http|url|send|call|query|get|post|put|delete|patch|download", re.IGNORECASE
)
_PATH = re.compile(r"/\w|\w+/")
_CLIENT = re.compile(r"(?:\w*Session|\w*Client|PoolManager|HTTPS?Connection)\Z")
_ARGUMENTS, _SHOWN = 3, 80


def read_requests(text: str, syntax: Syntax) -> Iterator[Fact]:
    """Facts of kinds `call` and `client`."""
    uses_library = any(word in text for word in _OF_LIBRARIES) and _LIBRARIES.search(text) is not None
    tested = any(word in text for word in _OF_TESTS) and _TESTED.search(text) is not None
    addresses, assigned = "http" in text, syntax.once(Assigned)
    for node, scope, method in syntax.calls() if uses_library or not tested else ():
        if _may_send(method) or (addresses and method and (node.args or node.keywords)):
            yield from _call(syntax, node, scope, assigned, uses_library, tested)
    if uses_library:
        yield from _clients(syntax)


def _call(
    syntax: Syntax, node: ast.Call, scope: str, assigned: Assigned, uses_library: bool, tested: bool
) -> Iterator[Fact]:
    method = last_name(node.func)
    sends = uses_library and method in _SENDS
    words = {k.arg: k.value for k in node.keywords if k.arg}
    given = node.args[:_ARGUMENTS]
    if method == "setopt" and len(given) == 2 and last_name(given[0]) == "URL":
        given, words["method"], sends = given[1:], ast.Constant("?"), uses_library  # pycurl's
    if method == "urlopen" and given:
        words = {**_of_request(_request(syntax, given[0], scope), words, len(given) > 1), **words}
    if not sends and (tested or not _may_hand_on(syntax, method, [*given, *words.values()], uses_library)):
        return
    holder = node.func.value if isinstance(node.func, ast.Attribute) else None
    url = words.get("url")
    for branch in assigned.values(url, scope) if url is not None else [None]:
        data: dict[str, Json] = {
            "by": syntax.express(node.func, scope),
            "on": _holder(syntax, holder, scope),
            "method": method,
            "given": [_alternatives(syntax, item, scope, assigned) for item in given],
            "words": {
                name: parts_of(syntax, branch if name == "url" and branch is not None else value, scope)
                for name, value in sorted(words.items())
                if name in ("url", "method", "path", "endpoint")
            },
            "timeout": "unknown" if method == "setopt" else _timeout(syntax, node, words, scope),
            "text": _text(node),
        }
        yield Fact("call", scope, node.lineno, node.col_offset, data)


@lru_cache(maxsize=65536)
def _may_send(method: str) -> bool:
    """Whether functions of that name may send what they are given."""
    return method in _SENDS or method == "setopt" or _HANDS_ON.search(method) is not None


def _of_request(request: ast.Call | None, words: dict[str, ast.expr], data: bool) -> dict[str, ast.expr]:
    """The method of a request that `urlopen` sends: what carries data is posted."""
    about = {k.arg: k.value for k in request.keywords if k.arg} if request is not None else {}
    if "method" in about:
        return {"method": about["method"]}
    posted = data or "data" in words or "data" in about or (request is not None and len(request.args) > 1)
    return {"method": ast.Constant("POST")} if posted else {}


def _request(syntax: Syntax, node: ast.expr, scope: str) -> ast.Call | None:
    """The call that makes the `Request` that is handed to `urlopen`."""
    made = syntax.bound(node, scope) if isinstance(node, ast.Name) else node
    return made if isinstance(made, ast.Call) and last_name(made.func) == "Request" and made.args else None


def _alternatives(syntax: Syntax, item: ast.expr, scope: str, assigned: Assigned) -> list[Json]:
    """The parts of each text that an argument may be."""
    request = _request(syntax, item, scope)
    if request is not None:
        item = request.args[0]
    return [parts_of(syntax, value, scope) for value in assigned.values(item, scope)]


def _may_hand_on(syntax: Syntax, method: str, given: list[ast.expr], uses_library: bool) -> bool:
    """Whether a function may send what it is given: by its name and a path, or by a whole URL."""
    texts = [text for text in map(syntax.string, given) if text and len(text) < 200 and " " not in text]
    if any(text.startswith(("https://", "http://")) for text in texts):
        return True
    named = _HANDS_ON.search(method) is not None
    passed_on = uses_library and any(isinstance(item, ast.Name) for item in given)
    return named and (passed_on or any(_PATH.match(text) for text in texts))


def _holder(syntax: Syntax, node: ast.expr | None, scope: str) -> str:
    """What a client is held by: the plain name, so that the statement that made it is found."""
    if isinstance(node, ast.Name):
        return node.id
    return syntax.express(node, scope) if isinstance(node, ast.Attribute) else ""


def _timeout(syntax: Syntax, call: ast.Call, words: dict[str, ast.expr], scope: str) -> Json:
    """A number of seconds as text, `none`, `default` (not given), or the parts of something else."""
    value = words.get("timeout")
    if value is None:
        spread = any(k.arg is None for k in call.keywords)
        return "unknown" if spread else "default"
    if isinstance(value, ast.Constant):
        return "none" if value.value is None else str(value.value)
    if isinstance(value, ast.Tuple | ast.Call):
        items = (
            value.elts if isinstance(value, ast.Tuple) else [*value.args, *(k.value for k in value.keywords)]
        )
        numbers = [str(i.value) for i in items if isinstance(i, ast.Constant) and i.value is not None]
        return "+".join(numbers) or "unknown"
    return parts_of(syntax, value, scope)


def _clients(syntax: Syntax) -> Iterator[Fact]:
    """`client = httpx.Client(base_url=..., timeout=...)`, also by `with` and on `self`."""
    made: list[tuple[ast.expr, ast.expr, str]] = []
    for node, scope in syntax.find(ast.Assign):
        assert isinstance(node, ast.Assign)
        made += [(target, node.value, scope) for target in node.targets]
    for node, scope in syntax.find(ast.With, ast.AsyncWith):
        assert isinstance(node, ast.With | ast.AsyncWith)
        made += [(i.optional_vars, i.context_expr, scope) for i in node.items if i.optional_vars is not None]
    for target, value, scope in made:
        if not isinstance(value, ast.Call) or not _CLIENT.match(last_name(value.func)):
            continue
        name = _variable(target, scope)
        words = {k.arg: k.value for k in value.keywords if k.arg}
        positional = last_name(value.func).startswith("HTTP") or last_name(value.func) == "BaseUrlSession"
        base = words.get("base_url") or (value.args[0] if positional and value.args else None)
        if name:
            data: dict[str, Json] = {
                "name": name,
                "base": parts_of(syntax, base, scope) if base is not None else [],
                "timeout": _timeout(syntax, value, words, scope),
            }
            yield Fact("client", scope, value.lineno, value.col_offset, data)


def _variable(target: ast.expr, scope: str) -> str:
    """The dotted name of a variable within its module; `self.client` belongs to the class."""
    if isinstance(target, ast.Name):
        return f"{scope}.{target.id}" if scope else target.id
    owner = scope.rpartition(".")[0]
    own = isinstance(target, ast.Attribute) and getattr(target.value, "id", "") == "self"
    return f"{owner}.{target.attr}" if own and owner and isinstance(target, ast.Attribute) else ""


def _text(node: ast.AST) -> str:
    try:
        return " ".join(ast.unparse(node).split())[:_SHOWN]
    except (ValueError, RecursionError):
        return ""
