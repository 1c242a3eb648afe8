"""A sequence pattern binds items by position, and the rest by a star (8.6.4.8)."""


def start():
    return "started"


def check():
    return "checked"


def clean():
    return "cleaned"


def nothing():
    return "nothing"


def run(steps):
    match steps:
        case []:
            return nothing()
        case [only]:
            return only()
        case [first, *others]:
            return first(), [other() for other in others]


def command(text):
    match text.split():
        case ["run", name]:
            return start() + name
        case _:
            return run([])


print(run([start]), run([start, check, clean]), command("run a"), command("b"))
