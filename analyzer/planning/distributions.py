"""What a service must install: the libraries that its code imports, as the monolith declares them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping

from .declared import declared_requirements, normalised

# Import name -> distributions that bring it, where the names differ by more than spelling.
_BROUGHT_BY: Mapping[str, tuple[str, ...]] = {
    "MySQLdb": ("mysqlclient",), "OpenSSL": ("pyopenssl",), "PIL": ("pillow",), "attr": ("attrs",),
    "bs4": ("beautifulsoup4",), "Crypto": ("pycryptodome",), "cv2": ("opencv-python",),
    "dateutil": ("python-dateutil",), "depot": ("filedepot",), "dns": ("dnspython",),
    "docx": ("python-docx",), "dotenv": ("python-dotenv",), "flask_security": ("flask-security-too",),
    "git": ("gitpython",),
    "google": ("protobuf",), "jose": ("python-jose",), "jwt": ("pyjwt",), "ldap": ("python-ldap",),
    "magic": ("python-magic",), "nacl": ("pynacl",), "psycopg2": ("psycopg2-binary",),
    "serial": ("pyserial",), "sklearn": ("scikit-learn",), "slugify": ("python-slugify",),
    "socketio": ("python-socketio",), "yaml": ("pyyaml",), "zmq": ("pyzmq",),
}  # fmt: skip

_NAMESPACES = frozenset({"azure", "backports", "google", "llama_index", "opentelemetry", "zope"})
"""Packages of which each distribution brings a part."""

# Drivers that SQLAlchemy loads by the URL of the database, so that no import shows them (aiopg brings one).
_DRIVERS = frozenset(
    {"psycopg", "psycopg2", "psycopg2-binary", "asyncpg", "pg8000", "pymysql", "mysqlclient",
     "mysql-connector-python", "oracledb", "cx-oracle", "pyodbc", "pymssql",
     "aiosqlite", "aiomysql", "asyncmy", "aiopg"}
)  # fmt: skip


def distributions(imported: Iterable[str], files: Mapping[str, str], own: Iterable[str]) -> tuple[str, ...]:
    """Requirements for the imported dotted names, sorted.

    `own` are the top-level names of the project itself. A requirement of the monolith is taken over with its
    version; what it does not declare is required by the name under which it is imported.
    """
    names = (
        {name.partition(".")[0] for name in imported}
        - set(own)
        - sys.stdlib_module_names
        - {"", "__future__"}
    )
    declared = declared_requirements(files)
    chosen = {each for name in names for each in _requirements(name, declared)}
    if "sqlalchemy" in names or "flask_sqlalchemy" in names:
        chosen |= {declared[driver] for driver in _DRIVERS & declared.keys()}
    return tuple(sorted(chosen, key=str.lower))


def _requirements(name: str, declared: Mapping[str, str]) -> tuple[str, ...]:
    """What brings an import; of a package that many bring a part of, all that are declared."""
    if name in _NAMESPACES:
        below = tuple(each for key, each in declared.items() if key.startswith(f"{normalised(name)}-"))
        if below:
            return below
    return (_requirement(name, declared),)


def _requirement(name: str, declared: Mapping[str, str]) -> str:
    known = _BROUGHT_BY.get(name, ())
    plain = normalised(name)
    spelt = (f"python-{plain}", f"py{plain}", f"{plain}-python", f"{plain}py", f"{plain}-binary")
    for candidate in (name, *known, *spelt):
        if normalised(candidate) in declared:
            return declared[normalised(candidate)]
    return known[0] if known else plain
