"""Several decorators apply from the bottom up: the topmost's result is what is called (8.7)."""


def bold(function):
    def in_bold(text):
        return f"<b>{function(text)}</b>"

    return in_bold


def checked(function):
    def with_check(text):
        return function(text) if valid(text) else ""

    return with_check


def valid(text):
    return bool(text)


@checked
@bold
def greet(name):
    return f"hello {name}"


@bold
@checked
def leave(name):
    return f"bye {name}"


print(greet("Ann"), leave("Bob"))
