"""The shapes of SQL statements, as data: for each leading verb the patterns that tell SQL from a sentence.

A pattern is matched at the verb. In it a blank stands for any white space, and the group `name` is the
first table, where one is expected at once.
"""

from __future__ import annotations

import re

_WRITTEN = r'(?:"[^"\n]{1,128}"|`[^`\n]{1,128}`|\[[^\]\n]{1,128}\]|[\w$#@?:]+)'
NAME_PATTERN = rf"(?:{_WRITTEN}(?:\.{{1,2}}{_WRITTEN}){{0,3}})"
"""A name as SQL writes it, for statements that are read by their first words."""

HOLE = r"(?:[$\#]?\{[^\n]{0,200}?\}\}?|%s|%\(\w+\)s|\?|:\w+|\$\d+)"
_PART = (
    r'(?:"[^"\n]{1,128}"|`[^`\n]{1,128}`|\[[^\]\n]{1,128}\]'
    rf"|(?:[A-Za-z_\#@]|{HOLE})(?:[\w$\#]|{HOLE})*)"
)
_NAME = rf"(?P<name>{_PART}(?:\s?\.{{1,2}}\s?{_PART}){{0,3}})"
_ALIAS = r"(?:\s+(?:as\s+)?(?!(?:set|where|using|values|select|with|default|from|join|inner|left)\b)\w+)?"
_QUERY = r"(?:\(\s*)*(?:select|with|insert|update|delete|values|merge|replace)\b"
_LIST = r"(?:\([^()]*\)\s*)?"
_IF_NOT = "(?:if not exists )?"
_NESTED = rf"[^;]{{0,200}}\s{_QUERY}(?=.{{1,20000}}?(?:\bfrom|\binto|\bset)\s)"
_OR_REPLACE = "(?:or (?:replace|alter) )?"
_DEFINER = r"(?:(?:temp(?:orary)?|constraint|(?:non)?editionable|definer\s*=\s*\S+) )*"

