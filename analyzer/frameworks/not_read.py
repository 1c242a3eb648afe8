"""Libraries that carveout knows of and does not read: what they would tell is missing, and that is said.

An ORM that is not read leaves tables out, a web framework routes, a queue tasks. Nothing else would show it:
the figures are merely smaller. So each such library that code of the application imports is a blind spot of
its own, which every summary counts, with the number of files that import it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..graph.roles import role_of
from ..graph.unread import KIND, UnreadLibrary
from ..model.evidence import BlindSpot, Place
from ..model.facts import Fact, Import, Problem, SourceFile
from ..model.graph import Edge, Node
from ..model.protocols import Framework
from ..model.world import Syntax, World

_TABLES, _DOCUMENTS, _ROUTES = "tables and who uses them", "documents and who uses them", "routes"
_TASKS, _FIELDS, _CALLS = "tasks and who sends them", "GraphQL fields", "handlers of calls"
_MESSAGES = "messages and who listens to them"
_MISSING: Mapping[str, tuple[str, ...]] = {
    _TABLES: (
        "tortoise", "pony.orm", "sqlobject", "ormar", "piccolo", "gino", "orator",
        "pydal", "storm.locals", "edgy", "masoniteorm", "odoo.models", "cassandra.cqlengine",
    ),
    _DOCUMENTS: (
        "mongoengine", "beanie", "odmantic", "motor", "pymongo", "umongo", "pynamodb", "aredis_om",
        "redis_om", "google.cloud.ndb", "google.cloud.firestore",
    ),
    _ROUTES: (
        "sanic", "falcon", "bottle", "cherrypy",
        "robyn", "blacksheep", "webapp2", "klein", "morepath", "tg",
        "masonite.routes", "pando", "hug", "trac.web", "odoo.http", "emmett", "connexion",
    ),
    _FIELDS: ("tartiflette",),
    _TASKS: (
        "faust", "streaq", "wakaq", "mrq", "kuyruk",
    ),
    _MESSAGES: (
        "nats", "stomp", "pulsar", "nsq", "proton", "paho.mqtt", "aiomqtt", "gmqtt", "google.cloud.pubsub",
        "google.cloud.pubsub_v1", "azure.servicebus", "azure.eventhub",
    ),
    _CALLS: ("grpclib", "nameko", "Pyro5", "rpyc", "spyne"),
}  # fmt: skip
_KNOWN = {library: what for what, libraries in _MISSING.items() for library in libraries}


class NotRead(Framework):
    """See the module."""

    name = "not_read"
    version = 1
    triggers = ()

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        return ()

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        """One blind spot for each library, at its first import; modules of the project are read."""
        first: dict[str, Place] = {}
        files: dict[str, set[str]] = {}
        for path in sorted(world.files):
            if world.is_test(path) or role_of(path) != "code":
                continue
            for item in world.files[path].imports:
                library = _library(item)
                if library and library.partition(".")[0] not in world.modules:
                    first.setdefault(library, Place(path, item.line, item.column))
                    files.setdefault(library, set()).add(path)
        for library, place in first.items():
            said = UnreadLibrary(library, len(files[library]), _KNOWN[library])
            yield BlindSpot(KIND, place, str(said))


def _library(item: Import) -> str:
    """The library that is not read which an import names; "" for all others."""
    if item.mark == "type-checking" or item.module.startswith("."):
        return ""
    name = f"{item.module}.{item.attribute}" if item.attribute not in ("", "*") else item.module
    while name:
        if name in _KNOWN:
            return name
        name = name.rpartition(".")[0]
    return ""


framework = NotRead()
