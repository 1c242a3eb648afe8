"""Callbacks are appended to a list of an instance and called later (6.3.1)."""


class Signal:
    def __init__(self):
        self.receivers = []

    def connect(self, receiver):
        self.receivers.append(receiver)

    def send(self, value):
        return [receiver(value) for receiver in self.receivers]


class Audit:
    def note(self, value):
        return f"noted {value}"


def mail(value):
    return f"mailed {value}"


saved = Signal()
saved.connect(mail)
saved.connect(Audit().note)
print(saved.send("order"))
