"""The card processor, or a stand-in that always answers the same, for shops without a contract."""

import hashlib
import json
import secrets
import urllib.request
from dataclasses import dataclass
from typing import Any, Protocol

from .. import settings
from ..errors import ShopError

DECLINED_ENDINGS = {"0002": "insufficient funds", "0069": "card expired"}
ATTEMPTS = 3


class GatewayFailed(ShopError):
    """The processor does not answer: nobody knows yet whether money has moved."""

    status = 502
    code = "gateway_failed"


@dataclass(frozen=True)
class Answer:
    reference: str
    decline_reason: str | None = None

    @property
    def approved(self) -> bool:
        return self.decline_reason is None


class Gateway(Protocol):
    def capture(self, card_number: str, amount_cents: int, statement: str) -> Answer:
        """Takes the amount from the card; `statement` is what the card holder reads on the bill."""

    def refund(self, reference: str, amount_cents: int) -> Answer:
        """Gives back a part of what was captured."""


class Simulator:
    def capture(self, card_number: str, amount_cents: int, statement: str) -> Answer:
        reference = _reference("cap", card_number, amount_cents, statement)
        return Answer(reference, DECLINED_ENDINGS.get(card_number[-4:]))

    def refund(self, reference: str, amount_cents: int) -> Answer:
        return Answer(_reference("ref", reference, amount_cents))


class HttpGateway:
    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def capture(self, card_number: str, amount_cents: int, statement: str) -> Answer:
        return self._post("/captures", card_number=card_number, amount=amount_cents, statement=statement)

    def refund(self, reference: str, amount_cents: int) -> Answer:
        return self._post("/refunds", capture=reference, amount=amount_cents)

    def _post(self, path: str, **fields: Any) -> Answer:
        """Tries again when the line breaks: by the key the processor knows what it has done already."""
        data = json.dumps({**fields, "currency": settings.CURRENCY}).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": secrets.token_hex(8)}
        request = urllib.request.Request(self.url + path, data, headers)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with urllib.request.urlopen(request) as response:
                    told = json.load(response)
                break
            except (OSError, ValueError) as error:
                if attempt == ATTEMPTS:
                    raise GatewayFailed("The card processor does not answer.") from error
        return Answer(told["reference"], told.get("decline_reason"))


def current() -> Gateway:
    return HttpGateway(settings.GATEWAY_URL) if settings.GATEWAY_URL else Simulator()


def _reference(kind: str, *parts: object) -> str:
    digest = hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()
    return f"{kind}_{digest[:16]}"
