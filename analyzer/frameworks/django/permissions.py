"""What is read to tell what a user may do: `user.has_perm(...)`, `self.has_change_permission(request)`."""

from __future__ import annotations

import re

from .relations import LIBRARY, Relations

_PLAIN = "has_perm has_perms has_module_perms get_all_permissions get_group_permissions get_user_permissions"
OF_PERMISSIONS = frozenset(name for plain in _PLAIN.split() for name in (plain, f"a{plain}"))
"""Methods of users that ask for their permissions and for those of their groups."""
OF_ADMIN = re.compile(r".*\.has_(?:view|add|change|delete|view_or_change|module)_permission\Z")
"""Methods of the admin's classes that ask what the user of a request may do."""
_GROUP = next(name for name, (_, model) in LIBRARY.items() if model == "Group")


def permission_tables(relations: Relations) -> list[str]:
    """The tables that Django's own backend joins; none where users have no permissions of that kind."""
    user, group = relations.attributes.get(relations.user_class(), {}), relations.attributes.get(_GROUP, {})
    leads = [user.get("user_permissions"), user.get("groups"), group.get("permissions")]
    known = [lead for lead in leads if lead is not None]
    if len(known) < len(leads):
        return []
    kinds = relations.tables.get("django.contrib.contenttypes.models.ContentType", "")
    return list(dict.fromkeys([*(table for lead in known for table in (lead.table, lead.between)), kinds]))
