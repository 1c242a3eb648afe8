"""The words of a code base: what names say about domain, layer and utility."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from keyword import iskeyword

CONTAINERS = frozenset(
    """apps contrib services modules domains components plugins packages features bounded_contexts
    contexts management commands""".split()
)
"""Packages that only hold others: always opened."""

LAYERS = frozenset(
    """models model views view routes route routers router controllers controller services service
    repositories repository repos repo schemas schema serializers serializer forms form api apis handlers
    handler endpoints endpoint entities entity dao dal crud urls url blueprints resources resource
    tasks task jobs job admin commands queries query events event dto dtos domain infrastructure
    application adapters ports usecases use_cases managers manager templates signals orm persistence
    interfaces interactors presenters pages web rest http graphql v1 v2 v3 abstract_models viewsets
    permissions filters facade sql logic business_logic data_access data_access_layer""".split()
)
"""Names that say how code is layered, not what it is about."""

_COMMAND_LINES = frozenset({"cli", "cmd", "cmdline", "command_line", "commands", "console"})

DATA_LAYERS = frozenset("models model entities entity orm abstract_models schemas domain".split())
"""The layers whose services are better named after their tables."""

MODELS = DATA_LAYERS - {"domain", "schemas"}
"""Names of modules and packages of ORM models."""

UTILITIES = frozenset(
    """core util utils utilities common commons lib libs library helpers helper base db database
    databases config configs configuration conf settings constants const exceptions exception errors
    error types typing typehints log logs logging logger middleware middlewares compat compatibility
    extensions ext shared tools toolkit i18n locale mixins decorators decorator context_processors
    contextprocessors validators templatetags testing test version env environment protos proto
    widgets fields paging pagination cache caching text strings dates datetime deprecation
    monkeypatches sqla_compat kernel foundation generic misc support""".split()
)
"""Names of code that every service may import."""

SETTINGS = frozenset(
    """settings defaults __main__ wsgi asgi manage conftest setup gunicorn celeryconfig seed
    fixtures""".split()
)
"""Single modules that configure or start the project: part of no service."""

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SPLIT = re.compile(r"[^0-9A-Za-z]+")
_FILLER = frozenset("abstract base the of and or to my new get set app init main receiver self cls".split())


def singular(word: str) -> str:
    """A rough singular, only ever compared with others of its kind: `categories` -> `category`."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def words(name: str) -> tuple[str, ...]:
    """`OrderLine` -> order, line; `order_lines` -> order, line. Lower case, singular, no filler."""
    return tuple(word for word in map(singular, words_apart(name)) if word not in _FILLER)


def words_apart(name: str) -> list[str]:
    """`OrderLine` -> order, line, as they are spelt; lower case."""
    return [part.lower() for chunk in _SPLIT.split(name) for part in _CAMEL.split(chunk) if part]


_LAYER_WORDS = frozenset(singular(word) for name in LAYERS for word in (name, *name.split("_")))
_UTILITY_WORDS = frozenset(singular(word) for word in UTILITIES)


def domain_words(name: str) -> tuple[str, ...]:
    """The words of a name that speak of neither layer nor utility; digits alone do not count."""
    plain = _LAYER_WORDS | _UTILITY_WORDS
    return tuple(word for word in words(name) if word not in plain and not word.isdigit())


def is_container(name: str) -> bool:
    """Whether the last component of a dotted name is one of the container names."""
    return last(name).lower() in CONTAINERS


def is_layer(name: str) -> bool:
    """Whether the last component of a dotted name names a layer."""
    return last(name).lower() in LAYERS


def is_utility(name: str) -> bool:
    """Whether the last component of a dotted name names a utility (`utils`, `_compat`, `db_utils`)."""
    own = last(name).lower().strip("_")
    return own in UTILITIES or own.rpartition("_")[2] in ("utils", "util", "helpers", "compat", "mixins")


def is_command_line(name: str) -> bool:
    """Whether the last component of a dotted name names a command line (`cli`, `shop_cli`)."""
    own = last(name).lower().strip("_")
    return own in _COMMAND_LINES or own.rpartition("_")[2] == "cli"


def is_settings(name: str) -> bool:
    """Whether a module configures or starts the project: `settings`, `local_settings`, `wsgi_aux`."""
    own = last(name).lower()
    return own in SETTINGS or not SETTINGS.isdisjoint(own.split("_"))


def spoken(word: str, names: Iterable[str]) -> str:
    """How the code itself spells a singular word, with the words that always stand around it.

    `data_sources` for `data` in `data_sources`, `DataSource` and `DataSourceGroup`; of several spellings
    the most frequent.
    """
    components = [last(name).lower() for name in names]
    known = [own for own in (words(last(name)) for name in names) if word in own]
    run = _common_run(word, known) if known else (word,)
    counts = Counter(components)
    same = [own for own in counts if words(own) == run]
    return min(same, key=lambda own: (-counts[own], own), default="_".join(run))


def _common_run(word: str, known: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The longest run of words around one that all have in common and that does not end in a layer."""
    first = known[0]
    place = first.index(word)
    runs = [first[start:end] for start in range(place + 1) for end in range(place + 1, len(first) + 1)]
    runs = [run for run in runs if len(run) == 1 or run[-1] not in _LAYER_WORDS | _UTILITY_WORDS]
    shared = [run for run in runs if all(_within(run, own) for own in known)]
    return max(shared, key=lambda run: (len(run), run), default=(word,))


def _within(run: tuple[str, ...], own: tuple[str, ...]) -> bool:
    return any(own[start : start + len(run)] == run for start in range(len(own)))


def last(name: str) -> str:
    """The last component of a dotted name."""
    return name.rpartition(".")[2]


def slug(text: str) -> str:
    """A service's name: lower case letters, digits and `_`, never empty, never starting with a digit.

    It becomes a package's name, so it is no keyword of Python, nor `self` or `cls`.
    """
    made = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    if not made or made[0].isdigit():
        return f"service_{made}".strip("_")
    reserved = iskeyword(made) or iskeyword(made.capitalize()) or made in ("self", "cls")
    return f"{made}_service" if reserved else made


def common(names: Iterable[str]) -> str:
    """The longest dotted prefix of all names; "" when there is none."""
    parts = [name.split(".") for name in names]
    first, final = min(parts, default=[]), max(parts, default=[])
    pairs = enumerate(zip(first, final, strict=False))
    return ".".join(first[: next((i for i, (a, b) in pairs if a != b), len(first))])
