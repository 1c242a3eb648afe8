"""Names of the analysed code as text that a person can look at: one line, harmless, of known width."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# These turn the direction of the text around them, or break its line: shown as escapes instead.
_STEERING = frozenset(
    {0x061C, 0x200B, 0x200E, 0x200F, 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF}
)

# Widths in em of a wide sans-serif (DejaVu Sans), so that a narrower font fits as well.
_NARROW = dict.fromkeys("iljI.,:;'|! ", 0.34) | dict.fromkeys('ftr()[]{}-/\\"', 0.44)
_WIDE = dict.fromkeys("mwMW@%", 0.98) | dict.fromkeys("…·→", 1.0)
_MONOSPACE = 0.605


def clean(text: str) -> str:
    """One line without control characters, direction marks or what XML cannot hold; each stays visible."""
    return "".join(map(_visible, text)) if not text.isascii() or not text.isprintable() else text


@lru_cache(maxsize=4096)
def _visible(char: str) -> str:
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    surrogate, nothing = 0xD800 <= code < 0xE000, 0xFDD0 <= code < 0xFDF0 or code & 0xFFFE == 0xFFFE
    if 0x80 <= code < 0xA0 or surrogate or nothing or code in _STEERING:
        return f"\\u{code:04x}"
    return char


def width(text: str, size: float, *, monospace: bool = False, bold: bool = False) -> float:
    """The width of a text in pixels at a font size; rather too much than too little."""
    if monospace and text.isascii():
        return len(text) * size * _MONOSPACE
    em = sum(_em(char, monospace) for char in text)
    return em * size * (1.12 if bold else 1.0)


@lru_cache(maxsize=4096)
def _em(char: str, monospace: bool) -> float:
    if unicodedata.combining(char) or char == "\u200d":
        return 0.0
    if not char.isascii() and char not in _WIDE:
        return 1.3 if unicodedata.east_asian_width(char) in "WF" else 0.92
    if monospace:
        return _MONOSPACE
    if char in _NARROW:
        return _NARROW[char]
    return _WIDE.get(char) or (0.72 if char.isupper() else 0.64)


def fit(text: str, size: float, room: float, *, monospace: bool = False, bold: bool = False) -> str:
    """The cleaned text if it fits into `room` pixels, else its two ends around an ellipsis."""
    text = clean(text)
    if width(text, size, monospace=monospace, bold=bold) <= room:
        return text
    keep = len(text) - 1
    while keep > 1:
        short = text[: (keep + 1) // 2] + "…" + text[len(text) - keep // 2 :]
        excess = width(short, size, monospace=monospace, bold=bold) - room
        if excess <= 0:
            return short
        keep -= max(1, int(excess / size / 1.6))
    return "…"


def wrap(text: str, size: float, room: float) -> tuple[str, ...]:
    """The words of a text in lines of at most `room` pixels; a longer word is shortened."""
    lines: list[str] = []
    for word in clean(text).split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, size) <= room:
            lines[-1] = longer
        else:
            lines.append(fit(word, size, room))
    return tuple(lines)
