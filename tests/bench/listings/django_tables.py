"""The tables of a Django application, off its own registry of models."""

from __future__ import annotations

import json


def show(package: str) -> None:
    """Prints {table: {columns, keys}} of the models that the package defines; the settings are configured."""
    from django.apps import apps  # type: ignore[import-untyped]

    found = {}
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        if meta.proxy or model.__module__.partition(".")[0] != package:
            continue
        fields = meta.local_concrete_fields
        keys = [[f.column, f.remote_field.model._meta.db_table] for f in fields if f.remote_field is not None]
        found[meta.db_table] = {"columns": [f.column for f in fields], "keys": keys}
    print("\n" + json.dumps(found))
