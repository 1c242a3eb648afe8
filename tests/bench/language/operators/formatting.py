"""Formatted string literals, `str` and `print` call special methods (2.4.3, 3.3.1)."""


class Price:
    def __init__(self, amount):
        self.amount = amount

    def __format__(self, spec):
        return self.short() if spec == "s" else f"{self.amount} EUR"

    def short(self):
        return f"{self.amount}"


class Item:
    def __init__(self, name):
        self.name = name

    def __str__(self):
        return self.name.upper()

    def __repr__(self):
        return f"Item({self.name})"


def label(item, price):
    return f"{item}: {price:s} {price}"


def debug(item):
    return f"{item!r}"


def text(item):
    return str(item)


print(label(Item("tea"), Price(3)), debug(Item("cup")), text(Item("pot")))
