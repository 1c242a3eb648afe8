"""The items of a `list[X]` or of a `tuple[X, ...]` are X (8.7, typing)."""

import pickle
from collections.abc import Iterable


class Line:
    def __init__(self, price):
        self.price = price

    def gross(self):
        return self.price * 2

    def net(self):
        return self.price


def total(lines: list[Line]) -> int:
    return sum(line.gross() for line in lines)


def first(lines: tuple[Line, ...]) -> int:
    return lines[0].net()


def prices(lines: Iterable[Line]) -> list[int]:
    found = []
    for line in lines:
        found.append(line.net())
    return found


SAVED = pickle.dumps((Line(1), Line(2)))
print(total(pickle.loads(SAVED)), first(pickle.loads(SAVED)), prices(pickle.loads(SAVED)))
