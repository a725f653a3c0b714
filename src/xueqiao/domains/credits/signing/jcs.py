"""JSON Canonicalization Scheme (RFC 8785): one byte form for one JSON value, the same in every language.

Keys are sorted by UTF-16 code units, texts escaped as little as JSON allows, numbers written as ECMAScript writes them.
A number that not every reader holds exactly (beyond 2**53, or not finite) and half of a surrogate pair are refused.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

EXACT_MAX = 2**53
_FRACTION_MIN, _WHOLE_MAX = -6, 21  # ECMAScript writes 1e-7 and 1e21, but 0.000001 and 100000000000000000000


class NotCanonical(ValueError):
    """The value cannot be written so that every reader reads the same."""


def canonical_bytes(value: Any) -> bytes:
    """Return the canonical UTF-8 bytes of a JSON value. Raises NotCanonical."""
    try:
        return "".join(_parts(value)).encode("utf-8")
    except UnicodeEncodeError as reason:
        raise NotCanonical("half of a surrogate pair") from reason


def _parts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield json.dumps(value, ensure_ascii=False)
    elif value is None or isinstance(value, bool):
        yield {None: "null", True: "true", False: "false"}[value]
    elif isinstance(value, (int, float)):
        yield number_text(value)
    elif isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise NotCanonical("a name is no text")
        yield "{"
        for place, key in enumerate(sorted(value, key=_utf16)):
            yield ("," if place else "") + json.dumps(key, ensure_ascii=False) + ":"
            yield from _parts(value[key])
        yield "}"
    elif isinstance(value, (list, tuple)):
        yield "["
        for place, entry in enumerate(value):
            if place:
                yield ","
            yield from _parts(entry)
        yield "]"
    else:
        raise NotCanonical(f"{type(value).__name__} is not JSON")


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be", "surrogatepass")


def number_text(number: int | float) -> str:
    """Return a number as ECMAScript writes it (RFC 8785, section 3.2.2.3). Raises NotCanonical."""
    if isinstance(number, int):
        if abs(number) > EXACT_MAX:
            raise NotCanonical("a whole number beyond 2**53")
        return str(number)
    if not math.isfinite(number):
        raise NotCanonical("a number that is not finite")
    if number == 0:
        return "0"
    digits, sign = repr(abs(number)), "-" if number < 0 else ""
    mantissa, _, exponent = digits.partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    point = len(whole) + int(exponent or 0)
    plain = (whole + fraction).lstrip("0")
    point -= len(whole + fraction) - len(plain)
    plain = plain.rstrip("0")
    return sign + _placed(plain, point)


def _placed(digits: str, point: int) -> str:
    """Return `digits` with the decimal point after the first `point` of them."""
    count = len(digits)
    if count <= point <= _WHOLE_MAX:
        return digits + "0" * (point - count)
    if 0 < point <= _WHOLE_MAX:
        return digits[:point] + "." + digits[point:]
    if _FRACTION_MIN < point <= 0:
        return "0." + "0" * -point + digits
    exponent = point - 1
    mantissa = digits[0] + ("." + digits[1:] if count > 1 else "")
    return f"{mantissa}e{'+' if exponent > 0 else '-'}{abs(exponent)}"
