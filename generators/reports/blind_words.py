"""Kinds of blind spots in plain words: what was seen and not understood, and what to do about it."""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """`seen` names the places of a kind in the plural, `act` is what a reader can do."""

    seen: str
    act: str


_TYPES = (
    "annotate parameters and attributes with their types, or look at those of the service that you carve out"
)
_NAMES = "look them up and remember them: they count for nobody here"
_WORDS = {
    "unread-library": Words(
        "libraries that carveout does not read: their tables, routes or tasks are missing everywhere",
        "count these by hand before you trust a figure, or add a framework (docs/extend/framework.md)",
    ),
    "unresolved-call": Words("calls of which nothing tells where they lead", _TYPES),
    "saturated-call": Words(
        "calls that may lead to too many functions to draw them",
        "read these by hand: dispatchers, registries, very general helpers",
    ),
    "dynamic-import": Words(
        "imports of a module whose name is computed",
        "teach the function that loads them under [[loaders]] of carveout.toml",
    ),
    "dynamic-attribute": Words("attributes that are fetched by a computed name", _TYPES),
    "dynamic-table-name": Words("uses of a table whose name is computed or not told", _NAMES),
    "dynamic-table": Words("models whose table's name is computed", _NAMES),
    "dynamic-SQL": Words("SQL that is put together when the program runs", _NAMES),
    "dynamic-clause": Words(
        "SQL of which a part is put together when the program runs",
        "look whether that part names further tables",
    ),
    "dynamic-migration": Words("migrations that run code or computed SQL", "look whether they change tables"),
    "dynamic-route": Words(
        "routes of which a part is computed", "look up their paths before requests are split by a proxy"
    ),
    "dynamic-patch": Words(
        "tests that replace something by a computed name", "run them by hand once the code has moved"
    ),
    "sql-not-parsed": Words(
        "SQL that no parser reads", "set the dialect under [project] of carveout.toml, or read it by hand"
    ),
    "schema-drift": Words(
        "columns or tables that only one of models, migrations and SQL tells of",
        "find out which is right in the database",
    ),
    "unknown-view": Words("routes whose handler was not found", "look up what answers them"),
    "unknown-handler": Words("receivers and callbacks that were not found", "look up what is called there"),
    "unknown-route": Words("routes that were not understood", "look up what answers them"),
    "unused-router": Words(
        "routers that no application takes in", "leftovers, or joined by code that was not seen"
    ),
    "unknown-link": Words(
        "links and requests to addresses that no route here answers",
        "routes of libraries, of other applications or of scripts: look before pages move",
    ),
    "unknown-template": Words(
        "pages whose template is computed or not there", "look up which templates are rendered"
    ),
    "unknown-host": Words(
        "requests to a host that the code does not tell",
        "look it up in the configuration: it may be another service of yours",
    ),
    "unknown-setting": Words(
        "settings and environment variables read by a computed name", "look up which ones a service will need"
    ),
    "unknown-cache-key": Words(
        "cache entries whose key nothing tells",
        "two services with one cache may meet there: look at the keys",
    ),
    "unknown-key": Words(
        "callbacks that are taken out of a registry by a key that nothing tells",
        "all that was registered may be called",
    ),
    "unknown-signal": Words("receivers of a signal that was not found", "look up what sends it"),
    "unknown-sender": Words("receivers whose sender is computed", "look up which models they listen to"),
    "unknown-task": Words(
        "background tasks that are started by a computed name", "look up which tasks they start"
    ),
    "unknown-topic": Words(
        "messages whose topic nothing tells", "look up where they go: another service may listen there"
    ),
    "unknown-field": Words(
        "fields of GraphQL whose type or name nothing tells", "look up which functions answer them"
    ),
    "unknown-command": Words("commands whose group was not found", "look up how they are started"),
    "unknown-dependency": Words(
        "dependencies of FastAPI that were not found", "look up what is called before the handler"
    ),
    "unknown-relation": Words(
        "relations whose other table was not found", "look up which table they lead to"
    ),
    "unknown-write": Words("writes of a row whose class nothing tells", _NAMES),
}
_FAMILIES = {
    "dynamic": Words("things that are named only when the program runs", "look them up by hand"),
    "unknown": Words("things that are used and were not found", "look them up by hand"),
}
_ANY = Words("things that were seen and not understood", "look them up by hand")


def words_of(kind: str) -> Words:
    """The words for a kind; those of a plugin may have none of their own."""
    return _WORDS.get(kind) or _FAMILIES.get(kind.partition("-")[0], _ANY)
