"""A class statement calls its metaclass, and so does a call of the class (3.3.3)."""

CLASSES = {}


def register(cls):
    CLASSES[cls.__name__] = cls


class Meta(type):
    def __new__(mcs, name, bases, namespace):
        cls = super().__new__(mcs, name, bases, namespace)
        register(cls)
        return cls

    def __call__(cls, *args):
        instance = super().__call__(*args)
        instance.ready()
        return instance

    def table(cls):
        return cls.__name__.lower()


class Model(metaclass=Meta):
    def __init__(self, key):
        self.key = key

    def ready(self):
        return self.key


class User(Model):
    pass


print(User(3).key, User.table(), Model(4).key, sorted(CLASSES))
