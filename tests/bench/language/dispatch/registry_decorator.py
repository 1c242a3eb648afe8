"""A decorator may keep the function in a table and return it unchanged (8.7)."""

COMMANDS = {}


def command(name):
    def register(function):
        COMMANDS[name] = function
        return function

    return register


@command("hello")
def hello():
    return greeting("hello")


@command("bye")
def bye():
    return greeting("bye")


def greeting(word):
    return f"{word}!"


def run(name):
    return COMMANDS[name]()


print(run("hello"), run("bye"), hello())
