"""Defaults are evaluated once, where the `def` runs, and not by the calls (8.7)."""


def load_table():
    return {"a": 1}


def make_parser(table):
    def parse(text):
        return [lookup(table, sign) for sign in text]

    return parse


def lookup(table, sign):
    return table.get(sign, 0)


def total(text, parse=make_parser(load_table())):
    return sum(parse(text))


def report():
    return total("aba")


print(report(), total("b"))
