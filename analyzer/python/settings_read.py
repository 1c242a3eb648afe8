"""Expressions that read a setting: environment variables and items of a configuration."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

from ..model.world import Syntax

_NAME = re.compile(r"[A-Za-z_][\w.\-]{0,99}\Z")
_ENVIRONMENTS = ("os.environ", "os.environb")
_GETS = frozenset({"get", "pop", "setdefault", "getlist"})
_ENV_READERS = frozenset({"decouple.config", "decouple.AutoConfig()", "starlette.config.Config()"})
_READERS = re.compile(r"(?:.*\.)?(?:environ\.(?:Env|FileAwareEnv)|environs\.Env|decouple\.(?:Auto)?Config)\Z")
_SETTINGS_MODULE = re.compile(r"(?:\w+_)?(?:settings|configs?|conf|configuration)(?:_\w+)?\Z")
_CAST = frozenset(
    """bool str int float json list tuple dict url db db_url cache cache_url email email_url path get_value
    search_url unicode bytes decimal date datetime timedelta log_level enum uuid""".split()
)
_GETENV = ("os.getenv", "os.getenvb")
_NAMES = _GETS | _CAST | {
    "getenv", "getenvb", "Env", "FileAwareEnv", "Config", "AutoConfig", "config", "env",
}  # fmt: skip
"""The last names of all functions that may read a setting, unless a variable holds them."""


class SettingRead(NamedTuple):
    """`form` says where a setting is kept: `env` or `config`; `name` is its name, "" when it is computed.

    `key` is the variable that holds a name which is not plain to see, "" for other expressions; `named_by` is
    the expression itself.
    """

    form: str
    name: str
    key: str
    named_by: ast.AST


def setting_read(syntax: Syntax, node: ast.AST | None, scope: str) -> SettingRead | None:
    """What setting an expression reads, when its form alone tells that it does."""
    if node.__class__ is ast.Call:
        return _call(syntax, node, scope)
    return _item(syntax, node, scope) if isinstance(node, ast.Subscript) else None


def setting_asked(syntax: Syntax, node: ast.AST, scope: str) -> SettingRead | None:
    """The setting that an expression asks whether it is there: `"X" in os.environ`."""
    if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], ast.In | ast.NotIn):
        return None
    on = _held(syntax, node.comparators[0], scope)
    form = "env" if on in _ENVIRONMENTS else "config" if is_config(on) else ""
    return _found(syntax, form, node.left) if form else None


def may_read_setting(syntax: Syntax) -> Callable[[str], bool]:
    """Whether calls of what is called so may read a setting: `setting_read` of others is None."""
    return lambda name: name in _NAMES or _may_read(_made(syntax, ast.Name(name)))


def _may_read(made: str) -> bool:
    return made in _GETENV or _reads_environment(made) or made.rpartition(".")[2] == "env"


def _item(syntax: Syntax, node: ast.Subscript, scope: str) -> SettingRead | None:
    on = _held(syntax, node.value, scope)
    if on in _ENVIRONMENTS:
        return _found(syntax, "env", node.slice)
    if is_config(on):
        return _found(syntax, "config", node.slice)
    read = _reads_environment(_made(syntax, node.value)) and _is_held(syntax, node.value, scope)
    return _found(syntax, "env", node.slice) if read else None


def _call(syntax: Syntax, node: ast.Call, scope: str) -> SettingRead | None:
    if not node.args:
        return None
    first, function = node.args[0], node.func
    reader: ast.AST = function
    if isinstance(function, ast.Attribute):
        if function.attr in _GETS:
            holder = _held(syntax, function.value, scope)
            if holder in _ENVIRONMENTS:
                return _found(syntax, "env", first)
            if is_config(holder):
                return _found(syntax, "config", first)
        if function.attr in _CAST:
            reader = function.value
    made = _made(syntax, reader)
    if made in _GETENV and made == _dotted(syntax, function):
        return _found(syntax, "env", first)
    reads = _reads_environment(made)
    if not (reads or made.rpartition(".")[2] == "env") or not _is_held(syntax, reader, scope):
        return None
    found = _found(syntax, "env", first)
    return found if reads or found.name.isupper() else None


def _found(syntax: Syntax, form: str, key: ast.AST) -> SettingRead:
    text = syntax.string(key)
    name = text if text is not None and _NAME.match(text) else ""
    return SettingRead(form, name, key.id if isinstance(key, ast.Name) and not name else "", key)


@lru_cache(maxsize=65536)
def is_config(dotted: str) -> bool:
    """Whether a dotted name is an application's configuration: `app.config`, `current_app.config`."""
    owner, _, last = dotted.rpartition(".")
    word = owner.rpartition(".")[2].lower().removesuffix("()")
    return last == "config" and (word.endswith("app") or word in ("flask", "application", "get_current_app"))


@lru_cache(maxsize=65536)
def _reads_environment(made: str) -> bool:
    """Whether something that is made by that name reads the environment."""
    return made in _ENV_READERS or _READERS.match(made) is not None


def _is_held(syntax: Syntax, node: ast.AST, scope: str) -> bool:
    """Whether a name is more than a parameter that is called so."""
    return not syntax.express(node, scope).startswith("?")


def _made(syntax: Syntax, node: ast.AST) -> str:
    """The dotted name of what makes the object that a name holds, or of the name itself."""
    if isinstance(node, ast.Name):
        value = syntax.bound(node, "")
        if isinstance(value, ast.Call):
            return syntax.dotted(value.func)
        return syntax.dotted(node)
    return syntax.dotted(node) if isinstance(node, ast.Attribute) else ""


def _dotted(syntax: Syntax, node: ast.AST) -> str:
    return syntax.dotted(node) if isinstance(node, ast.Name | ast.Attribute) else ""


def _held(syntax: Syntax, node: ast.AST, scope: str) -> str:
    """As `_dotted`, for a name of a configuration (`conf = app.config`) as well."""
    dotted = _dotted(syntax, node)
    if isinstance(node, ast.Name):
        value = syntax.bound(node, scope)
        dotted = _dotted(syntax, value) or dotted if value is not None else dotted
    return dotted


def is_settings_module(module: str) -> bool:
    """Whether a module holds settings, by its name or that of the package around it."""
    parts = module.split(".")[-2:]
    return any(_SETTINGS_MODULE.match(part.lower()) for part in parts)


def settings_told(values: Mapping[str, str]) -> dict[str, str]:
    """The settings among what `[values]` of `carveout.toml` says: `settings.NAME`."""
    return {
        name.removeprefix("settings."): text for name, text in values.items() if name.startswith("settings.")
    }


def settings_family(module: str) -> str:
    """What the modules of one package of settings have in common: `shop.settings` of `shop.settings.dev`."""
    parts = module.split(".")
    ends = (index for index in range(max(len(parts) - 1, 1), len(parts) + 1))
    found = (".".join(parts[:end]) for end in ends if _SETTINGS_MODULE.match(parts[end - 1].lower()))
    return next(found, module)


def is_settings_class(name: str) -> bool:
    """Whether a class holds settings, by its name: `ProductionConfig`, `AppSettings`."""
    return name.rpartition(".")[2].endswith(("Config", "Settings", "Configuration"))
