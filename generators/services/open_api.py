"""What a service answers as an OpenAPI 3.1 document in JSON: the functions that others call, and health."""

from __future__ import annotations

import json
from typing import Any

from ...analyzer.model.interface import Offered
from ...analyzer.model.plan import Step
from ..seams.schemas import schema
from .layout import crossing

_REFUSALS = {
    "400": "the body makes no sense",
    "401": "no valid token",
    "403": "the consumer may not call this",
    "405": "POST is needed",
    "500": "it failed",
}


def document(step: Step) -> str:
    """The same bytes for the same step; written again whenever carveout runs."""
    told: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": step.service.name,
            "version": "1",
            "description": "Written by carveout, and written again; do not edit.",
        },
        "paths": {
            **{f"/internal/v1/{each.dotted}": {"post": _call(each)} for each in crossing(step)},
            "/livez": {"get": _health("The process runs.")},
            "/readyz": {"get": {**_health("What it depends on answers.", failing=True)}},
        },
        "components": {
            "securitySchemes": {"consumer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
            "schemas": {"Error": _object({"error": {"type": "string"}})},
        },
    }
    return json.dumps(told, indent=2) + "\n"


def _object(properties: dict[str, Any], required: list[str] | None = None) -> dict[str, Any]:
    wanted = list(properties) if required is None else required
    return {
        "type": "object",
        "properties": properties,
        **({"required": wanted} if wanted else {}),
        "additionalProperties": False,
    }


def _answer(about: str, inner: dict[str, Any]) -> dict[str, Any]:
    return {"description": about, "content": {"application/json": {"schema": inner}}}


def _call(function: Offered) -> dict[str, Any]:
    parameters = function.parameters
    needed = [each.name for each in parameters if not each.optional and each.kind not in ("*", "**")]
    arguments = _object({each.name: schema(each) for each in parameters}, needed)
    answers = {"200": _answer("what the function gives", _object({"result": schema(function.result)}))}
    for status, about in _REFUSALS.items():
        answers[status] = _answer(about, {"$ref": "#/components/schemas/Error"})
    if function.raises:
        answers["422"] = _answer("a declared exception", _object({"exception": _exception(function)}))
    return {
        "operationId": function.dotted,
        "summary": f"Calls {function.dotted}",
        "description": "It changes nothing."
        if not function.impure
        else f"It may be done once: {function.impure}.",
        "security": [{"consumer": []}],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _object({"arguments": arguments})}},
        },
        "responses": dict(sorted(answers.items())),
    }


def _exception(function: Offered) -> dict[str, Any]:
    return _object(
        {
            "type": {"enum": list(function.raises)},
            "arguments": {"type": "array"},
            "attributes": {"type": "object"},
        }
    )


def _health(about: str, *, failing: bool = False) -> dict[str, Any]:
    told: dict[str, Any] = {"200": _answer("it does", {"type": "object"})}
    if failing:
        told["503"] = _answer("something does not", {"type": "object"})
    return {"summary": about, "responses": told}
