"""What proxies can do, by the names that their `can` declares; the table of them in `docs/proxies.md`."""

from __future__ import annotations

from collections.abc import Iterable

from ..analyzer.model.protocols import Proxy

FEATURES = {
    "path": "routes by path, exactly as the framework matches it, or refused",
    "method": "routes by method",
    "websocket": "handshakes of WebSockets",
    "weight": "a share of the users",
    "sticky": "each user stays on one side",
    "override": "testers choose who answers, by a header",
    "mirror": "copies of GET and HEAD, whose answers are thrown away",
    "mirror-apart": "a copy that hangs does not hold the user's connection",
    "roll-back": "everything to the monolith, while it runs",
    "fallback": "a failed GET or HEAD is answered by the monolith; nothing else is sent twice",
    "timeouts": "timeouts of connecting, sending and waiting",
    "body-limit": "a limit of what a request may carry",
    "request-id": "an id for each request, of its own making",
    "identity-headers": "headers that say who one is are cleared",
    "internal": "`/internal` is never answered from outside",
    "listeners": "a listener for the outside, one for services",
    "jwt": "calls of functions are checked by consumer and function",
    "mtls": "certificates between services",
    "circuit-breaking": "what fails time and again is left alone for a while",
}
BEGIN, END = "<!-- generated from the emitters' `can` -->", "<!-- end -->"


def table(proxies: Iterable[Proxy]) -> str:
    """The table in Markdown. Raises KeyError for a declared feature that has no meaning."""
    known = sorted(proxies, key=lambda proxy: proxy.name)
    for proxy in known:
        for feature in proxy.can:
            FEATURES[feature]
    lines = [f"| what | {' | '.join(proxy.name for proxy in known)} |", "|---" * (len(known) + 1) + "|"]
    for feature, meaning in FEATURES.items():
        marks = " | ".join("yes" if feature in proxy.can else "no" for proxy in known)
        lines.append(f"| {meaning} | {marks} |")
    return "\n".join(lines) + "\n"
