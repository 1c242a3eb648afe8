"""Parameters after `*` are passed by name, those before `/` by position (8.7)."""


def ascending(values):
    return sorted(values)


def descending(values):
    return sorted(values, reverse=True)


def first(values):
    return values[0]


def pick(values, /, order=ascending, *, choose, after=None):
    chosen = choose(order(values))
    return after(chosen) if after is not None else chosen


def percent(value):
    return f"{value}%"


print(pick([3, 1, 2], choose=first))
print(pick([3, 1, 2], descending, choose=first, after=percent))
