"""A class as decorator: the function's name is bound to an instance, which is callable (8.7, 3.3.6)."""


class Counted:
    def __init__(self, function):
        self.function = function
        self.count = 0

    def __call__(self, *args):
        self.count += 1
        return self.function(*args)

    def reset(self):
        self.count = 0


class Prefix:
    def __init__(self, text):
        self.text = text

    def __call__(self, function):
        def prefixed(name):
            return self.text + function(name)

        return prefixed


@Counted
def greet(name):
    return f"hello {name}"


@Prefix("> ")
def leave(name):
    return f"bye {name}"


print(greet("Ann"), leave("Bob"), greet.count)
greet.reset()
