"""What a call gives is said by the return annotation alone (8.7)."""

import pickle
from collections.abc import Callable, Iterator


class User:
    def __init__(self, name):
        self.name = name

    def greet(self):
        return f"hello {self.name}"

    def friend(self) -> "User":
        return pickle.loads(pickle.dumps(self))


def load(data) -> User:
    return pickle.loads(data)


def each(data) -> Iterator[User]:
    yield pickle.loads(data)


def run(loader: Callable[[bytes], User], data):
    return loader(data).greet()


DATA = pickle.dumps(User("ann"))
print(load(DATA).greet(), load(DATA).friend().greet(), run(load, DATA))
print([user.greet() for user in each(DATA)])
