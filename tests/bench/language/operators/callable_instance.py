"""A call of an instance calls its class's `__call__` (3.3.6)."""


class Adder:
    def __init__(self, number):
        self.number = number

    def __call__(self, value):
        return self.add(value)

    def add(self, value):
        return value + self.number


class Chain:
    def __init__(self, *steps):
        self.steps = steps

    def __call__(self, value):
        for step in self.steps:
            value = step(value)
        return value


def double(value):
    return value * 2


def apply(function, values):
    return [function(value) for value in values]


print(apply(Chain(Adder(1), double), [1, 2]), Adder(5)(1))
