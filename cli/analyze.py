"""Read a project and say what is in it, and how much was understood.

Nothing is imported or run; a cache in .carveout/ makes the next run quick. The
summary fits a screen. --output writes the whole graph (schema carveout/graph/1).
--functionality shows what one entry point reaches (a route, task, command ...),
in the order of calls, and --output writes that.
--tables shows who reads and writes which tables, what is shared, and which
transactions span several owners; --table lists each place of one table.
The exit code is 3 when files of the application (not of its tests and scripts)
could not be read.
"""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from ..analyzer.model.errors import UsageError
from .options import (
    CacheOption,
    OutputOption,
    PathArgument,
    WorkersOption,
    project_name,
    project_root,
    read_graph,
    suffixed,
    table_result,
    traced,
)
from .output import save

EXAMPLES = (
    "carveout analyze ../shop --output graph.json",
    'carveout analyze --functionality "GET /orders"',
    "carveout analyze --tables",
)


def run(
    context: typer.Context,
    path: PathArgument = None,
    output: OutputOption = None,
    format: Annotated[str, typer.Option(metavar="FORMAT", help="text, json or blind-spots.")] = "text",
    functionality: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(metavar="ENTRY", show_default=False, help="What this route, task ... reaches."),
    ] = None,
    tables: Annotated[bool, typer.Option("--tables", help="Who reads and writes which tables.")] = False,
    table: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(metavar="TABLE", show_default=False, help="Each place where this table is used."),
    ] = None,
    workers: WorkersOption = None,
    no_cache: CacheOption = False,
) -> int:
    """Parse, call, print."""
    from ..analyzer.model.results import AnalysisResult, FunctionalityResult, TablesResult
    from ..generators.reports import choose
    from ..generators.reports.unseen import unread

    terminal = context.obj
    kind: type = AnalysisResult if functionality is None else FunctionalityResult
    if tables or table is not None:
        kind = TablesResult
        if functionality is not None:
            raise UsageError("--functionality and --tables show different things", help="give one of them")
    report = choose(kind, format)
    suffixed(output, ".json")
    root = project_root(path)
    graph = read_graph(terminal, root, workers=workers, cache=not no_cache)
    result: AnalysisResult | FunctionalityResult | TablesResult = AnalysisResult(project_name(root), graph)
    if kind is TablesResult:
        result = table_result(root, graph, table)
    if functionality is not None:
        result = FunctionalityResult(project_name(root), graph, traced(graph, functionality))
    if output is not None:
        save(output, choose(kind, "json").render(result))
        terminal.say(f"wrote {output}")
    if output is None or format != "json":
        (terminal.result if format == "json" else terminal.text)(report.render(result))
    return 3 if unread(graph) else 0
