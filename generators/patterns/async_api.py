"""What a service receives as an AsyncAPI 3 document in JSON."""

from __future__ import annotations

import json
from typing import Any

from ...analyzer.model.plan import Sent, Step
from ..seams.schemas import schema

_ENVELOPE = ("specversion", "id", "source", "type", "time", "partitionkey", "sequence", "previous", "data")


def document(step: Step) -> str:
    """One channel with a message for each event, and the operation that receives them."""
    service = step.service.name
    messages = {_name(each): _message(each) for each in step.sent}
    channel = {
        "address": f"events.{service}",
        "description": "Signed CloudEvents 1.0 in JSON; those of one partitionkey are taken in their order.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
    }
    told: dict[str, Any] = {
        "asyncapi": "3.0.0",
        "info": {
            "title": f"Events that {service} receives",
            "version": "1",
            "description": "Written by carveout, and written again; do not edit.",
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": {service: channel},
        "operations": {
            f"receive-{service}": {
                "action": "receive",
                "channel": {"$ref": f"#/channels/{service}"},
                "messages": [{"$ref": f"#/channels/{service}/messages/{name}"} for name in messages],
            }
        },
        "components": {"messages": messages},
    }
    return json.dumps(told, indent=2) + "\n"


def _name(sent: Sent) -> str:
    """A key of AsyncAPI: letters, digits, dots, - and _ alone."""
    told = "".join(
        c if c.isascii() and (c.isalnum() or c in "._-") else f"-{ord(c):x}-" for c in sent.function.dotted
    )
    return f"{told}.v1"


def _message(sent: Sent) -> dict[str, Any]:
    parameters = sent.function.parameters
    arguments = {
        "type": "object",
        "properties": {each.name: schema(each) for each in parameters},
        "additionalProperties": False,
    }
    text: dict[str, Any] = {"type": "string"}
    properties: dict[str, Any] = dict.fromkeys(_ENVELOPE, text)
    properties["specversion"] = {"const": "1.0"}
    properties["type"] = {"const": f"{sent.function.dotted}.v1"}
    properties["time"] = {"type": "string", "format": "date-time"}
    properties["data"] = {"type": "object", "properties": {"arguments": arguments}, "required": ["arguments"]}
    payload = {
        "type": "object",
        "properties": {
            **properties,
            "datacontenttype": {"const": "application/json"},
            "shadow": {
                "type": "boolean",
                "description": "true: it is taken and checked, but not carried out",
            },
            "signature": {"type": "string", "description": "HMAC-SHA256 of the rest, keys sorted"},
        },
        "required": list(_ENVELOPE),
    }
    about = f"A call of {sent.function.dotted}" + (f", ordered by {sent.key}" if sent.key else "")
    return {"name": f"{sent.function.dotted}.v1", "summary": about, "payload": payload}
