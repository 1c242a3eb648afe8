"""An attribute of a class with `__get__` answers for its instances, with `__set__` for stores (3.3.2.1)."""


class Positive:
    def __init__(self, name):
        self.name = name

    def __get__(self, instance, owner):
        return instance.__dict__[self.name]

    def __set__(self, instance, value):
        instance.__dict__[self.name] = self.check(value)

    def __delete__(self, instance):
        del instance.__dict__[self.name]

    def check(self, value):
        return max(value, 0)


class Item:
    price = Positive("price")
    count = Positive("count")

    def __init__(self, price, count):
        self.price = price
        self.count = count

    def cost(self):
        return self.price * self.count


item = Item(3, -2)
print(item.cost())
del item.price
