"""What the views that Django brings do with the rows of the model that a class names, when a method of the
class goes on with the view's own: `super().form_valid(form)`, `super().add_view(request)`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ...model.evidence import Confidence
from ...model.world import TypeRule

_Does = tuple[tuple[str, str], ...]
_READ, _INSERT = ("reads", ""), ("writes", "insert")
_UPDATE, _DELETE = ("writes", "update"), ("writes", "delete")
_ADMIN: Mapping[str, _Does] = {
    "add_view": (_INSERT,),
    "change_view": (_READ, _UPDATE),
    "changeform_view": (_READ, _INSERT, _UPDATE),
    "delete_view": (_READ, _DELETE),
    "changelist_view": (_READ,),
    "history_view": (_READ,),
}
_LISTS: Mapping[str, _Does] = {"get": (_READ,), "dispatch": (_READ,)}
_DELETES: Mapping[str, _Does] = dict.fromkeys(("post", "delete", "form_valid", "dispatch"), (_READ, _DELETE))
_GENERIC: Mapping[str, Mapping[str, _Does]] = {
    "CreateView": {"post": (_INSERT,), "form_valid": (_INSERT,), "dispatch": (_INSERT,)},
    "UpdateView": {
        "get": (_READ,),
        "post": (_READ, _UPDATE),
        "form_valid": (_UPDATE,),
        "dispatch": (_READ, _UPDATE),
    },
    "DeleteView": {"get": (_READ,), **_DELETES},
    **dict.fromkeys(("ListView", "BaseListView", "DetailView", "BaseDetailView", "DateDetailView"), _LISTS),
    **dict.fromkeys(("ArchiveIndexView", "YearArchiveView", "MonthArchiveView", "DayArchiveView"), _LISTS),
}
_MODULES = {"CreateView": "edit", "UpdateView": "edit", "DeleteView": "edit", "ListView": "list"}
_MODULES |= {"BaseListView": "list", "DetailView": "detail", "BaseDetailView": "detail"}


def base_view_types(admin: Sequence[str]) -> Iterator[TypeRule]:
    """Rules that make such calls known, for the classes of the admin and the generic views."""
    owners = [(owner, _ADMIN) for owner in admin]
    for name, methods in _GENERIC.items():
        module = _MODULES.get(name, "dates")
        owners += [
            (f"django.views.generic.{name}", methods),
            (f"django.views.generic.{module}.{name}", methods),
        ]
    for owner, methods in owners:
        for method in methods:
            yield TypeRule(f"{owner}.{method}()", "django.http.HttpResponse")
            yield TypeRule(f"{owner}.{method}[rows]", "")


def done_by(owner: str, method: str) -> tuple[_Does, Confidence] | None:
    """What a view's own method does, and how sure that is: which method `dispatch` calls is open."""
    if owner.startswith(("django.contrib.admin", "django.contrib.auth.admin")):
        does = _ADMIN.get(method)
    elif owner.startswith("django.views.generic"):
        does = _GENERIC.get(owner.rpartition(".")[2], {}).get(method)
    else:
        return None
    return (does, "possible" if method == "dispatch" else "likely") if does else None
