"""A field's `default_factory` is called by the generated `__init__` when no value is given (dataclasses)."""

from dataclasses import dataclass, field


def new_key():
    return 7


class Log:
    def __init__(self):
        self.lines = []

    def write(self, line):
        self.lines.append(line)


@dataclass
class Session:
    user: str
    key: int = field(default_factory=new_key)
    log: Log = field(default_factory=Log)
    tags: list = field(default_factory=list)
    limits: dict = field(default_factory=lambda: {"tries": 3})

    def open(self):
        self.log.write(self.user)
        return self.limits["tries"]


def login(user):
    session = Session(user)
    return session.open()


print(login("Ann"), Session("Bob").key)
