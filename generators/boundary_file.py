"""The text of `carveout.toml`: made anew, or brought up to date with its comments kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..analyzer.model.boundary import Boundary, Consumer, Project, Service, Shared

if TYPE_CHECKING:
    from tomlkit.items import Array, Table
    from tomlkit.toml_document import TOMLDocument

_HEAD = """\
The boundary of this project: which service owns which modules and tables.
Reviewed like code; `carveout check` holds the code to it.
"""
_HINTS = """\
# roots = ["src"]              # import roots; found, unless named here
# exclude = ["**/legacy/**"]   # what is not read at all

# Services: `carveout propose` shows some, `carveout propose --accept N` writes
# them here:
#
# [services.payments]
# modules = ["shop.payments", "shop.billing.*"]
# tables = ["payment", "refund"]
# public = ["shop.payments.api"]   # what other services may use
# may_use = ["orders"]             # the services that it may use; [] is none
# callers = { orders = ["charge"] }  # who may call what of it
#
# [rules]                          # error, warning, off; carveout explain: all
# unassigned = "error"             # each module and table has a service
#
# [shared]                         # library code that every service may import
# modules = ["shop.common"]
"""
_LONG = 72  # characters; longer lists take a line for each element
_SERVICE_KEYS = ("modules", "functions", "tables", "entry_points", "public", "may_not_import")


def dump(boundary: Boundary, project: Project, base_text: str = "") -> str:
    """The text of a boundary file that says `boundary` and `project`.

    With `base_text`, what it already says keeps its form, its comments and its place; services that
    `boundary` does not have go away. Ignores are only ever written by people and stay as they are.
    """
    import tomlkit

    document = tomlkit.parse(base_text)
    if not base_text.strip():
        for line in _HEAD.splitlines():
            document.add(tomlkit.comment(line))
    _project(document, project)
    services = _group(document, "services", boundary.services)
    for service in sorted(boundary.services, key=lambda service: service.name):
        _service(_entry(services, service.name), service)
    if boundary.shared != Shared() or "shared" in document:
        shared = _entry(document, "shared")
        _set(shared, "modules", boundary.shared.modules)
        _set(shared, "tables", boundary.shared.tables)
        _set(shared, "may_not_import", boundary.shared.may_not_import)
    consumers = _group(document, "consumers", boundary.consumers)
    for consumer in boundary.consumers:
        _consumer(_entry(consumers, consumer.name), consumer)
    screens = _group(document, "screens", boundary.screens)
    for screen in boundary.screens:
        _set(_entry(screens, screen.name), "routes", screen.routes)
    return tomlkit.dumps(document)


def first(project: Project) -> str:
    """The boundary file of a project without services, with what may go into it as comments."""
    return dump(Boundary(), project) + _HINTS


def accept(proposed: Boundary, agreed: Boundary) -> Boundary:
    """The boundary after a proposal was accepted: its services, with what was agreed beside them.

    A service that keeps its name keeps its public interface and its callers; what names a service
    that is gone is left out. Routes are not written down: each goes with its handler, and a list of
    them would only grow stale.
    """
    names = {service.name for service in proposed.services}
    services = []
    for service in proposed.services:
        known = agreed.service(service.name)
        service = replace(service, entry_points=known.entry_points if known is not None else ())
        if known is not None:
            service = replace(
                service,
                public=service.public or known.public,
                may_use=service.may_use if service.may_use is not None else _still(known.may_use, names),
                may_not_import=known.may_not_import,
                exposure=known.exposure,
                callers={name: calls for name, calls in known.callers.items() if name in names},
            )
        services.append(service)
    consumers = tuple(
        replace(consumer, may_call=tuple(call for call in consumer.may_call if _names_one(call, names)))
        for consumer in agreed.consumers
    )
    shared = proposed.shared if proposed.shared != Shared() else agreed.shared
    shared = replace(shared, may_not_import=agreed.shared.may_not_import)
    return replace(agreed, services=tuple(services), shared=shared, consumers=consumers)


def _still(may_use: tuple[str, ...] | None, names: set[str]) -> tuple[str, ...] | None:
    return None if may_use is None else tuple(name for name in may_use if name in names)


def _names_one(call: str, names: set[str]) -> bool:
    return any(call == name or call.startswith(name + ".") for name in names)


def _project(document: TOMLDocument, project: Project) -> None:
    table = _entry(document, "project")
    _set(table, "roots", project.roots)
    _set(table, "exclude", project.exclude)
    if project.dialect != table.get("dialect", "auto"):
        table["dialect"] = project.dialect
    if project.loaders and "loaders" not in document:
        import tomlkit

        loaders = tomlkit.aot()
        for loader in project.loaders:
            entry = tomlkit.table()
            entry.update({"call": _plain(loader.call), "target": _plain(loader.target)})
            loaders.append(entry)
        document["loaders"] = loaders


def _group(
    document: TOMLDocument, key: str, records: Iterable[Service | Consumer | Any]
) -> MutableMapping[str, Any]:
    """The table of tables under a key, without the entries that are no longer wanted."""
    import tomlkit

    names = {record.name for record in records}
    if key not in document:
        if not names:
            return {}
        document[key] = tomlkit.table(is_super_table=True)
    group: MutableMapping[str, Any] = document[key]
    for name in list(group):
        if name not in names:
            del group[name]
    return group


def _entry(parent: MutableMapping[str, Any], key: str) -> MutableMapping[str, Any]:
    """The table under a key, made when it is not there."""
    import tomlkit

    if key not in parent:
        table: Table = tomlkit.table()
        parent[key] = table
    entry: MutableMapping[str, Any] = parent[key]
    return entry


def _service(table: MutableMapping[str, Any], service: Service) -> None:
    for key in _SERVICE_KEYS:
        _set(table, key, getattr(service, key))
    _set(table, "may_use", service.may_use or ())
    if service.may_use is None:
        table.pop("may_use", None)
    elif "may_use" not in table:  # an empty list says something: it may use nobody
        table["may_use"] = _array(())
    if service.exposure != table.get("exposure", "internal"):
        table["exposure"] = service.exposure
    known = {name: tuple(calls) for name, calls in table.get("callers", {}).items()}
    if {name: tuple(calls) for name, calls in service.callers.items()} != known:
        _callers(table, service.callers)


def _callers(table: MutableMapping[str, Any], callers: Mapping[str, tuple[str, ...]]) -> None:
    import tomlkit

    table.pop("callers", None)
    if callers:
        inline = tomlkit.inline_table()
        for name, calls in sorted(callers.items()):
            inline[name] = [_plain(call) for call in calls]
        table["callers"] = inline


def _consumer(table: MutableMapping[str, Any], consumer: Consumer) -> None:
    if consumer.kind != table.get("kind", "internal"):
        table["kind"] = consumer.kind
    if consumer.auth != table.get("auth", ""):
        table["auth"] = _plain(consumer.auth)
    _set(table, "may_call", consumer.may_call)


def _set(table: MutableMapping[str, Any], key: str, values: tuple[str, ...]) -> None:
    """Bring a list up to date; one that already says it is left as it stands."""
    if tuple(str(value) for value in table.get(key, ())) == values:
        return
    if values:
        table[key] = _array(values)
    else:
        table.pop(key, None)


def _array(values: tuple[str, ...]) -> Array:
    import tomlkit

    array = tomlkit.array()
    array.extend(_plain(value) for value in values)
    if len(array.as_string()) > _LONG:
        array.multiline(True)
    return array


def _plain(text: str) -> str:
    """TOML is UTF-8; file names may hold bytes that are not, and those are written as escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
