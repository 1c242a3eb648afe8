"""A star import binds every public name of a module that has no `__all__` (7.11)."""

from shapes import *


def _unit():
    return "m"


def describe(width, height):
    return f"{area(width, height)} {_unit()}"


square = Square(4)
print(describe(2, 3), square.size())
