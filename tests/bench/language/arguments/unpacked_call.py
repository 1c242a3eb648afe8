"""A call may unpack sequences into positions and mappings into keywords (6.3.4)."""


def read():
    return ["b", "a"]


def arrange(rows):
    return sorted(rows)


def write(rows):
    return ",".join(rows)


def transfer(source, change, *, target):
    return target(change(source()))


STEPS = (read, arrange)
OPTIONS = {"target": write}


def run():
    return transfer(*STEPS, **OPTIONS)


print(run())
