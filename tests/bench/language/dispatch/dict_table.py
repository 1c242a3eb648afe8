"""A display of key and function pairs, looked up by a key (6.2.7)."""


def add(a, b):
    return a + b


def subtract(a, b):
    return a - b


def power(a, b):
    return a**b


OPERATIONS = {"+": add, "-": subtract}
OPERATIONS["^"] = power


def calculate(text):
    left, sign, right = text.split()
    return OPERATIONS[sign](int(left), int(right))


def square(number):
    return OPERATIONS["^"](number, 2)


def unknown(a, b):
    return None


def safe(sign, a, b):
    return OPERATIONS.get(sign, unknown)(a, b)


print([calculate(text) for text in ("1 + 2", "5 - 3", "2 ^ 3")], square(5))
print(safe("+", 1, 2), safe("-", 1, 2), safe("^", 1, 2), safe("?", 1, 2))
