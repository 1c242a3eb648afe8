"""Texts that code puts together: patterns with holes, filled in from all files.

A reader describes a text by its **parts** (plain values, so that facts can hold them): a string stands for
itself, `["code", expression]` for what a path expression means, `["call", expression, arguments]` for what a
call gives, `["env", NAME]` and `["config", NAME]` for what a setting holds, `["if", name, parts, parts]` for
one of two texts, by a parameter that may be empty. Linking fills in
what constants of other modules hold and what functions return; what stays unknown is a hole, `{}`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

from ..model.facts import Json
from ..model.world import Syntax
from .expressions import summands
from .holes import UNKNOWN, fill
from .settings_read import setting_read

_DEPTH = 6
_LONGEST, _MOST = 300, 16
"""Characters of a text, and its parts, beyond which nobody would call it a key or an address."""
_ARGUMENTS = 4
_MAKES_KEYS = re.compile(r"(?:^|_)key(?:$|_)|Key\Z")
"""How functions are called that put keys together; those of libraries are taken to join their parts."""
_DOLLAR = re.compile(r"\$\{?([A-Za-z_]\w*)\}?")
_SAME_TEXT = frozenset({"encode", "decode"})
_NEARLY = frozenset(
    {"lower", "strip", "rstrip", "lstrip", "upper", "removesuffix", "removeprefix", "replace"}
)
"""Methods whose result is looked at like the text itself, where that is not whole."""
_TEXT_OF = frozenset({"str", "text_type", "force_str", "force_text", "smart_str", "bytes"})


def parts_of(syntax: Syntax, node: ast.AST | None, scope: str, depth: int = _DEPTH) -> list[Json]:
    """The parts of the text that an expression gives in a scope; one hole when nothing is known of it."""
    if node is None or depth <= 0:
        return list(UNKNOWN)
    found = _joined(_parts(syntax, node, scope, depth - 1))
    too_long = sum(len(part) for part in found if isinstance(part, str)) > _LONGEST
    return list(UNKNOWN) if too_long or len(found) > _MOST else found


def _parts(syntax: Syntax, node: ast.AST, scope: str, depth: int) -> list[Json]:
    if isinstance(node, ast.Constant):
        return [_plain(node.value)] if isinstance(node.value, str | bytes | int) else list(UNKNOWN)
    if isinstance(node, ast.FormattedValue):
        return _joined(_parts(syntax, node.value, scope, depth))
    pieces = _pieces(node)
    if pieces:
        short = pieces if len(pieces) <= 2 * _MOST else ()
        return [part for piece in short for part in parts_of(syntax, piece, scope, depth)] or list(UNKNOWN)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        return _percent(syntax, node, scope, depth)
    setting = setting_read(syntax, node, scope)
    if setting is not None:
        named = setting.name or (f"?{setting.key}" if setting.key else "")
        return [[setting.form, named]] if named else list(UNKNOWN)
    if isinstance(node, ast.Call):
        return _called(syntax, node, scope, depth)
    if isinstance(node, ast.Name):
        value = syntax.bound(node, scope)
        if value is not node:
            return parts_of(syntax, value, scope, depth - 1)  # names of names of names multiply
        code = syntax.express(node, scope)
        return [["code", f"?{node.id}" if code.endswith("()") else code]]  # typed: what it holds is not told
    if isinstance(node, ast.IfExp) and isinstance(node.test, ast.Name):
        test = syntax.express(node.test, scope)
        if test.startswith("?") or test == "str()":
            both = [parts_of(syntax, part, scope, depth + 1) for part in (node.body, node.orelse)]
            return [["if", node.test.id, *both]]
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
        choices = [parts_of(syntax, value, scope, depth) for value in node.values]
        return next((parts for parts in choices if is_text(parts)), choices[0])
    return [["code", syntax.express(node, scope)]]


def _pieces(node: ast.AST) -> Sequence[ast.expr]:
    """What an f-string or a sum of texts is put together of."""
    if isinstance(node, ast.JoinedStr):
        return node.values
    return summands(node) if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) else ()


def _plain(value: str | bytes | int) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _nearly(syntax: Syntax, node: ast.Call, function: ast.Attribute, scope: str, depth: int) -> list[Json]:
    """The text after `text.strip("/")`; the text itself where it is not known what that does."""
    inner = parts_of(syntax, function.value, scope, depth)
    given = [syntax.string(argument) for argument in node.args[:2]]
    if None in given or node.keywords or len(node.args) > 2:
        return inner
    needed = {"replace": 2, "removesuffix": 1, "removeprefix": 1}.get(function.attr, 0)
    if len(given) < needed or (function.attr in ("lower", "upper") and given):
        return inner
    if all(isinstance(part, str) for part in inner):
        return [getattr("".join(inner), function.attr)(*given)]
    return [["method", function.attr, given, inner]]


def _called(syntax: Syntax, node: ast.Call, scope: str, depth: int) -> list[Json]:
    function = node.func
    if isinstance(function, ast.Attribute):
        if function.attr in _SAME_TEXT:
            return parts_of(syntax, function.value, scope, depth)
        if function.attr in _NEARLY:
            return _nearly(syntax, node, function, scope, depth)
        if function.attr == "format":
            return _formatted(syntax, node, function.value, scope, depth)
        if function.attr == "join" and len(node.args) == 1:
            return _with_separator(syntax, function.value, node.args[0], scope, depth)
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if name in ("join", "url_join") and len(node.args) > 1:
        return _with_separator(syntax, ast.Constant("/"), ast.Tuple(node.args), scope, depth)
    if (name in _TEXT_OF or name == "urljoin") and node.args:
        return [part for item in node.args[:2] for part in parts_of(syntax, item, scope, depth)]
    if name == "make_template_fragment_key" and node.args:  # of Django: the name, then what it varies by
        return ["template.cache.", *parts_of(syntax, node.args[0], scope, depth), ".", *UNKNOWN]
    if name in ("substitute", "safe_substitute") and isinstance(function, ast.Attribute):
        return _substituted(syntax, node, function.value, scope, depth)
    given = [parts_of(syntax, item, scope, depth) for item in node.args[:_ARGUMENTS]]
    if _MAKES_KEYS.search(name) and len(given) > 1:
        given.append(_with_separator(syntax, ast.Constant(":"), ast.Tuple(node.args), scope, depth))
        return [["made", syntax.express(function, scope), given[:-1], given[-1]]]
    return [["call", syntax.express(function, scope), given]]


def _with_separator(
    syntax: Syntax, separator: ast.expr, items: ast.expr, scope: str, depth: int
) -> list[Json]:
    """`":".join([a, b])`."""
    between = parts_of(syntax, separator, scope, depth)
    elements = items.elts if isinstance(items, ast.List | ast.Tuple) else [ast.Starred(items)]
    found: list[Json] = []
    for index, item in enumerate(elements):
        found += between if index else ()
        if isinstance(item, ast.Starred):
            name, plain = _several(item.value), between[0] if len(between) == 1 else ["?"]
            found += [["joined", plain, name]] if name and isinstance(plain, str) else UNKNOWN
        else:
            found += parts_of(syntax, item, scope, depth)
    return found


def _several(node: ast.expr) -> str:
    """The name of what is joined: `parts`, `map(str, parts)`, `(str(part) for part in parts)`."""
    if isinstance(node, ast.GeneratorExp | ast.ListComp) and len(node.generators) == 1:
        each, target = node.generators[0], node.generators[0].target
        inner = node.elt.args[0] if isinstance(node.elt, ast.Call) and node.elt.args else node.elt
        same = isinstance(target, ast.Name) and isinstance(inner, ast.Name) and inner.id == target.id
        node = each.iter if same and not each.ifs else node
    elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "map" and len(node.args) == 2:
        node = node.args[1]
    return node.id if isinstance(node, ast.Name) else ""


def _percent(syntax: Syntax, node: ast.BinOp, scope: str, depth: int) -> list[Json]:
    """`"user:%s" % name`, `"%(a)s" % {"a": name}`."""
    right = node.right
    given: list[ast.expr] = list(right.elts) if isinstance(right, ast.Tuple) else [right]
    named: dict[str, ast.expr] = {}
    if isinstance(right, ast.Dict):
        pairs = zip(right.keys, right.values, strict=True)
        named = {str(key.value): value for key, value in pairs if isinstance(key, ast.Constant)}
        given = []
    return _filling(syntax, "%", node.left, given, named, scope, depth)


def _formatted(syntax: Syntax, call: ast.Call, pattern: ast.expr, scope: str, depth: int) -> list[Json]:
    """`"user:{}".format(name)`."""
    named = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    return _filling(syntax, "format", pattern, call.args, named, scope, depth)


def _substituted(syntax: Syntax, call: ast.Call, template: ast.expr, scope: str, depth: int) -> list[Json]:
    """`Template("user:$name").substitute(name=name)`."""
    made = syntax.bound(template, scope)
    text = syntax.string(made.args[0]) if isinstance(made, ast.Call) and made.args else None
    if text is None:
        return list(UNKNOWN)
    found: list[Json] = []
    named = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    for index, piece in enumerate(_DOLLAR.split(text)):
        held = named.get(piece) if index % 2 else None
        found += [piece] if not index % 2 else parts_of(syntax, held, scope, depth)
    return found


def _filling(
    syntax: Syntax,
    how: str,
    pattern: ast.expr,
    given: Sequence[ast.expr],
    named: Mapping[str, ast.expr],
    scope: str,
    depth: int,
) -> list[Json]:
    """The parts of a pattern whose holes are filled: now, if it stands here, else when it is known."""
    parts = parts_of(syntax, pattern, scope, depth)
    values = [parts_of(syntax, item, scope, depth) for item in given]
    names = {name: parts_of(syntax, item, scope, depth) for name, item in sorted(named.items())}
    if all(isinstance(part, str) for part in parts):
        return fill(how, "".join(parts), values, names)
    return [["fill", how, parts, values, names]]


def _joined(parts: Sequence[Json]) -> list[Json]:
    """Neighbouring texts put together."""
    found: list[Json] = []
    for part in parts:
        if isinstance(part, str) and found and isinstance(found[-1], str):
            found[-1] += part
        elif part != "":
            found.append(part)
    return found


def is_text(parts: Sequence[Json]) -> bool:
    """Whether parts say anything: a piece of text, or the name of a setting."""
    return any(
        isinstance(p, str)
        or (p[0] in ("env", "config") and p[1][:1] != "?")
        or (p[0] == "method" and is_text(p[3]))
        for p in parts
    )


def given_by_position(
    parameters: Sequence[str], texts: Sequence[str], parts: Sequence[Json]
) -> dict[str, str]:
    """What the parameters of a function stand for in parts of it, `**rest` for what `*rest` takes, joined."""
    joined = {(str(p[2]), str(p[1])) for p in parts if not isinstance(p, str) and p[0] == "joined"}
    several = {name for name, _ in joined}
    plain = [name for name in parameters if name not in {"self", "cls", *several}]
    found = dict(zip(plain, texts, strict=False))
    found.update((f"**{name}", between.join(texts[len(plain) :])) for name, between in joined)
    return found


def names_in(parts: Sequence[Json]) -> Iterator[str]:
    """The names that the parts leave to whoever calls the function: its parameters, if they are any."""
    for part in parts:
        if not isinstance(part, str) and part[0] == "code" and str(part[1]).startswith("?"):
            yield str(part[1])[1:]
        elif not isinstance(part, str) and part[0] == "joined":
            yield f"**{part[2]}"
        elif not isinstance(part, str) and part[0] == "method":
            yield from names_in(part[3])
        elif not isinstance(part, str) and part[0] == "if":
            yield str(part[1])
            for inner in part[2:]:
                yield from names_in(inner)
        elif not isinstance(part, str) and part[0] in ("call", "made"):
            for argument in part[2]:
                yield from names_in(argument)
        elif not isinstance(part, str) and part[0] == "fill":
            for inner in (part[2], *part[3], *part[4].values()):
                yield from names_in(inner)
