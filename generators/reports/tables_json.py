"""The tables as JSON, schema `carveout/tables/0`."""

from __future__ import annotations

from json import dumps

from ...analyzer.model.facts import Json
from ...analyzer.model.results import TablesResult
from ...analyzer.model.tables import TableView

SCHEMA = "carveout/tables/0"


class TablesJson:
    """Each table with its owner, uses and functionalities; transactions that span several owners."""

    name = "json"
    accepts = TablesResult

    def render(self, result: TablesResult) -> bytes:
        """ASCII bytes, one table or transaction a line."""
        views = result.views
        only = result.only
        tables = [dumps(_table(table)) for table in (views.tables if only is None else (only,))]
        spanning = [
            dumps(
                {
                    "id": found.id,
                    "source": found.source,
                    "path": found.place.path,
                    "line": found.place.line,
                    "opened": found.opened,
                    "owners": found.owners,
                    "outbound": found.outbound,
                }
            )
            for found in views.transactions
            if only is None or any(only.node.id in owned for owned in found.owners.values())
        ]
        numbered = [
            dumps({"id": found.id, "tables": found.tables, "homes": found.homes})
            for found in views.sequences
            if only is None or only.node.id in found.tables
        ]
        by = "service" if views.agreed else "package"
        head = {"schema": SCHEMA, "project": result.project, "by": by, "homes": views.homes}
        parts = [dumps(head)[:-1], ',\n"tables": [\n', ",\n".join(tables)]
        parts += ['\n],\n"transactions": [\n', ",\n".join(spanning)]
        parts += ['\n],\n"sequences": [\n', ",\n".join(numbered), "\n]}\n"]
        return "".join(parts).encode("ascii")


def _table(table: TableView) -> dict[str, Json]:
    return {
        "id": table.node.id,
        "path": table.node.path,
        "line": table.node.line,
        "owner": table.owner,
        "sharing": table.sharing,
        "writers": table.writers,
        "users": table.users,
        "possible": table.possible,
        "uses": [
            {
                "source": use.source,
                "home": use.home,
                "how": use.how,
                "loops": use.loops,
                "locks": use.locks,
                "places": [str(place) for place in use.places],
            }
            for use in table.uses
        ],
        "functionalities": table.functionalities,
    }


report = TablesJson()
