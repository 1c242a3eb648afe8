"""A cached function is called through its cache, by its own name (functools)."""

from functools import cache, lru_cache


@lru_cache(maxsize=None)
def fibonacci(number):
    if number < 2:
        return number
    return add(fibonacci(number - 1), fibonacci(number - 2))


def add(a, b):
    return a + b


@cache
def settings():
    return read()


def read():
    return {"limit": 10}


class Catalog:
    @lru_cache
    def price(self, name):
        return self.lookup(name)

    def lookup(self, name):
        return len(name)


print(fibonacci(5), settings()["limit"], Catalog().price("tea"))
