"""What the messages say: a title, which the app shows in bold, and a body."""

from typing import Any

TEXTS = {
    "order_placed": (
        "We have your order {number}",
        "Thank you, {name}. You ordered {units} item(s) for {total}; they go to {city}.",
    ),
    "order_paid": (
        "Your payment has arrived",
        "We received {total} for order {number} and pack your parcel.",
    ),
    "order_shipped": (
        "Your parcel is on its way",
        "{carrier} has order {number}: follow it with {tracking_code}.",
    ),
    "order_cancelled": (
        "Order {number} is cancelled",
        "What you paid goes back to your card within five days.",
    ),
    "review_added": ("Thank you for your review", "You gave {product} {stars} of 5 stars."),
}


def render(kind: str, **facts: Any) -> tuple[str, str]:
    title, body = TEXTS[kind]
    return title.format(**facts), body.format(**facts)
