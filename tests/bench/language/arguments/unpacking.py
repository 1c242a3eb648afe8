"""Targets of an assignment take a value apart, a starred one takes the rest as a list (7.2)."""


def start():
    return "start"


def work():
    return "work"


def rest():
    return "rest"


def stop():
    return "stop"


def steps():
    return start, (work, rest), stop


def morning():
    begin, (_, pause), _ = steps()
    return begin(), pause()


def evening():
    _, *later = [start, work, stop]
    return [step() for step in later]


begin, end = start, stop
begin, end = end, begin
print(morning(), evening(), begin(), end())
