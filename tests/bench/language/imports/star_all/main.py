"""With `__all__` a star import binds just the names listed there, private ones too (7.11)."""

from tax import *


def rounded(amount):
    return int(amount)


def invoice(net):
    return rounded(gross(net)) + _fee(net)


print(invoice(100))
