"""Names of tables: which are the application's own, which are none at all."""

from __future__ import annotations

import re

ENGLISH = frozenset(
    "the a an this that these those your my our their its his her it them us you we me some each every "
    "another which what whom whose any either neither both such other there here where when how and or "
    "but with without into from to of on in at by for is are was were be been being has have had do does "
    "did not no yes please above below following previous".split()
)
"""Words that no table is called by, unless quoted: text with such a table is English."""

NEVER = (
    ENGLISH - frozenset("a at by is in no on or some other another following previous had yes".split())
) | frozenset(
    "set values select where join group order having union table limit case when then end as".split()
)
"""What not even a text known to be SQL can mean by an unquoted name: English, and the words of SQL itself."""

PSEUDO = frozenset(
    "dual sys.dual sysibm.sysdummy1 excluded stdin stdout sqlite_master sqlite_schema "
    "sqlite_sequence sqlite_temp_master".split()
)
INSIDE = frozenset({"inserted", "deleted", "new", "old", "new_table", "old_table"})
"""Tables that exist only inside a trigger: the rows that it was called for."""

_SYSTEM = re.compile(
    r"""(?:[^.]+\.)?(?:information_schema|pg_catalog|sys|performance_schema|mysql|sysibm|syscat)\.
      |pg_(?:class|catalog|attribute|namespace|type|index|indexes|constraint|proc|tables|views|stat_?\w*|locks|roles
            |database|settings|extension|depend|description|sequences?|trigger|enum|inherits|am|user|authid|attrdef
            |tablespace|collation|available_extensions|replication_slots|partitioned_table|matviews|shadow)$
      |(?:all|user|dba)_(?:tables|tab_\w+|cons\w+|ind\w+|sequences|views|objects|source|triggers|synonyms|users
            |segments|errors|procedures|arguments|scheduler_\w+|jobs|mviews|tablespaces|dependencies
            |(?:tab|col|mview)_comments|recyclebin|(?:role|sys|tab|col)_privs|free_space|data_files|extents|lobs
            |part_\w+|ts_quotas|db_links|identity_cols|external_tables|type_attrs|updatable_columns)$
      |system(?:_schema|_auth|_virtual_schema)?\.|(?:svv|svl|stl|stv)_\w+$|exa_all_\w+$|v_catalog\.
      |s?v_?\$|sqlite_|pragma_\w+$|sysobjects$|syscolumns$|msdb\.""",
    re.VERBOSE,
)
_PATH = re.compile(r"[/\\]|^\w+://")
_DYNAMIC = re.compile(r"carveout_hole|[{}?]|%[s(]|^:|^&|^@|^$", re.IGNORECASE)


def is_dynamic(part: str) -> bool:
    """Is (a part of) this name only known at run time?"""
    return _DYNAMIC.search(part) is not None


def is_system(name: str) -> bool:
    """Is this a table of the database itself, or one that a statement brings along, rather than the
    application's?
    """
    return name in PSEUDO or _SYSTEM.match(name) is not None


def is_path(name: str) -> bool:
    """Is this a file or an address rather than a table?"""
    return _PATH.search(name) is not None


def clean(name: str) -> str:
    """Return a name as written, with its quotes removed, in lower case."""
    return ".".join(part.strip().strip('`"[]').strip() for part in name.split(".")).lower()


_NAME = re.compile(r"[^\x00-\x1f'\"`;(){}<>%]{1,512}\Z")


def is_name(name: str) -> bool:
    """Can a table be called so? Control characters, quotes and brackets say that something else was read."""
    return _NAME.match(name) is not None and re.search(r"[^\W_]", name) is not None
