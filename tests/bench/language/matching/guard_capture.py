"""A guard is evaluated behind a match; a capture binds the subject itself (8.6.2, 8.6.4.3)."""


class Ticket:
    def __init__(self, age):
        self.age = age

    def child(self):
        return self.age < 12

    def price(self):
        return base() * 2


def base():
    return 5


def free(age):
    return age < 4


def price(ticket):
    match ticket:
        case Ticket(age=age) if free(age):
            return 0
        case Ticket() if ticket.child():
            return base()
        case other:
            return other.price()


print([price(Ticket(age)) for age in (2, 10, 40)])
