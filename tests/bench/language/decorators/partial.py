"""`functools.partial` holds a function and some of its arguments (functools)."""

from functools import partial


def send(channel, text, encode):
    return f"{channel}: {encode(text)}"


def upper(text):
    return text.upper()


def reverse(text):
    return text[::-1]


mail = partial(send, "mail", encode=upper)
chat = partial(send, "chat")


class Outbox:
    def __init__(self):
        self.deliver = partial(self.store, "out")

    def store(self, folder, text):
        return f"{folder}/{text}"


def broadcast(text):
    return mail(text), chat(text, reverse)


print(broadcast("hi"), Outbox().deliver("hi"))
