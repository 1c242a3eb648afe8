"""Names of the analysed code in Markdown: none of them makes a link, a mention, a cell or a tag."""

from __future__ import annotations

import re

from .plain import clean

_STEERS = re.compile(r"[\\`*_{}\[\]<>&|~#@$!]")


def prose(text: str) -> str:
    """Text of which no character makes a link, a mention, a cell or a tag."""
    return _STEERS.sub(lambda match: f"&#{ord(match.group())};", clean(text)).replace("&#64;", "&#64;&#8203;")


def code(text: str) -> str:
    """A name in the type of code; forges notify nobody who is named there."""
    return f"<code>{_STEERS.sub(lambda match: f'&#{ord(match.group())};', clean(text))}</code>"
