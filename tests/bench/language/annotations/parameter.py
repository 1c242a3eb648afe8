"""Only the parameter's annotation says what a value is that comes back from a file (8.7)."""

import pickle


class Order:
    def __init__(self, number):
        self.number = number

    def total(self):
        return self.number * 2

    @property
    def label(self):
        return f"order {self.number}"


def invoice(order: Order) -> str:
    return f"{order.label}: {order.total()}"


def ship(number: int, *, order: "Order") -> int:
    return number + order.total()


SAVED = pickle.dumps(Order(3))
print(invoice(pickle.loads(SAVED)), ship(1, order=pickle.loads(SAVED)))
