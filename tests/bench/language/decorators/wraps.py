"""A decorator's result takes the function's place; `functools.wraps` only copies its name (8.7)."""

import functools


def clock():
    return 0


def timed(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        started = clock()
        result = function(*args, **kwargs)
        return result, clock() - started

    return wrapper


@timed
def load(name):
    return name.upper()


class Store:
    @timed
    def save(self, name):
        return self.path(name)

    def path(self, name):
        return f"/{name}"


print(load("a"), Store().save("b"))
