"""What the methods of managers, querysets and models do to tables, as data."""

from __future__ import annotations

from typing import NamedTuple


class Does(NamedTuple):
    """What a method does to its model's table: `kinds` are reads and writes with how they are done.

    `lazy`: the query runs later, when somebody asks for its rows. `fetches`: it gives one instance.
    """

    kinds: tuple[tuple[str, str], ...]
    lazy: bool = False
    fetches: bool = False


_READ, _INSERT = ("reads", ""), ("writes", "insert")
_UPDATE, _DELETE = ("writes", "update"), ("writes", "delete")
_LAZY = (
    "all filter exclude annotate alias order_by reverse distinct values values_list dates datetimes "
    "union intersection difference select_related prefetch_related extra defer only using raw"
).split()
_EVALUATES = "in_bulk iterator exists contains explain".split()
_FETCHES = "get first last latest earliest".split()

METHODS: dict[str, Does] = {
    **{name: Does((_READ,), lazy=True) for name in _LAZY},
    "none": Does((), lazy=True),
    **{name: Does((_READ, _INSERT)) for name in ("get_for_model", "get_for_models")},  # of content types
    "get_for_id": Does((_READ,)),
    "select_for_update": Does((("reads", "lock"),), lazy=True),
    **{name: Does((_READ,)) for name in _EVALUATES},
    **{name: Does((("reads", "aggregate"),)) for name in ("count", "aggregate")},
    **{name: Does((_READ,), fetches=True) for name in _FETCHES},
    "create": Does((_INSERT,), fetches=True),
    **{name: Does((_INSERT,), fetches=True) for name in ("create_user", "create_superuser")},
    "bulk_create": Does((_INSERT,)),
    "update": Does((_UPDATE,)),
    "bulk_update": Does((_UPDATE,)),
    "delete": Does((_DELETE,)),
    "_raw_delete": Does((_DELETE,)),
    "get_or_create": Does((_READ, _INSERT), fetches=True),
    "update_or_create": Does((("reads", "lock"), _INSERT, _UPDATE), fetches=True),
}
"""Of managers and querysets."""
METHODS.update({f"a{name}": does for name, does in list(METHODS.items()) if not does.lazy})

CHECKS_UNIQUE = ("full_clean", "validate_unique")
"""Methods of instances that ask for rows like them, if something of theirs is unique."""
OF_INSTANCES: dict[str, Does] = {
    "save": Does((_INSERT, _UPDATE)),
    "save_base": Does((_INSERT, _UPDATE)),
    "delete": Does((_DELETE,)),
    "refresh_from_db": Does((_READ,)),
    **{name: Does((_READ,)) for name in CHECKS_UNIQUE},
}
OF_INSTANCES.update({f"a{name}": does for name, does in list(OF_INSTANCES.items())})

OF_RELATED: dict[str, tuple[tuple[str, str], ...]] = {
    "add": (_READ, _INSERT),
    "remove": (_DELETE,),
    "set": (_READ, _INSERT, _DELETE),
    "clear": (_DELETE,),
    "create": (_INSERT,),
    "get_or_create": (_READ, _INSERT),
    "update_or_create": (_READ, _INSERT),
}
"""Of managers of many-to-many relations: what they do to the table in between."""
OF_RELATED.update({f"a{name}": does for name, does in list(OF_RELATED.items())})
OF_KEYED = frozenset({"add", "remove", "set", "clear", "aadd", "aremove", "aset", "aclear"})
"""Of managers of reverse foreign keys: they set the key."""

_USERS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "login": (("user", "writes", "update"), ("session", "reads", ""), ("session", "writes", "insert")),
    "logout": (("user", "reads", ""), ("session", "reads", ""), ("session", "writes", "delete")),
    "authenticate": (("user", "reads", ""),),
    "get_user": (("user", "reads", ""), ("session", "reads", "")),
    "update_session_auth_hash": (("session", "reads", ""), ("session", "writes", "insert")),
}
OF_SESSIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "save": (_READ, _INSERT, _UPDATE),
    "create": (_READ, _INSERT),
    "delete": (_READ, _DELETE),
    "flush": (_READ, _DELETE),
    "cycle_key": (_READ, _INSERT, _DELETE),
    "clear_expired": (_DELETE,),
}
"""Methods of sessions that write at once; they look for the row first. Any other one reads it."""
OF_SESSIONS.update({f"a{name}": does for name, does in list(OF_SESSIONS.items())})

OF_USERS = {f"django.contrib.auth.{a}{name}": does for name, does in _USERS.items() for a in ("", "a")}
for _module in ("django.contrib.sites.shortcuts", "django.contrib.sites.models.Site.objects"):
    for _name in ("get_current_site", "get_current"):
        OF_USERS[f"{_module}.{_name}"] = (("site", "reads", ""),)
"""Functions of `django.contrib.auth`: what they do to the tables of users and sessions."""
