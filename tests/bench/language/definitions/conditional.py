"""Functions and classes are defined by statements that run: `if` and `try` choose among them (8.7)."""

import sys


def clean(path):
    return path.strip()


if sys.maxsize > 0:

    def normal(path):
        return clean(path).lower()

else:

    def normal(path):
        return clean(path)


try:
    from no_such_module_anywhere import walk
except ImportError:

    def walk(path):
        return [normal(part) for part in path.split("/")]


print(walk("A/B /c"))
