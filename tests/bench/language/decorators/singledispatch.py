"""`functools.singledispatch` chooses the function by the type of the first argument (functools)."""

from functools import singledispatch


@singledispatch
def show(value):
    return plain(value)


@show.register
def show_number(value: int):
    return plain(value + 1)


@show.register(list)
def show_list(value):
    return ", ".join(show(part) for part in value)


@show.register(str)
def _(value):
    return quote(value)


def plain(value):
    return str(value)


def quote(value):
    return f"'{value}'"


print(show(1.5), show([1, "a", 2.5]))
