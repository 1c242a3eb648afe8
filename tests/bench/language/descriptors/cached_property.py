"""`functools.cached_property` and `property()` called as a function (functools, 3.3.2.2)."""

from functools import cached_property


class Order:
    def __init__(self, prices):
        self.prices = prices

    @cached_property
    def total(self):
        return self.sum_up(self.prices)

    def sum_up(self, prices):
        return sum(prices)

    def get_net(self):
        return self.tax(self.total)

    def set_net(self, value):
        self.prices = [self.tax(value)]

    def tax(self, value):
        return value * 0.8

    net = property(get_net, set_net)


order = Order([10, 20])
print(order.net, Order([5]).total)
order.net = 8
