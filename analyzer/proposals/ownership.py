"""Which service owns which table: each table gets exactly one owner."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from ..model.boundary import SHARED
from .survey import Survey
from .words import words

_MANY = 3
"""How many services must use a library's table before it is shared."""
_NAMESAKE = 10
"""How many foreign keys it weighs that a table has the name of the other in its own."""

_LIBRARY = frozenset(
    """auth_user auth_group auth_permission auth_user_groups auth_user_user_permissions
    auth_group_permissions authtoken_token alembic_version sqlite_master sqlite_schema sqlite_sequence
    sqlite_temp_master sqlite_stat1 apscheduler_jobs celery_taskmeta celery_tasksetmeta""".split()
)
_LIBRARY_HEADS = (
    "django_", "account_email", "socialaccount_", "oauth2_provider_", "otp_", "guardian_", "reversion_",
    "taggit_", "silk_", "axes_", "pg_",
)  # fmt: skip

Votes = Mapping[str, Counter[str]]


def table_owners(
    survey: Survey, owner: Mapping[str, str], held: Mapping[str, str] | None = None
) -> tuple[dict[str, str], dict[str, str]]:
    """(table id -> service or `shared`, name of a shared table -> why), for units with these owners.

    What is `held` has its owner already. Who defines a table owns it; else who writes it most, else who
    reads it most, else whose tables it is tied to by foreign keys. A table of a library (`auth_user`,
    `django_migrations`) that the project does not declare is shared, and so is any other that it does not
    declare, no service writes and many use, and one that only the shared kernel touches.
    """
    reasons: dict[str, str] = {}
    owners = {t: owner[unit] for t, unit in survey.definers.items() if owner.get(unit, SHARED) != SHARED}
    owners.update(held or {})
    for table in sorted(survey.undeclared - owners.keys()):
        if is_librarys(table.partition(":")[2]):
            owners[table] = SHARED
            reasons[table.partition(":")[2]] = "a library's table; the project does not declare it"
    for table, counts in _votes(survey, owner, "writes").items():
        owners.setdefault(table, _winner(counts))
    readers = _votes(survey, owner, "reads", "joins")
    for table in sorted(survey.undeclared - owners.keys()):
        users = set(readers.get(table, ())) | {owners[t] for t in _referring(survey, table) if t in owners}
        if len(users) >= _MANY:
            owners[table] = SHARED
            reasons[table.partition(":")[2]] = f"a library's table that {len(users)} services use"
    for table, counts in readers.items():
        owners.setdefault(table, _winner(counts))
    for table, counts in _by_keys(survey, owners).items():
        owners.setdefault(table, _winner(counts))
    for table in _of_kernel(survey, owner) - owners.keys():
        owners[table] = SHARED
        reasons[table.partition(":")[2]] = "only the shared kernel uses it"
    return dict(sorted(owners.items())), dict(sorted(reasons.items()))


def is_librarys(name: str) -> bool:
    """Whether a table that nobody declares is one of a well-known library or of the database itself."""
    schema, _, own = name.lower().rpartition(".")
    return own in _LIBRARY or own.startswith(_LIBRARY_HEADS) or schema in ("information_schema", "pg_catalog")


def _votes(survey: Survey, owner: Mapping[str, str], *kinds: str) -> Votes:
    """How often each service touches each table, by these kinds of access."""
    tables = set(survey.tables)
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (left, right, kind), count in survey.links.items():
        if kind in kinds and right in tables and owner.get(left, SHARED) != SHARED:
            found[right][owner[left]] += count
    return dict(sorted(found.items()))


def _referring(survey: Survey, table: str) -> Iterable[str]:
    """The tables with a foreign key to a table."""
    return (left for left, right, kind in survey.links if kind == "references" and right == table)


def _by_keys(survey: Survey, owners: Mapping[str, str]) -> Votes:
    """For tables that no code touches: the owners of the tables at the other end of their keys."""
    tables = set(survey.tables)
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (left, right, kind), count in survey.links.items():
        if kind != "references" or not {left, right} <= tables:
            continue
        for one, other in ((left, right), (right, left)):
            if one not in owners and owners.get(other, SHARED) != SHARED:
                # A table between two others is named after the one that it belongs to.
                namesake = set(words(other.partition(":")[2])) <= set(words(one.partition(":")[2]))
                found[one][owners[other]] += count + (_NAMESAKE if namesake else 0)
    return dict(sorted(found.items()))


def _of_kernel(survey: Survey, owner: Mapping[str, str]) -> set[str]:
    tables = set(survey.tables)
    used = {right for left, right, _ in survey.links if owner.get(left) == SHARED and right in tables}
    return used | {table for table, unit in survey.definers.items() if owner.get(unit) == SHARED}


def _winner(counts: Counter[str]) -> str:
    return min(counts, key=lambda name: (-counts[name], name))
