"""What code does when something fails: goes on and tells nobody, or tries again for ever."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from ...model.facts import Fact
from ...model.world import Syntax
from ...python.nodes import last_name, position

_BROAD = frozenset({"Exception", "BaseException"})
_TELLS = frozenset(
    """info warning warn error exception critical fatal log captureException capture_exception capture_message
    print print_exc print_exception format_exc exc_info notice_error record_exception messages flash abort
    fail add_error handleError write echo secho""".split()
)
"""What of a handler tells somebody; `debug` is off where it counts."""
_CLOSES = frozenset(
    "close disconnect shutdown quit terminate kill cancel unlink remove rollback aclose".split()
)
_RESPONSES = ("response", "error", "jsonify", "forbidden", "badrequest", "notfound")
_METRICS = re.compile(r"(?i)metric|statsd|counter|failures|\Astats\Z")
_LEAVES = (ast.Raise, ast.Return, ast.Break)
_BOUNDED = {
    "tenacity.retry": ("stop",),
    "retrying.retry": ("stop_max_attempt_number", "stop_max_delay", "stop_func"),
    "backoff.on_exception": ("max_tries", "max_time"),
    "backoff.on_predicate": ("max_tries", "max_time"),
    "retry.retry": ("tries",),
}
"""Libraries that try again, and what bounds them."""


def read_failing(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kinds `swallows` and `retries`."""
    for node, scope in syntax.find(ast.ExceptHandler):
        assert isinstance(node, ast.ExceptHandler)
        if (
            _is_broad(node)
            and _is_silent(node)
            and not (_is_fallback(node, scope) or _is_cleaning(syntax, node))
        ):
            yield Fact("swallows", scope, *position(node), {"what": "except"})
    for node, scope in syntax.find(ast.While):
        assert isinstance(node, ast.While)
        endless = isinstance(node.test, ast.Constant) and bool(node.test.value)
        if endless and _tries_again(node) and not _asks_a_person(node):
            yield Fact("retries", scope, *position(node), {"what": "while"})
    calls = syntax.called({"retry", "on_exception", "on_predicate", "task", "shared_task"})
    bounded = any(_bounds(node, "max_retries") for node, _, name in calls if name == "retry")
    for node, scope, _ in calls:
        if _is_unbounded(syntax, node) and not bounded:
            yield Fact("retries", scope, *position(node), {"what": last_name(node.func)})


def _is_broad(node: ast.ExceptHandler) -> bool:
    named = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    return any(each is None or (isinstance(each, ast.Name) and each.id in _BROAD) for each in named)


def _is_fallback(handler: ast.ExceptHandler, scope: str) -> bool:
    """Whether a module that is imported only takes another value: a version that is not known, say."""
    return not scope and all(
        isinstance(each, ast.Assign | ast.Pass | ast.Import | ast.ImportFrom) for each in handler.body
    )


def _is_cleaning(syntax: Syntax, handler: ast.ExceptHandler) -> bool:
    """Whether all that was tried is to close something."""
    tried = syntax.once(_tried).get(handler)
    return tried is not None and all(
        isinstance(each, ast.Expr)
        and isinstance(
            call := each.value.value if isinstance(each.value, ast.Await) else each.value, ast.Call
        )
        and last_name(call.func) in _CLOSES
        for each in tried.body
    )


def _tried(syntax: Syntax) -> dict[ast.ExceptHandler, ast.Try | ast.TryStar]:
    """The statement of each handler."""
    found = {}
    for node, _ in syntax.find(ast.Try, ast.TryStar):
        assert isinstance(node, ast.Try | ast.TryStar)
        found.update(dict.fromkeys(node.handlers, node))
    return found


def _answers(node: ast.AST) -> bool:
    """Whether a handler answers that something went wrong: with a status, a response, or a text."""
    if not isinstance(node, ast.Return) or node.value is None:
        return False
    for part in ast.walk(node.value):
        if isinstance(part, ast.Constant) and type(part.value) is int and 400 <= part.value < 600:
            return True
        if isinstance(part, ast.Call) and last_name(part.func).lower().endswith(_RESPONSES):
            return True
    return False


def _counts(node: ast.AST) -> bool:
    """Whether a call counts the failure for a monitor: `metrics.send("failed")`."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    return _METRICS.search(last_name(node.func.value)) is not None


def _is_silent(handler: ast.ExceptHandler) -> bool:
    """Whether a handler raises nothing, tells nobody, and does not look at what it caught."""
    for statement in handler.body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Raise):
                return False
            if isinstance(node, ast.Name) and handler.name and node.id == handler.name:
                return False
            if isinstance(node, ast.Call) and last_name(node.func) in _TELLS:
                return False
            if _answers(node) or _counts(node):
                return False
    return True


def _asks_a_person(loop: ast.While) -> bool:
    """Whether a loop asks somebody at a terminal until the answer is right."""
    return any(isinstance(n, ast.Call) and last_name(n.func) in ("input", "getpass") for n in ast.walk(loop))


def _tries_again(loop: ast.While) -> bool:
    """Whether only success leaves a loop: it is left where nothing failed, and no handler leaves it."""
    for statement in loop.body:
        if not isinstance(statement, ast.Try | ast.TryStar) or not statement.handlers:
            continue
        succeeded = [*statement.body, *statement.orelse]
        if not _leaves(succeeded):
            continue  # a loop that serves for ever, not one that tries again
        rest = loop.body[loop.body.index(statement) + 1 :]
        failed = [each for handler in statement.handlers for each in handler.body]
        if not _holds([*failed, *rest], *_LEAVES) and _holds_broad(statement.handlers):
            return True
    return False


def _holds_broad(handlers: Iterable[ast.ExceptHandler]) -> bool:
    """Whether what is caught is a fault: leaving a loop by StopIteration or KeyError is no trying again."""
    names = {last_name(each.type) if each.type is not None else "" for each in handlers}
    return not names & {"StopIteration", "KeyError", "IndexError", "ValueError", "queue.Empty", "Empty"}


def _holds(statements: Iterable[ast.stmt], *kinds: type[ast.AST]) -> bool:
    return any(isinstance(node, kinds) for statement in statements for node in ast.walk(statement))


def _leaves(statements: Iterable[ast.stmt]) -> bool:
    """Whether statements leave the loop that they stand in; a `break` of a loop inside leaves that one."""
    for statement in statements:
        if isinstance(statement, ast.Return | ast.Break):
            return True
        if isinstance(statement, ast.For | ast.AsyncFor | ast.While):
            if _holds([statement], ast.Return):
                return True
        elif not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inside = [each for each in ast.iter_child_nodes(statement) if isinstance(each, ast.stmt)]
            handlers = [
                s
                for each in ast.iter_child_nodes(statement)
                if isinstance(each, ast.ExceptHandler)
                for s in each.body
            ]
            if _leaves([*inside, *handlers]):
                return True
    return False


def _bounds(node: ast.Call, name: str) -> bool:
    """Whether a call itself says how often it is tried again."""
    given = (keyword.value for keyword in node.keywords if keyword.arg == name)
    return any(not (isinstance(each, ast.Constant) and each.value is None) for each in given)


def _is_unbounded(syntax: Syntax, node: ast.Call) -> bool:
    """Whether a library is told to try again without an end."""
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    endless = given.get("max_retries")
    if isinstance(endless, ast.Constant) and endless.value is None:
        return True
    bounds = _BOUNDED.get(syntax.dotted(node.func))
    return bounds is not None and None not in given and not any(name in given for name in bounds)
