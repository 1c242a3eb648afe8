"""Names of tables: which are the application's own, which are none at all."""

from __future__ import annotations

import re
from collections.abc import Collection

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
    "set values select where join group order having union table limit case when then end as let".split()
)
"""What not even a text known to be SQL can mean by an unquoted name: English, and the words of SQL itself."""

PSEUDO = frozenset(
    "dual sys.dual sysibm.sysdummy1 excluded stdin stdout sqlite_master sqlite_schema "
    "sqlite_sequence sqlite_temp_master".split()
)
INSIDE = frozenset({"inserted", "deleted", "new", "old", "new_table", "old_table"})
"""Tables that exist only inside a trigger: the rows that it was called for."""
RECORDS = frozenset({"new", "old"})
"""The rows that a trigger was called for: a SELECT into one of their columns makes no table."""

_SYSTEM = re.compile(
    r"""(?:[^.]+\.)?(?:information_schema|pg_catalog|sys|performance_schema|mysql|sysibm(?:adm)?|syscat|sysstat|svv_\w+)\.
      |pg_(?:aggregate|am|amop|amproc|attrdef|attribute|auth_members|authid|available_\w+|cast|catalog|class|collation
            |config|constraint|conversion|cursors|database|db_role_setting|default_acl|depend|description|enum
            |event_trigger|extension|file_settings|foreign_\w+|group|hba_file_rules|index(?:es)?|inherits|init_privs
            |language|largeobject\w*|locks|matviews|namespace|opclass|operator|opfamily|partitioned_table|polic(?:y|ies)
            |prepared_\w+|proc(?:_info)?|publication\w*|range|replication_\w+|rewrite|roles|rules|seclabels?|sequences?
            |settings|shadow|shdepend|shdescription|shseclabel|stat(?:s|io|istic)?(?:_\w+)?|subscription\w*|tables?
            |table_def|tablespace|timezone_\w+|transform|trigger|ts_\w+|type|user(?:_info|_mappings?)?|views?)$
      |(?:all|user|dba)_(?:tables|tab_\w+|cons\w+|ind\w+|sequences|views|objects|source|triggers|synonyms|users
            |segments|errors|procedures|arguments|scheduler_\w+|jobs|mviews|tablespaces|dependencies
            |(?:tab|col|mview)_comments|recyclebin|(?:role|sys|tab|col)_privs|free_space|data_files|extents|lobs
            |part_\w+|ts_quotas|db_links|identity_cols|external_tables|type_attrs|updatable_columns)$
      |system(?:_schema|_auth|_virtual_schema)?\.|(?:svv|svl|stl|stv)_\w+$|exa_all_\w+$|v_catalog\.
      |s?v_?\$|sqlite_|pragma_\w+$|sysobjects$|syscolumns$|msdb\.""",
    re.VERBOSE,
)
_CATALOG = frozenset({"columns", "tables", "views", "view_columns"})
_PATH = re.compile(r"[/\\]|^\w+://")
_DYNAMIC = re.compile(r"(?i:carveout_hole)|[{}?]|%[s(]|^:|^&|^@|^$|^__[A-Z][A-Z0-9_]*__$")
"""`__TABLE__` is replaced before the text runs."""


def is_dynamic(part: str) -> bool:
    """Is (a part of) this name only known at run time?"""
    return _DYNAMIC.search(part) is not None


def is_system(name: str) -> bool:
    """Is this a table of the database itself, or one that a statement brings along, rather than the
    application's?
    """
    return name in PSEUDO or _SYSTEM.match(name) is not None


def is_catalog(name: str, columns: Collection[str]) -> bool:
    """Is this one of the database's own lists of tables and columns, by the columns that are read of it?"""
    return name in _CATALOG and "table_schema" in columns and "table_name" in columns


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
