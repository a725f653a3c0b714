"""Public random values: what kinds there are, and the one way to write each down, so that two people type the same.

Anybody must be able to look the value up or to have watched it, and nobody may know it before its moment. 24 bits are
the least: the platform's secret and the salts are fixed before the value falls, so an operator who tries a million of
them gains nothing as long as the value has many possible outcomes (with three dice, 216 outcomes, he could shift a
person's chances by 17 percentage points; with 24 bits by less than 0.1).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256


class ValueUnreadable(ValueError):
    """The text is no value of this kind; the message says in Chinese what is expected."""


@dataclass(frozen=True)
class SourceKind:
    """One kind of public value. write: text as typed -> text as published; raises ValueUnreadable."""

    name: str
    words: str
    example: str
    write: Callable[[str], str]


def plain(text: str) -> str:
    """Full-width digits and spaces become plain ones, runs of spaces one space."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


LOTTERY_MIN = 7  # 双色球 has 17.7 million outcomes, 大乐透 21.4 million; five of 22 would be 26,334


def _lottery(text: str) -> str:
    numbers = re.findall(r"[0-9]+", plain(text))
    if (
        not LOTTERY_MIN <= len(numbers) <= 2 * LOTTERY_MIN
        or re.search(r"[^0-9 +,、|\-]", plain(text))
        or any(int(n) > 99 for n in numbers)
    ):
        raise ValueUnreadable(
            f"请按公布的顺序填开奖号码，{LOTTERY_MIN} 到 {2 * LOTTERY_MIN} 个不超过 99 的数，中间空一格，"
            "例如 03 08 11 20 25 31 07"
        )
    return " ".join(f"{int(number):02d}" for number in numbers)


DICE_MIN = 20


def _dice(text: str) -> str:
    throws = re.sub(r"[ ,、]", "", plain(text))
    if not re.fullmatch(r"[1-6]+", throws) or not DICE_MIN <= len(throws) <= 200:
        raise ValueUnreadable(f"请按掷出的顺序填骰子的点数，每个 1 到 6，至少 {DICE_MIN} 次")
    return throws


def _beacon(text: str) -> str:
    """drand: "ROUND SIGNATURE", or the JSON of its API. The randomness is SHA-256(signature); JSON that names another
    one is refused. The BLS signature itself needs the network's key and is left to the drand programs."""
    wanted = "请填信标的轮次和签名，中间空一格，或整段粘贴信标接口返回的 JSON"
    if text.strip().startswith("{"):
        try:
            answer = json.loads(text)
            number, signature = int(answer["round"]), str(answer["signature"]).lower()
            randomness = str(answer.get("randomness", "")).lower()
        except (ValueError, KeyError, TypeError) as reason:
            raise ValueUnreadable(wanted) from reason
    else:
        parts = plain(text).lower().split(" ")
        if len(parts) != 2 or not parts[0].isascii() or not parts[0].isdigit():
            raise ValueUnreadable(wanted)
        number, signature, randomness = int(parts[0]), parts[1], ""
    if not re.fullmatch(r"[0-9a-f]{96}|[0-9a-f]{192}", signature) or number < 1:
        raise ValueUnreadable("信标签名应是 96 或 192 个十六进制字符")
    if randomness and randomness != beacon_randomness(signature):
        raise ValueUnreadable("信标的随机数和签名对不上，请重新抄一遍")
    return f"{number} {signature}"


def beacon_randomness(signature: str) -> str:
    """Return what drand shows as `randomness` for a signature."""
    return sha256(bytes.fromhex(signature)).hexdigest()


KINDS: dict[str, SourceKind] = {
    "lottery": SourceKind("lottery", "福利彩票或体育彩票的开奖号码", "03 08 11 20 25 31 07", _lottery),
    "beacon": SourceKind("beacon", "公开随机数信标（drand）", "4321 后面接签名", _beacon),
    "dice": SourceKind("dice", f"当众掷骰子，至少 {DICE_MIN} 次", "36214 55261 34412 65132", _dice),
}


def write_value(kind: str, text: str) -> str:
    """Return the value as it is published. Raises ValueUnreadable, with words for the person who typed."""
    return KINDS[kind].write(text)


def source_kind(name: str) -> SourceKind:
    """Return the kind of public value of that name."""
    return KINDS[name]
