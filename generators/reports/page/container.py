"""What travels along in a page, in as few characters as a browser can still unpack at once.

JSON, but that each long list of whole numbers stands behind it as bytes: numbers turned (0, -1, 1, -2 ... are
0, 1, 2, 3 ...), the lowest bytes of all, then the next ones, so that compression finds those alike side by
side. In the JSON `[null, offset, count, width]` stands in its place. All of it is compressed by LZMA, which
takes a sixth less than gzip and forty lines of script to unpack (`boot.js`; browsers themselves know gzip
alone), and written in 91 printable characters (basE91: 13 or 14 bits in two of them), an eighth shorter than
base64.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Mapping
from typing import Any

_LONG = 16
"""Numbers from which on a list is worth leaving the JSON."""
_HEAD = 4
"""Bytes that tell the length of the JSON, and of all that was compressed, the lowest one first."""
_FILTER = {
    "id": lzma.FILTER_LZMA1,
    "preset": 9 | lzma.PRESET_EXTREME,
    "dict_size": 1 << 23,
    "lc": 0, "lp": 0, "pb": 0,
}  # fmt: skip
"""No neighbour and no place foretells a byte here; `boot.js` knows these settings alone."""
_ALPHABET = "".join(chr(code) for code in range(33, 127) if chr(code) not in "&<\\")
"""What never ends an element, and needs no escape."""
_ENOUGH = 88
"""13 bits leave room in two characters: where they are this or less, a 14th fits."""


def packed(value: Mapping[str, Any]) -> str:
    """A JSON value as text: the same characters for the same value."""
    numbers = bytearray()
    text = json.dumps(_parted(value, numbers), ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    whole = len(text).to_bytes(_HEAD, "little") + text.encode("ascii") + bytes(numbers)
    data = lzma.compress(whole, format=lzma.FORMAT_RAW, filters=[_FILTER])
    return _written(len(whole).to_bytes(_HEAD, "little") + data)


def unpacked(text: str) -> Any:
    """The value again, keys as texts, as a browser unpacks it (`templates/reports/page/boot.js`)."""
    data = _read(text)
    whole = lzma.decompress(data[_HEAD:], format=lzma.FORMAT_RAW, filters=[_FILTER])
    if int.from_bytes(data[:_HEAD], "little") != len(whole):
        raise ValueError("what travels along is not whole")
    length = int.from_bytes(whole[:_HEAD], "little")
    numbers = whole[_HEAD + length :]
    return _joined(json.loads(whole[_HEAD : _HEAD + length]), numbers)


def _parted(value: Any, numbers: bytearray) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _parted(value[key], numbers) for key in sorted(value, key=str)}
    if not isinstance(value, list | tuple):
        return value
    if len(value) >= _LONG and all(type(each) is int for each in value):
        offset = len(numbers)
        turned = [each << 1 if each >= 0 else (-each << 1) - 1 for each in value]
        width = max(1, (max(turned).bit_length() + 7) // 8)
        for place in range(width):
            numbers += bytes((each >> 8 * place) & 255 for each in turned)
        return [None, offset, len(value), width]
    if value and value[0] is None:
        raise ValueError("a list that begins with null stands for numbers")
    return [_parted(each, numbers) for each in value]


def _joined(value: Any, numbers: bytes) -> Any:
    if isinstance(value, dict):
        return {key: _joined(each, numbers) for key, each in value.items()}
    if not isinstance(value, list):
        return value
    if not value or value[0] is not None:
        return [_joined(each, numbers) for each in value]
    _, offset, count, width = value
    found = [0] * count
    for place in range(width):
        for n in range(count):
            found[n] |= numbers[offset + place * count + n] << 8 * place
    return [each >> 1 if each % 2 == 0 else -(each >> 1) - 1 for each in found]


def _written(data: bytes) -> str:
    text: list[str] = []
    held = bits = 0
    for byte in data:
        held |= byte << bits
        bits += 8
        if bits > 13:
            size = 13 if held & 8191 > _ENOUGH else 14
            number = held & ((1 << size) - 1)
            text += (_ALPHABET[number % 91], _ALPHABET[number // 91])
            held >>= size
            bits -= size
    if bits:
        text.append(_ALPHABET[held % 91])
        if bits > 7 or held > 90:
            text.append(_ALPHABET[held // 91])
    return "".join(text)


def _read(text: str) -> bytes:
    code = {character: number for number, character in enumerate(_ALPHABET)}
    data = bytearray()
    held = bits = 0
    for at in range(0, len(text) - 1, 2):
        number = code[text[at]] + 91 * code[text[at + 1]]
        held |= number << bits
        bits += 13 if number & 8191 > _ENOUGH else 14
        while bits > 7:
            data.append(held & 255)
            held >>= 8
            bits -= 8
    if len(text) % 2:
        data.append((held | code[text[-1]] << bits) & 255)
    return bytes(data)
