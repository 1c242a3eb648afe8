"""Members of an enumeration are instances of its class: its methods work on them (enum)."""

from enum import Enum


class Status(Enum):
    OPEN = "open"
    PAID = "paid"
    SENT = "sent"

    def title(self):
        return self.value.title()

    def next(self):
        members = list(Status)
        return members[(members.index(self) + 1) % len(members)]

    @property
    def final(self):
        return self is Status.SENT

    @classmethod
    def default(cls):
        return cls.OPEN


def report(status):
    return f"{status.title()} {status.final}"


print(report(Status.PAID), Status.default().title())
print(Status("open").next().title(), [status.title() for status in Status])
