"""Operators call special methods, the reflected ones when the left operand cannot (3.3.8)."""


class Money:
    def __init__(self, amount):
        self.amount = amount

    def __add__(self, other):
        return Money(self.amount + other.amount)

    def __mul__(self, factor):
        return Money(self.amount * factor)

    def __rmul__(self, factor):
        return self * factor

    def __neg__(self):
        return Money(-self.amount)


class Purse:
    def __init__(self, money):
        self.money = money

    def __iadd__(self, money):
        self.money = self.money + money
        return self

    def __rsub__(self, budget):
        return budget - self.money.amount


def earn(purse, money):
    purse += money
    return purse


total = 2 * Money(3) + -Money(1)
print(total.amount, 100 - earn(Purse(Money(5)), total))
