"""A conditional expression is one of two values, a function or an instance, say (6.12)."""


def metric(value):
    return f"{value} km"


def imperial(value):
    return f"{value} mi"


class Car:
    def move(self):
        return "drives"


class Boat:
    def move(self):
        return "swims"


def show(value, country):
    form = imperial if country == "us" else metric
    return form(value)


def travel(wet):
    return (Boat() if wet else Car()).move()


print(show(1, "us"), show(1, "de"))
print(travel(True), travel(False))
