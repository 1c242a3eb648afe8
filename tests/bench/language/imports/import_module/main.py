"""`importlib.import_module` with a literal name is an import that can be read (5.1)."""

import importlib
from importlib import import_module

json_format = importlib.import_module("formats.plain")


def export(rows):
    table = import_module("formats.table")
    return table.write(rows)


print(json_format.write([1, 2]))
print(export([3, 4]))
