"""What the metrics of a proposal are called, and what they say, in words for those who read no papers.

The same name means different formulas in different papers: `formula` spells out the one that is meant. The
functions that compute them, with their sources, stand in `proposals/formulas.py`.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Better = Literal["high", "low", ""]


class Measure(NamedTuple):
    """One metric. `better` is "" for what only informs; a `whole` one is a number of things."""

    name: str
    sentence: str
    formula: str
    better: Better = "low"
    whole: bool = False


MEASURES: tuple[Measure, ...] = (
    Measure("services", "how many services there are", "M", "", True),
    Measure(
        "SM",
        "structural modularity: calls inside against across",
        "(1/M) sum mu_i/n_i^2 - sum_{i<j} sigma_ij/(2 n_i n_j) / (M(M-1)/2)",
        "high",
    ),
    Measure(
        "ICP",
        "inter-partition calls: share of calls that cross",
        "sum over crossing links (ln v + 1) / sum over all links (ln v + 1)",
    ),
    Measure(
        "IFN", "interfaces: units of a service that others call", "units called from another service / M"
    ),
    Measure(
        "NED",
        "non-extreme distribution: code not in 5 to 20 units",
        "1 - units in services of 5 to 20 units / units",
    ),
    Measure(
        "DTP by code",
        "transactional purity: tables of one service's code",
        "mean over tables of 1 - H(services of the functions that access it) / ln M",
        "high",
    ),
    Measure(
        "DTP by entry",
        "the same by the routes and tasks that reach them",
        "mean over tables of 1 - H(services of the entry points that reach it) / ln M",
        "high",
    ),
    Measure(
        "shared tables",
        "share of tables that several services use",
        "tables accessed from more than one service / tables",
    ),
    Measure(
        "several writers",
        "tables that more than one service writes, or may write",
        "tables written by the code of more than one service",
        "low",
        True,
    ),
    Measure(
        "split transactions",
        "share of those that write several owners' tables",
        "transactions that write tables of more than one owner / transactions that write",
    ),
    Measure("joins across", "joins that no database can do any more", "crossing edges `joins`", "low", True),
    Measure(
        "foreign keys across",
        "keys between two services' tables",
        "crossing edges `references`",
        "low",
        True,
    ),
    Measure(
        "network calls added",
        "for each route, task or command, on average",
        "sum over functionalities of crossing calls, reads and writes of what it reaches / functionalities",
    ),
    Measure(
        "stability",
        "how alike it stays with one edge in twenty left out",
        "mean ARI with the proposals for three graphs without 5 % of their edges",
        "high",
    ),
    Measure(
        "ARI packages", "adjusted Rand index with today's packages; 0: chance", "adjusted Rand index", ""
    ),
    Measure(
        "MoJoFM packages",
        "the same in %, by moves and joins of groups",
        "(1 - mno(A, B) / max mno(any, B)) * 100",
        "",
    ),
)
"""In the order in which they are shown."""
