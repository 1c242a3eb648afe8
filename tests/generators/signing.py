"""Tokens of RS256 and the JWKS that goes with them, by a key of these tests that nobody else has a use for."""

import base64
import hashlib
import json
import time
from collections.abc import Mapping

N = int(
    "9ebdd7cf395d25d6c08666572e046d33498a58a502313bc99cfc245737a2184289bedb7cd9eafd3189979e7caa89b769"
    "27b76a995c9995a4954267de3c802268344dd24fe56d6c8438df0d418adc6f25615ffdd6ecc4d4185edcbf68ce4719e1"
    "c0d78eb8fe72cbd0c13dbcc0d11e14d947feb7949d1cc6a8108ffa34559adf8ff095ac4c90db49e298d1c8342a42e208"
    "5fbb893ae68e620bea440e648883f0b40d480adfc205fc1b83e65da44c996025b54ce2ec0b83191fa7e3516bf0ac2ec3"
    "8e30f61187f4c5989d460497982f4c3bdedf318998a10e9b9206930fbb399df964ecd89812097619e9899e45f3b9620b"
    "015fa45e107b3920023956cdfad9871b",
    16,
)
E = 65537
_D = int(
    "77daf48c8cce128e888ef1cbf6a820f60dc607683a0a3264e7c2f92d61340d07dae3e03fef1f1e4d138bb1d3d9c50c56"
    "b9462396929ee3fdd5df6dcd694b80af17ced51cbe2855e6ff89bfd887a028761b84fed96856b4f831a7e5b3470c7d88"
    "ec072ac698582a20ff1c3e32d7b1d421652ff82c9d9e91e013a14ca921ceede7453586a4115c3cc249842d41747661b9"
    "b23fc06267c025f418ae3f6c58447566823a74d81e018d80372993a75330dd19ca63bb819e94503f9125bacec12e0a9f"
    "6f53e655741947ac52fc20dd435a0fa6dd54ea7653c12b565b94a5e42697e5f603a604ab953835dddf7b58061e347ddf"
    "e510c8f4f3c7677597765b44fb16e41",
    16,
)
_SIZE = 256
_OF_SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value: int) -> str:
    return encoded(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def published(**changed: object) -> str:
    """The JWKS of the key; `changed` replaces parts of it."""
    key = {
        "kty": "RSA",
        "kid": "one",
        "alg": "RS256",
        "use": "sig",
        "n": number(N),
        "e": number(E),
        **changed,
    }
    return json.dumps({"keys": [key]})


def token(
    issuer: object, audience: object, header: Mapping[str, object] | None = None, **claims: object
) -> str:
    """A token for the next minute; `header` and `claims` replace parts of it."""
    now = int(time.time())
    parts = (
        {"alg": "RS256", "typ": "JWT", "kid": "one", **(header or {})},
        {"iss": issuer, "aud": audience, "iat": now, "exp": now + 60, **claims},
    )
    text = ".".join(encoded(json.dumps(part).encode()) for part in parts)
    return f"{text}.{encoded(signature(text.encode()))}"


def signature(data: bytes) -> bytes:
    digest = _OF_SHA256 + hashlib.sha256(data).digest()
    padded = b"\x00\x01" + b"\xff" * (_SIZE - len(digest) - 3) + b"\x00" + digest
    return pow(int.from_bytes(padded, "big"), _D, N).to_bytes(_SIZE, "big")
