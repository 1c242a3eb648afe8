"""Functions of the standard library that call what they are given, and give on what it made."""

import functools
import heapq
import itertools
import re


class Order:
    def __init__(self, city, total):
        self.city, self.total = city, total

    def close(self):
        return self.total


def city(order):
    return order.city


def small(order):
    return order.total < 10


def more(left, right):
    return left + right


def made(place, total):
    return Order(place, total)


def hidden(match):
    return "*" * len(match.group())


def shouted(match):
    return match.group().upper()


def value(order):
    return order.total


def compared(left, right):
    return left - right


def main():
    orders = list(itertools.starmap(made, [("Ulm", 3), ("Bonn", 30)]))
    for _, group in itertools.groupby(orders, key=city):
        for order in group:
            order.close()
    list(itertools.takewhile(small, orders))
    list(itertools.accumulate([1, 2], more))
    re.sub(r"\d+", hidden, "in 1984")
    re.compile("[a-z]").sub(shouted, "abc")
    heapq.nlargest(1, orders, key=value)
    sorted([2, 1], key=functools.cmp_to_key(compared))


main()
