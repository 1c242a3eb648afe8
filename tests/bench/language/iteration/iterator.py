"""A loop calls `__iter__` of what it runs over, then `__next__` of what that gave (3.3.7, 8.3)."""


class Countdown:
    def __init__(self, start):
        self.start = start

    def __iter__(self):
        return Steps(self.start)


class Steps:
    def __init__(self, number):
        self.number = number

    def __iter__(self):
        return self

    def __next__(self):
        if self.number == 0:
            raise StopIteration
        self.number -= 1
        return Step(self.number)


class Step:
    def __init__(self, number):
        self.number = number

    def show(self):
        return str(self.number)


def launch(countdown):
    for step in countdown:
        print(step.show())


launch(Countdown(2))
print(sum(step.number for step in Steps(3)))
