"""Classes are decorated, too: the result is bound to the class's name (8.8)."""

MODELS = []


def model(cls):
    MODELS.append(cls)
    return cls


def described(text):
    def decorate(cls):
        def describe(self):
            return f"{text} {self.name()}"

        cls.describe = describe
        return cls

    return decorate


@model
class Cat:
    def name(self):
        return "cat"


@model
@described("a big")
class Dog:
    def name(self):
        return "dog"


print(Cat().name(), Dog().describe())
print([kind().name() for kind in MODELS])
