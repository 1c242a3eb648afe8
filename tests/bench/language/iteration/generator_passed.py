"""A generator is made by one function and run by another (6.2.9)."""


def parse(line):
    return line.split("=")


def read(lines):
    for line in lines:
        yield parse(line)


def wanted(pairs, test):
    return (pair for pair in pairs if test(pair))


def short(pair):
    return len(pair[0]) < 3


def store(pairs):
    return {key: convert(value) for key, value in pairs}


def convert(value):
    return int(value)


def main():
    pairs = read(["a=1", "long=2", "bc=3"])
    return store(wanted(pairs, short))


print(main())
