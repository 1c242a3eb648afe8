"""`map`, `filter` and `reduce` call the function that they are given (built-in functions, functools)."""

from functools import reduce


class Scale:
    def __init__(self, factor):
        self.factor = factor

    def apply(self, value):
        return value * self.factor


def positive(value):
    return value > 0


def add(total, value):
    return total + value


def show(name, value):
    return f"{name}={value}"


def total(values):
    scaled = map(Scale(3).apply, filter(positive, values))
    return reduce(add, scaled, 0)


def table(names, values):
    return list(map(show, names, values))


print(total([1, -2, 3]), table("ab", [1, 2]), list(map(lambda value: value + 1, [1])))
