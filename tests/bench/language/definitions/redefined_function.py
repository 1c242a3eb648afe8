"""A second `def` of a name rebinds it: who calls later, calls the second one (8.7)."""


def old_rate():
    return 16


def new_rate():
    return 19


def rate():
    return old_rate()


def before(amount, current=rate):
    return amount * current() / 100


def rate():
    return new_rate()


def after(amount):
    return amount * rate() / 100


print(before(100), after(100))