_PATTERNS = {
    "select": (
        rf"select\b(?=.{{1,20000}}?\bfrom\b\s*(?:{_NAME}|\(|$))",
        rf"select (?:(?:next|curr|set)val\s*\(\s*'|next value for {_NAME})",
    ),
    "insert": (
        r"insert (?:overwrite |ignore |or \w+ |low_priority |delayed )?(?:into )?(?:table )?"
        rf"{_NAME}\s*(?:{_ALIAS}\s*\([^()]*\)|(?:\w+\s+)?values\b|{_QUERY}|default values"
        r"|set \S+\s*=|overriding\b|partition\b)",
        rf"insert (?:ignore |or \w+ |low_priority |delayed )?into (?:table )?{_NAME}\s*(?:{HOLE}|$)",
        rf"insert (?:all|first)\b.{{1,2000}}?into {_NAME}",
        r"insert overwrite (?:local )?directory (?P<name>\S+)",
    ),
    "update": (
        rf"update (?:only |or \w+ |ignore |low_priority )?{_NAME}{_ALIAS}(?:\s*,\s*{_PART}{_ALIAS})*"
        rf"(?: (?:inner |left )?join .{{1,5000}}?)? set(?: [^\s=]+\s*=|\s*\(|\s+{HOLE}|\s*$)",
    ),
    "delete": (
        rf"delete (?:\w+ )?from (?:only )?{_NAME}{_ALIAS}"
        rf"\s*(?:where\b|using\b|returning\b|limit\b|order by\b|\w+ join\b|join\b|;|{HOLE}|$)",
    ),
    "merge": (rf"merge (?:into )?{_NAME}{_ALIAS}\s+using\b",),
    "replace": (rf"replace (?:into )?{_NAME}\s*{_LIST}(?:values\b|select\b|set \S+\s*=|with\b)",),
    "truncate": (
        rf"truncate (?:table )?(?:only )?{_NAME}(?:\s*,\s*{_PART})*\s*"
        r"(?:cascade|restrict|(?:restart|continue) identity.*)?;?\s*$",
    ),
    "with": (
        rf"with (?:recursive )?{_NAME}\s*{_LIST}as\s*(?:(?:not )?materialized\s*)?\(\s*(?:{_QUERY}|{HOLE})",
    ),
    "create": (
        rf"create {_OR_REPLACE}(?:(?:global|local|private) )?"
        r"(?:temp(?:orary)? |unlogged |external |transient |foreign |virtual )?"
        rf"table {_IF_NOT}{_NAME}\s*(?:\(|as\b|like\b|partition\b|using\b|clone\b|on commit\b|tablespace\b"
        r"|with(?:out)?\b|of\b|select\b|engine\b)",
        rf"create {_OR_REPLACE}(?:(?:force|temp(?:orary)?|materialized|recursive|definer\s*=\s*\S+"
        rf"|algorithm\s*=\s*\w+|sql security \w+) )*view {_IF_NOT}{_NAME}\s*{_LIST}(?:with [^()]*)?as\b",
        r"create (?:unique |clustered |nonclustered |fulltext |bitmap )*index (?:concurrently )?"
        rf"{_IF_NOT}(?:{_PART}(?:\.{_PART})? )?on (?:only )?{_NAME}\s*(?:\(|using\b)",
        rf"create {_OR_REPLACE}{_DEFINER}trigger {_IF_NOT}{_NAME} (?:before|after|instead of|on|for)\b",
        rf"create {_OR_REPLACE}{_DEFINER}(?:function|procedure|package)(?: body)? {_IF_NOT}{_NAME}"
        r"\s*(?:\(|as\b|is\b|returns?\b|begin\b|@)",
        rf"create (?:temp(?:orary)? )?sequence {_IF_NOT}{_NAME}\s*"
        r"(?:start\b|increment\b|minvalue\b|owned\b|cache\b|as\b|;|$)",
    ),
    "alter": (
        rf"alter table (?:if exists )?(?:only )?{_NAME} (?:add|drop|alter|rename|modify|change|disable|enable"
        r"|owner|set|attach|detach|swap|engine|convert)\b",
    ),
    "drop": (
        r"drop (?:table|view|materialized view|sequence|index(?: concurrently)?|trigger) (?:if exists )?"
        rf"{_NAME}"
        rf"(?:\s*,\s*{_PART})*\s*(?:cascade|restrict|purge|on \S+)?\s*(?:;|$)",
    ),
    "call": (
        rf"call {_NAME}\s*\((?=\s*(?:\)|'|{HOLE}|@|\d+\s*[,)]|\w+\s*,))(?:[^()]|\([^()]*\))*\)\s*;?\s*$",
    ),
    "exec": (rf"exec {_NAME}\s+@\w+\s*=",),
    "lock": (rf"lock tables? {_NAME}\s*(?:,|in \w+|read\b|write\b|;|$)",),
    "copy": (
        rf"copy {_NAME}\s*{_LIST}(?:from|to) (?:stdin\b|stdout\b|program\b|'|{HOLE})",
        rf"copy\s*\(\s*{_QUERY}",
    ),
    "refresh": (rf"refresh materialized view (?:concurrently )?{_NAME}",),
    "explain": (rf"explain\b{_NESTED}",),
    "declare": (rf"declare\b{_NESTED}", rf"declare\s+@\w+ .{{1,2000}}?{_NESTED}"),
    "if": (rf"if (?:not )?exists\s*\(\s*{_QUERY}",),
    "load": (
        rf"load (?:data|xml) (?:low_priority |concurrent )?(?:local )?infile .{{1,500}}?\binto table {_NAME}",
    ),
    "prepare": (rf"prepare \w+\s*{_LIST}as {_QUERY}",),
    "rename": (rf"rename tables? {_NAME} to {_PART}(?:\.{_PART})?\s*(?:,|;|$)",),
    "upsert": (rf"upsert into {_NAME}\s*{_LIST}(?:values\b|select\b)",),
    "begin": (rf"begin\b{_NESTED}",),
    "do": (r"do\b\s*(?:language \w+ )?\$\w*\$",),
}
SHAPES = {
    verb: tuple(re.compile(text.replace(" ", r"\s+"), re.IGNORECASE | re.DOTALL) for text in patterns)
    for verb, patterns in _PATTERNS.items()
}
