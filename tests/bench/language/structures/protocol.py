"""A protocol names methods; classes that have them fit without inheriting (typing)."""

from typing import Protocol


class Channel(Protocol):
    def send(self, text: str) -> str: ...

    def close(self) -> None: ...


class Mail:
    def send(self, text: str) -> str:
        return f"mail {text}"

    def close(self) -> None:
        return None


class Chat:
    def send(self, text: str) -> str:
        return f"chat {text}"

    def close(self) -> None:
        return None


def notify(channel: Channel, text: str) -> str:
    sent = channel.send(text)
    channel.close()
    return sent


print(notify(Mail(), "hi"), notify(Chat(), "ho"))
