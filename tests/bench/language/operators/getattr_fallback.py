"""`__getattr__` answers for attributes that are not found, `__setattr__` takes all stores (3.3.2)."""


class Remote:
    def __getattr__(self, name):
        def call(*args):
            return self.send(name, args)

        return call

    def send(self, name, args):
        return f"{name}{args}"


class Record:
    def __init__(self, name):
        self.name = name

    def __setattr__(self, name, value):
        object.__setattr__(self, name, self.clean(value))

    def clean(self, value):
        return value.strip()


def use(remote):
    return remote.login("ann")


record = Record(" a ")
record.name = " b "
print(use(Remote()), record.name)
